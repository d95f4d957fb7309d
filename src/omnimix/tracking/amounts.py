"""How money is written, and the SQL that reads it: decimal marks, currencies, minus signs."""

from __future__ import annotations

SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "EUR": "EUR", "USD": "USD", "GBP": "GBP", "CHF": "CHF"}
SYMBOLS |= {"SEK": "SEK", "DKK": "DKK", "NOK": "NOK", "PLN": "PLN", "CZK": "CZK", "kr": "kr", "zł": "PLN"}
_ANY = "|".join(("€", r"\$", "£", "EUR", "USD", "GBP", "CHF", "SEK", "DKK", "NOK", "PLN", "CZK", "kr", "zł"))
COMMA = r"^-?(\d{1,3}(\.\d{3})+|\d+),(\d{1,2}|\d{4,})$|^-?\d{1,3}(\.\d{3})+,\d+$|^-?\d{1,3}(\.\d{3}){2,}$"
DOT = r"^-?(\d{1,3}(,\d{3})+|\d+)\.(\d{1,2}|\d{4,})$|^-?\d{1,3}(,\d{3})+\.\d+$|^-?\d{1,3}(,\d{3}){2,}$"
EITHER = r"^-?\d{1,3}[.,]\d{3}$"  # a thousand, or three decimals


def bare(column: str) -> str:
    """Return the SQL of a written amount without its currency and blanks; a minus stands before it."""
    text = (
        f"regexp_replace(regexp_replace({column}, '(?i)({_ANY})', '', 'g'), '[\\s\\x{{00a0}}\\x{{202f}}'']', '', 'g')"
    )
    text = f"replace({text}, '\u2212', '-')"
    text = f"regexp_replace({text}, '^\\((.*)\\)$', '-\\1')"
    text = f"regexp_replace({text}, '^(.*\\d)-$', '-\\1')"
    return f"regexp_replace({text}, ',-+$', '')"


def symbol(column: str) -> str:
    """Return the SQL of the currency that an amount carries, empty without one."""
    return f"upper(regexp_extract({column}, '(?i)({_ANY})', 1))"


def traits(column: str) -> dict[str, str]:
    """Return the SQL of what has to be known before amounts can be read, each a count of rows."""
    text = bare(column)
    marks = {"comma": COMMA, "dot": DOT, "either": EITHER}
    return {name: f"count(*) FILTER (regexp_matches({text}, '{form}'))" for name, form in marks.items()}


def number(column: str, kind: str, decimal: str) -> str:
    """Return the SQL of an amount as a number; NULL where it is none."""
    if kind != "VARCHAR":
        return f"TRY_CAST({column} AS DOUBLE)"
    thousands = "," if decimal == "." else "."
    grouped = rf"^-?\d{{1,3}}(\{thousands}\d{{3}})*(\{decimal}\d+)?$|^-?\d+(\{decimal}\d+)?$"
    text = bare(column)
    plain = f"replace(replace({text}, '{thousands}', ''), '{decimal}', '.')"
    exponent = r"^-?\d+(\.\d+)?[eE][+-]?\d+$"
    return (
        f"CASE WHEN regexp_matches({text}, '{grouped}') THEN TRY_CAST({plain} AS DOUBLE) "
        f"WHEN regexp_matches({text}, '{exponent}') THEN TRY_CAST({text} AS DOUBLE) END"
    )
