"""Days become weeks, Monday to Sunday, with nothing guessed at either end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.data.amounts import NumberColumn, read_numbers
from omnimix.data.dates import mondays
from omnimix.data.phrases import amount, ended, in_weeks, listed, quoted, refusal, row_list, week_list
from omnimix.data.raw import RawTable, raw_from_frame
from omnimix.data.table import repeated_names, truths_note
from omnimix.data.week_column import DEFAULT_WEEK, find_weeks
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import Finding
from omnimix.labels import WEEK

Floats = npt.NDArray[np.float64]
How = Literal["sum", "mean", "last", "max"]
_AGGREGATES: dict[How, Callable[[Floats], Floats]] = {
    "sum": lambda days: days.sum(axis=1),
    "mean": lambda days: days.mean(axis=1),
    "last": lambda days: days[:, -1],
    "max": lambda days: days.max(axis=1),
}
HOWS = tuple(_AGGREGATES)
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
    Raises DataError for missing or repeated days, repeated columns, columns without a rule, and texts.

    >>> days = pd.DataFrame({"day": pd.date_range("2024-01-01", periods=14), "tv": 1.0})
    >>> to_weekly(days, how="sum")["tv"].tolist()
    [7.0, 7.0]
    """
    if incomplete not in ("drop", "refuse"):
        raise DataError(f"incomplete is 'drop' or 'refuse', not {incomplete!r}.")
    raw = raw_from_frame(frame, week=day, source=_SOURCE)
    wanted = DEFAULT_WEEK if day == "day" and day not in raw.names else day
    repeated = repeated_names(raw)
    if repeated:
        raise refusal(_SOURCE, repeated)
    name, dates, _ = find_weeks(raw, wanted, None)
    numbers = read_numbers({n: raw.column(n) for n in raw.names if n != name})
    truths = {n: held for n, column in numbers.items() if (held := column.truths()) is not None}
    numbers |= {n: NumberColumn(held) for n, held in truths.items()}
    rules = _rules(how, list(numbers))
    days = dates.days
    problems = [*dates.problems, *dates.doubts, *_bad_days(raw, days, name), *_bad_cells(raw, numbers, rules)]
    if problems:
        raise refusal(_SOURCE, problems)
    table = pd.DataFrame({n: numbers[n].figures for n in rules}, index=days).sort_index()
    whole, note = _whole_weeks(table, incomplete)
    by_week = {n: table.to_numpy().reshape(-1, 7) for n, table in whole.items()}
    weekly = pd.DataFrame({WEEK: mondays(pd.DatetimeIndex(whole.index))[::7]})
    weekly = weekly.assign(**{n: _AGGREGATES[rule](by_week[n]) for n, rule in rules.items()})
    notes = [*([note] if note else []), *map(truths_note, truths)]
    if notes:
        weekly.attrs["omnimix_notes"] = [
            note.as_dict() for note in notes
        ]  # plain types, so that the frame can still be saved
    return weekly


def _rules(how: How | Mapping[str, How], columns: list[str]) -> dict[str, How]:
    if not isinstance(how, str | Mapping):
        raise DataError(f"how is one of {quoted(HOWS)}, or says it for each column, not {how!r}.")
    rules: dict[str, How] = dict.fromkeys(columns, how) if isinstance(how, str) else dict(how)
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
        return [f"column '{name}' holds no readable date in {row_list(raw.rows[i] for i in unread)}."]
    if len(days) < 2:
        return [f"it holds {len(days)} day{'s' * (len(days) != 1)}; at least one whole week is needed."]
    problems = []
    if days.has_duplicates:
        repeated = pd.DatetimeIndex(days[days.duplicated()].unique())
        have = "this day has" if len(repeated) == 1 else "these days have"
        message = f"{have} more than one row: {week_list(repeated)}; give one row a day"
        problems.append(f"{message} (sum over regions or campaigns first).")
    missing = pd.date_range(days.min(), days.max(), unit="ns").difference(days)
    if len(missing) > len(days):
        problems.append(f"column '{name}' is not daily: {week_list(pd.DatetimeIndex(days[:3]))}, ...")
    elif len(missing):
        count = "1 day is" if len(missing) == 1 else f"{len(missing)} days are"
        problems.append(f"{count} missing in the middle: {week_list(missing)}; add a row for each.")
    return problems


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
    told = f"{in_weeks(part, np.ones(len(part), dtype=bool))} {'is' if len(part) == 1 else 'are'}"
    if incomplete == "refuse" or len(part) == len(weeks):
        held = ", ".join(f"{amount(float(count))} of 7 days" for count in counts[counts < 7])
        raise refusal(_SOURCE, [f"{told} not whole ({held}); pass incomplete='drop' to leave out what is cut off."])
    message = f"{told} not whole and left out when days were made weeks."
    return table[~starts.isin(part)], Finding("incomplete_week", "notes", message, "", figure=float(len(part)))
