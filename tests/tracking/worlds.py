"""Customers whose truth is known: who takes a second place into use, and what that really changes."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

DAYS = 728
START = np.datetime64("2024-01-01", "s")

type Adoption = Literal["by_order", "by_day", "unseen_day"]


def customer_world(
    seed: int,
    *,
    customers: int = 4000,
    factor: float = 1.0,
    adoption: Adoption = "by_order",
    heavy: float = 1.0,
    yearly: float = 9.0,
    dropout: float = 0.25,
    season: float = 0.3,
    second: float = 0.4,
) -> pd.DataFrame:
    """Draw orders of customers of whom the heavy buyers take a second place into use.

    Args:
        seed: of the draws.
        customers: how many come in, over the whole time.
        factor: by which the rate of orders of a customer changes with the second place.
        adoption: ``by_order`` every order may be the first elsewhere; ``by_day`` a day comes at which the next order
            is elsewhere; ``unseen_day`` a day comes after which orders are here or there.
        heavy: how much likelier a customer is who buys twice as much; 0 for not.
        yearly: orders of the middle customer a year.
        dropout: share of customers who leave in a year.
        season: how far rates swing over the year.
        second: share of orders in the second place afterwards.
    """
    draws = np.random.default_rng(seed)
    rate = draws.gamma(1.5, yearly / 365 / 1.5, customers) + 0.2 / 365
    enters = np.where(draws.random(customers) < 0.5, 0.0, draws.uniform(0, DAYS, customers))
    leaves = enters + draws.exponential(365 / max(dropout, 1e-9), customers)
    home = np.where(draws.random(customers) < 0.6, "store", "web")
    basket = draws.lognormal(3.5, 0.4, customers) * (rate / rate.mean()) ** 0.2
    likelier = (rate / rate.mean()) ** heavy
    if adoption == "by_order":
        chance = np.minimum(0.06 * likelier, 0.5)
        day = np.full(customers, np.inf)
    else:
        chance = np.zeros(customers)
        day = np.where(
            draws.random(customers) < 1 - np.exp(-0.45 * likelier), draws.uniform(0, DAYS, customers), np.inf
        )
    parts = []
    for k in range(customers):
        parts.append(
            _one(draws, rate[k], enters[k], min(leaves[k], DAYS), chance[k], day[k], factor, adoption, season, second)
        )
    who = np.repeat(np.arange(customers), [len(p[0]) for p in parts])
    when = np.concatenate([p[0] for p in parts])
    elsewhere = np.concatenate([p[1] for p in parts])
    other = np.where(home == "store", "web", "store")
    return pd.DataFrame(
        {
            "customer": who,
            "time": START + (when * 86400).astype("timedelta64[s]"),
            "channel": np.where(elsewhere, other[who], home[who]),
            "revenue": np.round(basket[who] * draws.lognormal(0, 0.5, len(who)), 2),
        }
    )


def _one(draws, rate, enters, leaves, chance, day, factor, adoption, season, second):
    """Draw the orders of one customer by thinning."""
    top = rate * max(factor, 1.0) * (1 + season)
    times, places, adopted = [], [], False
    now = enters
    pending = False
    while True:
        now += draws.exponential(1 / top)
        if now >= leaves:
            return np.array(times), np.array(places, dtype=bool)
        if adoption != "by_order" and not adopted and now >= day:
            adopted, pending = True, adoption == "by_day"
        level = rate * (factor if adopted and not pending else 1.0) * (1 + season * np.sin(2 * np.pi * now / 364))
        if draws.random() >= level / top:
            continue
        if not adopted and chance and draws.random() < chance:
            adopted, pending = True, True
        times.append(now)
        places.append(pending or (adopted and draws.random() < second))
        pending = False
