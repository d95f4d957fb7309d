"""Rows that are no week: totals, footers, repeated headers. Left out only with proof and a note."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from omnimix.data.amounts import Floats, NumberColumn, is_empty, tokenise
from omnimix.data.phrases import amount, listed, quoted
from omnimix.data.raw import RawTable
from omnimix.findings import Finding

_WORDS = """
    total totals totaal totale totalen totaux summe sum sums som suma summa somme subtotal subtotaal eindtotaal
    gesamt gesamtsumme gesamtergebnis zwischensumme endsumme insgesamt totalt samlet
"""
TOTAL_WORDS = frozenset([*_WORDS.split(), "\N{GREEK SMALL LETTER SIGMA}"])
MANY = 4
CENTS = 0.006  # by which a written figure is off, at most: half a cent, and a little for the machine


@lru_cache(maxsize=10_000)
def words_of(text: str) -> frozenset[str]:
    """Return the words of a label without capitals, marks and numbers.

    >>> sorted(words_of("Total: 12 campaigns"))
    ['campaigns', 'total']
    """
    return frozenset(word for word in re.split(r"[\W\d_]+", text.casefold()) if word)


def names_total(text: str) -> bool:
    """Tell whether a total is among the words of a label, which may still be the name of a campaign.

    >>> names_total("Totaal online"), names_total("tv")
    (True, False)
    """
    return not words_of(text).isdisjoint(TOTAL_WORDS)


def rounding_of_sums(sums: npt.ArrayLike, counts: npt.ArrayLike) -> Floats:
    """Return how far a written total may be off sums of so many figures: all are rounded to cents.

    >>> float(rounding_of_sums(100.0, 25).round(3))
    0.036
    """
    return np.asarray(np.maximum(CENTS * np.sqrt(counts) + CENTS, 1e-6 * np.abs(sums)))


@dataclass(frozen=True)
class SplitRows:
    """Positions that are weeks, what was left out, and what cannot be explained."""

    data: tuple[int, ...]
    notes: tuple[Finding, ...]
    problems: tuple[str, ...]
    unreadable: int = 0


def split_rows(
    raw: RawTable, dated: npt.NDArray[np.bool_], week: str, numbers: Mapping[str, NumberColumn]
) -> SplitRows:
    """Part the weeks from the other rows; a row that cannot be explained is a problem that names it."""
    data = np.flatnonzero(dated)
    last = int(data[-1]) if data.size else -1
    notes: list[Finding] = []
    problems: list[str] = []
    left_out: list[int] = []
    unreadable: list[int] = []
    for position in np.flatnonzero(~dated).tolist():
        cells = [column[position] for column in raw.columns]
        row = raw.rows[position]
        if all(map(is_empty, cells)):
            notes.append(_left_out("blank_row", f"Row {row} is blank and was left out.", row))
        elif [str(cell).strip() for cell in cells] == list(raw.names):
            notes.append(_left_out("repeated_header", f"Row {row} repeats the header and was left out.", row))
        elif _is_total(cells, raw.column(week)[position]):
            note, problem = _explain_total(raw, position, data, left_out, numbers)
            notes += [note] if note else []
            problems += [problem] if problem else []
            left_out.append(position)
        elif position > last and not _has_figures(position, numbers):
            texts = quoted([cell for cell in cells if not is_empty(cell)], 2)
            message = f"Row {row} ({texts}) holds no figures and was left out."
            notes.append(_left_out("footer_row", message, row))
        else:
            unreadable.append(position)
    problems += _unreadable(raw, unreadable, week)
    return SplitRows(tuple(data.tolist()), tuple(notes), tuple(problems), len(unreadable))


def _left_out(name: str, message: str, row: int) -> Finding:
    return Finding(name, "notes", message, "", where=f"row {row}")


def _unreadable(raw: RawTable, positions: Sequence[int], week: str) -> list[str]:
    """Name each of a few rows whose week cell is no date; many of them in one sentence."""
    cells = [f"row {raw.rows[p]}: '{raw.column(week)[p]}'" for p in positions]
    ending = "a date that can be read; write it as yyyy-mm-dd."
    if len(cells) > MANY:
        return [f"{len(cells)} rows have in column '{week}' what is not {ending} These are {listed(cells)}."]
    return [f"{cell} in column '{week}' is not {ending}" for cell in cells]


def _is_total(cells: Sequence[object], label: object) -> bool:
    return is_empty(label) or any(names_total(cell) for cell in cells if isinstance(cell, str))


def _has_figures(position: int, numbers: Mapping[str, NumberColumn]) -> bool:
    return any(not np.isnan(column.figures[position]) for column in numbers.values())


def _explain_total(
    raw: RawTable,
    position: int,
    data: npt.NDArray[np.intp],
    left_out: Sequence[int],
    numbers: Mapping[str, NumberColumn],
) -> tuple[Finding | None, str]:
    """Compare a row with the sums of all weeks, of those above it, and of those since the last total."""
    row = raw.rows[position]
    texts = [cell.strip() for column in raw.columns if isinstance(cell := column[position], str)]
    label = next((text for text in texts if not is_empty(text) and not tokenise(text)), "no label")
    since = max([p for p in left_out if p < position], default=-1)
    above = data[data < position]
    best = min(
        (_unequal(position, rows, numbers) for rows in (data, above, above[above > since])),
        key=lambda compared: (len(compared[1]), -compared[0]),
    )
    equal, unequal = best
    if equal and equal >= 2 * len(unequal):
        but = f" (all but {listed(unequal)})" if unequal else ""
        message = f"Row {row} ('{label}') equals the sums of the weeks{but} and was left out as a totals row."
        return _left_out("totals_row", message, row), ""
    why = f": {listed(unequal, 3)}" if unequal else ""
    return None, (
        f"row {row} ('{label}') has no date and is not the sum of the weeks{why}; "
        "remove the row if it is no week, or give it its date."
    )


def _unequal(position: int, rows: npt.NDArray[np.intp], numbers: Mapping[str, NumberColumn]) -> tuple[int, list[str]]:
    equal = 0
    unequal: list[str] = []
    for name, column in numbers.items():
        total = column.figures[position]
        if np.isnan(total):
            continue
        summed = float(np.nansum(column.figures[rows]))
        if abs(total - summed) <= rounding_of_sums(summed, len(rows)) or (
            total == round(total) and abs(total - summed) <= 0.5 + 1e-6 * abs(summed) and summed > 100
        ):
            equal += 1
        else:
            unequal.append(f"'{name}' {amount(float(total))} against {amount(summed)}")
    return equal, unequal
