"""What a chain and its sets of links bring and cost, settled geo by geo and added up draw by draw."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.chains.coalitions import Coalitions, evaluate_coalitions
from omnimix.chains.layout import Laid, lay_out_in_all
from omnimix.effects.accounts import Account, accounts
from omnimix.effects.engine import Engine
from omnimix.effects.geos import parts_of
from omnimix.effects.plan import Plan, frozen
from omnimix.effects.respond import answer, money_by_week
from omnimix.effects.roas import STEP
from omnimix.labels import WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Chain

HALF = 0.5
type Which = tuple[str, str]  # what is asked beside the sets of links, and of which link


@dataclass(frozen=True)
class Settled:
    """A chain settled.

    Attributes:
        coalitions: every set of links.
        found: accounts of the plans beside them: a little more and less of each and of all, half of them, frozen.
        brought: money brought in by the weeks of the payback, shape (draws, horizons).
        paid: money spent by then, likewise.
    """

    coalitions: Coalitions
    found: Mapping[Which, Account]
    brought: Array
    paid: Array

    def __add__(self, other: Settled) -> Settled:
        """Add what happened in another geo."""
        mine, theirs = self.coalitions, other.coalitions
        found = {which: account + other.found[which] for which, account in self.found.items()}
        sets = Coalitions(mine.links, mine.value + theirs.value, mine.cost + theirs.cost)
        return Settled(sets, found, self.brought + other.brought, self.paid + other.paid)


def settle(
    posterior: Posterior, chain: Chain, horizons: Sequence[int], done: Callable[[], None] | None
) -> tuple[list[Laid], Settled]:
    """Return a chain laid on the calendar of every geo, and settled over all of them.

    ``done`` is called after each of ``steps_of(chain)`` plans a geo.
    """
    parts = [part for _, part in parts_of(posterior)]
    laid = lay_out_in_all(parts, chain)
    each = (_settled(part, one, horizons, done) for part, one in zip(parts, laid, strict=True))
    return laid, functools.reduce(lambda one, other: one + other, each)


def steps_of(posterior: Posterior, chain: Chain) -> int:
    """Return how many plans are worked out."""
    count = len(chain.link_names)
    geos = sum(1 for _ in getattr(posterior, "geos", ("",)))
    return geos * ((1 << count) + 3 * (count + 1) + 4)


def _settled(posterior: Posterior, laid: Laid, horizons: Sequence[int], done: Callable[[], None] | None) -> Settled:
    engine, plans = laid.engine(posterior), _what_if(laid)
    coalitions = evaluate_coalitions(engine, laid, done)
    found = dict(zip(plans, accounts(engine, plans.values(), done), strict=True))
    brought, paid = _so_far(engine, laid, horizons)
    return Settled(coalitions, found, brought, paid)


def _what_if(laid: Laid) -> dict[Which, Plan]:
    """Return the plans beside the sets of links: a little more and less of each and of all, half of them, frozen."""
    names = laid.chain.link_names
    groups = {n: [n] for n in names} | {"": list(names)}
    plans: dict[Which, Plan] = {}
    for label, group in groups.items():
        for what, factor in (("more", 1 + STEP / 2), ("less", 1 - STEP / 2), ("half", HALF)):
            plans[what, label] = laid.keeping(names, dict.fromkeys(group, factor))
    whole, none = laid.keeping(names), laid.keeping(())
    return plans | {
        ("whole", ""): whole,
        ("none", ""): none,
        ("frozen", "whole"): frozen(whole),
        ("frozen", "none"): frozen(none),
    }


def _so_far(engine: Engine, laid: Laid, horizons: Sequence[int]) -> tuple[Array, Array]:
    """Return value and cost so far, by weeks since the chain's first week; shapes (draws, horizons)."""
    posterior, rows, names = engine.posterior, engine.rows, laid.chain.link_names
    plans = laid.keeping(names), laid.keeping(())
    weeks = pd.DatetimeIndex(laid.plan.spend.index[rows], name=WEEK)
    whole, none = (answer(engine, plan, weeks) for plan in plans)
    value = (money_by_week(posterior, whole.nodes) - money_by_week(posterior, none.nodes)).to_numpy()
    answering = {c.name for c in posterior.funnel.responding}
    spend = (whole.spend - none.spend).sum("channel").to_numpy()
    for channel in posterior.funnel.channels:
        if channel.name not in answering:
            with_chain, without = (plan.spend_by_channel[channel.name][rows] for plan in plans)
            spend = spend + (with_chain - without)
    at = [min(h, value.shape[1]) - 1 for h in horizons]
    return np.cumsum(value, axis=1)[:, at], np.cumsum(spend, axis=1)[:, at]
