"""Which rows of a plan stand together on its sheets: teams, pools, and of a plan by geo its geos and channels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from omnimix.budget.geo_plan import GeoBudgetPlan
from omnimix.budget.plan import BudgetPlan
from omnimix.labels import CHANNEL, GEO, TEAM
from omnimix.spec import Limit

POOL = "pool"
KINDS = (TEAM, POOL, GEO, CHANNEL)


@dataclass(frozen=True)
class Group:
    """Rows that a kind of groups puts together.

    Attributes:
        kind: ``team``, ``pool``, ``geo`` or ``channel`` (in all geos).
        owner: the group by row.
        limits: what groups may spend together.
    """

    kind: str
    owner: Mapping[str, str]
    limits: Mapping[str, Limit]


def groups_of(plan: BudgetPlan) -> Iterator[Group]:
    """Give every way in which the rows of a plan are added up, where there is any row to add up."""
    limits = plan.assumptions.limits
    found = [Group(TEAM, plan.teams, limits.teams), Group(POOL, plan.pools, limits.pools)]
    if isinstance(plan, GeoBudgetPlan):
        bought = {name: (channel, geo) for name, (channel, geo) in plan.places.items() if geo is not None}
        found.append(Group(GEO, {name: geo for name, (_, geo) in bought.items()}, limits.geos))
        found.append(Group(CHANNEL, {name: channel for name, (channel, _) in bought.items()}, limits.channels))
    yield from (g for g in found if any(name in g.owner for name in plan.channels))


def limit_on_row(plan: BudgetPlan, name: str) -> Limit | None:
    """Return what a row alone may spend: a channel, in a plan by geo a channel in one geo."""
    limits = plan.assumptions.limits
    channel, geo = plan.places[name] if isinstance(plan, GeoBudgetPlan) else (name, None)
    return limits.channels.get(channel) if geo is None else limits.channels_in_geos.get(channel, {}).get(geo)
