"""Which limits a plan has run into: what keeps money from going further."""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.budget import BudgetPlan
from omnimix.spec import Limit
from omnimix.words import Language

NEAR = 0.002  # of the total: as good as at the limit


def reached(plan: BudgetPlan, words: Language) -> list[str]:
    """Return every limit that the plan has reached, agreed or set by what the data have seen, as a few words each."""
    spend, today = plan.spend.sum(), plan.today.sum()
    limits, found = plan.assumptions.limits, []
    for name in (c for c in plan.channels if c not in plan.answering):
        limit = limits.channels.get(name, Limit())
        kept = list(_agreed(float(spend[name]), float(today[name]), limit, plan.total))
        kept = kept or list(_seen(plan, name, float(spend[name])))
        found += [words.say(f"bound_{what}", name=words.title(name)) for what in kept[:1]]
    for kind, name, limit in limits.groups:
        members = [c for c in plan.channels if (plan.pools if kind == "pool" else plan.teams).get(c) == name]
        for what in _agreed(float(spend[members].sum()), float(today[members].sum()), limit, plan.total):
            found.append(words.say(f"bound_{what}", name=words.title(name)))
    return found


def _agreed(spend: float, today: float, limit: Limit, total: float) -> Iterator[str]:
    near = NEAR * total
    if limit.locked:
        yield "locked"
        return
    low, high = limit.change or (None, None)
    if limit.max is not None and spend >= limit.max - near:
        yield "max"
    elif limit.min is not None and spend <= limit.min + near:
        yield "min"
    elif high is not None and spend >= today * (1 + high) - near:
        yield "max"
    elif low is not None and spend <= today * (1 + low) + near:
        yield "min"


def _seen(plan: BudgetPlan, name: str, spend: float) -> Iterator[str]:
    least, most = (float(plan.region[f"allowed_{end}"].loc[name]) for end in ("lowest", "highest"))
    near = NEAR * plan.total
    if spend >= most - near:
        yield "seen_most"
    elif least > near and spend <= least + near:
        yield "seen_least"
