"""Days become weeks, Monday to Sunday, with nothing guessed at either end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd

from omnimix.data.amounts import NumberColumn, read_numbers
from omnimix.data.dates import mondays
from omnimix.data.phrases import amount, ended, in_weeks, listed, quoted, refusal, week_list
from omnimix.data.raw import RawTable, raw_from_frame
from omnimix.data.week_column import DEFAULT_WEEK, find_weeks
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import Finding
from omnimix.labels import WEEK

How = Literal["sum", "mean", "last", "max"]
HOWS: tuple[How, ...] = ("sum", "mean", "last", "max")
_SOURCE = "the daily table"


def to_weekly(
    frame: Any,
    *,
    how: How | Mapping[str, How],
    day: str = "day",
    incomplete: Literal["drop", "refuse"] = "refuse",
) -> pd.DataFrame:
    """Sum (or average, ...) a daily table to weeks from Monday to Sunday, stamped on the Monday.

    `how` is one of "sum", "mean", "last", "max", or says it for each column. A week with an empty day is
    empty, never a part of a sum. Weeks cut off at either end are refused, or left out with
    ``incomplete="drop"`` (the Panel made of the result notes it).
    Raises DataError for missing or repeated days, columns without a rule, and texts.

    >>> days = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=14), "tv": 1.0})
    >>> to_weekly(days, how="sum")["tv"].tolist()
    [7.0, 7.0]
    """
    if incomplete not in ("drop", "refuse"):
        raise DataError(f"incomplete is 'drop' or 'refuse', not {incomplete!r}.")
    raw = raw_from_frame(frame, week=day, source=_SOURCE)
    wanted = DEFAULT_WEEK if day == "day" and day not in raw.names else day
    name, dates, _ = find_weeks(raw, wanted, None)
    numbers = read_numbers({n: raw.column(n) for n in raw.names if n != name})
    rules = _rules(how, list(numbers))
    days = dates.days
    problems = [*dates.problems, *dates.doubts, *_bad_days(raw, days, name), *_bad_cells(raw, numbers, rules)]
    if problems:
        raise refusal(_SOURCE, problems)
    table = pd.DataFrame({n: numbers[n].figures for n in rules}, index=days).sort_index()
    whole, note = _whole_weeks(table, incomplete)
    return _summed(whole, rules, note)


def _rules(how: How | Mapping[str, How], columns: list[str]) -> dict[str, How]:
    if not isinstance(how, str | Mapping):
        raise DataError(f"how is one of {quoted(HOWS)}, or says it for each column, not {how!r}.")
    if isinstance(how, str):
        rules: dict[str, How] = dict.fromkeys(columns, how)
    else:
        rules = dict(how)
    problems = [
        f"how says '{rule}' for column '{name}'; say one of {quoted(HOWS)}."
        for name, rule in rules.items()
        if rule not in HOWS
    ]
    absent = [name for name in columns if name not in rules]
    if absent:
        problems.append(f"how says nothing of {quoted(absent)}; add a rule, or drop these columns first.")
    problems += [ended(f"there is no column '{n}'{did_you_mean(n, columns)}") for n in rules if n not in columns]
    if problems:
        raise refusal(_SOURCE, list(dict.fromkeys(problems)))
    return {name: rules[name] for name in columns}


def _bad_days(raw: RawTable, days: pd.DatetimeIndex, name: str) -> list[str]:
    unread = np.flatnonzero(days.isna())
    if unread.size:
        rows = listed([raw.rows[i] for i in unread])
        return [f"column '{name}' holds no readable date in row(s) {rows}."]
    if len(days) < 2:
        return [f"it holds {len(days)} day(s); at least one whole week is needed."]
    return _repeated_days(days) + _missing_days(days, name)


def _repeated_days(days: pd.DatetimeIndex) -> list[str]:
    if not days.has_duplicates:
        return []
    repeated = pd.DatetimeIndex(days[days.duplicated()].unique())
    message = f"these days have more than one row: {week_list(repeated)}; give one row a day"
    return [f"{message} (sum over regions or campaigns first)."]


def _missing_days(days: pd.DatetimeIndex, name: str) -> list[str]:
    missing = pd.date_range(days.min(), days.max(), unit="ns").difference(days)
    if len(missing) > len(days):
        return [f"column '{name}' is not daily: {week_list(pd.DatetimeIndex(days[:3]))}, ..."]
    if len(missing):
        return [f"{len(missing)} day(s) are missing in the middle: {week_list(missing)}; add a row for each."]
    return []


def _bad_cells(raw: RawTable, numbers: Mapping[str, NumberColumn], rules: Mapping[str, How]) -> list[str]:
    problems = []
    for name in rules:
        cells = [f"row {raw.rows[p]} '{text}'" for p, text in (*numbers[name].unread, *numbers[name].ambiguous)]
        if cells:
            problems.append(
                f"column '{name}' holds cells that are no plain numbers: {listed(cells)}; correct or drop it."
            )
    return problems


def _whole_weeks(table: pd.DataFrame, incomplete: str) -> tuple[pd.DataFrame, Finding | None]:
    starts = mondays(pd.DatetimeIndex(table.index))
    weeks, counts = np.unique(starts.to_numpy(), return_counts=True)
    part = pd.DatetimeIndex(weeks[counts < 7])
    if part.empty:
        return table, None
    told = in_weeks(part, np.ones(len(part), dtype=bool))
    if incomplete == "refuse" or len(part) == len(weeks):
        held = ", ".join(f"{amount(float(count))} of 7 days" for count in counts[counts < 7])
        raise refusal(_SOURCE, [f"{told} not whole ({held}); pass incomplete='drop' to leave out what is cut off."])
    message = f"{told} not whole and left out when days were made weeks."
    return table[~starts.isin(part)], Finding("incomplete_week", "notes", message, "", figure=float(len(part)))


def _summed(table: pd.DataFrame, rules: Mapping[str, How], note: Finding | None) -> pd.DataFrame:
    stamps = mondays(pd.DatetimeIndex(table.index))[::7]
    made = {name: _aggregate(table[name].to_numpy().reshape(-1, 7), rule) for name, rule in rules.items()}
    weekly = pd.DataFrame({WEEK: stamps, **made})
    if note:
        weekly.attrs["omnimix_notes"] = [note.as_dict()]  # plain types, so that the frame can still be saved
    return weekly


def _aggregate(by_week: np.ndarray, rule: How) -> np.ndarray:
    if rule == "last":
        return np.asarray(by_week[:, -1])
    if rule == "max":
        return np.asarray(by_week.max(axis=1))
    return np.asarray(by_week.sum(axis=1) if rule == "sum" else by_week.mean(axis=1))
