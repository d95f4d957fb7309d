r"""How far do the verdicts hang on what is assumed about unseen demand?

Demand that nobody measured can move a stage and an outcome in the same week. How strongly is an assumption: the data
know little about it. So the fit is made under each of the three settings, and the figures are laid side by side. Where
spend answers to a stage it may also move stage and spend together; one more fit allows that, or forbids it where the
funnel allows it. From
all draws of the three follows the shock correlation at which a channel's ROAS would cross the hurdle: with rho the mean
correlation of a stage's shock and an outcome's, zero where none is allowed,

    ROAS = a + b rho + scatter,        crossing = (hurdle - a) / b

by least squares. Where ROAS hardly moves with rho the line says nothing, and no crossing is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.checks.badge import rests_on
from omnimix.effects import roas, summarise
from omnimix.errors import FitError, OmnimixError
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL, DRAW, INTERVAL, LOWER, NODE, PARENT, ROAS
from omnimix.many_fits import side_by_side
from omnimix.mechanics import Array
from omnimix.mechanics.parameters import NOISE, SHOCK_COEFFICIENT
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.progress import bar
from omnimix.spec import CONFOUNDINGS, Confounding, Funnel

CONFOUNDING = "confounding"
WITH_SPEND: dict[str, Confounding] = {"with_spend": "some", "without_spend": "none"}  # names of the fit that differs
MOVES = 0.15  # correlation of ROAS with rho over all draws below which the line is noise
DRAWS = 500


@dataclass(frozen=True, repr=False)
class Sensitivity:
    """Net ROAS under each setting of unseen demand.

    Attributes:
        draws: one entry a setting; dimensions draw and channel. Where spend answers to a stage there is one more:
            ``with_spend`` as the funnel is, but for unseen demand that may also move that spend; ``without_spend``
            where the funnel itself lets it.
        crossing: shock correlation at which ROAS equals the hurdle, by channel; nan where none between -1 and 1 does.
        rests_on: ``data``, ``prior`` or ``both``, by channel, under the setting of the given posterior.
        hurdle: ROAS that a channel should reach; nan where outcomes have no value, as are the odds and the crossing.
        value_unit: what value is counted in.
    """

    draws: Mapping[str, xr.DataArray]
    crossing: pd.Series
    rests_on: pd.Series
    hurdle: float
    interval: float = DEFAULT_INTERVAL
    value_unit: words.ValueUnit = words.MONEY

    def table(self, interval: float | None = None) -> pd.DataFrame:
        """Return one row a channel and setting: ROAS with its interval, the odds of reaching the hurdle, the crossing.

        ``flips`` says whether the settings disagree on which side of the hurdle the channel more likely is.
        """
        mass = interval or self.interval
        parts = []
        for setting, draws in self.draws.items():
            table = xr.Dataset(summarise(draws, mass)).to_dataframe().reset_index()
            table.insert(1, CONFOUNDING, setting)
            odds = (draws > self.hurdle).mean(DRAW).to_numpy()
            parts.append(table.assign(probability_above_hurdle=odds if np.isfinite(self.hurdle) else np.nan))
        whole = pd.concat(parts, ignore_index=True)
        likely = (whole["probability_above_hurdle"] > 0.5).groupby(whole[CHANNEL])
        whole["flips"] = whole[CHANNEL].map(likely.any() & ~likely.all())
        whole["crossing"] = whole[CHANNEL].map(self.crossing)
        whole["rests_on"] = whole[CHANNEL].map(self.rests_on)
        order = {c: k for k, c in enumerate(next(iter(self.draws.values()))[CHANNEL].to_numpy())}
        whole = whole.sort_values(CHANNEL, key=lambda s: s.map(order), kind="stable", ignore_index=True)
        return whole.assign(**{INTERVAL: mass})

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw it on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        head = f"net ROAS under beliefs about unseen demand, {self._held_against}, {self.interval:.0%} interval"
        return f"{head}\n{notebook.text(self.table(), notebook.summary(words.ratio))}"

    def _repr_html_(self) -> str:
        table = self.table()
        told = words.told(ROAS)
        turned = list(dict.fromkeys(table.loc[table["flips"], CHANNEL]))
        return notebook.card(
            "Net ROAS under beliefs about unseen demand",
            notebook.table(table, dict.fromkeys((told, LOWER), words.ratio), told=told, most=4 * notebook.MOST_ROWS),
            under=f"{self._held_against}; "
            + (f"the verdict turns for {', '.join(turned)}" if turned else "no verdict turns"),
        )

    @property
    def _held_against(self) -> str:
        unit = self.value_unit
        return f"hurdle {self.hurdle:g}" if unit.is_money else f"{unit.per_money()}, no hurdle without a value"


@checked
def sensitivity(
    posterior: Posterior,
    *,
    hurdle: float = 1.0,
    draws: int = DRAWS,
    tune: int = DRAWS,
    interval: float = DEFAULT_INTERVAL,
    progress: bool = True,
) -> Sensitivity:
    """Fit again under every setting of ``confounding`` and lay net ROAS side by side.

    Where spend answers to a stage, one more fit lets unseen demand move that spend and its stage together.

    Args:
        posterior: a fitted funnel; where its nodes all have one setting, its draws are used for that one.
        hurdle: ROAS that a channel should reach, such as 1 to earn its money back; not used where outcomes have no
            value.
        draws: draws of each chain of the new fits.
        tune: tuning draws of each chain of the new fits.
        interval: probability mass of the intervals.
        progress: show progress bars.

    Raises :class:`OmnimixError` for a funnel without links between nodes, where nothing is assumed about unseen demand.
    """
    funnel = posterior.funnel
    if not any(n.parents for n in funnel.nodes):
        raise OmnimixError(
            "no node of this funnel has parents, so nothing is assumed about demand that moves several of them; "
            "see `om.check(posterior)` for what else the figures rest on."
        )
    own = {n.confounding for n in funnel.nodes if n.parents}
    settings = {"draws": draws, "tune": tune, "chains": posterior.run.chains, "seed": posterior.run.seed}
    wanted = [c for c in CONFOUNDINGS if own != {c}]
    others: dict[str, Funnel] = {c: funnel.with_confounding(c) for c in wanted}
    if funnel.responding:
        moved = any(c.confounding != "none" for c in funnel.responding)
        name = "without_spend" if moved else "with_spend"
        others[name] = funnel.with_confounding(spend=WITH_SPEND[name])
    found = _refits(posterior, others, settings, progress)
    fits: dict[str, Posterior] = {c: found.pop(c, posterior) for c in CONFOUNDINGS} | found
    hurdle = hurdle if posterior.value_unit.is_money else np.nan
    figures: dict[str, xr.DataArray] = {c: roas(p, allow_unconverged=True).draws for c, p in fits.items()}
    return Sensitivity(
        draws=figures,
        crossing=_crossing_of({c: fits[c] for c in CONFOUNDINGS}, figures, hurdle),
        rests_on=rests_on(posterior),
        hurdle=hurdle,
        interval=interval,
        value_unit=posterior.value_unit,
    )


def _refits(
    posterior: Posterior, wanted: Mapping[str, Funnel], settings: Mapping[str, int], progress: bool
) -> dict[str, Posterior]:
    """Fit each funnel. Raises :class:`FitError` where one of them cannot be fitted."""
    found: dict[str, Posterior] = {}
    with bar(f"Sensitivity, {len(wanted)} fits", len(wanted), progress) as done:
        for name, made in side_by_side({n: (f, posterior.panel) for n, f in wanted.items()}, settings):
            if not isinstance(made, Posterior):
                raise FitError(f"{name}: {made.message}")
            found[name] = made
            if done:
                done()
    return found


def shock_correlations(posterior: Posterior) -> dict[tuple[str, str], Array]:
    """Return the correlation of the shocks of every parent and child, one figure a draw, keyed (parent, child).

    Geos that were fitted together share it; of geos that were fitted by themselves it is that of the first.
    """
    if isinstance(posterior, GeoPosterior):
        return shock_correlations(posterior.of(posterior.geos[0]))
    out = {}
    for node in posterior.funnel.nodes:
        for parent in node.parents if SHOCK_COEFFICIENT in posterior.draws["posterior"] else ():
            kappa = posterior.numbers(SHOCK_COEFFICIENT, **{NODE: node.name, PARENT: parent})
            if np.isnan(kappa).all():
                continue
            ratio = kappa * posterior.numbers(NOISE, **{NODE: parent}) / posterior.numbers(NOISE, **{NODE: node.name})
            out[parent, node.name] = ratio / np.sqrt(1 + ratio**2)
    return out


def _crossing_of(fits: Mapping[str, Posterior], figures: Mapping[str, xr.DataArray], hurdle: float) -> pd.Series:
    parts = []
    for setting, fitted in fits.items():
        found = list(shock_correlations(fitted).values())
        parts.append(np.mean(found, axis=0) if found else np.zeros(figures[setting].sizes[DRAW]))
    whole = xr.concat([figures[c].drop_vars(DRAW, errors="ignore") for c in fits], dim=DRAW)
    return crossings(np.concatenate(parts), whole, hurdle)


def crossings(correlation: Array, figures: xr.DataArray, hurdle: float) -> pd.Series:
    """Return the shock correlation at which each channel's ROAS equals the hurdle; nan: none between -1 and 1 does.

    Args:
        correlation: shock correlation, one figure a draw.
        figures: ROAS, dimensions draw and channel.
        hurdle: the ROAS to be reached.

    A channel whose ROAS hardly moves with the correlation has no crossing.
    """
    values = figures.transpose(DRAW, CHANNEL).to_numpy()
    away = correlation - correlation.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = away @ (values - values.mean(axis=0)) / (away @ away)
        moves = slope * correlation.std() / values.std(axis=0)
        crossing = correlation.mean() + (hurdle - values.mean(axis=0)) / slope
    told = (np.abs(crossing) < 1) & (np.abs(moves) > MOVES)
    return pd.Series(np.where(told, crossing, np.nan), index=figures[CHANNEL].to_numpy())
