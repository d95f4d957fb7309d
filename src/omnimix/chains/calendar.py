"""A chain laid on the calendar of a posterior: which money of which week belongs to which link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from omnimix.effects.engine import Engine
from omnimix.effects.plan import Plan, data_window, longest_effect, with_levers, within
from omnimix.errors import SpecError, did_you_mean
from omnimix.labels import WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Chain, Link

NOTHING = 1e-12  # a share so small is a rounding error
ONE_DAY = dt.timedelta(days=1)
type Part = dict[str, Array]  # channel -> the share of every week of the timeline that belongs to a link


@dataclass(frozen=True)
class Laid:
    """A chain on the calendar.

    Attributes:
        chain: what was asked.
        plan: what was carried out, on a timeline long enough for every effect; its own weeks are those in which the
            chain can make a difference.
        first: row of the chain's first week.
        weeks: number of its weeks.
        parts: by link and channel, the share of every week's spend that belongs to the link.
        factors: by link, the multiple of what was spent that is asked about.
    """

    chain: Chain
    plan: Plan
    first: int
    weeks: int
    parts: Mapping[str, Part]
    factors: Mapping[str, float] = field(default_factory=dict)

    @property
    def window(self) -> pd.DatetimeIndex:
        """The chain's weeks."""
        return pd.DatetimeIndex(self.plan.spend.index[self.first : self.first + self.weeks], name=WEEK)

    @property
    def channels(self) -> list[str]:
        """The channels of all links, each once."""
        return list(dict.fromkeys(c for link in self.chain.links for c in link.channels))

    @property
    def extrapolated(self) -> tuple[str, ...]:
        """The channels that would run in some week more than they ever did."""
        asked, was = self.keeping(self.chain.link_names).bought, self.plan.bought
        return tuple(c for c in self.channels if asked[c].max() > was[c].max() * (1 + 1e-9))

    def engine(self, posterior: Posterior) -> Engine:
        """Return the engine for plans that differ in some of the chain's links."""
        return Engine(posterior, pd.DatetimeIndex(self.plan.spend.index), rows=self.plan.reported, remember=True)

    def spent(self, link: str) -> float:
        """Return the money that a link spends over its weeks as asked: as carried out, times its factor."""
        return self._carried_out(link) * self.factors[link]

    def keeping(self, kept: Collection[str], times: Mapping[str, float] | None = None) -> Plan:
        """Return the plan in which the named links run and those of the chain that are not named do not.

        ``times`` multiplies the spend of links beyond what was asked. A channel of which any money moves is a lever
        then: it no longer answers.
        """
        factors = {n: self.factors[n] * (times or {}).get(n, 1.0) if n in kept else 0.0 for n in self.parts}
        spend, exposure = {}, {}
        for channel in self.channels:
            moved = [
                n for n, part in self.parts.items() if channel in part and (factors[n] != 1.0 or self._shift(n) != 0)
            ]
            as_it_was = self.plan.money[channel]
            money = self._moved(as_it_was, channel, moved, factors) if moved else as_it_was
            if not np.array_equal(money, as_it_was):
                spend[channel] = money
                exposure[channel] = self._moved(self.plan.bought[channel], channel, moved, factors)
        return with_levers(self.plan, spend, exposure) if spend else self.plan

    def _moved(self, series: Array, channel: str, moved: list[str], factors: Mapping[str, float]) -> Array:
        """Take the parts of some links out of a series and put them back, multiplied, where they belong."""
        parts = [self.parts[n][channel] for n in moved]
        left = 1.0 - sum(parts, np.zeros(len(series)))
        out = series * np.where(np.abs(left) < NOTHING, 0.0, left)
        for name, part in zip(moved, parts, strict=True):
            if factors[name]:
                out = out + factors[name] * _shifted(series * part, self._shift(name))
        return out

    def _shift(self, link: str) -> int:
        return self.chain.link(link).weeks_later

    def _carried_out(self, link: str) -> float:
        return float(sum((self.plan.money[c] * share).sum() for c, share in self.parts[link].items()))


