"""The cells of a campaign sheet: budget, message, or both in one; what may be either is refused."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from omnimix.data.amounts import Floats, Token, decimal_of, is_empty, tokenise, value_of

THOUSANDS, MILLIONS = ("k", "thousand", "duizend", "dzd", "tsd", "tausend"), ("mln", "mio", "million", "miljoen")
BILLIONS = ("bn", "mld", "mrd", "miljard", "milliard")
FACTORS = dict.fromkeys(THOUSANDS, 1e3) | dict.fromkeys(MILLIONS, 1e6) | dict.fromkeys(BILLIONS, 1e9)
_factor = re.compile(rf"(?<=\d)\s?({'|'.join(FACTORS)})\b\.?", re.IGNORECASE)
# 0.1M and 0.1m are a million's tenth; 25M may be 25 mille
_part_of_million = re.compile(r"(?:(?<=\d[.,]\d)|(?<=\d[.,]\d\d))\s?M\b|(?:(?<=\b0[.,]\d)|(?<=\b0[.,]\d\d))\s?m\b")
_bar = re.compile(r"\s*[|\n]\s*")
_joint = re.compile(r"[-–—/:;]\s+")  # noqa: RUF001
_dashes = re.compile(r"[-–—/|:;]+")  # noqa: RUF001
_group = re.compile(r"[.,]\d{3}(?!\d)")
_half_read = re.compile(r"(?:[€$£]|EUR)?\d[\d.,]*(?:m|t|kk)", re.IGNORECASE)
_error = re.compile(r"#(?:[A-Z/0-9]+[!?]|N/A)")
BARE = 5  # digits from which a number before a text is money, and not a year, an hour or "2 for 1"
RULE = "write the budget first and a bar before the message, such as '25000 | Back to school'"


@dataclass(frozen=True)
class CellParts:
    """What a cell says: its written amount with a factor for thousands or millions, its message, what is unclear."""

    amount: Token | None = None
    factor: float = 1.0
    message: str = ""
    problem: str = ""


def cell_parts(cell: object) -> CellParts:
    """Take a cell apart.

    >>> cell_parts("EUR 25,000 | Back to school").message, cell_parts("25k - Back to school").factor
    ('Back to school', 1000.0)
    >>> cell_parts("2 for 1").problem.split(";")[0]
    'begins with the number 2, which may be a budget or a message'
    """
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n").strip()
    if _error.fullmatch(text):
        return CellParts(problem=f"holds the error {text} of a formula; {RULE}.")
    if is_empty(text):
        return CellParts()
    bar = _bar.search(f" {text}")
    if bar:
        head, tail = f" {text}"[: bar.start()].strip(), f" {text}"[bar.end() :].strip()
        if not head:
            return CellParts(message=tail)
        found = _amount(head)
        if found:
            return CellParts(*found, tail)
        if "|" in bar[0]:
            return CellParts(
                problem=f"'{head}' before the bar is no amount; {RULE}; a message alone begins with a bar."
            )
    return _without_bar(text)


def read_cells(cells: Sequence[object]) -> tuple[Floats, list[str], dict[int, str]]:
    """Return budgets (0 where a cell holds none), messages, and by position what is wrong, as the end of a sentence.

    Money has two decimals at most, so that 25.000 and 25,000 are both twenty-five thousand, unless another cell of the
    sheet has the same mark before its cents.
    """
    money, messages, wrong = np.zeros(len(cells)), [""] * len(cells), {}
    written: dict[int, CellParts] = {}
    for position, cell in enumerate(cells):
        if cell is None or (isinstance(cell, float) and math.isnan(cell)):
            continue
        if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
            wrong[position] = f"holds {cell}, neither a budget nor a message; {RULE}."
        elif isinstance(cell, int | float):
            money[position] = float(cell)
        else:
            written[position] = found = cell_parts(cell)
            messages[position] = found.message
            if found.problem:
                wrong[position] = found.problem
    amounts = {p: found for p, found in written.items() if found.amount is not None}
    for position, value in _values(amounts, wrong).items():
        money[position] = value
    wrong |= _currencies(amounts)
    for position in np.flatnonzero(~(np.isfinite(money) & (money >= 0))).tolist():
        wrong.setdefault(position, f"holds a budget of {money[position]:,.2f}; budgets start at 0.")
    return money, messages, wrong


def cell_text(money: float, message: str, *, comma: bool) -> float | str | None:
    """Return what to write so that :func:`read_cells` reads the same budget and message.

    >>> cell_text(25_000.0, "Back to school", comma=False), cell_text(0.0, "2 for 1", comma=False)
    ('25,000 | Back to school', '| 2 for 1')
    """
    if not message:
        return money or None
    if money:
        return f"{_plain(money, comma)} | {message}"
    return message if cell_parts(message) == CellParts(message=message) else f"| {message}"


def _plain(money: float, comma: bool) -> str:
    """Write an amount with every digit; three decimals get a fourth, or they could be thousands."""
    text = f"{Decimal(repr(float(money))):,f}"
    whole, _, part = text.partition(".")
    part = part if part.strip("0") else ""
    text = f"{whole}.{part}0" if len(part) == 3 else f"{whole}.{part}" if part else whole
    return text.translate(str.maketrans(",.", ".,")) if comma else text


def _without_bar(text: str) -> CellParts:
    """Take apart a cell in which only spaces or a dash part budget and message."""
    ends = [match.start() for match in re.finditer(r"\s+|$", text)]
    for end in reversed(ends):
        head, rest = text[:end], text[end:].strip()
        found = None if _dashes.fullmatch(head.split()[-1]) else _amount(head)
        if not found:
            continue
        joint = _joint.match(rest)
        message = rest[joint.end() :] if joint else rest
        if not message and rest:
            message = rest
        plainly = not message or _is_money(head, *found) or (joint is not None and not message[0].isdigit())
        if plainly:
            return CellParts(*found, message)
        told = f"begins with the number {head}, which may be a budget or a message"
        return CellParts(problem=f"{told}; write '{head} | {message}', or '| {text}' for a message alone.")
    return _message_alone(text)


def _message_alone(text: str) -> CellParts:
    words = [word.strip("()[],;:!?") for word in text.split()]
    if _half_read.fullmatch(words[0]):
        return CellParts(problem=f"begins with '{words[0]}', an amount that is not clear; {RULE}.")
    if len(words) == 1 and words[0].endswith("%"):
        return CellParts(problem=f"holds a percentage, '{text}'; {RULE}.")
    near = [*(f"{a} {b}" for a, b in itertools.pairwise(words)), *words]
    behind = next((word for word in near if (found := _amount(word)) and _is_money(word, *found)), None)
    if behind:
        told = f"has an amount behind its message, '{behind}'"
        return CellParts(problem=f"{told}; {RULE}; or begin with a bar where it is a message alone.")
    return CellParts(message=text)


def _amount(text: str) -> tuple[Token, float] | None:
    """Return a written amount and its factor, or None; a percentage is no amount."""
    factor = 1.0
    text = _part_of_million.sub("mln", text)
    match = _factor.search(text)
    if match:
        factor, text = FACTORS[match[1].casefold()], text[: match.start()] + text[match.end() :]
    token = tokenise(text.strip()) if any(map(str.isdigit, text)) else None
    return None if token is None or token.percent else (token, factor)


def _is_money(text: str, token: Token, factor: float) -> bool:
    """Tell whether an amount is plainly money: by a sign, a word, a mark between thousands, or many digits."""
    digits = token.core.isdigit() and len(token.core) >= BARE
    return bool(token.currency or factor != 1 or token.grouped or digits or _group.search(token.core)) or ",-" in text


def _values(amounts: dict[int, CellParts], wrong: dict[int, str]) -> dict[int, float]:
    """Read the amounts of a sheet together: a mark before cents in one cell is none between thousands in another."""
    tokens = {p: found.amount for p, found in amounts.items() if found.amount is not None}
    marks = {p: decimal_of(token) for p, token in tokens.items()}
    cents = {mark for mark in marks.values() if mark in (".", ",")}
    values = {}
    for position, token in tokens.items():
        mark, factor = marks[position], amounts[position].factor
        own = "." if "." in token.core else ","
        other = "," if own == "." else "."
        if mark == "?" and (own in cents or (factor != 1 and other not in cents)):
            why = "as another cell writes cents" if own in cents else "before a word for thousands"
            wrong[position] = f"holds '{token.core}', with a mark between thousands or before cents, {why}; {RULE}."
            continue
        value = value_of(token, other if mark == "?" else mark or ".")
        if value is None:
            wrong[position] = f"holds '{token.core}', which is no amount; {RULE}."
            continue
        values[position] = value if factor == 1 else round(value * factor, 2)
    return values


def _currencies(amounts: dict[int, CellParts]) -> dict[int, str]:
    """Refuse the rarer of two currencies: they do not add up."""
    met = {p: found.amount.currency for p, found in amounts.items() if found.amount and found.amount.currency}
    counts = {currency: list(met.values()).count(currency) for currency in met.values()}
    if len(counts) < 2:
        return {}
    own = max(counts, key=lambda currency: counts[currency])
    return {p: f"is in {c} and other cells in {own}; write all in one currency." for p, c in met.items() if c != own}
