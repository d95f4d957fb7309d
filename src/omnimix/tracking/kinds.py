"""Customers by where they buy: how many, what they are worth, who moves to a second place, who comes back."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special

from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.tracking.engine import Store, fetch
from omnimix.tracking.orders import Orders

OMNICHANNEL, SINGLE = "omnichannel", "single place"
KIND = f"CASE WHEN places > 1 THEN '{OMNICHANNEL}' ELSE home END"


def share_of(count: int, total: int, interval: float) -> dict[str, float]:
    """Return a share with its interval (Jeffreys): ``mean, lower, upper``.

    >>> {k: round(v, 2) for k, v in share_of(30, 100, 0.9).items()}
    {'mean': 0.3, 'lower': 0.23, 'upper': 0.38}
    """
    if not total:
        return dict.fromkeys((MEAN, LOWER, UPPER), math.nan)
    tail = (1 - interval) / 2
    low, high = (float(special.betaincinv(count + 0.5, total - count + 0.5, q)) for q in (tail, 1 - tail))
    return {MEAN: count / total, LOWER: low if count else 0.0, UPPER: high if count < total else 1.0}


def expected_share(history: Store, orders: Orders, source: str) -> float:
    """Return the omnichannel share if the place of every order were chance: who orders n times is in both by luck."""
    counts = history.rows("SELECT n, count(*) FROM {table} GROUP BY n")
    places = fetch(orders.store.connection, f"SELECT count(*) FROM {source} WHERE revenue >= 0 GROUP BY place")
    chances = np.array([p for (p,) in places], dtype=float)
    chances /= chances.sum()
    customers = sum(c for _, c in counts)
    return float(sum(c * (1 - (chances**n).sum()) for n, c in counts) / customers) if customers else math.nan


def by_kind(history: Store, interval: float) -> pd.DataFrame:
    """Return one row a kind: ``kind, customers, share, revenue_share, orders_per_customer``, mean value."""
    found = history.frame(
        f"SELECT {KIND} AS kind, count(*) AS customers, sum(value) AS revenue, avg(n)::DOUBLE AS orders_per_customer, "
        "avg(value) AS mean, coalesce(stddev_samp(value), 'nan'::DOUBLE) / sqrt(count(*)) AS error "
        f"FROM {{table}} GROUP BY 1 ORDER BY kind = '{OMNICHANNEL}' DESC, customers DESC"
    )
    reach = float(special.ndtri((1 + interval) / 2)) * found["error"]
    total = found["revenue"].sum()
    return pd.DataFrame(
        {
            "kind": found["kind"],
            "customers": found["customers"],
            "share": found["customers"] / found["customers"].sum(),
            "revenue_share": found["revenue"] / total if total else math.nan,
            "orders_per_customer": found["orders_per_customer"],
            MEAN: found["mean"],
            LOWER: found["mean"] - reach,
            UPPER: found["mean"] + reach,
        }
    )


def naive_ratio(history: Store, interval: float) -> dict[str, float]:
    """Return how many times as much an omnichannel customer was worth, the way it is usually told."""
    query = "SELECT places > 1, avg(value), coalesce(stddev_samp(value), 0) / sqrt(count(*)) FROM {table} GROUP BY 1"
    rows = {bool(several): (mean, error) for several, mean, error in history.rows(query)}
    if len(rows) < 2 or rows[False][0] <= 0 or rows[True][0] <= 0:
        return dict.fromkeys((MEAN, LOWER, UPPER), math.nan)
    (single, single_error), (both, both_error) = rows[False], rows[True]
    ratio = both / single
    reach = float(special.ndtri((1 + interval) / 2)) * math.hypot(both_error / both, single_error / single)
    return {MEAN: ratio, LOWER: ratio * math.exp(-reach), UPPER: ratio * math.exp(reach)}


def migration(history: Store, orders: Orders) -> pd.DataFrame:
    """Return one row a quarter and home place: how many were in one place, and which share moved to a second."""
    found: pd.DataFrame = history.frame(
        f"""WITH quarters AS (SELECT unnest(generate_series(date_trunc('quarter', TIMESTAMP '{orders.first}'),
            TIMESTAMP '{orders.last}', INTERVAL 3 MONTH)) AS quarter)
        SELECT q.quarter, h.home, count(*) AS single, count(*) FILTER (h.adopts < q.quarter + INTERVAL 3 MONTH) AS moved
        FROM {{table}} h JOIN quarters q ON h.first < q.quarter AND (h.adopts IS NULL OR h.adopts >= q.quarter)
            AND h.last >= q.quarter - INTERVAL 1 YEAR
        GROUP BY 1, 2 ORDER BY 1, 2"""
    )
    return found.assign(share=found["moved"] / found["single"])


def retention(history: Store, orders: Orders, source: str, interval: float) -> pd.DataFrame:
    """Return who came back in the second half of the time, by what they were at the end of the first.

    What somebody is later does not count: else whoever stays gets more chances to be in both places.
    """
    middle = orders.first + (orders.last - orders.first) / 2
    rows = history.rows(
        f"""WITH back AS (SELECT DISTINCT customer FROM {source} WHERE revenue >= 0 AND time >= TIMESTAMP '{middle}')
        SELECT CASE WHEN h.adopts < TIMESTAMP '{middle}' THEN '{OMNICHANNEL}' ELSE h.home END AS kind, count(*),
            count(b.customer) FROM {{table}} h LEFT JOIN back b ON b.customer = h.customer
        WHERE h.first < TIMESTAMP '{middle}' GROUP BY 1 ORDER BY 1"""
    )
    return pd.DataFrame(
        [{"kind": kind, "customers": n, **share_of(kept, n, interval)} for kind, n, kept in rows],
        columns=["kind", "customers", MEAN, LOWER, UPPER],
    )


def shares(history: Store, interval: float) -> Mapping[str, dict[str, float]]:
    """Return the omnichannel share of all customers, and of those with two orders or more."""
    (every, both, repeat, both_repeat), *_ = history.rows(
        "SELECT count(*), count(*) FILTER (places > 1), count(*) FILTER (n > 1), "
        "count(*) FILTER (n > 1 AND places > 1) FROM {table}"
    )
    return {"all": share_of(both, every, interval), "repeat": share_of(both_repeat, repeat, interval)}