def lay_out(posterior: Posterior, chain: Chain) -> Laid:
    """Lay a chain on the calendar of a posterior.

    Raises :class:`SpecError`, with everything that is wrong at once, for a channel that is unknown, days outside the
    data window, links outside the chain's weeks, more than all of a channel's spend, or a chain without any spend.
    """
    wrong = [*_unknown(posterior, chain)]
    window = posterior.learned.window_weeks
    if not wrong:
        wrong += _outside(chain, window)
    if wrong:
        raise _refusal(chain, wrong)
    first = _week(window, chain.start, 0)
    weeks = _week(window, chain.end, len(window) - 1) - first + 1
    moves = [link.weeks_later for link in chain.links]
    reach = longest_effect(posterior, answers=True)
    timeline = data_window(posterior, at_least=reach + max(0, *moves))
    start = posterior.learned.window + first
    lowest = start + min(0, *moves)
    if lowest < posterior.learned.window:
        raise _refusal(chain, [f"a link would start before the data window, which begins {window[0].date()}"])
    count = min(len(timeline.spend), start + weeks + max(0, *moves) + reach) - lowest
    plan = within(timeline, lowest, count)
    parts = {link.name: _part(link, plan, posterior, first, weeks) for link in chain.links}
    wrong += [*_too_much(parts, plan)]
    laid = Laid(chain, plan, start, weeks, parts)
    spends = {n: laid._carried_out(n) for n in parts}
    if not any(spends.values()) and not wrong:
        wrong.append(f"none of its channels spent anything from {laid.window[0].date()} to {laid.window[-1].date()}")
    wrong += [
        f"link {n!r} spent nothing, so that no share of a split can be given to it"
        for n, spend in spends.items()
        if chain.split is not None and spend == 0 and chain.split[n] > 0
    ]
    if wrong:
        raise _refusal(chain, wrong)
    return Laid(chain, plan, start, weeks, parts, _factors(chain, spends))


def _factors(chain: Chain, spends: Mapping[str, float]) -> dict[str, float]:
    if chain.split is None:
        return {link.name: float(link.factor) for link in chain.links}
    total = sum(spends.values())
    return {n: chain.split[n] * total / spend if spend else 0.0 for n, spend in spends.items()}


def _part(link: Link, plan: Plan, posterior: Posterior, first: int, weeks: int) -> Part:
    """Return the share of every week that belongs to a link."""
    window, before = posterior.learned.window_weeks, posterior.learned.window
    start, stop = _week(window, link.start, first), _week(window, link.end, first + weeks - 1) + 1
    running = np.zeros(len(plan.spend))
    running[before + start : before + stop] = 1.0
    return {channel: link.share_of(channel) * running for channel in link.channels}


def _week(window: pd.DatetimeIndex, day: object, default: int) -> int:
    """Return the place in the data window of the week that holds a day."""
    return default if day is None else int(window.searchsorted(pd.Timestamp(str(day)), side="right")) - 1


def _unknown(posterior: Posterior, chain: Chain) -> Iterator[str]:
    known = posterior.funnel.channel_names
    for link in chain.links:
        for channel in link.channels:
            if channel not in known:
                yield f"link {link.name!r}: {channel!r} is no channel{did_you_mean(channel, known)}"


def _outside(chain: Chain, window: pd.DatetimeIndex) -> Iterator[str]:
    """Say which days lie outside the data window, and which of a link outside those of its chain."""
    first, last = window[0].date(), window[-1].date() + 6 * ONE_DAY
    for who, start, end in (
        ("it", chain.start, chain.end),
        *((f"link {k.name!r}", k.start, k.end) for k in chain.links),
    ):
        for word, day in (("starts", start), ("ends", end)):
            if day is not None and not first <= day <= last:  # type: ignore[operator]
                yield f"{who} {word} {day}, outside the data window {first} to {last}"
    opening, closing = _week(window, chain.start, 0), _week(window, chain.end, len(window) - 1)
    for link in chain.links:
        for word, day in (("starts", link.start), ("ends", link.end)):
            if day is not None and not opening <= _week(window, day, 0) <= closing:
                yield f"link {link.name!r} {word} {day}, outside the weeks of its chain"


def _too_much(parts: Mapping[str, Part], plan: Plan) -> Iterator[str]:
    """Say of which channel links would take more than all."""
    for channel in dict.fromkeys(c for part in parts.values() for c in part):
        taken = sum((part[channel] for part in parts.values() if channel in part), np.zeros(len(plan.spend)))
        if taken.max() > 1 + 1e-9:
            names = ", ".join(repr(n) for n, part in parts.items() if channel in part)
            week = plan.spend.index[int(taken.argmax())].date()
            yield (
                f"links {names} take {taken.max():.0%} of the spend of {channel!r} in the week of {week}; give them "
                "shares that add up to 1 at most, or days that do not overlap"
            )


def _shifted(series: Array, weeks: int) -> Array:
    """Return a series some weeks later (earlier if below 0)."""
    if weeks == 0:
        return series
    out = np.zeros_like(series)
    if weeks > 0:
        out[weeks:] = series[:-weeks]
    else:
        out[:weeks] = series[-weeks:]
    return out


def _refusal(chain: Chain, wrong: list[str]) -> SpecError:
    return SpecError(f"chain {chain.name!r}: " + "; ".join(wrong) + ".")
