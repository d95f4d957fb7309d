"""What should be known of orders before a figure is used, though it stops nothing."""

from __future__ import annotations

from omnimix import words
from omnimix.findings import Finding
from omnimix.tracking.engine import Store
from omnimix.tracking.faults import counted

SHARED = 20  # orders of one customer in a day, from which a card is not one person's
MANY_GUESTS = 0.3
BIG = 1000  # times the median order


def remarks(orders: Store, currency: str, *, keyed: bool, addresses: int) -> list[Finding]:
    """Return findings on addresses without a key, guests, returns, shared cards and orders of impossible size."""
    (count, guests, returns, returned, bought, nothing, middle, largest), *_ = orders.rows(
        "SELECT count(*), count(*) FILTER (customer IS NULL), count(*) FILTER (revenue < 0), "
        "coalesce(sum(revenue) FILTER (revenue < 0), 0), coalesce(sum(revenue) FILTER (revenue > 0), 0), "
        "count(*) FILTER (revenue = 0), coalesce(approx_quantile(revenue, 0.5) FILTER (revenue > 0), 0), "
        "coalesce(max(revenue), 0) FROM {table}"
    )
    (shared, of_shared), *_ = orders.rows(
        "SELECT count(DISTINCT customer), coalesce(sum(n), 0) FROM (SELECT customer, date_trunc('day', time), "
        f"count(*) AS n FROM {{table}} WHERE customer IS NOT NULL AND revenue >= 0 GROUP BY 1, 2 HAVING n >= {SHARED})"
    )
    found = []
    if addresses and not keyed:
        message = (
            f"{counted(addresses, 'customer')} named by an e-mail address. It is kept as its SHA-256, which somebody "
            "with a list of addresses can look up."
        )
        found.append(
            Finding("addresses", "warns", message, "Pass key= to have it hashed with a key of your own.", addresses)
        )
    if guests:
        part = words.percent(guests / count)
        message = f"{guests:,} of {count:,} orders ({part}) are of guests: nobody knows whose they are."
        remedy = "Customers who are named are not all customers; shares and values speak of them alone."
        found.append(
            Finding("guests", "warns" if guests > MANY_GUESTS * count else "notes", message, remedy, guests / count)
        )
    if returns:
        share = -returned / bought if bought else 0.0
        message = (
            f"{counted(returns, 'return')} ({words.percent(share)} of revenue) netted with what their customer bought; "
            "no return is an order."
        )
        found.append(Finding("returns", "notes", message, "", share))
    if nothing:
        message = f"{nothing:,} orders are of 0 {currency}".rstrip() + "; they count as orders."
        found.append(Finding("free_orders", "notes", message, "Leave them out if nothing was bought.", nothing))
    if shared:
        message = (
            f"{shared:,} {'customer has' if shared == 1 else 'customers have'} {SHARED} orders or more in one day "
            f"({of_shared:,.0f} orders): a card that several people use, or the shop's own."
        )
        remedy = "Such a card makes one omnichannel customer of many people; leave it out."
        found.append(Finding("shared_cards", "warns", message, remedy, shared))
    if middle and largest > BIG * middle:
        message = (
            f"The largest order is {words.amount(largest)}, {words.amount(largest / middle)} times the middle one."
        )
        found.append(Finding("large_order", "warns", message, "Look whether a decimal mark was lost.", largest))
    return found
