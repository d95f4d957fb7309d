"""What a heading says of its figures: thousands, cents, another currency. Figures are taken as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from omnimix.data.amounts import CODES, CURRENCIES
from omnimix.data.panel import Panel
from omnimix.data.roles import Use
from omnimix.findings import Finding

_UNITS = {
    "thousands": r"k ?(?:€|\$|£|eur|usd|gbp)|(?:t ?€|t ?eur|tsd|thousands?|duizend(?:en|tallen)?|tausend)"
    r"|(?:x|in|per) ?1[.,']?000|'?000s?|\(k\)",
    "millions": r"(?:m|mio|mln) ?(?:€|\$|£|eur|usd|gbp)|mio|mln|millions?|miljoen(?:en)?|millionen",
    "millionths": r"micros",
    "cents": r"cents?|eurocents?|pence",
}
_ENDS = r"(?<![^\W\d_]){}(?![^\W\d_])"
_units = {unit: re.compile(_ENDS.format(f"(?:{words})")) for unit, words in _UNITS.items()}
_code = re.compile(_ENDS.format(f"({'|'.join(CODES)}|eur|usd|gbp|chf)"))
_sign = re.compile(r"[€$£¥]")


def check_heading(panel: Panel, use: Use) -> Iterator[Finding]:
    """Give the findings on the heading of a column of money or of an outcome."""
    if use.role not in ("spend", "outcome"):
        return
    words = " ".join(use.column.replace("_", " ").split())
    unit = next((unit for unit, pattern in _units.items() if pattern.search(words.casefold())), "")
    if unit:
        message = f"The heading '{use.column}' says {unit}, and the figures are taken as they stand: 12 counts as 12."
        remedy = "Give the money in full." if use.role == "spend" else "Give it in full, or say it with its `value`."
        yield Finding("heading_says_unit", "warns", message, remedy, where=use.column)
    said = {code.upper() for code in _code.findall(words)} | {CURRENCIES[sign] for sign in _sign.findall(words)}
    if said and panel.currency.upper() not in said:
        message = f"The heading '{use.column}' says {', '.join(sorted(said))} but the currency is {panel.currency}."
        remedy = "Convert the amounts, or pass currency=..."
        yield Finding("currency_differs", "warns", message, remedy, where=use.column)
