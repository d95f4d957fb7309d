"""The situation of a plan beside today's: one of a few, each with one headline and one sentence on what it gains.

Every plan is in exactly one. What may be said is decided here, from figures; how it is said, in ``words``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from omnimix.budget.plan import PLAN, TODAY, VERSUS, BudgetPlan
from omnimix.spec import RETURNS

SMALL = 0.01  # of the total: a change too small to speak of
SURE = 0.8  # from here on a gain is advised, below it is offered as a test
EVEN = 0.55  # below it today's plan is as good
SAME = 1e-4  # of the total (where value is in units, of what the plan brings): what differs by less is the same

type Bound = Literal["free", "limits", "target"]
type Outcome = Literal["more", "open", "less"]
type Headline = Literal["keep", "keep_open", "keep_less", "near", "sure", "try", "within", "within_near"]


@dataclass(frozen=True)
class Situation:
    """Where a plan stands beside today's.

    Attributes:
        bound: ``limits`` where limits, or what the data have seen, shut today's plan out; ``target`` where the plan is
            to reach a stage or an outcome, whatever that costs; else ``free``.
        moves: ``none`` where the plan is today's, ``little`` where no channel changes by more than a hundredth of the
            total, else ``some``.
        outcome: what is expected of it against today's plan: ``more`` or ``less``, where the mean gain and the
            corrected one agree; else ``open``.
        probability: that it brings more than today's plan.
    """

    bound: Bound
    moves: Literal["none", "little", "some"]
    outcome: Outcome
    probability: float

    @property
    def headline(self) -> Headline:
        """What is advised: today's division is kept only where it is allowed, another one only where it gains.

        >>> Situation("free", "some", "more", 0.9).headline, Situation("limits", "some", "less", 0.2).headline
        ('sure', 'within')
        """
        if self.bound != "free":
            return "within" if self.moves == "some" else "within_near"
        if self.moves == "none":
            return "keep"
        if self.outcome == "less":
            return "keep_less"
        if self.outcome == "open" or self.probability < EVEN:
            return "keep_open"
        if self.moves == "little":
            return "near"
        return "sure" if self.probability >= SURE else "try"

    @property
    def acts(self) -> bool:
        """Whether another division than today's is advised for what it gains."""
        return self.headline in ("sure", "try")

    @property
    def gain(self) -> str:
        """Which sentence tells the gain.

        >>> Situation("free", "some", "open", 0.6).gain, Situation("limits", "some", "less", 0.2).gain
        ('gain_open', 'limits_less')
        """
        if self.bound == "limits":
            return f"limits_{self.outcome}"
        if self.moves == "none":
            return "same"
        if self.outcome == "more":
            return "gain" if self.probability >= EVEN else "gain_unlikely"
        if self.outcome == "open":
            return "gain_open"
        return "loses" if self.bound == "free" else "target_less"


def situation_of(plan: BudgetPlan) -> Situation:
    """Return the situation that a plan is in."""
    mean, corrected = plan.gain.draws.sel({VERSUS: TODAY}).mean(), plan.gain.known["corrected"].sel({VERSUS: TODAY})
    brought = abs(float(plan.value.draws.sel({PLAN: PLAN}).mean()))
    ends, room = (float(mean), float(corrected)), SAME * plan.value_unit.yardstick(plan.total, brought)
    outcome: Outcome = "more" if min(ends) > room else "less" if max(ends) < -room else "open"
    target = plan.assumptions.target
    bound: Bound = "free"
    if any(plan.today_breaks.values()):
        bound = "limits"
    elif target is not None and target.of not in RETURNS:
        bound = "target"
    by_channel = (plan.spend.sum() - plan.today.sum()).drop(list(plan.answering)).abs()
    differs = float((plan.spend - plan.today).abs().to_numpy().sum())
    moves: Literal["none", "little", "some"] = "some" if (by_channel >= SMALL * plan.total).any() else "little"
    return Situation(bound, "none" if differs < SAME * plan.total else moves, outcome, plan.probability_better)
