"""What a company wants to reach: a stage or an outcome, how many units of it, and by which day."""

from __future__ import annotations

import datetime as dt
import warnings
from dataclasses import dataclass, field
from typing import Any

from omnimix.arguments import checked
from omnimix.errors import OmnimixWarning, SpecError
from omnimix.spec.budget import TeamGoal, as_day
from omnimix.spec.chain import told_together

type Day = dt.date | str
ITS_OWN = ("node", "target", "by")


@checked
@dataclass(frozen=True)
class Goal:
    """What is to be reached, how much of it, and by when.

    Args:
        name: as people call it, such as "online revenue".
        node: the stage or outcome that is counted.
        target: how many units of it, in all, from the first day counted to the last.
        by: the last day that counts.
        start: the first day that counts; the day after the data by default. Weeks of the data that count are taken as
            they were observed. A week of which only some days count does so for that part.

    Raises :class:`SpecError` for a target that is not above 0, days that are none, or a start after the end.

    Until version 0.1.0 this was the name of what a team looks at, now :class:`TeamGoal`. ``Goal("store_sales")`` still
    gives one, with a warning, for one release.

    >>> Goal("online revenue", node="online_sales", target=12_000_000, by="2026-12-31").by
    datetime.date(2026, 12, 31)
    """

    name: str
    node: str = field(kw_only=True)
    target: float = field(kw_only=True)
    by: Day = field(kw_only=True)
    start: Day | None = field(default=None, kw_only=True)

    def __new__(cls, *given: Any, **named: Any) -> Any:
        """Return a goal, or what a team looks at where the name is used as it was until 0.1.0."""
        if (given or named) and not any(key in named for key in ITS_OWN):
            warnings.warn(
                "Goal is now what a company wants to reach: Goal(name, node=, target=, by=). What a team with a "
                "budget of its own looks at is TeamGoal(nodes, direct=); write that, because this way of writing it "
                "goes with the next release.",
                OmnimixWarning,
                stacklevel=2,
            )
            return TeamGoal(*given, **named)
        return object.__new__(cls)

    def __post_init__(self) -> None:
        wrong = [f"`{key}` is empty" for key in ("name", "node") if not getattr(self, key)]
        if not self.target > 0:
            wrong.append(f"`target` is a number of units above 0, not {self.target!r}")
        for key in ("by", "start"):
            try:
                day = getattr(self, key)
                object.__setattr__(self, key, None if day is None and key == "start" else as_day(day))
            except (TypeError, ValueError):
                wrong.append(f"`{key}` is a day such as 2026-12-31, not {getattr(self, key)!r}")
        if not wrong and self.start is not None and self.start > self.by:  # type: ignore[operator]
            wrong.append(f"it starts on {self.start}, after {self.by}")
        if wrong:
            raise SpecError(f"goal {self.name!r}: {told_together(wrong)}")

    @property
    def last(self) -> dt.date:
        """The last day that counts."""
        return as_day(self.by)

    @property
    def first(self) -> dt.date | None:
        """The first day that counts, where it is not the day after the data."""
        return None if self.start is None else as_day(self.start)
