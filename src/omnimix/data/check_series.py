"""Columns that hold something else than the figure of each week: sums so far, placeholders, months, part weeks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.data.panel import Panel
from omnimix.data.phrases import amount, in_weeks
from omnimix.data.roles import Use
from omnimix.findings import Finding

Floats = npt.NDArray[np.float64]

FEWEST_WEEKS = 26
FEWEST_MONTHS = 6
GROWS = 0.3  # of the weeks: the sum of flights stands still between them
PLACEHOLDERS = tuple(sign * (10.0**digits - 1) for digits in range(3, 9) for sign in (1, -1))


def check_series(panel: Panel, use: Use) -> Iterator[Finding]:
    """Give the findings on what one column holds in place of weekly figures."""
    weeks, values = panel.weeks, panel.series(use.column).to_numpy()
    held = np.isfinite(values)
    yield from _placeholders(weeks, use, values)
    if use.role == "control" or held.sum() < FEWEST_WEEKS:
        return
    if _adds_up(weeks[held], values[held]):
        message = f"The {use} only grows, or begins anew with the year, as a running total does."
        yield _warns("running_total", use, message, "Give the figure of each week, not the sum so far.")
        return
    if use.role == "outcome":
        yield from _part_of_a_week(weeks, use, values)
    if held.all():
        yield from _by_month(weeks, use, values)


def _warns(name: str, use: Use, message: str, remedy: str, figure: float | None = None) -> Finding:
    return Finding(name, "warns", message, remedy, figure=figure, where=use.column)


def _placeholders(weeks: pd.DatetimeIndex, use: Use, values: Floats) -> Iterator[Finding]:
    """Find 999 and its like where the column is otherwise far from it."""
    marked = np.isin(values, PLACEHOLDERS)
    others = values[np.isfinite(values) & ~marked]
    if not marked.any() or others.size < 2:
        return
    low, high = float(others.min()), float(others.max())
    if use.role != "control" and low == high == 0:
        return  # a fee of 999 now and then
    far = marked & ((values > high + 0.5 * abs(high)) | (values < low - 3 * (high - low)))
    if far.any():
        shown = amount(float(values[far][0]))
        message = f"The {use} is {shown} in {in_weeks(weeks, far)}; the others are between {amount(low)} and "
        remedy = "Does it stand for a figure that is not known? Then leave the cell empty, or fill in a control."
        yield _warns("placeholder", use, f"{message}{amount(high)}.", remedy, float(far.sum()))


def _adds_up(weeks: pd.DatetimeIndex, values: Floats) -> bool:
    steps = np.diff(values)
    drops = np.flatnonzero(steps < -1e-9 * np.abs(values[:-1]))  # sums of cents may go down by a rounding
    anew = weeks.year.to_numpy()[1:] != weeks.year.to_numpy()[:-1]
    near_new_year = all(anew[max(0, drop - 1) : drop + 2].any() for drop in drops)
    deep = bool((values[drops + 1] < 0.5 * values[drops]).all())
    return bool(np.mean(steps > 0) > GROWS and len(drops) <= anew.sum() and near_new_year and deep)


def _part_of_a_week(weeks: pd.DatetimeIndex, use: Use, values: Floats) -> Iterator[Finding]:
    """Find a first or last week far below a steady column: some of its days may be missing."""
    held = np.flatnonzero(np.isfinite(values))
    for place, which in ((held[0], "first"), (held[-1], "last")):
        others = values[held[held != place]]
        low, middle = np.quantile(others, [0.05, 0.5])
        if low > 0.5 * middle and low / 5 <= values[place] < 0.75 * others.min():
            told = f"{amount(float(values[place]))} in the {which} week, {weeks[place]:%Y-%m-%d}"
            message = f"The {use} is {told}, and never below {amount(float(others.min()))} otherwise."
            remedy = "Were all its days in the export? If not, leave that week out."
            yield _warns("part_of_a_week", use, message, remedy, float(values[place]))


def _by_month(weeks: pd.DatetimeIndex, use: Use, values: Floats) -> Iterator[Finding]:
    """Find months booked in one week, or divided over their weeks."""
    months = pd.Series(values, index=pd.MultiIndex.from_arrays([weeks.year, weeks.month])).groupby(level=[0, 1])
    inside = months.size().index[1:-1]
    if len(inside) < FEWEST_MONTHS:
        return
    active = months.agg(lambda month: int((month != 0).sum())).loc[inside]
    places = months.agg(lambda month: int(np.argmax(month.to_numpy() != 0))).loc[inside]
    ends = months.size().loc[inside] - 1
    once = use.role != "outcome" and bool((active == 1).all())
    if once and (bool((places == 0).all()) or bool((places == ends).all())):
        message = f"The {use} stands in one week of every month."
        remedy = (
            "Is it the bill of the month? Give what ran in each week: its effect is looked for where the money stands."
        )
        yield _warns("booked_by_month", use, message, remedy)
    same = months.agg(lambda month: bool(np.ptp(month.to_numpy()) <= 1e-9 * abs(month.iloc[0]))).loc[inside]
    if bool(same.all()) and months.first().loc[inside].nunique() >= FEWEST_MONTHS:
        message = f"The {use} is the same in all weeks of each month."
        remedy = "Is a month's money divided by its weeks? What it does from week to week cannot be learned then."
        yield _warns("divided_by_month", use, message, remedy)
