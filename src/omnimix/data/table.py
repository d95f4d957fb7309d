"""A raw table becomes one checked weekly table, or one error that lists everything wrong with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from omnimix.data.amounts import NumberColumn, both_readings, is_empty, read_numbers, tokenise
from omnimix.data.dates import DateColumn
from omnimix.data.phrases import ended, listed, quoted, refusal
from omnimix.data.raw import RawTable
from omnimix.data.totals import split_rows
from omnimix.data.week_column import find_weeks
from omnimix.data.weeks import calendar_problems
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import Finding
from omnimix.labels import WEEK

TRUTHS_NOTE = "true_and_false"
PERCENT_SIGN = "percent_sign"


@dataclass(frozen=True)
class UnreadCell:
    """A cell that holds a text where numbers were looked for."""

    row: int
    week: pd.Timestamp
    text: str


@dataclass(frozen=True)
class Reading:
    """How to read what a file alone does not tell."""

    week: str = WEEK
    currency: str = "EUR"
    day_first: bool | None = None
    decimal: str | None = None
    blank_is_zero: bool | tuple[str, ...] = ()
    week_stamp: str = ""  # of every file that does not tell which day of its week a date is

    def __post_init__(self) -> None:
        """Refuse what is no name, no currency, no yes or no."""
        texts = (("week", self.week, "the name of a column"), ("currency", self.currency, "a code"))
        for argument, value, what in texts:
            if not isinstance(value, str) or not value.strip():
                raise DataError(f"{argument} is {what} such as '{getattr(Reading, argument)}', not {value!r}.")
        if self.day_first not in (None, True, False):
            raise DataError(f"day_first is True or False, not {self.day_first!r}.")


@dataclass(frozen=True)
class WeeklyTable:
    """One row a week, sorted, numbers only; texts and notes beside it.

    ``stamp`` is which day of its week the index names, where the file, its heading or the caller says so.
    """

    frame: pd.DataFrame
    source: str
    notes: tuple[Finding, ...]
    unread: Mapping[str, tuple[UnreadCell, ...]]
    stamp: str = ""


class WeeksError(DataError):
    """Refuse a table for its weeks or names; `table` holds its cells all the same, to be checked in the same breath."""

    def __init__(self, source: str, problems: Sequence[str], table: WeeklyTable) -> None:
        super().__init__(str(refusal(source, problems)))
        self.source, self.problems, self.table = source, tuple(problems), table


def weekly_table(raw: RawTable, reading: Reading) -> WeeklyTable:
    """Check a raw table and make numbers and weeks of it.

    Raises DataError with every problem of names, dates, calendar and marks, numbered.
    """
    names = repeated_names(raw)
    if not raw.rows:
        raise refusal(raw.source, [*names, "the table has a header but no rows."])
    raw = raw.with_unique_names()
    name, dates, found = find_weeks(raw, reading.week, reading.day_first)
    figures = {n: cells for n, cells in zip(raw.names, raw.columns, strict=True) if n != name}
    numbers = read_numbers(figures, decimal=reading.decimal)
    split = split_rows(raw, ~np.asarray(dates.days.isna()), name, numbers)
    raw, dates, numbers = only(raw, dates, numbers, split.data)
    problems = [*names, *split.problems, *dates.problems, *ambiguous_marks(raw, numbers, reading.decimal)]
    problems += unknown_blanks(reading.blank_is_zero, raw, name)
    if not dates.problems and split.unreadable <= len(split.data) // 10:
        columns = {n: raw.column(n) for n in numbers}
        problems += calendar_problems(dates.days, raw.rows, name, columns)
    if problems and (dates.problems or not split.data):
        raise refusal(raw.source, problems)
    told = [Finding("dates", "notes", note, "", where=name) for note in dates.notes]
    told += [Finding("time_of_day", "warns", doubt, "", where=name) for doubt in dates.doubts]
    table = assembled(raw, dates.days, numbers, reading, [*raw.notes, *found, *told, *split.notes])
    by_form = dates.form in ("isoweek", "range")  # a numbered week has no day that could be the last
    table = replace(table, stamp=dates.stamp if by_form else raw.stamp or dates.stamp)
    if problems:
        raise WeeksError(raw.source, problems, table)
    return table


def repeated_names(raw: RawTable) -> list[str]:
    """Return what is wrong with column names."""
    repeated = [name for name, count in Counter(raw.names).items() if count > 1]
    if not repeated:
        return []
    return [f"these column names occur more than once: {quoted(repeated)}; give every column its own name."]


def only(
    raw: RawTable, dates: DateColumn, numbers: Mapping[str, NumberColumn], keep: Sequence[int]
) -> tuple[RawTable, DateColumn, dict[str, NumberColumn]]:
    """Return some rows of a table, with their dates and numbers."""
    places = {old: new for new, old in enumerate(keep)}
    chosen = np.asarray(keep, dtype=int)

    def shifted(cells: tuple[tuple[int, str], ...]) -> tuple[tuple[int, str], ...]:
        return tuple((places[p], text) for p, text in cells if p in places)

    kept = {
        name: replace(
            column,
            figures=column.figures[chosen],
            unread=shifted(column.unread),
            ambiguous=shifted(column.ambiguous),
        )
        for name, column in numbers.items()
    }
    return raw.keep(keep), replace(dates, days=dates.days[chosen], unread=()), kept


def ambiguous_marks(raw: RawTable, numbers: Mapping[str, NumberColumn], decimal: str | None) -> list[str]:
    """Return what does not tell its decimal mark."""
    problems = []
    for name, column in numbers.items():
        if column.is_text and decimal and all(tokenise(text, scaled=True) for _, text in column.unread):
            position, text = column.unread[0]
            cell = f"'{text}' (row {raw.rows[position]})"
            problems.append(f"column '{name}': {cell} does not read with decimal='{decimal}'.")
        if column.ambiguous and not column.is_text:
            problems.append(_told_open(name, column, raw, numbers))
    return problems


def _told_open(name: str, column: NumberColumn, raw: RawTable, numbers: Mapping[str, NumberColumn]) -> str:
    position, text = column.ambiguous[0]
    one, other = both_readings(text)
    both = f"column '{name}': '{text}' (row {raw.rows[position]}) reads as {one} or as {other} and no other cell"
    mark = "." if "." in text else ","
    proving = [n for n, c in numbers.items() if c.decimal == mark]
    if not proving:
        return f"{both} tells which; pass decimal=',' or decimal='.' to read_panel (a frame: make numbers)."
    return (
        f"{both} of this column tells which: all have three digits behind the mark, which is the decimal mark in "
        f"{quoted(proving, 3)}. If it is that here too, pass decimal='{mark}' to read_panel (in omnimix.toml below "
        f"[data]; a frame: make numbers); if it parts thousands, write the column without it."
    )


def unknown_blanks(blank_is_zero: bool | tuple[str, ...], raw: RawTable, week: str) -> list[str]:
    """Return which columns ``blank_is_zero`` names that are not there."""
    if isinstance(blank_is_zero, bool):
        return []
    names = [name for name in raw.names if name != week]
    return [
        ended(f"blank_is_zero names column '{name}' that is not there{did_you_mean(name, names)}")
        for name in blank_is_zero
        if name not in names
    ]


def assembled(
    raw: RawTable,
    days: pd.DatetimeIndex,
    numbers: Mapping[str, NumberColumn],
    reading: Reading,
    notes: list[Finding],
) -> WeeklyTable:
    """Make a weekly table of rows whose dates and numbers were read."""
    values: dict[str, np.ndarray] = {}
    unread: dict[str, tuple[UnreadCell, ...]] = {}
    for name, column in numbers.items():
        truths = column.truths()
        if truths is not None:
            values[name] = truths
            notes.append(truths_note(name))
            continue
        if column.unread:
            cells = [UnreadCell(raw.rows[p], days[p], text) for p, text in column.unread]
            unread[name] = tuple(sorted(cells, key=lambda cell: cell.week))
            notes.append(_unread_note(name, column, unread[name]))
        if column.is_text:
            continue
        filled, note = _blanks(name, column, raw.column(name), reading.blank_is_zero)
        notes += [note] if note else []
        values[name] = filled
    notes += _written(numbers, reading.currency)
    frame = pd.DataFrame(values, index=pd.DatetimeIndex(days, name=WEEK), dtype=np.float64)
    frame.columns = pd.Index(list(values), dtype=object)
    if not days.is_monotonic_increasing:
        notes.append(Finding("rows_sorted", "notes", "The rows were not in the order of the weeks; sorted.", ""))
        frame = frame.sort_index()
    return WeeklyTable(frame, raw.source, tuple(notes), unread)


def _blanks(
    name: str, column: NumberColumn, written: Sequence[object], blank_is_zero: bool | tuple[str, ...]
) -> tuple[np.ndarray, Finding | None]:
    asked = blank_is_zero if isinstance(blank_is_zero, bool) else name in blank_is_zero
    blank = np.array([is_empty(cell) for cell in written], dtype=bool)
    if not asked or not blank.any():
        return column.figures, None
    cells = "1 empty cell" if blank.sum() == 1 else f"{blank.sum()} empty cells"
    message = f"{cells} of '{name}' {'was' if blank.sum() == 1 else 'were'} read as 0, because blank_is_zero says so."
    return np.where(blank, 0.0, column.figures), Finding(
        "blank_is_zero", "notes", message, "", figure=float(blank.sum()), where=name
    )


def _unread_note(name: str, column: NumberColumn, cells: tuple[UnreadCell, ...]) -> Finding:
    if column.is_text:
        texts = quoted(dict.fromkeys(cell.text for cell in cells), 3)
        message = f"Column '{name}' holds texts ({texts}) and was kept aside."
        return Finding("text_column", "notes", message, "It cannot be used as a number.", where=name)
    told = listed([f"row {cell.row} '{cell.text}'" for cell in cells])
    one = "a cell that is no number" if len(cells) == 1 else f"{len(cells)} cells that are no numbers"
    message = f"Column '{name}' holds {one}: {told}."
    return Finding("unread_cells", "warns", message, "Correct the cells before using the column.", where=name)


def truths_note(name: str) -> Finding:
    """Tell that yes and no became 1 and 0; a check refuses that in a column of money."""
    message = f"Column '{name}' holds TRUE and FALSE; they were read as 1 and 0."
    return Finding(TRUTHS_NOTE, "notes", message, "", where=name)


def _written(numbers: Mapping[str, NumberColumn], currency: str) -> list[Finding]:
    """Tell which marks and signs were met in the written amounts."""
    used = {name: column for name, column in numbers.items() if not column.is_text}
    notes = []
    commas = [name for name, column in used.items() if column.decimal == ","]
    if commas:
        points = [name for name, column in used.items() if column.decimal == "."]
        but = f", but with a decimal point in {quoted(points)}" if points else ""
        notes.append(Finding("decimal_comma", "notes", f"Amounts were read with a decimal comma{but}.", ""))
    for name, column in used.items():
        if column.currencies and column.currencies != {currency.upper()}:
            message = f"Column '{name}' carries {listed(sorted(column.currencies))} but the currency is {currency}."
            remedy = "Convert the amounts, or pass currency=..."
            notes.append(Finding("currency_differs", "warns", message, remedy, where=name))
        if column.percents:
            message = f"Column '{name}' holds {column.percents} percentages; 12 % was read as 12, not as 0.12."
            notes.append(Finding(PERCENT_SIGN, "notes", message, "", float(column.percents), name))
    return notes
