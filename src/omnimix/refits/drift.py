r"""Drift: do new weeks look as the old fit foresaw, and did a channel's effect move by more than new weeks explain?

Both fits estimate the same thing, what a channel brought in the weeks that both have. Under a model that is right the
later mean is the earlier one and what the new weeks taught. By the law of total variance the variance of that is the
expected fall of the variance, E[s_old^2 - s_new^2], so that::

    z = (m_new - m_old) / sqrt(E[s_old^2 - s_new^2])

has mean 0 and variance 1. The fall that came about is a poor estimate of the expected one (it is below 0 where the
weeks surprised), so it is taken from the old fit alone: s_old^2 R^2 of the regression, over draws, of what the channel
brought on the weeks that the same draws foresee, noise included.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import ndtri

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.effects.contributions import contributions
from omnimix.effects.figures import require_usable
from omnimix.effects.predict import predict
from omnimix.errors import FitError
from omnimix.findings import Finding
from omnimix.labels import CHANNEL, MEAN, NODE, OUTCOME, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.posterior.convergence import ess_bulk
from omnimix.truth._recover import crps

ALARM = 0.05  # probability of a false alarm over all channels, and over all nodes


@dataclass(frozen=True, repr=False)
class Drift:
    """Whether new weeks are as foreseen, and whether effects moved.

    Attributes:
        channels: one row a channel: what it brought in the weeks that both fits have, ``old`` and ``new`` (means, in
            value), ``sd_old``, ``sd_new``, ``z`` and ``alarm`` (whether z is beyond what one in twenty comparisons of
            so many channels shows by chance).
        weekly: one row a node and new week: ``observed``, forecast ``mean``, ``pit`` (part of the forecast's draws
            below what was observed) and ``crps`` in units of the node.
        totals: one row a node: ``observed`` over all new weeks, forecast ``mean``, ``pit`` and ``alarm``.
        weeks: how many are new.
    """

    channels: pd.DataFrame
    weekly: pd.DataFrame
    totals: pd.DataFrame
    weeks: int

    def table(self) -> pd.DataFrame:
        """Return one row a channel."""
        return self.channels.copy()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What to know, with what can be done about it."""
        return tuple(self._findings())

    def _findings(self) -> Iterator[Finding]:
        for row in self.totals[self.totals["alarm"]].to_dict("records"):
            way = "lower" if row["observed"] < row[MEAN] else "higher"
            told = (
                f"{row[NODE]} was {way} in the {self.weeks} new weeks than the old fit foresaw: {row['observed']:,.0f} "
                f"against {row[MEAN]:,.0f}; {row['pit']:.1%} of its forecasts lay below."
            )
            remedy = "Look for what came into the market or left it, and give it as a control, before effects are read."
            yield Finding("unlike_forecast", "warns", told, remedy, float(row["pit"]), str(row[NODE]))
        for row in self.channels[self.channels["alarm"]].to_dict("records"):
            told = (
                f"The effect of {row[CHANNEL]} in weeks that both fits have is put at {row['new']:,.0f} and was put "
                f"at {row['old']:,.0f}: {abs(row['z']):.1f} times what {self.weeks} new weeks usually teach."
            )
            remedy = (
                "Ask whether creative, format, targeting or price of it changed. If so, fit the weeks since then, with "
                "what the old fit says as roas_prior, made wider; if not, test it."
            )
            yield Finding("drift", "warns", told, remedy, float(row["z"]), str(row[CHANNEL]))

    def __repr__(self) -> str:
        told = [str(f) for f in self.findings] or ["New weeks are as the old fit foresaw, and no effect drifted."]
        return "\n".join([self._title, notebook.text(self.channels, self._forms), *told])

    def _repr_html_(self) -> str:
        parts = (notebook.table(self.channels, self._forms), notebook.findings(self.findings))
        return notebook.card(self._title, *parts, under="value brought in the weeks that both fits have")

    @property
    def _forms(self) -> dict[str, words.Form]:
        return {"z": words.ratio, **dict.fromkeys(("old", "new", "sd_old", "sd_new"), words.amount)}

    @property
    def _title(self) -> str:
        return f"Drift over {self.weeks} new weeks"


@checked
def drift(old: Posterior, new: Posterior, *, seed: int = 0, allow_unconverged: bool = False) -> Drift:
    """Say whether the weeks that a new fit has more are as the old one foresaw, and which effects moved with them.

    Args:
        old: the earlier fit.
        new: the later one, of the same funnel, such as :func:`omnimix.refit` makes.
        seed: of the forecast's noise.
        allow_unconverged: use fits that did not converge all the same.

    Raises :class:`FitError` for fits of other funnels or without new weeks, and for one that did not converge, unless
    ``allow_unconverged``.
    """
    for one in (old, new):
        require_usable(one, allow_unconverged)
    added = new.scaling.weeks[new.scaling.weeks > old.scaling.weeks[-1]]
    if old.funnel != new.funnel or not len(added):
        why = "they are of other funnels" if old.funnel != new.funnel else "the later one has no new weeks"
        raise FitError(f"drift cannot be told from these two fits: {why}. Refit with om.refit(old, panel).")
    foreseen = predict(old, new.panel.frame.loc[added].rename_axis(WEEK), stages=True, seed=seed).draws
    weekly, totals = _forecasts(old, new, added, foreseen)
    return Drift(_channels(old, new, foreseen), weekly, totals, len(added))


