"""A table of tests, one a row, becomes results; everything wrong with it is told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.data.amounts import is_empty, read_numbers
from omnimix.data.dates import read_dates
from omnimix.data.layout import Grid
from omnimix.data.phrases import ended, quoted, refusal
from omnimix.data.table_file import read_table
from omnimix.errors import SpecError, did_you_mean
from omnimix.spec import Experiment

NAME = "test"
LOWER, UPPER = "lower", "upper"
NUMBERS = ("scale", "value", "error", LOWER, UPPER, "interval_mass", "tail_weeks", "spend")
DAYS = ("start", "end")
LISTS = ("channels", "geos")
TEXTS = ("outcome", "metric")
COLUMNS = (NAME, *LISTS, *DAYS, *TEXTS, *NUMBERS)
OTHER_NAMES = {"name": NAME, "experiment": NAME, "channel": "channels", "geo": "geos", "se": "error", "low": LOWER} | {
    "high": UPPER,
    "standard_error": "error",
}
NEEDED = (NAME, "channels", "start", "end", "scale", "metric", "value", "tail_weeks")
_parted = re.compile(r"\s*[;,+|]\s*")
FIRST_LINES = 60


@checked
def read_experiments(path: str | Path, *, sheet: str | int | None = None) -> tuple[Experiment, ...]:
    """Read results of tests from a csv, xlsx or parquet file: one row a test, one column a field.

    Columns are ``test, channels, geos, start, end, scale, outcome, metric, value, error`` (or ``lower`` and ``upper``),
    ``tail_weeks, spend``, named as the fields of :class:`omnimix.Experiment`; several channels or geos stand in one
    cell with ``;`` between them. Empty cells are fields that were not given.

    Raises :class:`DataError` that lists everything wrong at once, with row numbers.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "tests.csv"
    >>> _ = file.write_text("test,channels,start,end,scale,outcome,metric,value,error,tail_weeks\\n"
    ...                     "tv off,tv,2026-03-02,2026-03-29,0,sales,increment,48000,15000,4\\n")
    >>> read_experiments(file)[0].channels
    ('tv',)
    """
    raw = read_table(path, head=_head, index=NAME, sheet=sheet)
    names = {n: OTHER_NAMES.get(plain := n.strip().casefold().replace(" ", "_"), plain) for n in raw.names}
    wrong = [
        ended(f"column '{n}' is no field of a test{did_you_mean(field, COLUMNS)}")
        for n, field in names.items()
        if field not in COLUMNS
    ]
    fields = list(names.values())
    wrong += [f"two columns are `{f}`; keep one." for f in sorted({f for f in fields if fields.count(f) > 1})]
    wrong += [f"there is no column `{n}`." for n in NEEDED if n not in fields]
    if not {"error", LOWER, UPPER} & set(fields):
        wrong.append("there is no column `error`, and none `lower` and `upper`: a result needs its uncertainty.")
    if not raw.rows:
        wrong.append("the table has a header but no rows.")
    if wrong:
        raise refusal(raw.source, wrong)
    columns = {field: raw.column(name) for name, field in names.items()}
    given = _fields(columns, raw.rows, wrong)
    made = _made(given, raw.rows, wrong)
    if wrong:
        raise refusal(raw.source, wrong)
    return tuple(made)


def _head(grid: Grid) -> str:
    """Return how the header writes the name of a test, so that it is found below a preamble."""
    for line in grid.lines[:FIRST_LINES]:
        for cell in line:
            plain = str(cell).strip().casefold()
            if OTHER_NAMES.get(plain, plain) == NAME:
                return str(cell).strip()
    return NAME


def _fields(columns: Mapping[str, Sequence[object]], rows: Sequence[int], wrong: list[str]) -> dict[str, list[Any]]:
    """Return the cells of every column as what they are; None where a cell is empty."""
    given: dict[str, list[Any]] = {}
    numbers = read_numbers({n: columns[n] for n in NUMBERS if n in columns})
    for name, column in numbers.items():
        wrong += [f"row {rows[p]}: {name} is no number: '{text}'." for p, text in column.unread]
        wrong += [
            f"row {rows[p]}: {name} '{text}' can be read in two ways; write it without marks between thousands."
            for p, text in column.ambiguous
        ]
        given[name] = [None if np.isnan(v) else float(v) for v in column.figures]
    for name in DAYS:
        read = read_dates(columns[name], rows, name=name)
        wrong += read.problems
        wrong += [f"row {rows[p]}: {name} is no day: '{columns[name][p]}'." for p in read.unread]
        given[name] = [None if pd.isna(day) else day.date() for day in read.days]
    for name in (NAME, *TEXTS):
        if name in columns:
            given[name] = [None if is_empty(cell) else str(cell).strip() for cell in columns[name]]
    for name in LISTS:
        if name in columns:
            given[name] = [None if is_empty(c) else tuple(_parted.split(str(c).strip())) for c in columns[name]]
    return given


def _made(given: Mapping[str, list[Any]], rows: Sequence[int], wrong: list[str]) -> list[Experiment]:
    made: list[Experiment] = []
    for k, row in enumerate(rows):
        one = {name: cells[k] for name, cells in given.items() if cells[k] is not None}
        name, ends = one.pop(NAME, ""), (one.pop(LOWER, None), one.pop(UPPER, None))
        if any(end is not None for end in ends):
            one["interval"] = tuple(np.nan if end is None else end for end in ends)
        if float(one.get("tail_weeks", 0.0)).is_integer() and "tail_weeks" in one:
            one["tail_weeks"] = int(one["tail_weeks"])
        try:
            made.append(Experiment(name, **one))
        except SpecError as problem:
            wrong.append(f"row {row}: {problem}")
    names = [e.name for e in made]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        wrong.append(f"several rows are called {quoted(twice)}; give every test its own name.")
    return made
