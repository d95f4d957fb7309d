"""Whether a column moves enough, and plausibly enough, to learn anything from it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.data.panel import Panel
from omnimix.data.phrases import amount, in_weeks, listed, week_list
from omnimix.data.roles import Use
from omnimix.data.season import fourier_terms
from omnimix.data.starts_and_stops import UNLIKE, last_stop
from omnimix.findings import Finding

Floats = npt.NDArray[np.float64]

LEAST_VARIATION = 0.05
LATE_START = 0.25
FEW_ACTIVE_WEEKS = 4
SEASONAL = 0.8
UNHEARD_OF = 9.0  # orders: a count that expects so many is 0 once in 8,000 times


def check_variation(panel: Panel, use: Use) -> list[Finding]:
    """Return the findings on how one column in its role moves over the weeks."""
    values = panel.series(use.column).to_numpy()
    finite = np.isfinite(values)
    if not finite.any():
        return []
    findings = _never_varies(use, values[finite])
    if use.role in ("spend", "exposure"):
        findings += _activity(panel.weeks, use, values)
    if use.role in ("spend", "outcome"):
        findings += lone_zeros(panel.weeks, use, values) + outliers(panel.weeks, use, values)
    if use.role == "control" and np.unique(values[finite]).size > 2:
        findings += lone_zeros(panel.weeks, use, values)
    if use.role == "spend":
        findings += _follows_season(panel.weeks[finite], use, values[finite])
    return findings


def _never_varies(use: Use, values: Floats) -> list[Finding]:
    middle, spread = float(np.mean(values)), float(np.std(values))
    if use.role in ("spend", "exposure"):
        if middle == 0 or spread >= LEAST_VARIATION * abs(middle):
            return []
        share = spread / abs(middle)
        message = f"The {use} hardly varies: it moves {share:.1%} around {amount(middle)} a week."
        remedy = "Its effect cannot be told from the baseline; vary the spend or bring a lift test."
        return [Finding("never_varies", "warns", message, remedy, figure=share, where=use.column)]
    if spread > 1e-12 * max(abs(middle), 1e-300):
        return []
    message = f"The {use} is {amount(middle)} in every week."
    remedy = "Drop it: a constant explains nothing." if use.role == "control" else "Nothing can be learned from it."
    return [Finding("never_varies", "blocks", message, remedy, figure=0.0, where=use.column)]


def _activity(weeks: pd.DatetimeIndex, use: Use, values: Floats) -> list[Finding]:
    active = np.flatnonzero(np.nan_to_num(values) != 0)
    if not active.size:
        message = f"The {use} is 0 in every week." if not np.isnan(values).any() else f"The {use} holds only 0."
        remedy = f"Drop channel '{use.channel}' or give the column that holds its {use.role}."
        return [Finding("channel_never_runs", "blocks", message, remedy, figure=0.0, where=use.column)]
    first = int(active[0])
    findings = []
    longest = int((np.diff(active) - 1).max(initial=0))
    late = first > LATE_START * len(values) and first > UNLIKE * longest  # else the channel has flights or a season
    if late and not np.isnan(values[:first]).all():
        message = f"The {use} starts in week {week_list(weeks[[first]])}, after {first} of {len(values)} weeks."
        remedy = "Were the weeks before really without it? If they are not known, start the table there."
        findings.append(Finding("starts_late", "warns", message, remedy, figure=float(first), where=use.column))
    stopped = last_stop(np.nan_to_num(values, posinf=0.0))
    if stopped is not None and not np.isnan(values[stopped:]).any():
        silent = len(values) - stopped
        most = amount(float(values[stopped:].max()))
        told = f"{most if most == '0' else f'at most {most}'} in the last {silent} weeks of the table"
        message = f"The {use} stops before week {week_list(weeks[[stopped]])}: {told}."
        remedy = (
            "Were these weeks really without it? If they are not known yet, end the table before them. If it was "
            "stopped, its figures are of the weeks before, and today's plan gives it nothing."
        )
        findings.append(Finding("stops_early", "warns", message, remedy, figure=float(silent), where=use.column))
    if active.size < FEW_ACTIVE_WEEKS:
        message = f"The {use} is above 0 in only {len(active)} weeks ({week_list(weeks[active])})."
        remedy = "Its effect will come from the prior; join it with a channel like it."
        findings.append(Finding("runs_rarely", "warns", message, remedy, figure=float(active.size), where=use.column))
    return findings


def lone_zeros(weeks: pd.DatetimeIndex, use: Use, values: Floats) -> list[Finding]:
    """Find zeros where the column is otherwise well above zero: zero or missing?

    >>> weeks = pd.date_range("2024-01-01", periods=30, freq="7D")
    >>> lone_zeros(weeks, Use("tv", "spend", "tv"), np.r_[np.full(29, 9.0), 0.0])[0].name
    'zero_or_missing'
    """
    zero = values == 0
    others = np.abs(values[np.isfinite(values) & ~zero])
    if not zero.any() or others.size < 2:
        return []
    steady = np.quantile(others, 0.05) > 0.2 * np.median(others)
    if use.role == "outcome" and _may_be_a_count(values[np.isfinite(values)]):
        return []
    few = zero.sum() <= max(1.0, 0.05 * len(values))
    at_an_end = use.role == "outcome" and zero[np.isfinite(values)][[0, -1]].any()
    if not (steady and (few or at_an_end)):
        return []
    usual = amount(float(np.median(others)))
    message = f"The {use} is exactly 0 in {in_weeks(weeks, zero)} and {usual} in the usual week."
    remedy = "Zero or missing? If the figure is not known, leave the cell empty."
    return [Finding("zero_or_missing", "warns", message, remedy, figure=float(zero.sum()), where=use.column)]


def _may_be_a_count(values: Floats) -> bool:
    """Tell whether zeros may be weeks with no order among weeks with few: whole numbers, and no long run of zeros."""
    ends = np.flatnonzero(np.r_[True, values != 0, True])
    expected = float((np.diff(ends) - 1).max() * values.mean())  # in the longest run of zeros
    return bool((values % 1 == 0).all()) and expected <= UNHEARD_OF


def outliers(weeks: pd.DatetimeIndex, use: Use, values: Floats) -> list[Finding]:
    """Find weeks far beyond the others that fall in line when the decimal mark moves.

    >>> weeks = pd.date_range("2024-01-01", periods=30, freq="7D")
    >>> outliers(weeks, Use("tv", "spend", "tv"), np.r_[np.arange(29) + 9.0, 200.0])[0].name
    'outlier_week'
    """
    held = np.isfinite(values) & (values > 0)
    if held.sum() < FEW_ACTIVE_WEEKS * 3:
        return []
    low, middle, high = np.quantile(values[held], [0.05, 0.5, 0.95])
    high = max(float(high), float(np.sort(values[held])[-max(3, int(0.03 * held.sum()) + 1)]))
    far = held & ((values > 5 * high) | ((values > 3 * high) & (values > 6 * middle)))
    if use.role == "outcome" and low > 0.3 * middle:
        far |= held & (values < low / 5)
    if not far.any():
        return []
    told = listed([f"{amount(v)} in week {w:%Y-%m-%d}" for w, v in zip(weeks[far], values[far], strict=True)])
    message = f"The {use} stands out: {told}; most weeks are between {amount(low)} and {amount(high)}."
    remedy = "Is it a decimal slip, or a booking of several weeks at once? Correct it, or leave it if it is true."
    return [Finding("outlier_week", "warns", message, remedy, figure=float(far.sum()), where=use.column)]


def _follows_season(weeks: pd.DatetimeIndex, use: Use, values: Floats) -> list[Finding]:
    if len(values) < 78 or np.std(values) == 0:
        return []
    waves = np.column_stack([np.ones(len(values)), fourier_terms(weeks, 2).to_numpy()])
    fitted = waves @ np.linalg.lstsq(waves, values, rcond=None)[0]
    share = 1 - float(np.var(values - fitted) / np.var(values))
    if share < SEASONAL:
        return []
    message = f"{share:.0%} of the variation of the {use} is a yearly wave."
    remedy = "Its effect and the season are hard to tell apart."
    return [Finding("channel_follows_season", "notes", message, remedy, figure=share, where=use.column)]
