"""What a new customer is worth over a horizon, with how sure that is."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.errors import DataError
from omnimix.findings import Finding
from omnimix.labels import DEFAULT_INTERVAL, INTERVAL, LOWER, MEAN, MEDIAN, UPPER
from omnimix.tracking.lifetime import (
    Baskets,
    Fitted,
    Repeats,
    bg_nbd,
    gamma_gamma,
    mean_basket,
    most_likely,
    repeats_of_new,
)
from omnimix.tracking.orders import Orders

FEWEST = 100  # customers
DRAWS = 1000
MOST = 200_000  # customers that a fit looks at, drawn by chance where there are more
PRIOR = 2.0  # standard deviation of the weak prior on every logarithm
RELATED = 0.3  # correlation of how often and how much, from which gamma-gamma misleads
STARTS = (np.log([0.5, 8.0, 0.8, 2.5]), np.log([1.0, 20.0, 0.3, 3.0]))
PARAMETERS = ("r", "alpha", "a", "b", "p", "q", "v")
YEAR = 365.25 / 7  # weeks


@dataclass(frozen=True, eq=False, repr=False)
class Clv:
    """What a new customer is expected to bring in.

    ``om.Outcome("new_customers", value=clv)`` takes its mean and its standard error: what channels earn is as unsure
    as that.

    Attributes:
        draws: money of one new customer over the horizon, a figure a draw.
        orders: orders of one new customer over the horizon, the first among them, a figure a draw.
        horizon: weeks.
        margin: what is earned on one unit of revenue.
        currency: of value, empty where none is named.
        parameters: most likely parameters: ``r, alpha, a, b`` (weeks) and ``p, q, v`` (money).
        interval: probability mass of the intervals.
        findings: what to know before the figure is used.
    """

    draws: np.ndarray
    orders: np.ndarray
    horizon: int
    margin: float
    currency: str
    parameters: dict[str, float]
    interval: float
    findings: tuple[Finding, ...]

    def __float__(self) -> float:
        return float(self.draws.mean())

    @property
    def standard_error(self) -> float:
        """How far the value of a new customer is off, in money: the standard deviation of its draws."""
        return float(self.draws.std())

    def table(self) -> pd.DataFrame:
        """Return value and orders of a new customer: ``measure, mean, median, lower, upper, interval``."""
        rows = []
        for measure, draws in (("value", self.draws), ("orders", self.orders)):
            low, high = np.quantile(draws, [(1 - self.interval) / 2, (1 + self.interval) / 2])
            rows.append({"measure": measure, MEAN: draws.mean(), MEDIAN: np.median(draws), LOWER: low, UPPER: high})
        return pd.DataFrame(rows).assign(**{INTERVAL: self.interval})

    def __repr__(self) -> str:
        seen = [f"{f.severity}: {f.message} {f.remedy}".rstrip() for f in self.findings]
        return "\n".join([self._title, *seen])

    def _repr_html_(self) -> str:
        return notebook.card(self._title, notebook.table(self.table()), notebook.findings(self.findings))

    @property
    def _title(self) -> str:
        value = self.table().to_dict("records")[0]
        money = f"{self.currency} {words.amount(float(self))}".strip()
        return (
            f"Clv: a new customer brings {money} in {self.horizon} weeks "
            f"({words.amount(value[LOWER])} to {words.amount(value[UPPER])})"
        )


@checked
def clv(
    orders: Orders,
    *,
    horizon: int = 52,
    margin: float = 1.0,
    discount: float = 0.0,
    interval: float = DEFAULT_INTERVAL,
    seed: int = 0,
) -> Clv:
    """Say what a new customer is worth over a horizon: the first order, and those that are expected to follow.

    How often customers come back is BG/NBD, how much they spend then gamma-gamma; both at their most likely, with draws
    around it. Orders of one day are one. Returns lower what an order is worth by their share of revenue.

    Args:
        orders: from :func:`read_orders`.
        horizon: weeks.
        margin: what is earned on one unit of revenue, such as 0.3.
        discount: by which a year makes money worth less, such as 0.1.
        interval: probability mass of the intervals.
        seed: of the draws.

    Raises :class:`DataError` where too few customers are known, or none came back.
    """
    _require(orders, horizon, margin, discount)
    people = _people(orders)
    repeats, baskets = _grouped(people), people[(people["x"] > 0) & (people["repeat_value"] > 0)]
    coming = most_likely(lambda logs: bg_nbd(logs, repeats), STARTS, PRIOR)
    money = Baskets(baskets["x"].to_numpy(dtype=float), baskets["repeat_value"].to_numpy(dtype=float))
    scale = float(money.mean.mean()) if len(baskets) else 1.0
    spending = most_likely(lambda logs: gamma_gamma(logs, money), (np.log([2.0, 4.0, 1.5 * scale]),), PRIOR)
    if coming is None or spending is None:
        raise DataError("how often customers come back, or for how much, cannot be read from these orders; give more.")
    generator = np.random.default_rng(seed)
    found = _draws(coming, spending, people, horizon, discount, generator)
    kept = _kept_share(orders)
    fitted = np.exp([*coming.logs, *spending.logs]).tolist()
    return Clv(
        draws=margin * kept * found["value"],
        orders=found["orders"],
        horizon=horizon,
        margin=float(margin),
        currency=orders.currency,
        parameters=dict(zip(PARAMETERS, fitted, strict=True)),
        interval=interval,
        findings=_findings(people, baskets, horizon),
    )


def _require(orders: Orders, horizon: int, margin: float, discount: float) -> None:
    problems = []
    if not 1 <= horizon <= 1040:
        problems.append(f"horizon is in weeks, from 1 to 1040, not {horizon}.")
    if margin <= 0:
        problems.append(f"margin is above 0, such as 0.3, not {margin}.")
    if not 0 <= discount < 1:
        problems.append(f"discount is a share a year, from 0 to 1, not {discount}.")
    if orders.customers < FEWEST:
        problems.append(f"{orders.customers:,} customers are named; at least {FEWEST} are needed.")
    if problems:
        raise DataError(" ".join(problems))


def _people(orders: Orders) -> pd.DataFrame:
    """Return one row a customer: repeat days ``x``, ``last`` and ``observed`` in weeks, value of first and repeat."""
    found: pd.DataFrame = orders.store.frame(
        f"""WITH days AS (SELECT customer, date_trunc('day', time) AS day, sum(revenue) AS value FROM {{table}}
                WHERE customer IS NOT NULL AND revenue >= 0 GROUP BY ALL),
            numbered AS (SELECT *, min(day) OVER (PARTITION BY customer) AS first FROM days)
        SELECT count(*)::DOUBLE - 1 AS x, date_diff('day', any_value(first), max(day)) / 7.0 AS last,
            date_diff('day', any_value(first), TIMESTAMP '{orders.last}') / 7.0 AS observed,
            sum(value) FILTER (day = first) AS first_value, avg(value) FILTER (day > first) AS repeat_value
        FROM numbered GROUP BY customer ORDER BY hash(customer) LIMIT {MOST}"""
    )
    if not (found["x"] > 0).sum() >= FEWEST // 5:
        raise DataError("hardly anybody came back in these orders; what comes after the first order cannot be said.")
    return found


def _grouped(people: pd.DataFrame) -> Repeats:
    rows = people.groupby(["x", "last", "observed"]).size().reset_index(name="count")
    return Repeats(*(rows[c].to_numpy(dtype=float) for c in ("x", "last", "observed", "count")))


def _draws(
    coming: Fitted,
    spending: Fitted,
    people: pd.DataFrame,
    horizon: int,
    discount: float,
    generator: np.random.Generator,
) -> dict[str, np.ndarray]:
    weeks = np.arange(0, horizon + 1, dtype=float)
    worth = (1 - discount) ** ((weeks[1:] - 0.5) / YEAR)
    first = people["first_value"].to_numpy(dtype=float)
    firsts = generator.normal(first.mean(), first.std(ddof=1) / math.sqrt(len(first)), DRAWS)
    baskets = np.array([mean_basket(logs) for logs in spending.draws(DRAWS, generator)])
    baskets = np.where(np.isfinite(baskets), baskets, np.nanmedian(baskets))
    paths = np.array([repeats_of_new(logs, weeks) for logs in coming.draws(DRAWS, generator)])
    added = np.diff(paths, axis=1)
    return {"orders": 1 + added.sum(axis=1), "value": firsts + baskets * (added @ worth)}


def _kept_share(orders: Orders) -> float:
    """Return the share of revenue that is not sent back."""
    (kept, sold), *_ = orders.store.rows(
        "SELECT sum(revenue), sum(revenue) FILTER (revenue > 0) FROM {table} WHERE customer IS NOT NULL"
    )
    return max(float(kept / sold), 0.0) if sold else 1.0


def _findings(people: pd.DataFrame, baskets: pd.DataFrame, horizon: int) -> tuple[Finding, ...]:
    found = []
    longest = float(people["observed"].max())
    if horizon > longest:
        message = f"The horizon is {horizon} weeks, and nobody was followed for longer than {longest:.0f}."
        found.append(
            Finding("far_horizon", "warns", message, "Beyond that the figure rests on the model alone.", horizon)
        )
    if len(baskets) > 2 and baskets["x"].std() > 0 and baskets["repeat_value"].std() > 0:
        related = float(np.corrcoef(np.log(baskets["x"]), np.log(baskets["repeat_value"]))[0, 1])
        if abs(related) > RELATED:
            more = "more" if related > 0 else "less"
            message = f"Who comes back more often spends {more} an order (correlation {related:.2f})."
            remedy = "The model takes the two apart, so that the figure is too " + ("low." if related > 0 else "high.")
            found.append(Finding("related", "warns", message, remedy, related))
    return tuple(found)
