"""Verdicts and plans that are others under a new fit, and what it costs to follow them or to stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix.budget import BudgetPlan, Outlook, compare_plans, optimize_budget
from omnimix.chains import evaluate_chain
from omnimix.errors import OmnimixError
from omnimix.labels import CHANNEL, LINK, LOWER, MEAN, UPPER
from omnimix.posterior import Posterior

DRAWS = 300  # of the plans that are held against each other
SMALL = 0.01  # of the total: a change too small to speak of
MORE, LESS, SAME = "more", "less", "same"


@dataclass(frozen=True)
class PlansMoved:
    """The best plan of an old and a new fit, of the same total and weeks.

    Attributes:
        rows: one row a channel: ``share_old`` and ``share_new`` of the total, ``old`` and ``new`` (more, less or the
            same as today under each fit) and ``flips``.
        moved: part of the money that the new plan puts elsewhere than the old one.
        flipping: what going over to the new plan would lose if the old fit were right: ``mean``, ``lower``, ``upper``.
        staying: what staying with the old plan loses if the new fit is right, likewise.
        total: money of both plans.
        weeks: of both plans.
    """

    rows: pd.DataFrame
    moved: float
    flipping: dict[str, float]
    staying: dict[str, float]
    total: float
    weeks: int


def verdicts_of(old: Posterior, new: Posterior) -> pd.DataFrame:
    """Return one row a link of every declared chain that both fits can judge: both verdicts and whether they differ.

    ``loss`` is what keeping the old verdict is expected to cost under the new fit more than the new one, in steps
    between verdicts; see :class:`omnimix.Losses`.
    """
    rows = []
    for chain in new.campaign_chains or old.campaign_chains:
        try:
            before, after = (evaluate_chain(p, chain, allow_unconverged=True) for p in (old, new))
        except OmnimixError:  # a chain of weeks or channels that one of the two does not have
            continue
        for link, judged in after.judgements.items():
            was = before.judgements[link].verdict
            if judged.verdict is None or was is None:
                continue
            loss = judged.losses[was] - judged.losses[judged.verdict]
            flips = was != judged.verdict
            rows.append((chain.name, link, was, judged.verdict, flips, judged.probability, loss))
    return pd.DataFrame(rows, columns=["chain", LINK, "old", "new", "flips", "probability", "loss"])


def plans_of(old: Posterior, new: Posterior, both: list[str], weeks: int) -> PlansMoved | None:
    """Return how the best plan moved; ``None`` where one of the two fits has no plan or other channels."""
    if list(old.funnel.bought_names) != list(new.funnel.bought_names):
        return None
    look = Outlook(draws=DRAWS)
    settings: dict[str, Any] = {"weeks": weeks, "outlook": look, "progress": False, "allow_unconverged": True}
    try:
        after = optimize_budget(new, **settings)
        before = optimize_budget(old, after.total, **settings)
        given = {name: _money(plan) for name, plan in (("old", before), ("new", after))}
        staying = compare_plans(new, given, weeks=weeks, outlook=look, allow_unconverged=True).gain.table()
        turned = {"new": given["new"], "old": given["old"]}
        flipping = compare_plans(old, turned, weeks=weeks, outlook=look, allow_unconverged=True).gain.table()
    except OmnimixError:
        return None
    shares = [(plan.spend.sum() / plan.spend.sum().sum()).reindex(both) for plan in (before, after)]
    ways = [_ways(plan, both) for plan in (before, after)]
    rows = pd.DataFrame(
        {
            CHANNEL: both,
            "share_old": shares[0].to_numpy(),
            "share_new": shares[1].to_numpy(),
            "old": ways[0],
            "new": ways[1],
            "flips": [{a, b} == {MORE, LESS} for a, b in zip(*ways, strict=True)],
        }
    )
    moved = 0.5 * float((shares[1] - shares[0]).abs().sum())
    return PlansMoved(rows, moved, _ends(flipping), _ends(staying), after.total, weeks)


def _money(plan: BudgetPlan) -> dict[str, float]:
    return {str(c): float(v) for c, v in plan.spend.drop(columns=list(plan.answering)).sum().items()}


def _ways(plan: BudgetPlan, names: list[str]) -> list[str]:
    change = (plan.spend.sum() - plan.today.sum()).reindex(names)
    return [SAME if abs(c) < SMALL * plan.total else MORE if c > 0 else LESS for c in change]


def _ends(gain: pd.DataFrame) -> dict[str, float]:
    row = gain.iloc[1]
    return {k: float(row[k]) for k in (MEAN, LOWER, UPPER)}
