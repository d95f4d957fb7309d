"""Written amounts become numbers: decimal marks by evidence, currency signs, signs at either end.

Nothing is guessed. A cell is a number, is empty, or is kept as an unread text; ``1.234`` is read only when
other cells show which mark is the decimal one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real

import numpy as np
import numpy.typing as npt
import pandas as pd

Cells = Sequence[object]
Floats = npt.NDArray[np.float64]

_EMPTY = """- -- – — − n/a na n.a. #n/a #nv nan null none nil <na> nat k.a. n.v.t. nvt n.b. n.d. s.o."""  # noqa: RUF001
EMPTY_WORDS = frozenset(["", "k. a.", *_EMPTY.split()])
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "euro": "EUR", "euros": "EUR", "us$": "USD"}
CODES = (
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "RON",
    "AUD",
    "CAD",
    "NZD",
    "JPY",
)
SPACES = "\u0020\u00a0\u2007\u2009\u202f"
MINUS = "-−–"  # noqa: RUF001

_currency = re.compile(
    r"US\$|[€$£¥]|(?<![A-Za-z])(?:euros?|" + "|".join(CODES) + r"|kr|zł|Kč)\.?(?![A-Za-z])", re.IGNORECASE
)
_no_cents = re.compile(rf"(?<=\d)([.,])[{MINUS}—]{{1,2}}$")
_core = re.compile(r"(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d+)?")
_grouped = re.compile(rf"\d{{1,3}}(?:([{SPACES}'’])\d{{3}})(?:\1\d{{3}})*(?![\d])")  # noqa: RUF001


@dataclass(frozen=True)
class Token:
    """A written amount taken apart; `core` holds digits and marks only."""

    core: str
    negative: bool = False
    currency: str = ""
    percent: bool = False
    grouped: bool = False


@dataclass(frozen=True)
class NumberColumn:
    """What the cells of a column said: figures (NaN where empty or unread), unread cells, marks met."""

    figures: Floats
    unread: tuple[tuple[int, str], ...] = ()
    currencies: frozenset[str] = frozenset()
    percents: int = 0
    ambiguous: tuple[tuple[int, str], ...] = ()
    decimal: str = ""

    @property
    def is_text(self) -> bool:
        """Whether most cells that hold something hold no number."""
        return len(self.unread) > int(np.count_nonzero(~np.isnan(self.figures)))


def is_empty(cell: object) -> bool:
    """Tell whether a cell holds nothing; zero is something.

    >>> is_empty(" - "), is_empty(0)
    (True, False)
    """
    if isinstance(cell, str):
        return cell.strip().casefold() in EMPTY_WORDS
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))


def tokenise(text: str) -> Token | None:
    """Take a written amount apart, or return None when it is not one.

    >>> tokenise("-1.234,50 €")
    Token(core='1.234,50', negative=True, currency='EUR', percent=False, grouped=False)
    """
    found = {CURRENCIES.get(sign.casefold(), sign.upper()) for sign in _currency.findall(text)}
    rest = _currency.sub("", text).strip()
    percent = rest.endswith("%")
    rest = _no_cents.sub(r"\g<1>00", rest.removesuffix("%").strip())  # "25,-" is a round amount, not a negative one
    negative = False
    if rest.startswith("(") and rest.endswith(")"):
        negative, rest = True, rest[1:-1].strip()
    elif rest[:1] in MINUS or rest[-1:] in MINUS:
        negative, rest = True, (rest[1:] if rest[:1] in MINUS else rest[:-1]).strip()
    elif rest[:1] == "+":
        rest = rest[1:].strip()
    group = _grouped.match(rest)
    if group:
        rest = re.sub(rf"[{SPACES}'’]", "", group[0]) + rest[group.end() :]  # noqa: RUF001
    if len(found) > 1 or not _core.fullmatch(rest):
        return None
    return Token(rest, negative, next(iter(found), ""), percent, group is not None)


def decimal_of(token: Token) -> str:
    """Return the decimal mark this amount proves, ``?`` when both readings hold, else nothing.

    >>> [decimal_of(Token(core)) for core in ("1.234,5", "1.234.567", "12,5", "1.234", "0.234", "12")]
    [',', ',', ',', '?', '.', '']
    """
    core = token.core
    points, commas = core.count("."), core.count(",")
    if not points and not commas:
        return ""
    if points and commas:
        return "." if core.rfind(".") > core.rfind(",") else ","
    mark, other = (".", ",") if points else (",", ".")
    if points + commas > 1:
        return other
    whole, part = re.split(r"[.,]", core)
    could_group = bool(re.fullmatch(r"[1-9]\d{0,2}", whole)) and bool(re.fullmatch(r"\d{3}", part))
    return mark if token.grouped or not could_group else "?"


