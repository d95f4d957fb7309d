"""The money of orders: one currency, one decimal mark, and what cannot be read as an amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from omnimix.data.phrases import listed
from omnimix.errors import DataError
from omnimix.tracking import amounts
from omnimix.tracking.columns import Columns
from omnimix.tracking.engine import fetch
from omnimix.tracking.faults import Fault, counted
from omnimix.tracking.identity import without_addresses
from omnimix.tracking.reading import REVENUE
from omnimix.tracking.sources import Source

CURRENCY = "currency"


@dataclass(frozen=True)
class Money:
    """How the amounts of a source are read.

    Attributes:
        amount: the SQL of revenue.
        currency: its one code, empty where none is named.
        problems: what stands in the way of reading any of it.
        faults: what is wrong with single rows.
    """

    amount: str
    currency: str
    problems: tuple[str, ...]
    faults: tuple[Fault, ...]


def revenue_traits(columns: Columns) -> dict[str, str]:
    """Return the SQL of what has to be known before amounts can be read."""
    if REVENUE not in columns or columns.kind(REVENUE) != "VARCHAR":
        return {}
    return amounts.traits(columns.sql(REVENUE))


def money_of(source: Source, columns: Columns, seen: Mapping[str, int], currency: str, decimal: str | None) -> Money:
    """Settle how amounts are read."""
    if decimal not in (None, ".", ","):
        raise DataError(f"decimal is '.' or ',', not {decimal!r}.")
    if REVENUE not in columns:
        return Money("NULL", currency, (), ())
    name, column, kind = columns.names[REVENUE], columns.sql(REVENUE), columns.kind(REVENUE)
    problems = []
    mark = decimal or ("," if seen.get("comma", 0) > 0 else ".")
    if decimal is None and seen.get("comma", 0) and seen.get("dot", 0):
        problems.append(
            f"column '{name}': {seen['comma']:,} amounts have a decimal comma and {seen['dot']:,} a decimal point; "
            "write all the same way."
        )
    elif decimal is None and seen.get("either", 0) and not seen.get("comma", 0) and not seen.get("dot", 0):
        problems.append(
            f"column '{name}': nothing tells whether 1.234 is a thousand or one and a bit; pass decimal='.' or ','."
        )
    codes = _codes(source, columns)
    if len(codes) > 1:
        told = listed(f"{code} ({counted(count, 'row')})" for code, count in codes.items())
        problems.append(f"amounts are in several currencies: {told}; bring all to one, or read them apart.")
    elif codes and currency and next(iter(codes)) != currency.upper():
        problems.append(
            f"amounts are in {next(iter(codes))}, and currency={currency!r} was passed; pass the right one."
        )
    empty = f"{column} IS NULL" + (f" OR trim({column}) = ''" if kind == "VARCHAR" else "")
    amount = amounts.number(column, kind, mark)
    faults = (
        Fault(name, f"({empty})", "there is no amount", "fill it in; 0 is an amount"),
        Fault(
            name,
            f"NOT ({empty}) AND NOT coalesce(isfinite({amount}), false)",
            "what stands there is no amount",
            "write 12.50, and give decimal=',' if the comma is the decimal mark",
            column,
        ),
    )
    return Money(amount, next(iter(codes), currency.upper()), tuple(problems), faults)


def _codes(source: Source, columns: Columns) -> dict[str, int]:
    """Return the currencies that are named, by a column of their own or beside the amounts."""
    if CURRENCY in columns:
        code = f"upper(trim(CAST({columns.sql(CURRENCY)} AS VARCHAR)))"
    elif columns.kind(REVENUE) == "VARCHAR":
        code = amounts.symbol(columns.sql(REVENUE))
    else:
        return {}
    query = f"SELECT {code}, count(*) FROM {source.view} GROUP BY 1 ORDER BY 2 DESC LIMIT 20"
    found: dict[str, int] = {}
    for written, count in fetch(source.connection, query):
        if written:
            name = amounts.SYMBOLS.get(written, without_addresses(written)[:20])
            found[name] = found.get(name, 0) + count
    return found
