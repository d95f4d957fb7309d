"""Weekly tables as people export them, and as they break."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import omnimix as om
from benchmarks.robustness.trial import Trial

WEEKS = 110
CHANNELS, OTHERS = ("tv", "radio", "search"), ("price", "orders", "sales")
FUNNEL = om.Funnel(channels=list(CHANNELS), outcomes=[om.Outcome("sales", value=0.3)], controls=["price"])
DUTCH = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


CUT = "cut short"
EMPTIED = ("an empty cell", "no figure")
OF_CELLS = ("percent_sign", "empty_cells", "totals_row")


@dataclass(frozen=True)
class Form:
    """How a table is written."""

    separator: str = ","
    decimal: str = "."
    thousands: str = ""
    day: str = "%Y-%m-%d"
    encoding: str = "utf-8"
    before: tuple[str, ...] = ()
    totals: str = ""
    money: str = "{}"
    zero: str = "0"
    end: str = "\n"
    order: tuple[str, ...] = ()
    blank: bool = False


def truth(generator: np.random.Generator) -> pd.DataFrame:
    """Draw a table: money with cents, silences, counts, a price index."""
    first = pd.Timestamp("2022-01-03") + pd.Timedelta(weeks=int(generator.integers(0, 60)))
    weeks = pd.date_range(first, periods=WEEKS, freq="7D", name="week")
    columns = {}
    for name in CHANNELS:
        money = np.round(generator.gamma(2.0, 4000.0, WEEKS), 2)
        columns[name] = np.where(generator.random(WEEKS) < 0.3, 0.0, money)
    columns["price"] = np.round(generator.normal(1.0, 0.05, WEEKS), 4)
    columns["orders"] = generator.integers(50, 9000, WEEKS).astype(float)
    columns["sales"] = np.round(generator.normal(250_000, 30_000, WEEKS), 2)
    return pd.DataFrame(columns, index=weeks)


def written(table: pd.DataFrame, form: Form) -> list[list[str]]:
    """Return the cells of a table in a form, its header first."""
    names = list(form.order or table.columns)
    lines = [["week", *names]]
    for day, row in table.iterrows():
        lines.append([_day(pd.Timestamp(str(day)), form), *(_number(name, float(row[name]), form) for name in names)])
    if form.totals:
        sums = [_number(name, float(table[name].sum()), form) for name in names]
        lines.append([form.totals, *sums])
    if form.blank:
        lines.insert(len(lines) // 2, [""] * len(lines[0]))
    return lines


def _day(day: pd.Timestamp, form: Form) -> str:
    if form.day == "iso week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if form.day == "dutch":
        return f"{day.day} {DUTCH[day.month - 1]} {day.year}"
    return day.strftime(form.day)


def _number(name: str, value: float, form: Form) -> str:
    if name == "orders":
        text = f"{value:,.0f}"
    elif name == "price":
        text = f"{value:.4f}"
    else:
        text = f"{value:,.2f}" if value else form.zero
    text = text.replace(",", "\0").replace(".", form.decimal).replace("\0", form.thousands)
    return form.money.format(text) if name in (*CHANNELS, "sales") else text


def stored(lines: list[list[str]], form: Form, folder: Path) -> Path:
    """Write cells to a file."""
    out = io.StringIO()
    for line in form.before:
        out.write(line + form.end)
    for line in lines:
        cells = [f'"{c}"' if form.separator in c or '"' in c else c for c in line]
        out.write(form.separator.join(cells) + form.end)
    file = folder / "weekly.csv"
    file.write_bytes(out.getvalue().encode(form.encoding, errors="replace"))
    return file


def forms(generator: np.random.Generator) -> Form:
    """Draw a form that people use."""
    decimal = str(generator.choice([".", ","]))
    separator = str(generator.choice([";", "\t", "|"] if decimal == "," else [",", ";", "\t"]))
    groups = [t for t in ("", "", ".", ",", " ", "\u00a0", "'") if t != decimal]
    return Form(
        separator=separator,
        decimal=decimal,
        thousands=str(generator.choice(groups)),
        day=str(generator.choice(["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "iso week", "dutch"])),
        encoding=str(generator.choice(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
        before=tuple(["Weekly report", "Made for the team"][: int(generator.integers(0, 3))]),
        totals=str(generator.choice(["", "", "Total", "Totaal", "Gesamt", "Grand total"])),
        money=str(generator.choice(["{}", "{}", "€ {}", "{} €", "EUR {}"])),
        end=str(generator.choice(["\n", "\r\n"])),
        order=tuple(generator.permutation([*CHANNELS, *OTHERS]).tolist()),
        blank=bool(generator.random() < 0.2),
    )


def _cell(change: Callable[[str], str]) -> Callable[[list[list[str]], np.random.Generator, Form], None]:
    def harm(lines: list[list[str]], generator: np.random.Generator, form: Form) -> None:
        row, column = _some_number(lines, generator)
        lines[row][column] = change(lines[row][column])

    return harm


def _some_number(lines: list[list[str]], generator: np.random.Generator) -> tuple[int, int]:
    """Choose a cell of the funnel's columns that holds a figure other than 0."""
    heads = [k for k, name in enumerate(lines[0]) if name in (*CHANNELS, "sales")]
    while True:
        row, column = int(generator.integers(2, WEEKS - 2)), int(generator.choice(heads))
        if any(c in "123456789" for c in lines[row][column]):
            return row, column


def _swap_digits(text: str) -> str:
    return text.replace("0", "O").replace("1", "l") if set(text) & set("01") else text + "x"


def _again(lines: list[list[str]], generator: np.random.Generator, form: Form) -> None:
    row = int(generator.integers(2, WEEKS - 2))
    lines.insert(row + int(generator.integers(1, 9)), list(lines[row]))


