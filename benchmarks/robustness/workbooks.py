"""Plans that people edited in a workbook, weekly tables in one, and workbooks that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd

import omnimix as om
from benchmarks.robustness.trial import Trial
from benchmarks.robustness.weekly import FUNNEL, truth


def trials(generator: np.random.Generator, folder: Path, plan: Any) -> Iterator[Trial]:
    """Give workbooks without end: edited plans, weekly tables, and files that were harmed as archives."""
    whole = plan.to_excel(folder / "plan.xlsx").read_bytes()
    usual = om.read_plan(folder / "plan.xlsx").spend
    turn = 0
    while True:
        turn += 1
        if turn % 3 == 0:
            yield _weekly(generator, folder / "weekly.xlsx")
        elif turn % 3 == 1:
            file = folder / "edited.xlsx"
            kind, told = _edited(generator, whole, file, usual)
            yield Trial("plan workbook", kind, plain=False, read=_plan_reads(file, usual, told))
        else:
            file = folder / "harmed.xlsx"
            kind = _harmed(generator, whole, file)
            yield Trial("plan workbook", kind, plain=False, read=_plan_reads(file, usual, {}))


ODD: tuple[Any, ...] = (
    "soon",
    "12 thousand",
    -5,
    "1.234",
    "1,5",
    True,
    "=1/0",
    1e308,
    "#REF!",
    None,
    pd.Timestamp("2024-01-01"),
)
READ_AS = (12_000.0, 1234.0, 1.234, 1.5)  # what the texts among these may be read as


def _edited(
    generator: np.random.Generator, whole: bytes, file: Path, usual: pd.DataFrame
) -> tuple[str, dict[tuple[int, int], float]]:
    """Change one figure of the calendar to a plain amount or to what is none."""
    book = openpyxl.load_workbook(io.BytesIO(whole))
    page = book[book.sheetnames[1]]
    planned = {round(float(v), 2) for v in usual.to_numpy().ravel() if v > 100}
    cells = [
        c for row in page.iter_rows() for c in row if isinstance(c.value, float | int) and round(c.value, 2) in planned
    ]
    cell = cells[int(generator.integers(len(cells)))]
    if generator.random() < 0.3:
        cell.value = 4321.0
        book.save(file)
        return "an amount changed", {(-1, -1): 4321.0}
    odd = ODD[int(generator.integers(len(ODD)))]
    cell.value = odd
    book.save(file)
    return f"a cell is {odd!r}"[:40], {}


def _plan_reads(file: Path, usual: pd.DataFrame, told: dict[tuple[int, int], float]) -> Callable[[], str]:
    def read() -> str:
        sheet = om.read_plan(file)
        got = sheet.spend
        if got.shape != usual.shape:
            return f"{got.shape} for {usual.shape}"
        off = ~np.isclose(got.to_numpy(), usual.to_numpy(), rtol=0, atol=0.01)
        values = got.to_numpy()[off]
        if told:
            return (
                ""
                if off.sum() == 1 and np.isclose(values, 4321.0).all()
                else f"{int(off.sum())} amounts changed, not one"
            )
        if not off.any():
            return ""
        return "" if np.isin(np.round(values, 3), READ_AS).all() else f"amounts became {values[:3]}"

    return read


def _harmed(generator: np.random.Generator, whole: bytes, file: Path) -> str:
    """Harm a workbook as a file, as an archive or as XML."""
    kind = str(generator.choice(["cut short", "noise", "a part gone", "noise in a part", "a vast part", "a far cell"]))
    if kind == "cut short":
        file.write_bytes(whole[: int(generator.integers(1, len(whole)))])
    elif kind == "noise":
        bent = bytearray(whole)
        at = int(generator.integers(len(bent) - 60))
        bent[at : at + 50] = generator.bytes(50)
        file.write_bytes(bytes(bent))
    else:
        _rezipped(generator, whole, file, kind)
    return kind


def _rezipped(generator: np.random.Generator, whole: bytes, file: Path, kind: str) -> None:
    with zipfile.ZipFile(io.BytesIO(whole)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    name = str(generator.choice(list(parts)))
    sheet = next(n for n in parts if n.endswith("sheet2.xml"))
    if kind == "a part gone":
        del parts[name]
    elif kind == "noise in a part":
        bent = bytearray(parts[name])
        at = int(generator.integers(max(1, len(bent) - 12)))
        bent[at : at + 10] = generator.bytes(10)
        parts[name] = bytes(bent)
    elif kind == "a vast part":
        parts[sheet] = parts[sheet].replace(b"</sheetData>", b" " * 300_000_000 + b"</sheetData>")
    else:
        far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
        parts[sheet] = parts[sheet].replace(b"</sheetData>", far)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for part, content in parts.items():
            new.writestr(part, content)


def _weekly(generator: np.random.Generator, file: Path) -> Trial:
    """Write a weekly table as people keep it in a workbook."""
    table = truth(generator)
    book = openpyxl.Workbook()
    page = book.active
    kind = str(generator.choice(["a usual sheet", "a preamble", "a totals row", "a far format", "a yes", "a text"]))
    if kind == "a preamble":
        page.append(["Weekly report"])
        page.append([])
    page.append(["week", *table.columns])
    for day, row in table.iterrows():
        page.append([pd.Timestamp(str(day)).to_pydatetime(), *row.tolist()])
    if kind == "a totals row":
        page.append(["Total", *table.sum().tolist()])
    if kind == "a far format":
        page.cell(90_000, 300).number_format = "0.00"
    if kind in ("a yes", "a text"):
        page.cell(20, 2).value = True if kind == "a yes" else "about 12"
    book.save(file)

    def read() -> str:
        panel = om.read_panel(file, week="week")
        stopping = [f for f in om.check_panel(panel, FUNNEL.roles) if f.severity == "blocks"]
        if stopping:
            raise om.DataError("; ".join(map(str, stopping)))
        got = panel.frame[list(table.columns)]
        same = len(got) == len(table) and np.allclose(got.to_numpy(), table.to_numpy(), equal_nan=False)
        return "" if same else "other figures"

    return Trial("weekly workbook", kind, kind not in ("a yes", "a text"), read)
