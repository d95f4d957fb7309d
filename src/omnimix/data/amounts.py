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
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY", "euro": "EUR", "euros": "EUR", "us$": "USD"} | {
    "rp": "IDR",
    "₹": "INR",
}
_CODES = """EUR USD GBP CHF SEK NOK DKK PLN CZK HUF RON AUD CAD NZD JPY IDR INR SGD HKD CNY KRW THB MYR PHP VND BRL MXN
    ZAR ILS AED"""
CODES = tuple(_CODES.split())
FEWEST_LONG = 5
SPACES = "\u0020\u00a0\u2007\u2009\u202f"
MINUS = "-−–"  # noqa: RUF001

TRUTHS = {"true": 1.0, "false": 0.0, "wahr": 1.0, "falsch": 0.0, "waar": 1.0, "onwaar": 0.0, "vrai": 1.0, "faux": 0.0}
_SCALES = {
    1e3: "k tsd thousand duizend tausend",
    1e6: "m mln mio mill million millions miljoen millionen",
    1e9: "bn mrd mld billion miljard milliarde milliarden",
}
SCALES = {word: factor for factor, words in _SCALES.items() for word in words.split()}

_scale = re.compile(rf"(?<=[\d.,])\s?({'|'.join(SCALES)})\.?$", re.IGNORECASE)
_currency = re.compile(
    r"US\$|[€$£¥₹]|(?<![A-Za-z])(?:euros?|" + "|".join(CODES) + r"|kr|zł|Kč|Rp)\.?(?![A-Za-z])", re.IGNORECASE
)
_no_cents = re.compile(rf"(?<=\d)([.,])[{MINUS}—]{{1,2}}$")
_core = re.compile(r"(?:\d[\d.,]*|[.,]\d+)(?:[eE][+-]?\d+)?")
_grouped = re.compile(rf"\d{{1,3}}(?:([{SPACES}'’])\d{{3}})(?:\1\d{{3}})*(?![\d])")  # noqa: RUF001


@dataclass(frozen=True)
class Token:
    """A written amount taken apart; `core` holds digits and marks only, `scale` what a `k` or `Mio` behind it says."""

    core: str
    negative: bool = False
    currency: str = ""
    percent: bool = False
    grouped: bool = False
    scale: float = 1.0


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

    def truths(self) -> Floats | None:
        """Return 1 for TRUE and 0 for FALSE where a column holds nothing else, NaN where it is empty, else None."""
        held = [TRUTHS.get(text.casefold()) for _, text in self.unread]
        if not held or None in held or not np.isnan(self.figures).all():
            return None
        values = np.full(len(self.figures), np.nan)
        values[[position for position, _ in self.unread]] = held
        return values


def is_empty(cell: object) -> bool:
    """Tell whether a cell holds nothing; zero is something.

    >>> is_empty(" - "), is_empty(0)
    (True, False)
    """
    if isinstance(cell, str):
        return cell.strip().casefold() in EMPTY_WORDS
    return cell is None or cell is pd.NA or cell is pd.NaT or (isinstance(cell, float) and math.isnan(cell))


