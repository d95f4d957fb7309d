"""Does the fitted model produce weeks like the ones that were seen?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from omnimix.effects.predict import predict
from omnimix.findings import Finding
from omnimix.labels import DRAW, OUTCOME
from omnimix.mechanics import Array
from omnimix.posterior import Posterior

COVERED = (0.8, 0.98)  # share of weeks inside their 90 % interval that is nothing to speak of
AUTOCORRELATION = 0.3
FAR_OUT = 4.0  # robust standard deviations


def fit_check(posterior: Posterior) -> Iterator[Finding]:
    """Compare observed weeks with predicted ones: coverage, residuals that follow one another, weeks far out."""
    drawn = predict(posterior, interval=0.9, stages=True).draws
    for outcome in posterior.funnel.nodes:  # what passes through a badly fitted stage is no better than the stage
        weeks = posterior.scaling.window_weeks
        observed = posterior.panel.series(outcome.name).reindex(weeks).to_numpy(dtype=float)
        predicted = drawn.sel({OUTCOME: outcome.name})
        seen = np.isfinite(observed)
        ends = predicted.quantile([0.05, 0.95], dim=DRAW).to_numpy()
        inside = float(np.mean((observed >= ends[0])[seen] & (observed <= ends[1])[seen]))
        if not COVERED[0] <= inside <= COVERED[1]:
            message = f"{inside:.0%} of the observed weeks of {outcome.name} lie inside their 90 % predicted interval."
            yield Finding(
                "predictive_fit", "warns", message, "Try likelihood='student_t' or 'log_normal'.", inside, outcome.name
            )
        residual = np.where(seen, observed - predicted.mean(DRAW).to_numpy(), np.nan)
        yield from _follow(outcome.name, residual)
        yield from _far_out(outcome.name, residual, [str(w.date()) for w in weeks])


def _follow(name: str, residual: Array) -> Iterator[Finding]:
    before, after = residual[:-1], residual[1:]
    both = np.isfinite(before) & np.isfinite(after)
    correlation = float(np.corrcoef(before[both], after[both])[0, 1])
    if correlation > AUTOCORRELATION:
        message = (
            f"What the model leaves unexplained of {name} carries on from week to week (autocorrelation "
            f"{correlation:.2f}): something slow is missing, and intervals are too narrow."
        )
        remedy = "Add the missing control, or let the level move faster with Baseline(knot_weeks=8)."
        yield Finding("residuals_follow", "warns", message, remedy, correlation, name)


def _far_out(name: str, residual: Array, weeks: list[str]) -> Iterator[Finding]:
    spread = 1.4826 * np.nanmedian(np.abs(residual - np.nanmedian(residual)))
    far = np.flatnonzero(np.abs(residual) > FAR_OUT * spread)
    if far.size:
        listed = ", ".join(weeks[k] for k in far[:5]) + (f" and {far.size - 5} more" if far.size > 5 else "")
        message = f"{far.size} week(s) of {name} lie far from what the model expects: {listed}."
        remedy = "Look for a promotion, a stock-out or a typing error; add a control, or use likelihood='student_t'."
        yield Finding("weeks_far_out", "warns", message, remedy, float(far.size), name)
