"""What a plan is valued against: today's plan, how far ahead value counts, how many draws are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from omnimix.arguments import checked
from omnimix.effects.future import Future
from omnimix.errors import SpecError
from omnimix.posterior import Posterior
from omnimix.spec import Budget, told_together, wrong_worth


@checked
@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a plan is valued against.

    Args:
        today: today's plan: money by channel over the window, or one row a week and one column a channel. By default
            what was spent in the same weeks of the last year of the data (the last weeks of data shorter than a year).
            A channel that started within those weeks or later has an average week since its start, one that stopped
            has nothing; ``BudgetPlan.today_from`` says which weeks were read for which channel.
        horizon: weeks, from the first of the plan, whose value counts; by default all in which the plan still works.
        discount: yearly rate by which later money counts less, such as 0.08.
        controls: controls of the plan's weeks; where absent their training mean, which cancels between plans.
        draws: posterior draws that are looked at, evenly chosen; all if there are fewer.
        seed: of the draws that are solved one by one, and of some starts of the search.

    Raises :class:`SpecError` for a horizon, a rate or a number that is none.
    """

    today: pd.DataFrame | Mapping[str, float] | None = None
    horizon: int | None = None
    discount: float = 0.0
    controls: pd.DataFrame | None = None
    draws: int = 1000
    seed: int = 0

    def __post_init__(self) -> None:
        wrong = wrong_worth(self.horizon, self.discount)
        if not isinstance(self.draws, int) or self.draws < 2:
            wrong.append(f"`draws` is a whole number from 2, not {self.draws!r}")
        given = self.today.items() if isinstance(self.today, Mapping) else ()
        wrong += [
            f"`today` is {x:,g} for {c!r}; money is 0 or more" for c, x in given if isinstance(x, int | float) and x < 0
        ]
        if wrong:
            raise SpecError(f"outlook: {told_together(wrong)}")


def declared_outlook(asked: Budget) -> Outlook:
    """Return the outlook that a project declares with its budget."""
    return Outlook(horizon=asked.horizon, discount=asked.discount)


def future_of(posterior: Posterior, weeks: int, answering: frozenset[str], outlook: Outlook) -> Future:
    """Return the weeks to come, in which the named channels answer and all others are set."""
    levers = [c.name for c in posterior.funnel.responding if c.name not in answering]
    return Future(
        posterior, weeks, levers=levers, controls=outlook.controls, horizon=outlook.horizon, discount=outlook.discount
    )
