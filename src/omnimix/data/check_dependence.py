"""Columns that the data cannot tell apart: exact sums, pairs that move together, media that disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.data.check_totals import nearly_collinear, total_columns
from omnimix.data.panel import Panel
from omnimix.data.phrases import amount, in_weeks
from omnimix.data.roles import Use
from omnimix.findings import Finding

Floats = npt.NDArray[np.float64]

EXACT = 1e-3  # residual spread over own spread: a sum rounded to whole units still counts
TOGETHER = 0.9
MIRRORS = 0.95


def check_dependence(panel: Panel, uses: Sequence[Use]) -> list[Finding]:
    """Return the findings on columns in relation to one another."""
    drivers = _drivers(panel, uses)
    frame = panel.frame
    exact, dependent = _collinear(drivers)
    spend = {use.channel: use.column for use in uses if use.role == "spend" and use.channel}
    controls = [use.column for use in uses if use.role == "control"]
    moving = [*_moving(drivers, [use for use in uses if use.channel], dependent)]
    told = {name for f in [*exact, *moving] for name in str(f.where).split(", ")}
    told |= {name for pair in dependent for name in pair}
    outcomes = frame[list(dict.fromkeys(use.column for use in uses if use.role == "outcome"))]
    return [
        *exact,
        *total_columns(frame, spend, controls),
        *moving,
        *nearly_collinear(drivers, list(told)),
        *_spend_against_exposure(panel, uses),
        *_mirrors(frame, outcomes, controls),
        *_overlap(outcomes),
        *_trend(frame, controls),
        *_weeks_per_column(drivers),
    ]


def _drivers(panel: Panel, uses: Sequence[Use]) -> pd.DataFrame:
    """Take one column a channel (its exposure where given) and the controls, in weeks where all are known."""
    exposed = {use.channel for use in uses if use.role == "exposure"}
    names = [
        use.column
        for use in uses
        if use.role in ("exposure", "control") or (use.role == "spend" and use.channel not in exposed)
    ]
    frame = panel.frame[list(dict.fromkeys(names))]
    frame = frame.loc[:, np.isfinite(frame).sum() > len(frame) // 2]
    whole: pd.DataFrame = frame.loc[np.isfinite(frame.to_numpy()).all(axis=1)]
    return whole


def _collinear(drivers: pd.DataFrame) -> tuple[list[Finding], set[frozenset[str]]]:
    """Regress each column on the independent ones before it; no residual means an exact dependence."""
    findings: list[Finding] = []
    pairs: set[frozenset[str]] = set()
    independent: list[str] = []
    for name in drivers.columns:
        own = drivers[name].to_numpy()
        spread = float(np.std(own))
        if spread <= 1e-12 * max(abs(float(np.mean(own))), 1e-300) or len(drivers) <= len(independent) + 2:
            continue
        terms = _exact_terms(own, drivers[independent])
        if terms is None:
            independent.append(name)
            continue
        equation = f"'{name}' = {_sum(terms)}"
        message = f"These columns depend on one another exactly: {equation}."
        remedy = f"Drop '{name}' or one of the others: their effects cannot be told apart."
        findings.append(Finding("collinear", "blocks", message, remedy, figure=float(len(terms)), where=name))
        pairs |= {frozenset((name, other)) for other in terms if other}
    return findings, pairs


def _exact_terms(own: Floats, others: pd.DataFrame) -> dict[str, float] | None:
    matrix = others.to_numpy() - others.to_numpy().mean(axis=0)
    scale = np.std(matrix, axis=0)
    centred = own - own.mean()
    if not matrix.shape[1]:
        return None
    weights = np.linalg.lstsq(matrix / scale, centred, rcond=None)[0]
    residual = centred - (matrix / scale) @ weights
    if np.std(residual) > EXACT * np.std(own):
        return None
    used = np.abs(weights) > 3 * EXACT * np.std(own)
    slopes = {str(n): float(w / s) for n, w, s, u in zip(others.columns, weights, scale, used, strict=True) if u}
    constant = float(own.mean() - sum(slope * others[name].mean() for name, slope in slopes.items()))
    if abs(constant) > 1e-3 * max(abs(float(own.mean())), float(np.std(own))):
        slopes[""] = constant
    return slopes


def _sum(terms: dict[str, float]) -> str:
    parts = []
    for name, slope in terms.items():
        sign = "-" if slope < 0 else "+"
        size = f"{abs(slope):.4g}"
        what = size if not name else f"'{name}'" if size == "1" else f"{size} x '{name}'"
        parts.append(f"{sign} {what}")
    return " ".join(parts).removeprefix("+ ")


def _moving(drivers: pd.DataFrame, uses: Sequence[Use], dependent: set[frozenset[str]]) -> Iterator[Finding]:
    channels = {use.column: use.channel for use in uses if use.column in drivers.columns}
    moving = [name for name in channels if np.std(drivers[name].to_numpy()) > 0]
    if len(moving) < 2 or len(drivers) < 3:
        return
    correlations = np.corrcoef(drivers[moving].to_numpy(), rowvar=False)
    for i, j in combinations(range(len(moving)), 2):
        one, other, together = moving[i], moving[j], float(correlations[i, j])
        if abs(together) <= TOGETHER or frozenset((one, other)) in dependent:
            continue
        pair = f"'{channels[one]}' and '{channels[other]}'"
        message = f"Channels {pair} move together: their weekly correlation is {together:.2f}."
        remedy = "Read their sum rather than each; a lift test or separate flights would part them."
        yield Finding("move_together", "warns", message, remedy, figure=together, where=f"{one}, {other}")


def _spend_against_exposure(panel: Panel, uses: Sequence[Use]) -> Iterator[Finding]:
    spend = {use.channel: use.column for use in uses if use.role == "spend"}
    for use in uses:
        if use.role != "exposure" or use.channel not in spend:
            continue
        paid, seen = panel.series(spend[use.channel]).to_numpy(), panel.series(use.column).to_numpy()
        for mask, name, what in (
            ((paid > 0) & (seen == 0), "spend_without_exposure", "spend but no exposure"),
            ((paid == 0) & (seen > 0), "exposure_without_spend", "exposure but no spend"),
        ):
            if mask.any():
                message = f"Channel '{use.channel}' has {what} in {in_weeks(panel.weeks, mask)}."
                remedy = f"Compare '{spend[use.channel]}' with '{use.column}': are they booked in different weeks?"
                yield Finding(name, "warns", message, remedy, float(mask.sum()), use.column)


def _mirrors(frame: pd.DataFrame, outcomes: pd.DataFrame, controls: Sequence[str]) -> Iterator[Finding]:
    for outcome in outcomes.columns:
        for control in dict.fromkeys(controls):
            together = _correlation(frame[outcome], frame[control])
            if abs(together) >= MIRRORS:
                message = f"The control '{control}' mirrors the outcome '{outcome}': correlation {together:.2f}."
                remedy = "Is it made from the outcome? Then it takes the media's effect; drop it."
                yield Finding("control_mirrors_outcome", "warns", message, remedy, figure=together, where=control)


def _trend(frame: pd.DataFrame, controls: Sequence[str]) -> Iterator[Finding]:
    weeks = pd.Series(np.arange(len(frame), dtype=np.float64), index=frame.index)
    for control in dict.fromkeys(controls):
        together = _correlation(frame[control], weeks)
        if abs(together) > 0.999:
            message = f"The control '{control}' only counts the weeks (correlation with time {together:.3f})."
            remedy = "Drop it: the baseline has its own trend."
            yield Finding("control_counts_weeks", "warns", message, remedy, figure=together, where=control)


def _overlap(outcomes: pd.DataFrame) -> list[Finding]:
    whole = outcomes[np.isfinite(outcomes).all(axis=1)]
    for name in whole.columns:
        others = whole.loc[:, [other for other in whole.columns if other != name]]
        others = others.loc[:, others.std() > 0]
        if len(whole) <= others.shape[1] + 2 or np.std(whole[name]) == 0:
            continue
        terms = _exact_terms(whole[name].to_numpy(), others)
        if terms:
            message = f"The outcomes overlap: '{name}' = {_sum(terms)}."
            remedy = "Keep the parts or the total, or money is counted twice."
            return [Finding("outcomes_overlap", "warns", message, remedy, where=name)]
    return []


def _weeks_per_column(drivers: pd.DataFrame) -> Iterator[Finding]:
    weeks, columns = drivers.shape
    if weeks < 10 * columns:
        message = f"There are {amount(weeks / columns)} weeks for each of the {columns} channels and controls."
        remedy = "Expect wide intervals; ten weeks for each is a rule of thumb."
        yield Finding("weeks_per_column", "notes", message, remedy, figure=weeks / columns)


def _correlation(one: pd.Series, other: pd.Series) -> float:
    both = np.isfinite(one) & np.isfinite(other)
    a, b = one[both].to_numpy(), other[both].to_numpy()
    if len(a) < 3 or np.std(a) == 0 or np.std(b) == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
