"""The columns of a campaign table: which there can be, and the order of the funnel."""

from __future__ import annotations

from typing import Any

import pandas as pd

from omnimix.labels import CHAIN, SPEND

CAMPAIGN, STEP, PERIOD, ROW = "campaign", "step", "period", "row"
DETAIL, CURRENCY = "detail", "currency"  # what parts the rows of one campaign further; the currency of a row
IMPRESSIONS, CLICKS, VISITS, LEADS, ORDERS = "impressions", "clicks", "visits", "leads", "orders"
REVENUE, TIME_ON_SITE = "revenue", "time_on_site"  # time in seconds

LABELS = (CHAIN, STEP, CAMPAIGN, PERIOD)
COUNTS = (IMPRESSIONS, CLICKS, VISITS, LEADS, ORDERS)  # the order of the funnel
NUMBERS = (SPEND, *COUNTS, REVENUE, TIME_ON_SITE)
MONEY = (SPEND, REVENUE)
PARTS = (CAMPAIGN, CHAIN, STEP, PERIOD, *NUMBERS, CURRENCY)
RATES = {CLICKS: "click_rate", VISITS: "visit_rate", LEADS: "lead_rate", ORDERS: "order_rate"}


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table by the names of its columns.

    >>> records(pd.DataFrame({"leads": [3]}))
    [{'leads': 3}]
    """
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]
