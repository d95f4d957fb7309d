"""Fits of other families to the same weeks, side by side, and figures averaged over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.comparison.leave_one_out import ELPD, LeaveOneOut, leave_one_out
from omnimix.comparison.weights import counts, evenly, stacking_weights
from omnimix.effects import Figures, require_usable
from omnimix.errors import OmnimixError
from omnimix.labels import DRAW, WEEK
from omnimix.posterior import Posterior

NAME, DIFFERENCE, SE, WEIGHT = "name", "difference", "se_difference", "weight"
MOST_NAMED = 3


@dataclass(frozen=True, repr=False)
class Comparison:
    """Fits held against each other by how well they foresee weeks that they have not seen.

    Attributes:
        posteriors: the fits by name, as they came.
        scores: leave-one-out of each.
        weights: stacking weights; they add up to one.
    """

    posteriors: Mapping[str, Posterior]
    scores: Mapping[str, LeaveOneOut]
    weights: Mapping[str, float]

    @property
    def best(self) -> str:
        """The name of the fit with the highest expected log predictive density."""
        return max(self.scores, key=lambda name: self.scores[name].elpd)

    def table(self) -> pd.DataFrame:
        """Return one row a fit, best first.

        ``elpd`` is the expected log predictive density summed over weeks and nodes, ``difference`` that of the best fit
        less its own, ``se_difference`` the standard error of that difference over weeks, ``weight`` its share in the
        best mixture. ``k_hat_max`` and ``weeks_unreliable`` (weeks with a k-hat above 0.7) say how far to rely on it.
        """
        best = self.scores[self.best].by_week
        rows = []
        for name, score in self.scores.items():
            apart = (best - score.by_week).to_numpy()
            rows.append(
                {
                    NAME: name,
                    ELPD: score.elpd,
                    DIFFERENCE: float(apart.sum()),
                    SE: float(np.sqrt(apart.size * apart.var(ddof=1))),
                    WEIGHT: self.weights[name],
                    "k_hat_max": score.k_hat_max,
                    "weeks_unreliable": score.unreliable[WEEK].nunique(),
                }
            )
        return pd.DataFrame(rows).sort_values(ELPD, ascending=False, kind="stable", ignore_index=True)

    def average(self, verb: Callable[..., Any], **settings: Any) -> Figures:
        """Return a verb's figures averaged over the fits: draws of each in proportion to its weight.

        Args:
            verb: a verb that takes a posterior and returns figures, such as ``om.roas`` or ``om.marginal_roas``.
            settings: passed on to it.

        Raises :class:`OmnimixError` where the verb returns something else, or figures of other labels for other fits.

        >>> comparison.average(om.roas).table()                                             # doctest: +SKIP
        """
        used = [name for name in self.posteriors if self.weights[name] > 0]
        found = {name: verb(self.posteriors[name], **settings) for name in used}
        _require_alike(verb, found)
        shares = np.array([self.weights[name] for name in used])
        size = max(f.draws.sizes[DRAW] for f in found.values())
        parts = [
            f.draws.drop_vars(DRAW, errors="ignore").isel({DRAW: evenly(f.draws.sizes[DRAW], int(count))})
            for f, count in zip(found.values(), counts(shares, size), strict=True)
        ]
        first: Figures = next(iter(found.values()))
        known = {
            label: sum((w * f.known[label] for w, f in zip(shares, found.values(), strict=True)), start=0.0 * values)
            for label, values in first.known.items()
        }
        mixed: xr.DataArray = xr.concat(parts, dim=DRAW)
        return replace(first, draws=mixed.transpose(*first.draws.dims), known=known)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw differences and weights on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return f"fits compared by leave-one-out, best first\n{notebook.text(self.table(), self._forms)}"

    def _repr_html_(self) -> str:
        return notebook.card(
            "Fits compared by leave-one-out",
            notebook.table(self.table(), self._forms),
            under="a difference of less than about 4, or of less than two standard errors, says little; "
            "`.average(om.roas)` gives figures over all of them by weight",
        )

    @property
    def _forms(self) -> dict[str, words.Form]:
        return {**dict.fromkeys((ELPD, DIFFERENCE, SE), words.exact), WEIGHT: words.percent, "k_hat_max": words.ratio}


@checked
def compare(posteriors: Mapping[str, Posterior], *, allow_unconverged: bool = False) -> Comparison:
    """Compare fits of the same weeks by leave-one-out, and weigh them by stacking.

    Nothing is fitted again. Fits may differ in curves, priors, baseline, likelihood, controls and in what acts on what;
    they must be of the same stages and outcomes in the same observed weeks.

    Args:
        posteriors: two fits or more, by the name under which they are told.
        allow_unconverged: take fits that did not converge all the same.

    Raises :class:`OmnimixError` for fewer than two fits and for fits of other data, naming the first difference, and
    :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.

    >>> om.compare({"hill": first, "logistic": second}).table()                             # doctest: +SKIP
    """
    if len(posteriors) < 2:
        raise OmnimixError(f"comparing takes two fits or more, by name, not {len(posteriors)}.")
    for posterior in posteriors.values():
        require_usable(posterior, allow_unconverged)
    _require_same_weeks(posteriors)
    scores = {name: leave_one_out(p, allow_unconverged=True) for name, p in posteriors.items()}
    weights = stacking_weights(np.column_stack([s.by_week.to_numpy() for s in scores.values()]))
    return Comparison(dict(posteriors), scores, {n: float(w) for n, w in zip(posteriors, weights, strict=True)})


def _require_same_weeks(posteriors: Mapping[str, Posterior]) -> None:
    """Refuse fits whose observed figures differ: their densities are not of the same thing."""
    tables = {name: _observed(p) for name, p in posteriors.items()}
    first, ours = next(iter(tables.items()))
    wrong = []
    for name, theirs in list(tables.items())[1:]:
        if set(ours) != set(theirs):
            odd = ", ".join(f"`{c}`" for c in sorted(set(ours) ^ set(theirs)))
            wrong.append(f"{name!r} and {first!r} have other stages and outcomes: only one of them has {odd}")
            continue
        wrong += [
            f"{name!r} and {first!r} differ in `{column}` in {len(weeks)} week(s): "
            + ", ".join(str(w.date()) for w in weeks[:MOST_NAMED])
            + (" and so on" if len(weeks) > MOST_NAMED else "")
            for column in ours
            if len(weeks := _differing(ours[column], theirs[column]))
        ]
    if wrong:
        raise OmnimixError(
            "these fits are not of the same observed weeks, so that their densities cannot be compared: "
            + "; ".join(wrong)
            + ". Fit all of them to one panel."
        )


def _observed(posterior: Posterior) -> dict[str, pd.Series]:
    weeks = posterior.scaling.window_weeks
    return {n.name: posterior.panel.series(n.name).reindex(weeks).dropna() for n in posterior.funnel.nodes}


def _differing(ours: pd.Series, theirs: pd.Series) -> pd.DatetimeIndex:
    weeks = ours.index.union(theirs.index)
    same = ours.reindex(weeks).to_numpy(dtype=float) == theirs.reindex(weeks).to_numpy(dtype=float)
    return pd.DatetimeIndex(weeks[~same])


def _require_alike(verb: Callable[..., Any], found: Mapping[str, Any]) -> None:
    called = getattr(verb, "__name__", "this verb")
    for name, figures in found.items():
        if not isinstance(figures, Figures):
            raise OmnimixError(
                f"{called} returns {type(figures).__name__}, whose draws cannot be averaged; give a verb that returns "
                "figures, such as om.roas, om.marginal_roas or om.traffic_share."
            )
        first_name, first = next(iter(found.items()))
        ours, theirs = (
            {str(k): f.draws[k].to_numpy().tolist() for k in f.draws.dims if k != DRAW} for f in (first, figures)
        )
        if ours != theirs:
            raise OmnimixError(
                f"the figures of {called} have other labels for {name!r} than for {first_name!r}, so that they cannot "
                "be averaged; compare fits of the same channels and outcomes."
            )
