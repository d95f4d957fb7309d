"""The columns of a campaign table: which there can be, what exports call them, and the order of the funnel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix.data.phrases import ended, quoted
from omnimix.errors import did_you_mean
from omnimix.labels import CHAIN, SPEND

CAMPAIGN, STEP, PERIOD, ROW = "campaign", "step", "period", "row"
IMPRESSIONS, CLICKS, VISITS, LEADS, ORDERS = "impressions", "clicks", "visits", "leads", "orders"
REVENUE, TIME_ON_SITE = "revenue", "time_on_site"  # time in seconds

LABELS = (CHAIN, STEP, CAMPAIGN, PERIOD)
COUNTS = (IMPRESSIONS, CLICKS, VISITS, LEADS, ORDERS)  # the order of the funnel
NUMBERS = (SPEND, *COUNTS, REVENUE, TIME_ON_SITE)
MONEY = (SPEND, REVENUE)
RATES = {CLICKS: "click_rate", VISITS: "visit_rate", LEADS: "lead_rate", ORDERS: "order_rate"}

ALIASES = {
    CAMPAIGN: ("campaign name", "campagne", "campagnenaam", "campagne naam", "kampagne"),
    CHAIN: ("keten", "campaign chain"),
    STEP: ("stap", "schakel", "funnel step"),
    PERIOD: ("periode", "week", "month", "maand", "date", "datum", "day", "dag"),
    SPEND: ("cost", "costs", "kosten", "uitgaven", "besteding", "bestedingen", "amount spent", "mediakosten"),
    IMPRESSIONS: ("impr", "impr.", "vertoningen", "impressies", "weergaven"),
    CLICKS: ("klikken", "kliks", "link clicks"),
    VISITS: ("bezoeken", "sessions", "sessies"),
    LEADS: ("lead",),
    ORDERS: ("bestellingen", "purchases", "aankopen", "transactions", "transacties"),
    REVENUE: ("omzet", "conversion value", "conversiewaarde", "purchase value", "aankoopwaarde"),
    TIME_ON_SITE: ("tijd op site", "seconds on site"),
}


@dataclass(frozen=True)
class Matched:
    """Which column of a table plays which part, what is wrong with that, and which columns play none."""

    columns: dict[str, str]
    problems: tuple[str, ...]
    renamed: dict[str, str]
    unused: tuple[str, ...]


def matched(names: Sequence[str]) -> Matched:
    """Find the part of every column by its name, whatever its case; a usual other name of a part will do.

    >>> matched(["Campagne", "Kosten", "clicks", "orders", "ctr"]).renamed
    {'campaign': 'Campagne', 'spend': 'Kosten'}
    """
    found: dict[str, str] = {}
    problems = [
        f"these column names occur more than once: {quoted(twice)}; give every column its own name."
        for twice in [sorted({n for n in names if names.count(n) > 1})]
        if twice
    ]
    for part, others in ALIASES.items():
        own = [n for n in names if _folded(n) == part.replace("_", " ")]
        could = own or [n for n in names if _folded(n) in others]
        if len(set(could)) > 1:
            problems.append(f"the columns {quoted(could)} could each be `{part}`; call the one that is meant '{part}'.")
        if could:
            found[part] = could[0]
    renamed = {part: name for part, name in found.items() if name != part and _folded(name) in ALIASES[part]}
    unused = tuple(n for n in names if n not in found.values())
    return Matched(found, (*problems, *_missing(found, unused)), renamed, unused)


def campaign_column(cells: Sequence[object]) -> str | None:
    """Return the cell that heads the column of campaigns, as it is written, in a line of cells.

    >>> campaign_column(["Kosten", " Campagne "])
    'Campagne'
    """
    heads = (CAMPAIGN, *ALIASES[CAMPAIGN])
    return next((" ".join(str(c).split()) for c in cells if c is not None and _folded(str(c)) in heads), None)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table by the names of its columns.

    >>> records(pd.DataFrame({"leads": [3]}))
    [{'leads': 3}]
    """
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def _folded(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("\ufeff", "").casefold().split())


def _missing(found: dict[str, str], unused: Sequence[str]) -> list[str]:
    problems = [
        ended(f"there is no column '{part}'{did_you_mean(part, unused)}")
        for part in (CAMPAIGN, SPEND)
        if part not in found
    ]
    counts = [c for c in COUNTS if c in found]
    if len(counts) < 2:
        has = f"only {quoted(counts)}" if counts else "none"
        near = [ended(f"'{c}' is not there{did_you_mean(c, unused)}") for c in COUNTS if did_you_mean(c, unused)]
        of = f"at least two of the counts {', '.join(COUNTS)} are needed and the table has {has}"
        problems.append(" ".join([f"{of}; name the columns so.", *(n for n in near if n.endswith("?"))]))
    return problems
