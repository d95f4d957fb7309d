"""Customers whose truth is known: who takes a second place into use, and what that really changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.errors import OmnimixError
from omnimix.mechanics import Array

DAYS = 728
START = np.datetime64("2024-01-01", "s")
ADOPTIONS = ("by_order", "by_day", "unseen_day")

type Adoption = Literal["by_order", "by_day", "unseen_day"]


@checked
def simulate_customers(
    *,
    seed: int = 0,
    customers: int = 4000,
    factor: float = 1.0,
    adoption: Adoption = "by_order",
    heavy: float = 1.0,
    yearly: float = 9.0,
    dropout: float = 0.25,
    season: float = 0.3,
    second: float = 0.4,
) -> pd.DataFrame:
    """Draw two years of orders of customers of whom the heavy buyers take a second place into use.

    The true factor of a second place is ``factor``, however far those who have one are ahead of the others: that is who
    buys much. The frame has ``customer, time, channel, revenue``, as :func:`omnimix.read_orders` takes it.

    Args:
        seed: of the draws.
        customers: how many come in; half are there from the first day.
        factor: by which the rate of orders of a customer changes with the second place.
        adoption: ``by_order`` every order may be the first elsewhere; ``by_day`` a day comes at which the next order
            is elsewhere; ``unseen_day`` a day comes from which on orders are here or there.
        heavy: how much likelier a customer adopts who buys twice as much; 0 for not at all.
        yearly: orders of a customer a year, on average.
        dropout: how many of the customers leave in a year, as a rate.
        season: how far rates swing over the year.
        second: share of orders in the second place afterwards.

    Raises :class:`OmnimixError` for an ``adoption`` that there is none of.

    >>> simulate_customers(seed=1, customers=20).columns.tolist()
    ['customer', 'time', 'channel', 'revenue']
    """
    if adoption not in ADOPTIONS:
        raise OmnimixError(f"adoption is one of {', '.join(ADOPTIONS)}, not {adoption!r}.")
    draws = np.random.default_rng(seed)
    rate = draws.gamma(1.5, yearly / 365 / 1.5, customers) + 0.2 / 365
    enters = np.where(draws.random(customers) < 0.5, 0.0, draws.uniform(0, DAYS, customers))
    leaves = np.minimum(enters + draws.exponential(365 / max(dropout, 1e-9), customers), DAYS)
    home = np.where(draws.random(customers) < 0.6, "store", "web")
    basket = draws.lognormal(3.5, 0.4, customers) * (rate / rate.mean()) ** 0.2
    likelier = (rate / rate.mean()) ** heavy
    by_order = adoption == "by_order"
    chance = np.minimum(0.06 * likelier, 0.5) if by_order else np.zeros(customers)
    day = np.full(customers, np.inf)
    if not by_order:
        adopts = draws.random(customers) < 1 - np.exp(-0.45 * likelier)
        day = np.where(adopts, draws.uniform(0, DAYS, customers), np.inf)
    lives = [
        _Life(rate[k], enters[k], leaves[k], chance[k], day[k], factor, adoption, season, second)
        for k in range(customers)
    ]
    drawn = [life.orders(draws) for life in lives]
    who = np.repeat(np.arange(customers), [len(times) for times, _ in drawn])
    when, elsewhere = (np.concatenate([one[k] for one in drawn]) for k in (0, 1))
    other = np.where(home == "store", "web", "store")
    return pd.DataFrame(
        {
            "customer": who,
            "time": START + (when * 86400).astype("timedelta64[s]"),
            "channel": np.where(elsewhere.astype(bool), other[who], home[who]),
            "revenue": np.round(basket[who] * draws.lognormal(0, 0.5, len(who)), 2),
        }
    )


@dataclass(frozen=True)
class _Life:
    """One customer: rate of orders a day, days of coming and going, and how a second place comes in."""

    rate: float
    enters: float
    leaves: float
    chance: float
    day: float
    factor: float
    adoption: Adoption
    season: float
    second: float

    def orders(self, draws: np.random.Generator) -> tuple[Array, Array]:
        """Draw days of orders and whether each was elsewhere, by thinning."""
        top = self.rate * max(self.factor, 1.0) * (1 + self.season)
        times: list[float] = []
        places: list[bool] = []
        adopted = pending = False
        now = self.enters
        while (now := now + draws.exponential(1 / top)) < self.leaves:
            if self.adoption != "by_order" and not adopted and now >= self.day:
                adopted, pending = True, self.adoption == "by_day"
            level = self.rate * (self.factor if adopted and not pending else 1.0)
            if draws.random() >= level * (1 + self.season * np.sin(2 * np.pi * now / 364)) / top:
                continue
            if not adopted and self.chance and draws.random() < self.chance:
                adopted, pending = True, True
            times.append(now)
            places.append(pending or (adopted and draws.random() < self.second))
            pending = False
        return np.array(times, dtype=float), np.array(places, dtype=float)
