"""Goals under plans: what comes together, and with what probability that is enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.budget.plan import PLAN, TODAY
from omnimix.labels import INTERVAL, LOWER, MEAN, MEDIAN, NODE, SPEND, UPPER
from omnimix.mechanics import Array
from omnimix.steering.weeks import Counted

CHEAPEST = "cheapest"
GOAL, TARGET, BY, PROBABILITY = "goal", "target", "by", "probability"


@dataclass(frozen=True)
class Chance:
    """A goal under one plan.

    Attributes:
        counted: the goal on the calendar.
        plan: ``today``, ``plan`` (the joint plan) or ``cheapest``.
        spend: money of all channels over the weeks of the plan.
        reached: units that come together, shape (draws,).
        enough: of the cheapest plan, whether it reaches the goal with the odds that were asked for.
    """

    counted: Counted
    plan: str
    spend: float
    reached: Array
    enough: bool = True

    @property
    def probability(self) -> float:
        """Probability that the goal is reached."""
        return float((self.reached >= self.counted.goal.target).mean())


@dataclass(frozen=True, repr=False)
class GoalChances:
    """How likely goals are reached under plans.

    Attributes:
        chances: one a goal and plan.
        weeks: weeks after the data up to the last day of all goals: those of today's plan and the joint plan.
        odds: probability with which the cheapest plan has to reach its goal.
        currency: of all money.
        interval: probability mass of the intervals.
        assumed_controls: whether controls of the weeks to come are those of the same weeks a year before.
        made_from: fingerprint of the funnel and data it was made of; empty where that is not known.
    """

    chances: tuple[Chance, ...]
    weeks: int
    odds: float
    currency: str
    interval: float
    assumed_controls: bool = False
    made_from: str = ""

    def table(self) -> pd.DataFrame:
        """Return one row a goal and plan.

        ``spend`` is money over the weeks of the plan (of the cheapest one up to the goal's own last day); ``mean``,
        ``median``, ``lower`` and ``upper`` are units that come together, ``probability`` is that of reaching the goal.
        ``enough`` says of the cheapest plan whether any plan reaches the goal with the odds that were asked for.
        """
        return pd.DataFrame(list(self._rows())).assign(**{INTERVAL: self.interval})

    def _rows(self) -> Iterator[dict[str, object]]:
        tail = (1 - self.interval) / 2
        for chance in self.chances:
            goal = chance.counted.goal
            low, middle, high = np.quantile(chance.reached, [tail, 0.5, 1 - tail])
            yield {
                GOAL: goal.name,
                NODE: goal.node,
                TARGET: float(goal.target),
                BY: pd.Timestamp(goal.last),
                "weeks": chance.counted.weeks,
                "plan": chance.plan,
                SPEND: chance.spend,
                MEAN: float(chance.reached.mean()),
                MEDIAN: float(middle),
                LOWER: float(low),
                UPPER: float(high),
                PROBABILITY: chance.probability,
                "enough": chance.enough,
            }

    def by_goal(self) -> dict[str, dict[str, Chance]]:
        """Return the chances by goal and plan."""
        found: dict[str, dict[str, Chance]] = {}
        for chance in self.chances:
            found.setdefault(chance.counted.goal.name, {})[chance.plan] = chance
        return found

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what it comes to, by goal. Raises :class:`OmnimixError` for a language that is not spoken."""
        say = words.Language(language, "goals", self.currency)
        return {name: self._sentence(say, plans) for name, plans in self.by_goal().items()}

    def _sentence(self, say: words.Language, plans: dict[str, Chance]) -> str:
        goal, today, joint, best = plans[TODAY].counted.goal, plans[TODAY], plans[PLAN], plans[CHEAPEST]
        tail = (1 - self.interval) / 2
        low, high = np.quantile(today.reached, [tail, 1 - tail])
        told = say.say(
            "goal",
            Goal=words.capital(goal.name),
            target=say.exact(goal.target),
            node=say.name(goal.node),
            day=say.day(goal.last),
            mean=say.amount(float(today.reached.mean())),
            range=say.between(say.amount(float(low)), say.amount(float(high))),
            percent=say.percent(self.interval),
            today=say.odds(today.probability),
            plan=say.odds(joint.probability),
        )
        key = "cheapest" if best.enough else "out_of_reach"
        found = say.say(
            key,
            money=say.money(best.spend),
            odds=say.odds(self.odds),
            best=say.odds(best.probability),
            weeks=best.counted.weeks,
        )
        return f"{told} {found}"

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw every goal under every plan; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return "\n".join([self._title, notebook.text(self._shown(), self._forms), *self.sentences().values()])

    def _repr_html_(self) -> str:
        return notebook.card(
            self._title,
            notebook.lines(self.sentences().values()),
            notebook.table(self._shown(), self._forms),
            under=f"units of the stage or outcome; spend in {self.currency}",
        )

    def _shown(self) -> pd.DataFrame:
        return self.table()[[GOAL, TARGET, BY, "plan", SPEND, MEAN, LOWER, UPPER, PROBABILITY, INTERVAL]].assign(
            **{BY: lambda rows: rows[BY].dt.strftime("%Y-%m-%d")}
        )

    @property
    def _forms(self) -> dict[str, words.Form]:
        return {PROBABILITY: words.percent, TARGET: words.exact}

    @property
    def _title(self) -> str:
        return "Goals under today's plan, the joint plan and the cheapest plan"
