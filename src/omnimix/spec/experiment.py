"""The result of a test as evidence: what was done to the spend, where and when, and what that brought."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Literal, get_args

from omnimix.arguments import checked
from omnimix.errors import SpecError, did_you_mean
from omnimix.spec.chain import Chain, Day, told_together

Metric = Literal["increment", "roas", "lift_share"]
METRICS: tuple[str, ...] = get_args(Metric)
MOST_TAIL = 520  # weeks: with a slow stock effects are followed for years
MOST_SCALE = 100.0
BREADTH = 5.0  # times the standard error, of the wide part of the likelihood
DOUBT = 0.05  # the part of results that are so far off


@checked
@dataclass(frozen=True)
class Experiment:
    """A test that was done, and its result.

    Two arms are compared: the spend as usual, and the same spend times ``scale`` in the days of the test. What the arm
    with more spend brings beyond the other is the *increment*, so that a channel that works has a positive one, whether
    the test took spend away or added it.

    Args:
        name: the test's name.
        channels: the channel or channels of which the spend was changed.
        chain: a chained campaign of which the spend was changed instead: all links, in the chain's own weeks.
        geos: the markets in which it was changed; ``None`` is everywhere.
        start: its first day.
        end: its last day. Weeks that it covers in part count for the part.
        scale: what was done to the spend: 0 is off, 1.5 half more.
        outcome: the stage or outcome in which the effect was read; only a ``roas`` may go without, over all outcomes.
        metric: what ``value`` is: ``increment`` in units of the outcome over all geos and weeks; ``roas``, that
            increment at the outcome's value in money over the money that was taken away or added, what answering
            channels spent of themselves included, as :func:`omnimix.roas`; ``lift_share``, the increment as a share of
            the outcome in the arm with the usual spend.
        value: the result.
        error: its standard error; or give ``interval``.
        interval: its lower and upper end, of mass ``interval_mass``.
        tail_weeks: weeks after the test in which its effect was still counted.
        spend: money as usual in the days of the test, of all its channels together; needed where the table holds the
            test itself (the channel was off) or ends before it, as the usual spend cannot be read there then.
        discounts: reasons to trust the result less, such as ``{"other creative": 0.5}``: the variance is multiplied by
            1 plus their sum. None by default, and always told.

    Raises :class:`SpecError` with everything that is missing or wrong at once.

    >>> lift = Experiment("tv off", channels="tv", start="2026-03-02", end="2026-03-29", scale=0.0, tail_weeks=4,
    ...                   outcome="store_sales", metric="increment", value=48_000, interval=(23_000, 73_000))
    >>> lift.channels, round(lift.standard_error)
    (('tv',), 15199)
    """

    name: str
    channels: Sequence[str] = field(default=(), kw_only=True)
    chain: Chain | None = field(default=None, kw_only=True)
    geos: Sequence[str] | None = field(default=None, kw_only=True)
    start: Day | None = field(default=None, kw_only=True)
    end: Day | None = field(default=None, kw_only=True)
    scale: float | None = field(default=None, kw_only=True)
    outcome: str | None = field(default=None, kw_only=True)
    metric: str | None = field(default=None, kw_only=True)
    value: float | None = field(default=None, kw_only=True)
    error: float | None = field(default=None, kw_only=True)
    interval: tuple[float, float] | None = field(default=None, kw_only=True)
    interval_mass: float = field(default=0.9, kw_only=True)
    tail_weeks: int | None = field(default=None, kw_only=True)
    spend: float | None = field(default=None, kw_only=True)
    discounts: Mapping[str, float] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        for name in ("channels", "geos"):
            given = getattr(self, name)
            object.__setattr__(self, name, (given,) if isinstance(given, str) else None if given is None else (*given,))
        if self.interval is not None:
            object.__setattr__(self, "interval", tuple(self.interval))
        wrong = [*self._read_days(), *_missing(self), *_wrong(self)]
        if wrong:
            raise SpecError(f"experiment {self.name!r}: {told_together(wrong)}")

    def _read_days(self) -> Iterator[str]:
        for name in ("start", "end"):
            given = getattr(self, name)
            if isinstance(given, dt.datetime):  # a pandas Timestamp is one
                given = given.date()
            if given is not None and not isinstance(given, dt.date):
                try:
                    given = dt.date.fromisoformat(str(given))
                except ValueError:
                    yield f"{name} is a day such as 2026-03-02, not {given!r}"
                    given = None
                    object.__setattr__(self, name, dt.date.min)  # said; not missing as well
                    continue
            object.__setattr__(self, name, given)

    @property
    def stated_error(self) -> float:
        """The standard error as it was given, or as the interval has it under a normal distribution."""
        if self.interval is None:
            return float(self.error or 0.0)
        half = NormalDist().inv_cdf(0.5 + self.interval_mass / 2)
        return (self.interval[1] - self.interval[0]) / (2 * half)

    @property
    def standard_error(self) -> float:
        """The standard error that counts, every discount in it."""
        return self.stated_error * math.sqrt(1 + sum(self.discounts.values()))

    @property
    def result(self) -> float:
        """The result as a number."""
        return float(self.value or 0.0)

    @property
    def levers(self) -> tuple[str, ...]:
        """The channels of which the spend was changed, those of a chain included."""
        if self.chain is None:
            return tuple(self.channels)
        return tuple(dict.fromkeys(c for link in self.chain.links for c in link.channels))


def _missing(one: Experiment) -> Iterator[str]:
    """Say what is not there and why it has to be."""
    if not one.name:
        yield "an experiment needs a name"
    if not one.channels and one.chain is None:
        yield "it names no channels and no chain; say of which the spend was changed, as channels=['tv']"
    needed = {
        "start": "the first day of the test, as start='2026-03-02'",
        "end": "the last day of the test, as end='2026-03-29'",
        "scale": "what was done to the spend, as scale=0.0 for off or 1.5 for half more",
        "metric": f"what was measured, one of {', '.join(METRICS)}",
        "value": "the result",
        "tail_weeks": "how many weeks after the test its effect was still counted, as tail_weeks=4; 0 for none",
    }
    for name, why in needed.items():
        if getattr(one, name) is None:
            yield f"`{name}` is missing: {why}"
    if one.outcome is None and one.metric != "roas":
        yield "`outcome` is missing: the stage or outcome in which the effect was read"
    if one.error is None and one.interval is None:
        yield "it has no uncertainty: give `error`, a standard error, or `interval`, such as interval=(23_000, 73_000)"


def _wrong(one: Experiment) -> Iterator[str]:
    yield from (f"channel {c!r} stands in it twice" for c in sorted({c for c in one.channels if _twice(one, c)}))
    if one.channels and one.chain is not None:
        yield "it names channels and a chain; give the one of which the spend was changed"
    if one.geos is not None and not one.geos:
        yield "geos is an empty list; name the markets, or leave it out where the test was everywhere"
    days = [day for day in (one.start, one.end) if isinstance(day, dt.date) and day != dt.date.min]
    if len(days) == 2 and days[0] > days[1]:
        yield f"it ends {one.end}, before it starts {one.start}"
    if one.scale is not None and not (_number(one.scale) and 0 <= one.scale <= MOST_SCALE and one.scale != 1):
        yield f"scale is a number from 0 to {MOST_SCALE:g} that is not 1 (1 changes nothing), not {one.scale!r}"
    if one.metric is not None and one.metric not in METRICS:
        yield f"metric is one of {', '.join(METRICS)}, not {one.metric!r}{did_you_mean(str(one.metric), METRICS)}"
    if one.value is not None and not _number(one.value):
        yield f"value is a number, not {one.value!r}"
    if one.error is not None and one.interval is not None:
        yield "it has both error and interval; give one of them"
    if one.error is not None and not (_number(one.error) and one.error > 0):
        yield f"error is a standard error above 0, not {one.error!r}"
    yield from _wrong_interval(one)
    if one.tail_weeks is not None and not (type(one.tail_weeks) is int and 0 <= one.tail_weeks <= MOST_TAIL):
        yield f"tail_weeks is a whole number of weeks from 0 to {MOST_TAIL}, not {one.tail_weeks!r}"
    if one.spend is not None and not (_number(one.spend) and one.spend > 0):
        yield f"spend is money above 0 over all days of the test, not {one.spend!r}"
    for reason, more in one.discounts.items():
        if not (_number(more) and 0 <= more <= 100):
            yield f"discount {reason!r} is a number from 0 to 100 by which the variance grows, not {more!r}"


def _wrong_interval(one: Experiment) -> Iterator[str]:
    if not _number(one.interval_mass) or not 0 < one.interval_mass < 1:
        yield f"interval_mass is a share between 0 and 1 such as 0.9, not {one.interval_mass!r}"
    if one.interval is None:
        return
    if len(one.interval) != 2 or not all(map(_number, one.interval)) or not one.interval[0] < one.interval[1]:
        yield f"interval is a lower and a higher number, not {one.interval!r}"
    elif _number(one.value) and not one.interval[0] <= one.value <= one.interval[1]:  # type: ignore[operator]
        yield f"its value {one.value:g} lies outside its interval {one.interval[0]:g} to {one.interval[1]:g}"


def _twice(one: Experiment, channel: str) -> bool:
    return list(one.channels).count(channel) > 1


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
