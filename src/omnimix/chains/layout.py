"""A chain laid on the calendar of a posterior: which money of which week belongs to which link."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from omnimix.effects.engine import Engine
from omnimix.effects.mixes import campaign_spend
from omnimix.effects.plan import Plan, data_window, longest_effect, with_money, within
from omnimix.errors import SpecError
from omnimix.labels import WEEK
from omnimix.mechanics import Array
from omnimix.mechanics.campaigns import mixed
from omnimix.posterior import Posterior
from omnimix.spec import Chain, Link, Names, told_together

NOTHING = 1e-12  # a share so small is a rounding error
ONE_DAY = dt.timedelta(days=1)
type Part = dict[str, Array]  # channel or campaign -> the share of every week of the timeline that belongs to a link


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
        campaigns: money of the campaigns of the channels that have any, shape (campaigns, weeks).
        campaign_parts: by link and campaign, the share of every week's spend that belongs to the link.
    """

    chain: Chain
    plan: Plan
    first: int
    weeks: int
    parts: Mapping[str, Part]
    factors: Mapping[str, float] = field(default_factory=dict)
    campaigns: Mapping[str, Mapping[str, Array]] = field(default_factory=dict)
    campaign_parts: Mapping[str, Part] = field(default_factory=dict)

    @property
    def window(self) -> pd.DatetimeIndex:
        """The chain's weeks."""
        return pd.DatetimeIndex(self.plan.spend.index[self.first : self.first + self.weeks], name=WEEK)

    @property
    def channels(self) -> list[str]:
        """The channels of all links, each once."""
        return list(dict.fromkeys(c for part in self.parts.values() for c in part))

    @property
    def extrapolated(self) -> tuple[str, ...]:
        """The channels that would run in some week more than they ever did."""
        asked, was = self.keeping(self.chain.link_names).exposure_by_channel, self.plan.exposure_by_channel
        return tuple(c for c in self.channels if asked[c].max() > was[c].max() * (1 + 1e-9))

    def engine(self, posterior: Posterior) -> Engine:
        """Return the engine for plans that differ in some of the chain's links."""
        return Engine(posterior, pd.DatetimeIndex(self.plan.spend.index), rows=self.plan.reported, remember=True)

    def spent(self, link: str) -> float:
        """Return the money that a link spends over its weeks as asked: as carried out, times its factor."""
        return self._carried_out(link) * self.factors[link]

    def keeping(self, kept: Collection[str], times: Mapping[str, float] | None = None) -> Plan:
        """Return the plan in which the named links run and those of the chain that are not named do not.

        A link runs as asked: with its factor, a channel that answers to a stage answering with it. ``times`` sets the
        money of links at a multiple of that; money that is set, or moved to other weeks, answers to nothing.
        """
        fixed = {n for n in self.parts if n in (times or {}) or self._shift(n)}
        factors = {n: self.factors[n] * (times or {}).get(n, 1.0) if n in kept else 0.0 for n in self.parts}
        spend, exposure, answering, split = {}, {}, {}, {}
        for channel in self.channels:
            holders = {n: part[channel] for n, part in self.parts.items() if channel in part}
            if all(factors[n] == 1.0 and n not in fixed for n in holders):
                continue
            if channel in self.campaigns:
                divided, answering[channel] = self._divided(channel, factors, fixed)
                price = self.plan.exposure_by_channel[channel].sum() / self.plan.spend_by_channel[channel].sum()
                split[channel], spend[channel] = divided, divided.sum(axis=0)
                exposure[channel] = price * spend[channel]
                continue
            kept_part = self._kept(holders, factors, fixed)
            money = self._moved(self.plan.spend_by_channel[channel], holders, kept_part, factors, fixed)
            if not np.array_equal(money, self.plan.spend_by_channel[channel]):
                spend[channel], answering[channel] = money, kept_part
                exposure[channel] = self._moved(
                    self.plan.exposure_by_channel[channel], holders, kept_part, factors, fixed
                )
        return with_money(self.plan, spend, exposure, answering, split) if spend else self.plan

    def _divided(self, channel: str, factors: Mapping[str, float], fixed: Set[str]) -> tuple[Array, Array]:
        """Return the money of a channel's campaigns, and which part of its every week is left as it was."""
        rows, left = [], np.zeros(len(self.plan.spend))
        for campaign, money in self.campaigns[channel].items():
            holders = {n: part[campaign] for n, part in self.campaign_parts.items() if campaign in part}
            kept = self._kept(holders, factors, fixed)
            rows.append(self._moved(money, holders, kept, factors, fixed))
            left += kept * money
        total = self.plan.spend_by_channel[channel]
        return np.stack(rows), np.divide(left, total, out=np.ones_like(left), where=total > 0)

    def _kept(self, holders: Part, factors: Mapping[str, float], fixed: Collection[str]) -> Array:
        """Return the multiple of every week of a channel that is left where it was and as it was."""
        left = np.ones(len(self.plan.spend))
        for name, part in holders.items():
            left = left + ((0.0 if name in fixed else factors[name]) - 1.0) * part
        return np.where(np.abs(left) < NOTHING, 0.0, left)

    def _moved(self, series: Array, holders: Part, left: Array, factors: Mapping[str, float], fixed: Set[str]) -> Array:
        """Return a series of which some links' parts are set or moved."""
        out = series * left
        for name in fixed & holders.keys():
            if factors[name]:
                out = out + factors[name] * _shifted(series * holders[name], self._shift(name))
        return out

    def _shift(self, link: str) -> int:
        return self.chain.link(link).weeks_later

    def _carried_out(self, link: str) -> float:
        return float(sum((self.plan.spend_by_channel[c] * share).sum() for c, share in self.parts[link].items()))