def tokenise(text: str, *, scaled: bool = False) -> Token | None:
    """Take a written amount apart, or return None when it is not one; ``25k`` and ``0.1M`` are only if `scaled`.

    >>> tokenise("-1.234,50 €")
    Token(core='1.234,50', negative=True, currency='EUR', percent=False, grouped=False, scale=1.0)
    >>> tokenise("0.1M", scaled=True).scale
    1000000.0
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
    scale = _scale.search(rest) if scaled else None
    rest = rest[: scale.start()] if scale else rest
    group = _grouped.match(rest)
    if group:
        rest = re.sub(rf"[{SPACES}'’]", "", group[0]) + rest[group.end() :]  # noqa: RUF001
    if len(found) > 1 or not _core.fullmatch(rest) or (scale and percent):
        return None
    factor = SCALES[scale[1].casefold()] if scale else 1.0
    return Token(rest, negative, next(iter(found), ""), percent, group is not None, factor)


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
    value = float(f"{whole or '0'}{'.' if mark else ''}{part}") * token.scale
    return -value if token.negative else value


def read_numbers(columns: Mapping[str, Cells], *, decimal: str | None = None) -> dict[str, NumberColumn]:
    """Read every column; a column without proof of its decimal mark follows the proof in the other columns.

    Where the others' decimal mark stands before exactly three digits in every cell of a column, it may part thousands
    there: such cells are ``ambiguous``.

    >>> read_numbers({"tv": ["1.234", "5,5"], "radio": ["2.000", ""]})["radio"].figures.tolist()
    [2000.0, nan]
    >>> read_numbers({"tv": ["7.25", "5.5"], "visits": ["263.642", "98.123"]})["visits"].ambiguous[0]
    (0, '263.642')
    """
    tokens = {name: _tokens(cells) for name, cells in columns.items()}
    marks = {name: _own_mark(cells, tokens[name]) for name, cells in columns.items()}
    proven = {mark for mark in marks.values() if mark in (".", ",")}
    shared = decimal or (next(iter(proven)) if len(proven) == 1 else "")
    thousandths = all(_writes_thousandths(tokens[name], mark) for name, mark in marks.items() if mark)
    read = {}
    for name, cells in columns.items():
        follows = shared if thousandths or not any(shared in token.core for token in tokens[name]) else ""
        read[name] = _read_column(cells, decimal or marks[name] or follows, asked=decimal is not None)
    return read


def _tokens(cells: Cells) -> list[Token]:
    """Return the written amounts of a column; cells that are numbers already are none."""
    if isinstance(cells, np.ndarray):
        return []
    texts = [cell.strip() for cell in cells if isinstance(cell, str) and not is_empty(cell)]
    return [token for text in texts if (token := tokenise(text, scaled=True))]


def both_readings(text: str) -> tuple[str, str]:
    """Return what an amount reads as if its mark parts thousands, and if it is the decimal one.

    >>> both_readings("1.234")
    ('1234', '1.234')
    """
    return text.replace(".", "").replace(",", ""), text.replace(",", ".")


def _own_mark(cells: Cells, tokens: Sequence[Token]) -> str:
    held = 0 if isinstance(cells, np.ndarray) else sum(isinstance(cell, str) and not is_empty(cell) for cell in cells)
    if 2 * len(tokens) < held:
        return ""
    votes = Counter(decimal_of(token) for token in tokens)
    if not votes["."] and not votes[","]:
        return ""
    return "." if votes["."] >= votes[","] else ","


def _writes_thousandths(tokens: Sequence[Token], decimal: str) -> bool:
    """Tell whether every amount with a decimal mark has three decimals: then they are this file's form."""
    parts = [token.core.partition(decimal)[2] for token in tokens if decimal in token.core]
    return bool(parts) and all(len(part) == 3 for part in parts)


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
        token = tokenise(cell.strip(), scaled=True) if isinstance(cell, str) and number is None else None
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
    """Return the number of a cell that is one; yes and no are none, though Python counts with them."""
    if isinstance(cell, Real | Decimal) and not isinstance(cell, bool | np.bool_):
        try:
            return float(cell)
        except OverflowError:
            return -math.inf if str(cell).startswith("-") else math.inf
    return None


def _mixed_marks(tokens: Mapping[int, Token], cells: Cells, values: Floats) -> list[tuple[int, str]]:
    """Take back 1.234 where it may be either: in a column that proves both marks, or among long amounts with cents.

    Amounts of four digits before the mark that never have three behind it tell that 1.234 is no amount of that form.
    """
    proven = {position: decimal_of(token) for position, token in tokens.items()}
    both = {".", ","} <= set(proven.values())
    parts = [re.split(r"[.,]", token.core) for p, token in tokens.items() if proven[p] in (".", ",")]
    long = [part for part in parts if len(part) == 2 and len(part[0]) > 3]
    cents = len(long) >= FEWEST_LONG and all(len(part[1]) < 3 for part in long)
    if not both and not cents:
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
