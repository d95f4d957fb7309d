"""What a joint budget may do: limits by channel, pool and team, what it is to reach, what a plan is valued against."""

from __future__ import annotations

import datetime as dt
import math
import numbers
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

from omnimix.arguments import checked
from omnimix.errors import SpecError, did_you_mean
from omnimix.spec.chain import told_together

type Day = dt.date | str
ObjectiveName = Literal["value", "profit"]
Phasing = Literal["pattern", "free"]
OBJECTIVES: tuple[str, ...] = get_args(ObjectiveName)
PHASINGS: tuple[str, ...] = get_args(Phasing)
RETURNS = ("marginal_roas", "roas")
LONGEST_HORIZON = 520  # weeks


@checked
@dataclass(frozen=True, kw_only=True)
class Limit:
    """What a channel, a pool or a team may spend.

    Args:
        min: least money over the whole window.
        max: most money over the whole window.
        change: least and most change against today's plan brought to the same total, as shares: ``(-0.2, 0.3)`` is
            from a fifth less to three tenths more.
        lock: ``True`` keeps today's money (brought to the same total), a number is that money.
        weekly_max: most money in any one week.
        weekly_min: least money in a week in which the channel runs; it may also not run. Channels only.
        flights: first and last day of every stretch in which it can run, such as ``[("2026-09-07", "2026-10-18")]``;
            a week counts if its Monday to Sunday touches the stretch. Where channels keep their pattern, it runs
            evenly in them. Channels only.

    Raises :class:`SpecError` for negative money, a least above a most, or days that are none.

    >>> Limit(min=100_000, max=900_000).max
    900000
    """

    min: float | None = None
    max: float | None = None
    change: tuple[float, float] | None = None
    lock: bool | float = False
    weekly_max: float | None = None
    weekly_min: float | None = None
    flights: Sequence[tuple[Day, Day]] | None = None

    def __post_init__(self) -> None:
        wrong = [
            f"`{name}` is money from 0, not {value!r}"
            for name in ("min", "max", "weekly_max", "weekly_min")
            if (value := getattr(self, name)) is not None and not _amount(value)
        ]
        if not isinstance(self.lock, bool) and not _amount(self.lock):
            wrong.append(f"`lock` is true, false or money from 0, not {self.lock!r}")
        wrong += _crossed(self) + _wrong_change(self.change)
        if self.flights is not None:
            flights, complaints = _flights(self.flights)
            object.__setattr__(self, "flights", flights)
            wrong += complaints
        if wrong:
            raise SpecError(f"limit: {told_together(wrong)}")

    @property
    def locked(self) -> bool:
        """Whether its money is fixed."""
        return self.lock is not False