def _gone(lines: list[list[str]], generator: np.random.Generator, form: Form) -> None:
    del lines[int(generator.integers(3, WEEKS - 3))]


def _shifted(lines: list[list[str]], generator: np.random.Generator, form: Form) -> None:
    lines[int(generator.integers(2, WEEKS - 2))].insert(int(generator.integers(1, 4)), "")


def _same_name(lines: list[list[str]], generator: np.random.Generator, form: Form) -> None:
    lines[0][2] = lines[0][1]


def _no_header(lines: list[list[str]], generator: np.random.Generator, form: Form) -> None:
    del lines[0]


def _other_marks(lines: list[list[str]], generator: np.random.Generator, form: Form) -> None:
    column = lines[0].index("tv")
    table = str.maketrans({form.decimal: "\0"})
    for line in lines[1:]:
        if len(line) > column:
            bare = line[column].replace(form.thousands, "") if form.thousands else line[column]
            line[column] = bare.translate(table).replace("\0", "." if form.decimal == "," else ",")


def _other_day(lines: list[list[str]], generator: np.random.Generator, form: Form) -> None:
    lines[int(generator.integers(5, WEEKS - 5))][0] = str(
        generator.choice(["31-02-2023", "2042-01-06", "0000-00-00", "next week", "12", "-"])
    )


def _open_quote(lines: list[list[str]], generator: np.random.Generator, form: Form) -> None:
    row, column = _some_number(lines, generator)
    lines[row][column] = '\x01"' + lines[row][column]


Harm = Callable[[list[list[str]], np.random.Generator, Form], None]
HARMS: dict[str, Harm] = {
    "letters for digits": _cell(_swap_digits),
    "a yes for a figure": _cell(lambda text: "TRUE"),
    "a formula's error": _cell(lambda text: "#DIV/0!"),
    "no figure": _cell(lambda text: "n/a"),
    "an empty cell": _cell(lambda text: ""),
    "a percentage": _cell(lambda text: text + "%"),
    "another currency": _cell(lambda text: "$ " + text.strip("€EUR ")),
    "below zero": _cell(lambda text: "-" + text.strip("€EUR ")),
    "accounting for below zero": _cell(lambda text: "(" + text.strip("€EUR ") + ")"),
    "infinite": _cell(lambda text: "inf"),
    "out of all measure": _cell(lambda text: "1e400"),
    "two marks": _cell(lambda text: "1,234.56.78"),
    "figures of another script": _cell(lambda text: text.translate({48 + d: 0x0660 + d for d in range(10)})),
    "a zero byte": _cell(lambda text: text + "\0"),
    "a week twice": _again,
    "a week missing": _gone,
    "a row shifted": _shifted,
    "two columns of one name": _same_name,
    "no header": _no_header,
    "another decimal mark in one column": _other_marks,
    "a day that is none": _other_day,
    "a quote left open": _open_quote,
}


def trials(generator: np.random.Generator, folder: Path) -> Iterator[Trial]:
    """Give weekly tables without end: every second one in a usual form, every other one harmed."""
    while True:
        table, form = truth(generator), forms(generator)
        lines = written(table, form)
        kind, plain = f"{form.day}", True
        if generator.random() < 0.6:
            kind, plain = str(generator.choice(list(HARMS))), False
            HARMS[kind](lines, generator, form)
        file = stored(lines, form, folder)
        if not plain and generator.random() < 0.1:
            kind = CUT
            content = file.read_bytes()
            file.write_bytes(content[: int(generator.integers(len(content) // 3, len(content) - 2))])
        yield Trial("weekly table", kind if not plain else "a usual form", plain, _reads(file, table, kind))


def _reads(file: Path, table: pd.DataFrame, kind: str) -> Callable[[], str]:
    def read() -> str:
        panel = om.read_panel(file, week="week")
        findings = om.check_panel(panel, FUNNEL.roles)
        if any(f.severity == "blocks" for f in findings):
            raise om.DataError("; ".join(str(f) for f in findings if f.severity == "blocks"))
        return _difference(panel.frame, table, kind, _told((*findings, *panel.notes)))

    return read


def _told(findings: tuple[om.Finding, ...]) -> str:
    """Return what warns, and what is noted of single cells: a note on how a whole column is written excuses nothing."""
    said = [f for f in findings if f.severity != "notes" or f.name in OF_CELLS]
    return " ".join(f"{f.message} {f.where}" for f in said)


def _difference(got: pd.DataFrame, table: pd.DataFrame, kind: str, told: str) -> str:
    """Return where a panel holds other figures than were written, unless a finding names the column or the weeks."""
    if kind == CUT and len(got) < len(
        table
    ):  # nothing says how many weeks there were, nor how long the last figure was
        got, table = got.iloc[:-1], table.iloc[: len(got) - 1]
    if len(got) != len(table) or not (got.index == table.index).all():
        named = any(word in told for word in ("missing", "week", "row"))
        shift = (got.index[0] - table.index[0]).days
        return "" if named and len(got) != len(table) else f"other weeks: {len(got)}, first {shift} days off"
    for name in table.columns:
        if name not in got:
            return "" if name in told else f"column {name} is gone"
        values = got[name].to_numpy(float)
        off = ~np.isclose(values, table[name].to_numpy(), rtol=1e-9, atol=1e-9)
        off &= ~(np.isnan(values) & (kind in EMPTIED))  # an empty cell is empty
        if off.any() and name not in told:
            at = int(np.argmax(off))
            return f"{name} in week {table.index[at].date()}: {got[name].iloc[at]} for {table[name].iloc[at]}"
    return ""
