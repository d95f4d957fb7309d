"""Finished records of other verbs that the page tells beside the fit, if it is given them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix.budget import BudgetPlan, SiloCost
from omnimix.chains import ChainVerdict
from omnimix.errors import OmnimixError
from omnimix.experiments import TestDesigns
from omnimix.labels import CHANNEL
from omnimix.maturity import Readiness
from omnimix.posterior import Posterior
from omnimix.promises import Tracking
from omnimix.promises.record import REST
from omnimix.rows.customers import customer_rows
from omnimix.rows.experiments import design_rows
from omnimix.rows.goals import goal_rows, tree_rows
from omnimix.rows.promises import tracking_rows
from omnimix.rows.readiness import readiness_rows
from omnimix.rows.table import records
from omnimix.rows.witnesses import witnesses_rows
from omnimix.spec import Chain
from omnimix.steering import GoalChances, KpiTree
from omnimix.tracking import Clv, Customers
from omnimix.triangulation import Witnesses


@dataclass(frozen=True)
class Given:
    """Records that are told as they are; what is ``None`` has no block.

    Attributes:
        tests: tests that could be done next.
        promises: what a plan promised beside what happened.
        goals: how likely goals are reached.
        customers: who buys in more than one place.
        clv: what a new customer is worth.
        witnesses: what platforms, paths, the model and tests say of every channel.
        readiness: how ready a team is.
        tree: why a result moved between two periods.
    """

    tests: TestDesigns | None = None
    promises: Tracking | None = None
    goals: GoalChances | None = None
    customers: Customers | None = None
    clv: Clv | None = None
    witnesses: Witnesses | None = None
    readiness: Readiness | None = None
    tree: KpiTree | None = None

    def rows(self, language: str) -> dict[str, Any]:
        """Return what was given as plain rows, those of the shell's JSON, by the name under which it was given."""
        told = {
            "tests": self.tests and design_rows(self.tests, language),
            "promises": self.promises and tracking_rows(self.promises, language),
            "goals": self.goals and goal_rows(self.goals, language),
            "customers": self.customers and customer_rows(self.customers, language),
            "clv": None if self.clv is None else _clv_rows(self.clv),
            "witnesses": self.witnesses and witnesses_rows(self.witnesses, language),
            "readiness": self.readiness and readiness_rows(self.readiness, language),
            "tree": self.tree and tree_rows(self.tree, language),
        }
        return {name: rows for name, rows in told.items() if rows is not None}


def _clv_rows(found: Clv) -> dict[str, Any]:
    return {
        "currency": found.currency,
        "horizon": found.horizon,
        "margin": found.margin,
        "figures": records(found.table()),
    }


def require_of_this_fit(
    given: Given,
    posterior: Posterior,
    *,
    chains: Sequence[Chain | ChainVerdict] | None = None,
    plan: BudgetPlan | None = None,
    silos: SiloCost | None = None,
) -> None:
    """Refuse records of another funnel, other data or in another currency; all of them at once.

    What a plan promised (``promises``) was made of an earlier fit, and is asked for its channels and currency only.
    Raises :class:`OmnimixError`.
    """
    beside: dict[str, Any] = {"`plan`": plan, "`silos`": silos}
    for judged in (c for c in chains or () if isinstance(c, ChainVerdict)):
        beside[f"the verdict on {judged.chain.name!r} in `chains`"] = judged
    wrong = [*_foreign(given, posterior), *_of_other_data(given, beside, posterior)]
    if wrong:
        raise OmnimixError(f"the page is of one fit: {'; '.join(wrong)}. Make them anew from this posterior.")


def _foreign(given: Given, posterior: Posterior) -> Iterator[str]:
    channels, nodes = posterior.funnel.channel_names, [n.name for n in posterior.funnel.nodes]
    money = posterior.panel.currency
    if given.tests is not None:
        yield from _unknown("tests", "channel", given.tests.rows[CHANNEL], channels)
        yield from _other_money("tests", given.tests.currency, money)
    if given.promises is not None:
        yield from _unknown("promises", "channel", given.promises.spend.index, channels)
        yield from _other_money("promises", given.promises.currency, money)
    if given.witnesses is not None:
        yield from _unknown("witnesses", "channel", given.witnesses.rows[CHANNEL], channels)
        yield from _other_money("witnesses", given.witnesses.currency, money)
    if given.goals is not None:
        yield from _unknown("goals", "stage or outcome", [c.counted.goal.node for c in given.goals.chances], nodes)
        yield from _other_money("goals", given.goals.currency, money)
    if given.tree is not None:
        yield from _unknown("tree", "stage or outcome", [given.tree.result.name], nodes)
    for name, record in (("customers", given.customers), ("clv", given.clv)):
        if record is not None and record.currency:
            yield from _other_money(name, record.currency, money)


def _of_other_data(given: Given, beside: Mapping[str, Any], posterior: Posterior) -> Iterator[str]:
    """Give the records that were made of another funnel or other data, though their names may agree."""
    own = {f"`{name}`": getattr(given, name) for name in ("tests", "goals", "witnesses", "tree")}
    for name, record in {**own, **beside}.items():
        if record is not None and record.made_from not in ("", posterior.fingerprint):
            yield f"{name} was made of another fit, whose funnel or data are not these"


def _unknown(name: str, kind: str, told: Iterable[object], known: Iterable[str]) -> Iterator[str]:
    strange = sorted(set(map(str, pd.unique(pd.Series(list(told), dtype=object)))) - {*known, REST})
    if strange:
        yield f"`{name}` speaks of {', '.join(strange)}, and the fit knows no such {kind}"


def _other_money(name: str, its: str, ours: str) -> Iterator[str]:
    if its != ours:
        yield f"`{name}` is in {its or 'no currency'} and the fit in {ours}"
