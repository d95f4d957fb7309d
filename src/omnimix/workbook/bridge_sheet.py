"""The bridge from a promise to what happened, as a workbook of one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from omnimix.words import called, texts
from omnimix.workbook.plan_writing import save_book, workbook_path

COLUMNS = ("team", "channel", "promised", "happened", "cause", "part", "within")


def write_bridge(table: pd.DataFrame, sentences: Sequence[str], path: str | Path, *, language: str = "en") -> Path:
    """Write one row a channel and cause below the sentences, with a live sum of all parts.

    ``table`` has the columns team, channel, promised, happened, cause, part and within. Raises :class:`DataError` for a
    path that cannot be written, and :class:`OmnimixError` for a language that is not spoken.
    """
    from openpyxl import Workbook  # only workbooks need it, and it takes a moment

    from omnimix.workbook.sheet_style import CHANGE, MONEY, for_paper, formula, widths, write, write_row, write_text

    say = texts("promises", language)
    file = workbook_path(path)
    book = Workbook()
    page = book.active
    page.title = say["sheet"]
    write(page, 1, 1, say["heading"], "title")
    row = 2
    for sentence in sentences:
        row = write_text(page, row, sentence, columns=len(COLUMNS))
    row += 1
    write_row(page, row, [say[f"column_{c}"] for c in COLUMNS], "head")
    first = row + 1
    for place, line in enumerate(table.to_dict("records"), start=first):
        write(page, place, 1, str(line["team"]))
        write(page, place, 2, say["no_media"] if line["channel"] == "no media" else called(line["channel"], language))
        write(page, place, 3, float(line["promised"]), number=MONEY)
        write(page, place, 4, float(line["happened"]), number=MONEY)
        write(page, place, 5, say[f"cause_{line['cause']}"])
        write(page, place, 6, float(line["part"]), number=CHANGE)
        write(page, place, 7, "" if line["within"] is None else say["yes"] if line["within"] else say["no"])
    last = first + len(table) - 1
    write(page, last + 1, 1, say["sum"], "sum")
    formula(page, last + 1, 6, f"=SUM(F{first}:F{last})", "sum", CHANGE)
    widths(page, (16, 20, 16, 16, 30, 16, 24))
    for_paper(page, head_row=row)
    return save_book(book, file)