@checked
@dataclass(frozen=True, kw_only=True)
class Limits:
    """Every limit on a plan.

    Args:
        channels: by channel. A limit on the money of a channel that responds to a stage makes it a lever.
        pools: by pool; what the members spend together.
        teams: by team, likewise.
        levers: channels that respond to a stage and are to be set by the plan instead.
        geos: by geo, for plans by geo; what the channels that are bought in it spend there together.
        channels_in_geos: by channel and then geo, such as ``{"radio": {"Noord": Limit(max=50_000)}}``, likewise.
        widen: how far a plan may leave what the data have seen, as a share: 0.25 lets every channel run a quarter
            beyond the highest and the lowest level seen. What lies outside is marked ``extrapolated``.

    Raises :class:`SpecError` for a limit on a pool, team or geo that only a channel can have.
    """

    channels: Mapping[str, Limit] = field(default_factory=dict)
    pools: Mapping[str, Limit] = field(default_factory=dict)
    teams: Mapping[str, Limit] = field(default_factory=dict)
    levers: Sequence[str] = ()
    widen: float = 0.0
    geos: Mapping[str, Limit] = field(default_factory=dict)
    channels_in_geos: Mapping[str, Mapping[str, Limit]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wrong = [
            f"{word} {name!r}: `{key}` is for channels only"
            for word, name, limit in self.groups
            for key in ("weekly_min", "flights")
            if getattr(limit, key) is not None
        ]
        if not _number(self.widen) or self.widen < 0:
            wrong.append(f"`widen` is a share from 0, such as 0.25, not {self.widen!r}")
        object.__setattr__(self, "levers", tuple([self.levers] if isinstance(self.levers, str) else self.levers))
        if wrong:
            raise SpecError(f"limits: {told_together(wrong)}")

    @property
    def groups(self) -> Iterator[tuple[str, str, Limit]]:
        """Every limit on what several channels spend together: ``pool``, ``team`` or ``geo``, its name, the limit."""
        for kind, limits in (("pool", self.pools), ("team", self.teams), ("geo", self.geos)):
            for name, limit in limits.items():
                yield kind, name, limit


@checked
@dataclass(frozen=True)
class Target:
    """What a plan of open total is to reach.

    Args:
        of: ``marginal_roas``: spend on as long as the next money earns so much; ``roas``: spend the most that still
            earns so much on the whole of it; or the name of a stage or outcome: the cheapest plan that is expected to
            bring it to so many units in the weeks of the plan, what comes without media included.
        at: how much.

    Raises :class:`SpecError` for an amount that is not above 0.

    >>> Target("marginal_roas", 1.0).at
    1.0
    """

    of: str
    at: float

    def __post_init__(self) -> None:
        if not _number(self.at) or self.at <= 0:
            raise SpecError(f"target {self.of!r}: give an amount above 0, not {self.at!r}")


@checked
@dataclass(frozen=True)
class Cvar:
    """The cautious objective: the mean gain over today's plan in the worst of the draws (conditional value at risk).

    Args:
        level: probability mass of the draws that are left out; 0.8 looks at the worst fifth. 0 is the expected value.

    Raises :class:`SpecError` for a level that is none.
    """

    level: float = 0.8

    def __post_init__(self) -> None:
        if not _number(self.level) or not 0 <= self.level < 1:
            raise SpecError(f"cvar: level is a probability from 0 to below 1, such as 0.8, not {self.level!r}")


@checked
@dataclass(frozen=True)
class TeamGoal:
    """What a team with a budget of its own looks at.

    Args:
        nodes: stages or outcomes. Outcomes count in money; stages in their own units, if no outcome is named.
        direct: count only what the team's own channels bring there directly, as an advertising platform does, not
            what comes by way of other stages or from others.

    Raises :class:`SpecError` without any node.
    """

    nodes: Sequence[str]
    direct: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", (self.nodes,) if isinstance(self.nodes, str) else tuple(self.nodes))
        if not self.nodes:
            raise SpecError('team goal: name at least one stage or outcome, such as TeamGoal("store_sales")')


@checked
@dataclass(frozen=True, kw_only=True)
class Budget:
    """The joint budget declared with a project: what the shell verb `budget` and the report read.

    Args:
        total: money of all channels over the whole window; ``None`` is what today's plan spends.
        weeks: length of the window, which begins the week after the data.
        limits: every limit.
        phasing: ``pattern`` keeps the weekly pattern of every channel, ``free`` plans every week.
        goals: what teams with budgets of their own look at, for the cost of silos.
        horizon: weeks, from the first of the plan, whose value counts; by default all in which the plan still works.
        discount: yearly rate by which later money counts less, such as 0.08.

    Raises :class:`SpecError` for a total, a number of weeks, a horizon or a rate that is none.
    """

    total: float | None = None
    weeks: int = 13
    limits: Limits = field(default_factory=Limits)
    phasing: Phasing = "pattern"
    goals: Mapping[str, TeamGoal] = field(default_factory=dict)
    horizon: int | None = None
    discount: float = 0.0

    def __post_init__(self) -> None:
        wrong = [*wrong_window(self.total, self.weeks, self.phasing), *wrong_worth(self.horizon, self.discount)]
        if wrong:
            raise SpecError(f"budget: {told_together(wrong)}")


def wrong_window(total: float | None, weeks: int, phasing: str) -> list[str]:
    """Return what is wrong with the size of a budget."""
    wrong = []
    if total is not None and not (_number(total) and total > 0):
        wrong.append(f"`total` is money above 0 for the whole window, not {total!r}")
    if not isinstance(weeks, int) or isinstance(weeks, bool) or not 1 <= weeks <= 104:
        wrong.append(f"`weeks` is a whole number of weeks from 1 to 104, not {weeks!r}")
    if phasing not in PHASINGS:
        wrong.append(
            f"`phasing` is one of {', '.join(PHASINGS)}, not {phasing!r}{did_you_mean(str(phasing), PHASINGS)}"
        )
    return wrong


def wrong_worth(horizon: object, discount: object) -> list[str]:
    """Return what is wrong with the weeks whose value counts, and with the rate by which later money counts less."""
    wrong = []
    if horizon is not None and (
        not isinstance(horizon, int) or isinstance(horizon, bool) or not 1 <= horizon <= LONGEST_HORIZON
    ):
        wrong.append(f"`horizon` is a whole number of weeks from 1 to {LONGEST_HORIZON}, not {horizon!r}")
    if not _number(discount) or not 0 <= discount < 1:  # type: ignore[operator]
        wrong.append(f"`discount` is a yearly rate from 0 to below 1, such as 0.08, not {discount!r}")
    return wrong


def as_day(day: Day) -> dt.date:
    """Return a day from one or from its text. Raises ValueError or TypeError for anything else.

    >>> as_day("2026-12-31")
    datetime.date(2026, 12, 31)
    """
    if isinstance(day, dt.datetime):
        return day.date()
    return day if isinstance(day, dt.date) else dt.date.fromisoformat(day)


def _crossed(limit: Limit) -> list[str]:
    wrong = []
    if _amount(limit.min) and _amount(limit.max) and limit.min > limit.max:  # type: ignore[operator]
        wrong.append(f"`min` {limit.min:,.0f} is above `max` {limit.max:,.0f}")
    if limit.locked and not (limit.min is None and limit.max is None and limit.change is None):
        wrong.append("`lock` fixes the money; leave out `min`, `max` and `change`")
    weekly = (limit.weekly_min, limit.weekly_max)
    if all(_amount(w) for w in weekly) and weekly[0] > weekly[1]:  # type: ignore[operator]
        wrong.append(f"`weekly_min` {weekly[0]:,.0f} is above `weekly_max` {weekly[1]:,.0f}")
    return wrong


def _wrong_change(change: object) -> list[str]:
    if change is None:
        return []
    pair = isinstance(change, tuple | list) and len(change) == 2 and all(_number(c) for c in change)
    if pair and -1 <= change[0] <= change[1]:  # type: ignore[index]
        return []
    return [f"`change` is least and most change as shares from -1, such as (-0.2, 0.3), not {change!r}"]


def _flights(given: object) -> tuple[tuple[tuple[dt.date, dt.date], ...], list[str]]:
    """Read flights; return them with what is wrong."""
    found, wrong = [], []
    try:
        pairs = [(as_day(first), as_day(last)) for first, last in given]  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return (), [f'`flights` are pairs of days such as [("2026-09-07", "2026-10-18")], not {given!r}']
    for first, last in pairs:
        if first > last:
            wrong.append(f"a flight from {first} ends before it begins, on {last}")
        found.append((first, last))
    if not found:
        wrong.append("`flights` is empty; lock the channel at 0 if it is not to run")
    return tuple(found), wrong


def _amount(value: object) -> bool:
    return _number(value) and value >= 0  # type: ignore[operator]


def _number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool) and math.isfinite(value)