def _channels(old: Posterior, new: Posterior, foreseen: xr.DataArray) -> pd.DataFrame:
    weeks = old.scaling.window_weeks
    one, other = (_brought(p, weeks) for p in (old, new))
    errors = [_error(p, draws) for p, draws in ((old, one), (new, other))]
    m_old, m_new, s_old, s_new = one.mean(axis=0), other.mean(axis=0), one.std(axis=0), other.std(axis=0)
    frame = new.panel.frame.reindex(foreseen[WEEK].to_numpy())
    seen = frame[[str(n) for n in foreseen[OUTCOME].to_numpy()]].notna().to_numpy()
    told = foreseen.transpose("draw", WEEK, OUTCOME).to_numpy().reshape(len(one), -1)[:, seen.reshape(-1)]
    taught = s_old**2 * part_explained(told, one) + errors[0] ** 2 + errors[1] ** 2
    z = (m_new - m_old) / np.sqrt(np.maximum(taught, np.finfo(float).tiny))
    names = list(old.funnel.channel_names)
    return pd.DataFrame(
        {
            CHANNEL: names,
            "old": m_old,
            "new": m_new,
            "sd_old": s_old,
            "sd_new": s_new,
            "z": z,
            "alarm": np.abs(z) > float(ndtri(1 - ALARM / 2 / len(names))),
        }
    )


def part_explained(weeks: Array, quantities: Array) -> Array:
    """Return which part of the variance of quantities the weeks explain, shape (quantities,), not below 0.

    Both have a row a draw. R^2 is adjusted for the number of weeks: what chance explains is taken off.

    >>> x = np.random.default_rng(1).normal(size=(4000, 2))
    >>> part_explained(x[:, :1], x.sum(axis=1, keepdims=True)).round(1)
    array([0.5])
    """
    draws, columns = weeks.shape
    design = np.column_stack([np.ones(draws), weeks / np.maximum(weeks.std(axis=0), np.finfo(float).tiny)])
    rest = quantities - design @ np.linalg.lstsq(design, quantities, rcond=None)[0]
    unexplained = rest.var(axis=0) / np.maximum(quantities.var(axis=0), np.finfo(float).tiny)
    return np.asarray(np.clip(1.0 - unexplained * (draws - 1) / max(draws - columns - 1, 1), 0.0, 1.0))


def _brought(posterior: Posterior, weeks: pd.DatetimeIndex) -> Array:
    """Return the value that every channel brought in some weeks, shape (draws, channels)."""
    found = contributions(posterior, allow_unconverged=True)
    value = (found.media.sel({WEEK: np.asarray(weeks)}).sum(WEEK) * found.value).sum(OUTCOME)
    return np.asarray(value.transpose("draw", CHANNEL).to_numpy())


def _error(posterior: Posterior, draws: Array) -> Array:
    size = ess_bulk(np.ascontiguousarray(draws.T).reshape(draws.shape[1], posterior.run.chains, -1))
    size = np.minimum(size, posterior.left_in_effect)
    return np.asarray(draws.std(axis=0) / np.sqrt(np.maximum(size, 1.0)))


def _forecasts(
    old: Posterior, new: Posterior, added: pd.DatetimeIndex, draws: xr.DataArray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what the old fit foresaw of the new weeks under what was then spent, beside what was observed."""
    frame = new.panel.frame
    nodes = [n.name for n in old.funnel.nodes]
    rows, totals = [], []
    for name in nodes:
        held = draws.sel({OUTCOME: name}).transpose("draw", WEEK).to_numpy()
        seen = frame[name].reindex(added).to_numpy(dtype=float)
        known = np.isfinite(seen)
        for k in map(int, np.flatnonzero(known)):
            below = float((held[:, k] < seen[k]).mean())
            rows.append((name, added[k], seen[k], float(held[:, k].mean()), below, crps(held[:, k], float(seen[k]))))
        if known.any():
            sums, whole = held[:, known].sum(axis=1), float(seen[known].sum())
            totals.append((name, whole, float(sums.mean()), float((sums < whole).mean())))
    summed = pd.DataFrame(totals, columns=[NODE, "observed", MEAN, "pit"])
    edge = ALARM / 2 / max(len(summed), 1)
    summed["alarm"] = (summed["pit"] < edge) | (summed["pit"] > 1 - edge)
    return pd.DataFrame(rows, columns=[NODE, WEEK, "observed", MEAN, "pit", "crps"]), summed