def lay_out(posterior: Posterior, chain: Chain) -> Laid:
    """Lay a chain on the calendar of a posterior.

    Raises :class:`SpecError`, with everything that is wrong at once, for a channel that is unknown, days outside the
    data window, links outside the chain's weeks, more than all of a channel's spend, or a chain without any spend.
    """
    return lay_out_in_all([posterior], chain)[0]


def lay_out_in_all(parts: Sequence[Posterior], chain: Chain) -> list[Laid]:
    """Lay a chain on the calendars of geos, which it runs in alike; a link's share of a split is that of all geos.

    Raises :class:`SpecError` as :func:`lay_out` does.
    """
    laid = [_placed(part, chain) for part in parts]
    spends = {n: sum(one._carried_out(n) for one in laid) for n in chain.link_names}
    one = laid[0]
    wrong = [*_too_much({n: {**one.parts[n], **one.campaign_parts.get(n, {})} for n in one.parts}, one.plan)]
    if not any(spends.values()) and not wrong:
        window = laid[0].window
        wrong.append(f"none of its channels spent anything from {window[0].date()} to {window[-1].date()}")
    wrong += [
        f"link {n!r} spent nothing, so that no share of a split can be given to it"
        for n, spend in spends.items()
        if chain.split is not None and spend == 0 and chain.split[n] > 0
    ]
    if wrong:
        raise _refusal(chain, wrong)
    factors = _factors(chain, spends)
    return [replace(one, factors=factors) for one in laid]


def _placed(posterior: Posterior, chain: Chain) -> Laid:
    """Lay a chain on the calendar of one geo, without factors."""
    wrong = [*_unknown(posterior, chain)]
    window = posterior.scaling.window_weeks
    if not wrong:
        wrong += _outside(chain, window)
    if wrong:
        raise _refusal(chain, wrong)
    first = _week(window, chain.start, 0)
    weeks = _week(window, chain.end, len(window) - 1) - first + 1
    wrong += _moved_outside(chain, window, first, weeks)
    if wrong:
        raise _refusal(chain, wrong)
    spans = [_own_weeks(link, window, first, weeks, moved=True) for link in chain.links]
    start = posterior.scaling.window + first
    lowest = posterior.scaling.window + min(first, *(own.start for own in spans))
    highest = posterior.scaling.window + max(first + weeks, *(own.stop for own in spans))
    timeline = data_window(posterior, at_least=longest_effect(posterior, answers=True))
    count = min(len(timeline.spend), highest + longest_effect(posterior, answers=True)) - lowest
    plan = within(timeline, lowest, count)
    given = {link.name: _part(link, plan, posterior, first, weeks) for link in chain.links}
    campaigns = _campaigns(posterior, plan, given)
    by_campaign = {n: _by_campaign(part, campaigns) for n, part in given.items()}
    parts = {n: _by_channel(part, campaigns, plan) for n, part in given.items()}
    return Laid(chain, plan, start, weeks, parts, campaigns=campaigns, campaign_parts=by_campaign)


