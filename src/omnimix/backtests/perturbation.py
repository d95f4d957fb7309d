"""Does a little noise in the table move the figures? One fit more, on spend and outcomes with noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.backtests.refits import Settings, fitted, require_same, unconverged
from omnimix.backtests.stability import LARGE_MOVE_BY_NOISE, MOVE, MOVE_IN_SDS, moves, named, returns_of
from omnimix.data import Panel, check_panel, require, with_sums
from omnimix.errors import OmnimixError
from omnimix.posterior import Posterior
from omnimix.progress import bar
from omnimix.spec import Funnel

FORMS: dict[str, words.Form] = {MOVE: words.rate, MOVE_IN_SDS: words.ratio, "sd": words.ratio, "roas": words.ratio}


@dataclass(frozen=True, repr=False)
class Perturbation:
    """How far ROAS moved when noise was put on the table.

    Attributes:
        rows: one row a channel and one for all media: ``roas_before``, ``roas`` (medians), ``move`` (relative), ``sd``
            of the posterior before, ``move_in_sds``, ``marked`` (a move above 8 %).
        noise: sd of the noise that each week of spend and exposure was multiplied by, relative.
        outcome_noise: the same of stages and outcomes.
        remarks: fits that did not converge.
        seed: of the noise and of both fits.
    """

    rows: pd.DataFrame
    noise: float
    outcome_noise: float
    remarks: tuple[str, ...]
    seed: int

    def table(self) -> pd.DataFrame:
        """Return one row a channel and one for all media."""
        return self.rows.copy()

    @property
    def verdict(self) -> str:
        """Which channels moved more than they may."""
        return self.sentence()

    def sentence(self, language: str = "en") -> str:
        """Say which channels moved more than they may. Raises :class:`OmnimixError` for an unknown language."""
        say, moved = words.Language(language, "backtest"), named(self.rows)
        most = say.percent(LARGE_MOVE_BY_NOISE)
        if not moved:
            return say.say("noise_steady", most=most)
        names = words.listing(moved) if language == "en" else say.names(moved)
        return say.say("noise_moved" if len(moved) == 1 else "noise_moved_many", names=words.capital(names), most=most)

    def __repr__(self) -> str:
        return "\n".join([self._title, notebook.text(self.rows, FORMS), self.verdict, *self.remarks])

    def _repr_html_(self) -> str:
        return notebook.card(
            self._title,
            notebook.lines([self.verdict, *self.remarks]),
            notebook.table(self.rows, FORMS),
            under="a move of less than one posterior sd is what a figure that is known so well may do",
        )

    @property
    def _title(self) -> str:
        return f"ROAS with {self.noise:.0%} noise on spend and {self.outcome_noise:.0%} on outcomes"


@checked
def perturb(
    funnel: Funnel,
    panel: Panel,
    *,
    noise: float = 0.05,
    outcome_noise: float = 0.01,
    posterior: Posterior | None = None,
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 4,
    seed: int | None = None,
    progress: bool = True,
) -> Perturbation:
    """Fit again with a little noise on spend and outcomes, and return how far every ROAS moved.

    Spend, exposure, stages and outcomes are multiplied week by week by lognormal noise; weeks without spend stay
    without. What a reader can take for exact in a table is not: bookings shift between weeks, returns come later.

    Args:
        funnel: what to estimate.
        panel: the weekly table.
        noise: sd of the noise on spend and exposure, relative; both of a channel in step, so that prices stay.
        outcome_noise: sd of the noise on stages and outcomes, relative.
        posterior: the fit without noise, if it was made already; otherwise it is made here.
        draws: draws kept of each chain.
        tune: draws of each chain spent on adapting.
        chains: independent chains.
        seed: of the noise and of the fits.
        progress: show a progress bar; it says how long is left after the first fit.

    Raises :class:`DataError` and :class:`FitError` as :func:`omnimix.fit` does, and :class:`OmnimixError` for noise
    that is negative or above a half.
    """
    wrong = [
        f"`{name}` is a relative sd from 0 to 0.5, not {given}"
        for name, given in (("noise", noise), ("outcome_noise", outcome_noise))
        if not 0 <= given <= 0.5
    ]
    if wrong:
        raise OmnimixError(f"this noise cannot be put on a table: {'; '.join(wrong)}.")
    require_same(posterior, funnel, panel)
    require(check_panel(panel, funnel.roles))
    panel = with_sums(panel, funnel.roles)
    settings = Settings.of(draws, tune, chains, seed)
    changed = noisy(funnel, panel, noise, outcome_noise, np.random.default_rng(settings.seed))
    fits = 2 - (posterior is not None)
    with bar(f"Fitting with noise, {fits} fit{'s' if fits > 1 else ''}", fits, progress) as done:
        before = posterior or fitted(funnel, panel, settings, done)
        after = fitted(funnel, changed, settings, done)
    rows = moves(returns_of(before), returns_of(after), LARGE_MOVE_BY_NOISE)
    remarks = (*unconverged(before, "The fit without noise"), *unconverged(after, "The fit with noise"))
    return Perturbation(rows, noise, outcome_noise, remarks, settings.seed)


def noisy(funnel: Funnel, panel: Panel, noise: float, outcome_noise: float, generator: np.random.Generator) -> Panel:
    """Return the panel with noise on spend, exposure, stages and outcomes."""
    frame = panel.frame
    changed = {}
    for channel in funnel.channels:
        times = np.exp(noise * generator.standard_normal(len(frame)))
        for column in {*channel.columns, *channel.campaigns}:
            changed[column] = frame[column] * times
    for node in funnel.nodes:
        changed[node.name] = frame[node.name] * np.exp(outcome_noise * generator.standard_normal(len(frame)))
    return panel.with_frame(frame.assign(**changed))