def value_of(token: Token, decimal: str) -> float | None:
    """Return the amount under a decimal mark, or None when it cannot be written so.

    >>> value_of(Token("1.234,5"), ","), value_of(Token("1.234,5"), ".")
    (1234.5, None)
    """
    thousands = "," if decimal == "." else "."
    whole, mark, part = token.core.partition(decimal)
    if thousands in whole:
        if not re.fullmatch(rf"\d{{1,3}}(?:\{thousands}\d{{3}})+", whole):
            return None
        whole = whole.replace(thousands, "")
    if decimal in part or thousands in part:
        return None
    value = float(f"{whole or '0'}{'.' if mark else ''}{part}")
    return -value if token.negative else value


def read_numbers(columns: Mapping[str, Cells], *, decimal: str | None = None) -> dict[str, NumberColumn]:
    """Read every column; a column without proof of its decimal mark follows the proof in the other columns.

    >>> read_numbers({"tv": ["1.234", "5,5"], "radio": ["2.000", ""]})["radio"].figures.tolist()
    [2000.0, nan]
    """
    marks = {name: _own_mark(cells) for name, cells in columns.items()}
    proven = {mark for mark in marks.values() if mark in (".", ",")}
    shared = decimal or (next(iter(proven)) if len(proven) == 1 else "")
    return {
        name: _read_column(cells, decimal or marks[name] or shared, asked=decimal is not None)
        for name, cells in columns.items()
    }


def _own_mark(cells: Cells) -> str:
    if isinstance(cells, np.ndarray):
        return ""
    texts = [cell for cell in cells if isinstance(cell, str) and not is_empty(cell)]
    tokens = [token for token in map(tokenise, map(str.strip, texts)) if token]
    if 2 * len(tokens) < len(texts):
        return ""
    votes = Counter(decimal_of(token) for token in tokens)
    if not votes["."] and not votes[","]:
        return ""
    return "." if votes["."] >= votes[","] else ","


def _read_column(cells: Cells, decimal: str, *, asked: bool) -> NumberColumn:
    if isinstance(cells, np.ndarray):
        return NumberColumn(np.asarray(cells, dtype=np.float64))
    values = np.full(len(cells), np.nan)
    unread: list[tuple[int, str]] = []
    ambiguous: list[tuple[int, str]] = []
    tokens: dict[int, Token] = {}
    for position, cell in enumerate(cells):
        if is_empty(cell):
            continue
        number = _typed_number(cell)
        token = tokenise(cell.strip()) if isinstance(cell, str) and number is None else None
        if token is not None:
            tokens[position] = token
            if decimal_of(token) == "?" and not decimal:
                ambiguous.append((position, str(cell).strip()))
            number = value_of(token, decimal or ".")
        if number is None:
            unread.append((position, str(cell).strip()))
        else:
            values[position] = number
    unread += _odd_currencies(tokens, cells, values) + _mixed_percents(tokens, cells, values)
    unread += [] if asked else _mixed_marks(tokens, cells, values)
    met = frozenset(token.currency for token in tokens.values() if token.currency)
    percents = sum(token.percent for token in tokens.values())
    return NumberColumn(values, tuple(sorted(unread)), met, percents, tuple(ambiguous), decimal if tokens else "")


def _typed_number(cell: object) -> float | None:
    if isinstance(cell, bool | np.bool_ | Real | Decimal):
        try:
            return float(cell)
        except OverflowError:
            return -math.inf if str(cell).startswith("-") else math.inf
    if isinstance(cell, str) and cell.strip().casefold() in ("true", "false"):
        return float(cell.strip().casefold() == "true")
    return None


def _mixed_marks(tokens: Mapping[int, Token], cells: Cells, values: Floats) -> list[tuple[int, str]]:
    """Take back 1.234 in a column that proves both marks: it may be either."""
    proven = {position: decimal_of(token) for position, token in tokens.items()}
    if not {".", ","} <= set(proven.values()):
        return []
    open_cells = [position for position, mark in proven.items() if mark == "?"]
    values[open_cells] = np.nan
    return [(position, str(cells[position]).strip()) for position in open_cells]


def _mixed_percents(tokens: Mapping[int, Token], cells: Cells, values: Floats) -> list[tuple[int, str]]:
    """Take back the rarer of percentages and plain numbers: 0.05 beside 5 % may mean the same."""
    percents = [position for position, token in tokens.items() if token.percent]
    if not percents:
        return []
    bare = [p for p in np.flatnonzero(np.nan_to_num(values)).tolist() if not (p in tokens and tokens[p].percent)]
    odd = min(percents, bare, key=len)
    values[odd] = np.nan
    return [(position, str(cells[position]).strip()) for position in odd]


def _odd_currencies(tokens: Mapping[int, Token], cells: Cells, values: Floats) -> list[tuple[int, str]]:
    """Take back the cells whose currency sign is not the column's own: two currencies do not add up."""
    counts = Counter(token.currency for token in tokens.values() if token.currency)
    if len(counts) < 2:
        return []
    own = counts.most_common(1)[0][0]
    odd = [p for p, token in tokens.items() if token.currency not in ("", own)]
    values[odd] = np.nan
    return [(position, str(cells[position]).strip()) for position in odd]
