"""Omnichannel customers: how many, what they are worth, and what a second place really changes."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import Finding
from omnimix.labels import DEFAULT_INTERVAL, INTERVAL, LOWER, MEAN, UPPER
from omnimix.progress import bar
from omnimix.tracking.adjusted import (
    FEWEST,
    bootstrap_weights,
    event_study,
    factors,
    match,
    resampled,
    unthinned,
)
from omnimix.tracking.adoption import Windows, events, histories, placed
from omnimix.tracking.kinds import OMNICHANNEL, by_kind, expected_share, migration, naive_ratio, retention, shares
from omnimix.tracking.narrative import sentences
from omnimix.tracking.orders import Orders

UNKNOWN: Mapping[str, float] = {MEAN: math.nan, LOWER: math.nan, UPPER: math.nan}


@dataclass(frozen=True, eq=False, repr=False)
class Customers:
    """Who buys in one place and who in several, and what a second place changes.

    Attributes:
        omnichannel_share: share of the customers who bought in more than one place: ``mean, lower, upper``.
        omnichannel_share_repeat: the same among customers with two orders or more.
        expected_share: the share if the place of every order were chance.
        naive_ratio: value of an omnichannel customer over that of others, ``mean, lower, upper``; mostly a picture of
            who buys much.
        adjusted_ratio: factor by which a customer's revenue changes with a second place, ``mean, lower, upper``; nan
            where too few adopted one.
        adjusted_orders: the same of the number of orders.
        match_rate: share of the orders that are of a customer who is named.
        kinds: one row a kind of customer: number, shares, orders and value.
        migration: one row a quarter and home place: who moved to a second.
        retention: who came back in the second half of the time, by what they were in the first.
        event_study: adopters against their matches in blocks of four weeks around the adoption.
        adopters: how many the adjusted ratio is of.
        interval: probability mass of the intervals.
        currency: of value, empty where none is named.
        findings: what to know before a figure is used.
    """

    omnichannel_share: Mapping[str, float]
    omnichannel_share_repeat: Mapping[str, float]
    expected_share: float
    naive_ratio: Mapping[str, float]
    adjusted_ratio: Mapping[str, float]
    adjusted_orders: Mapping[str, float]
    match_rate: float
    kinds: pd.DataFrame
    migration: pd.DataFrame
    retention: pd.DataFrame
    event_study: pd.DataFrame
    adopters: int
    interval: float
    currency: str
    findings: tuple[Finding, ...]

    def table(self) -> pd.DataFrame:
        """Return one row a measure and kind: ``measure, kind, mean, lower, upper, interval``."""
        return self._table.copy()

    @functools.cached_property
    def _table(self) -> pd.DataFrame:
        every = ""
        rows: list[dict[str, Any]] = [
            {"measure": "omnichannel_share", "kind": every, **self.omnichannel_share},
            {"measure": "omnichannel_share", "kind": "two orders or more", **self.omnichannel_share_repeat},
            {"measure": "expected_share", "kind": every, MEAN: self.expected_share},
            {"measure": "naive_ratio", "kind": every, **self.naive_ratio},
            {"measure": "adjusted_ratio", "kind": "revenue", **self.adjusted_ratio},
            {"measure": "adjusted_ratio", "kind": "orders", **self.adjusted_orders},
            {"measure": "match_rate", "kind": every, MEAN: self.match_rate},
        ]
        bounds = ["kind", MEAN, LOWER, UPPER]
        parts = [
            pd.DataFrame(rows, columns=["measure", *bounds]),
            self.kinds[bounds].assign(measure="value_per_customer"),
            self.retention[bounds].assign(measure="retention"),
        ]
        return pd.concat(parts, ignore_index=True).assign(**{INTERVAL: self.interval})

    def sentences(self, language: str = "en") -> tuple[str, ...]:
        """Return what the figures mean and do not prove. Raises :class:`OmnimixError` for an unknown language."""
        return sentences(self, language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw adopters against their matches around the adoption; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        seen = [f"{f.severity}: {f.message} {f.remedy}".rstrip() for f in self.findings]
        return "\n".join([self._title, *self.sentences(), *seen])

    def _repr_html_(self) -> str:
        shown = self.kinds.rename(columns={MEAN: "value"}).drop(columns=[LOWER, UPPER])
        return notebook.card(
            self._title,
            notebook.lines(self.sentences()),
            notebook.table(shown, {"orders_per_customer": words.ratio}, rest=".kinds"),
            notebook.findings(self.findings),
        )

    @property
    def _title(self) -> str:
        return f"Customers: {words.percent(self.omnichannel_share[MEAN])} bought in more than one place"


@checked
def customers(
    orders: Orders,
    *,
    places: Mapping[str, str] | None = None,
    interval: float = DEFAULT_INTERVAL,
    seed: int = 0,
    progress: bool = False,
) -> Customers:
    """Say how many customers buy in more than one place, what they are worth, and what the second place changes.

    The naive ratio mostly tells who buys much: more orders are in both places by chance, and heavy buyers try a second
    place sooner. The adjusted ratio compares how each customer's revenue changed around the first order in a second
    place with customers who until then bought in one place, were alike before, and ordered at nearly the same time. The
    adopting order is left out. It is no experiment: what makes somebody both try a second place and buy more at that
    moment is not seen.

    Args:
        orders: from :func:`read_orders`.
        places: which place a channel is, such as ``{"app": "online", "web": "online"}``; without it each is its own.
        interval: probability mass of the intervals.
        seed: of the bootstrap over customers.
        progress: whether to show a bar.

    Raises :class:`DataError` where ``places`` names a channel that is not there.

    >>> import pandas as pd
    >>> from omnimix.tracking import read_orders
    >>> bought = pd.DataFrame({"customer": [1, 1, 2, 3], "channel": ["store", "web", "web", "store"],
    ...     "time": pd.to_datetime(["2024-01-05", "2024-03-01", "2024-02-01", "2024-02-02"]),
    ...     "revenue": [20, 30, 25, 25]})
    >>> found = customers(read_orders(bought))
    >>> round(found.omnichannel_share["mean"], 3), round(found.naive_ratio["mean"], 2)
    (0.333, 2.0)
    """
    _require_places(orders, places)
    if not orders.customers:
        raise DataError("every order is of a guest; nothing can be said of customers.")
    source = placed(orders, places)
    with bar("Following customers", 3, progress) as advance:
        history = histories(orders, source)
        _step(advance)
        windows = Windows.of((orders.last - orders.first).total_seconds() / 86_400)
        around = events(orders, source, history, windows, seed)
        _step(advance)
        found = _adjusted(around, windows.gap, interval, seed)
        _step(advance)
    share = shares(history, interval)
    return Customers(
        omnichannel_share=share["all"],
        omnichannel_share_repeat=share["repeat"],
        expected_share=expected_share(history, orders, source),
        naive_ratio=naive_ratio(history, interval),
        match_rate=orders.match_rate,
        kinds=by_kind(history, interval),
        migration=migration(history, orders),
        retention=retention(history, orders, source, interval),
        interval=interval,
        currency=orders.currency,
        **found,
    )


def _step(advance: Any) -> None:
    if advance:
        advance()


def _require_places(orders: Orders, places: Mapping[str, str] | None) -> None:
    unknown = [c for c in places or {} if c not in orders.channels]
    if unknown:
        told = "; ".join(f"there is no channel {c!r}{did_you_mean(c, orders.channels)}" for c in unknown)
        raise DataError(f"places: {told}{'' if told.endswith('?') else '.'}")
    if OMNICHANNEL in {*orders.channels, *(places or {}).values()}:
        raise DataError(f"no place can be called {OMNICHANNEL!r}; that is who buys in several.")


def _adjusted(around: pd.DataFrame, gap: int, interval: float, seed: int) -> dict[str, Any]:
    """Return the factor, the event study and what is to be said of them."""
    around = around.assign(code=pd.factorize(around["customer"])[0])
    pairs = tuple(match(around, half) for half in (0, 1)) if around["adopter"].any() else ()
    adopters = min((len(pair.adopter) for pair in pairs), default=0)
    columns = ["weeks", MEAN, LOWER, UPPER]
    if adopters < FEWEST or not _enough(around, pairs):
        message = f"Only {adopters:,} customers took a second place into use with enough time before and after it."
        remedy = "Give orders of a longer time; what a second place changes cannot be said from these."
        few = Finding("few_adopters", "warns", message, remedy, adopters)
        empty = pd.DataFrame(columns=columns, dtype=float)
        return {
            "adjusted_ratio": UNKNOWN,
            "adjusted_orders": UNKNOWN,
            "event_study": empty,
            "adopters": adopters,
            "findings": (few,),
        }
    weights = bootstrap_weights(int(around["code"].max()) + 1, np.random.default_rng(seed))
    again = resampled(around, pairs, weights)
    tails = [(1 - interval) / 2, (1 + interval) / 2]
    told, raised = {}, unthinned(around, pairs)
    for name, measure in (("adjusted_ratio", "v"), ("adjusted_orders", "n")):
        draws = factors(raised, again, measure)
        low, high = np.quantile(draws[1:], tails)
        told[name] = {MEAN: float(draws[0]), LOWER: float(low), UPPER: float(high)}
    study = event_study(around, again, interval)
    return {**told, "event_study": study, "adopters": adopters, "findings": _moved_before(study, gap)}


def _enough(around: pd.DataFrame, pairs: Any) -> bool:
    """Tell whether anybody bought at all in the weeks that are compared."""
    return all(
        around.loc[pair.adopter, f"{m}_{pair.half}"].sum() > 0
        and around.loc[np.unique(pair.match[pair.match >= 0]), c].sum() > 0
        for pair in pairs
        for m, c in (("n", f"n_{pair.half}"), ("v", f"v_{pair.half}"), ("n", "n_own"), ("v", "v_own"))
    )


def _moved_before(study: pd.DataFrame, gap: int) -> tuple[Finding, ...]:
    """Return that adopters moved apart from their matches before they adopted anything."""
    before = study[study["weeks"] < 0]  # a dip just before is what a second place looks like that is not yet seen
    apart = before[(before[LOWER] > 1.1) | ((before[UPPER] < 0.9) & (before["weeks"] < -gap // 7))]
    if apart.empty:
        return ()
    worst = int((apart[MEAN] - 1).abs().to_numpy().argmax())
    times, week = (float(apart[c].to_numpy()[worst]) for c in (MEAN, "weeks"))
    message = (
        f"In the weeks before, adopters already ordered {words.ratio(times)} times what their matches did "
        f"(4 weeks from week {week:.0f}), against the time before that."
    )
    remedy = "The two groups did not move alike before; what made them differ may go on afterwards."
    return (Finding("moved_before", "warns", message, remedy, times),)