def _factors(chain: Chain, spends: Mapping[str, float]) -> dict[str, float]:
    if chain.split is None:
        return {link.name: float(link.factor) for link in chain.links}
    total = sum(spends.values())
    return {n: chain.split[n] * total / spend if spend else 0.0 for n, spend in spends.items()}


def _part(link: Link, plan: Plan, posterior: Posterior, first: int, weeks: int) -> Part:
    """Return the share of every week that belongs to a link."""
    own, before = _own_weeks(link, posterior.scaling.window_weeks, first, weeks), posterior.scaling.window
    running = np.zeros(len(plan.spend))
    running[before + own.start : before + own.stop] = 1.0
    return {channel: link.share_of(channel) * running for channel in link.channels}


def _campaigns(posterior: Posterior, plan: Plan, given: Mapping[str, Part]) -> dict[str, dict[str, Array]]:
    """Return the money of the campaigns of every channel that the links name, or name a campaign of."""
    named = {name for part in given.values() for name in part}
    out: dict[str, dict[str, Array]] = {}
    for channel in mixed(posterior.funnel):
        if named & {channel.name, *channel.campaigns}:
            rows = np.zeros((len(channel.campaigns), len(plan.spend)))
            known = campaign_spend(posterior, channel)
            rows[:, : known.shape[1]] = known
            out[channel.name] = dict(zip(channel.campaigns, rows, strict=True))
    return out


def _by_campaign(part: Part, campaigns: Mapping[str, Mapping[str, Array]]) -> Part:
    """Return the parts of campaigns that belong to a link: those that it names, and all of a channel that it names."""
    out: Part = {}
    for channel, members in campaigns.items():
        for campaign in members:
            taken = [part[n] for n in (channel, campaign) if n in part]
            if taken:
                out[campaign] = np.sum(taken, axis=0)
    return out


def _by_channel(part: Part, campaigns: Mapping[str, Mapping[str, Array]], plan: Plan) -> Part:
    """Return the parts of channels that belong to a link; a campaign is the part of a week that it spent."""
    holder = {campaign: channel for channel, members in campaigns.items() for campaign in members}
    out: Part = {}
    for name, given in part.items():
        channel, share = holder.get(name, name), given
        if name in holder:
            total = plan.spend_by_channel[channel]
            share = given * np.divide(campaigns[channel][name], total, out=np.zeros_like(total), where=total > 0)
        out[channel] = out[channel] + share if channel in out else share
    return out


def _own_weeks(link: Link, window: pd.DatetimeIndex, first: int, weeks: int, *, moved: bool = False) -> range:
    """Return the places in the data window of the weeks of a link, as they were or as they are moved."""
    start, stop = _week(window, link.start, first), _week(window, link.end, first + weeks - 1) + 1
    later = link.weeks_later if moved else 0
    return range(start + later, stop + later)


def _moved_outside(chain: Chain, window: pd.DatetimeIndex, first: int, weeks: int) -> Iterator[str]:
    """Say which links would move out of the data: what else happens there is not known."""
    for link in chain.links:
        own = _own_weeks(link, window, first, weeks, moved=True)
        for word, outside in (("start before", own.start < 0), ("end after", own.stop > len(window))):
            if outside:
                yield (
                    f"link {link.name!r} would {word} the data window {window[0].date()} to "
                    f"{window[-1].date() + 6 * ONE_DAY}; move it by fewer weeks"
                )


def _week(window: pd.DatetimeIndex, day: object, default: int) -> int:
    """Return the place in the data window of the week that holds a day."""
    return default if day is None else int(window.searchsorted(pd.Timestamp(str(day)), side="right")) - 1


def _unknown(posterior: Posterior, chain: Chain) -> Iterator[str]:
    names = Names.of(posterior.funnel)
    for link in chain.links:
        for channel in link.channels:
            if why := names.no_channel(channel, campaigns=True):
                yield f"link {link.name!r}: {why}"


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
    return SpecError(f"chain {chain.name!r}: {told_together(wrong)}")
