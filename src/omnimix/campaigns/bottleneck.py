"""Bottlenecks: where each campaign loses most against its peers, and whose visitors stay long without buying."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.campaigns.columns import CAMPAIGN, RATES, STEP, TIME_ON_SITE, VISITS
from omnimix.campaigns.links import PLACE, Links
from omnimix.campaigns.overdispersion import Floats, Ints
from omnimix.campaigns.stages import Stage
from omnimix.labels import CHAIN, INTERVAL, LOWER, MEAN, MEDIAN, UPPER

LONG = 1.2  # times the time on site of the peers


@dataclass(frozen=True)
class _Own:
    """One stage of one link."""

    stage: Stage
    at: int

    @property
    def rates(self) -> Floats:
        return self.stage.draws.rates[:, self.at]

    @property
    def peers(self) -> Floats:
        return self.stage.draws.peers[:, self.at]

    @property
    def has_peers(self) -> bool:
        return bool(self.stage.peers[self.at] > 1)


def bottleneck_table(links: Links, stages: tuple[Stage, ...], interval: float) -> pd.DataFrame:
    """Return the stage of each link at which being at its own instead of its peers' rate costs most.

    What it costs is counted in the last count that the link has any of (`lost`: orders, or leads for a link that
    sells nothing itself): what entered the stage, times the difference of the rates, times the link's own rates after
    it. A link without peers has no such stage and no row.
    """
    names = [CHAIN, CAMPAIGN, STEP, "rate", "source", "target", "own_rate", "peers_rate", "probability_below_peers"]
    named = links.table[[CHAIN, CAMPAIGN, STEP]].to_numpy().tolist()
    last = _last_counts(stages, len(named))
    worst: dict[int, list[object]] = {}
    after = np.ones((stages[0].draws.rates.shape[0] if stages else 0, len(named)))
    for number in reversed(range(len(stages))):
        stage = stages[number]
        used = np.flatnonzero(number <= last[stage.links])
        own = stage.links[used]
        rates, peers = stage.draws.rates[:, used], stage.draws.peers[:, used]
        cost = stage.entered[used] * (peers - rates) * after[:, own]
        low, middle, high = np.quantile(cost, [(1 - interval) / 2, 0.5, (1 + interval) / 2], axis=0)
        told = np.stack([rates.mean(axis=0), np.median(peers, axis=0), (rates < peers).mean(axis=0)], axis=1)
        costs = np.stack([cost.mean(axis=0), middle, low, high], axis=1)
        for place, link in enumerate(own.tolist()):
            before = worst.get(link)
            if stage.peers[used[place]] > 1 and (before is None or costs[place, 1] > float(str(before[11]))):
                where = [RATES[stage.target], stage.source, stage.target, *told[place].tolist()]
                unit = stages[last[link]].target
                worst[link] = [*named[link], *where, unit, *costs[place].tolist(), interval]
        after[:, own] *= rates
    found = [worst[link] for link in sorted(worst)]
    return pd.DataFrame(found, columns=[*names, "lost", MEAN, MEDIAN, LOWER, UPPER, INTERVAL])


def _last_counts(stages: tuple[Stage, ...], links: int) -> Ints:
    """Return for each link the number of the stage that brings the last count of which it has any."""
    last, any_at_all = np.zeros(links, dtype=np.intp), np.zeros(links, dtype=bool)
    for number, stage in enumerate(stages):
        last[stage.links[~any_at_all[stage.links]]] = number  # nothing so far: the last stage that there is
        some = stage.links[stage.passed > 0]
        last[some], any_at_all[some] = number, True
    return last


def long_visits(links: Links, stages: tuple[Stage, ...]) -> pd.DataFrame:
    """Return the links whose visitors stay longer than those of their peers, and how likely fewer of them go on.

    `seconds` and `peers_seconds` are means, `own_rate` and `peers_rate` the share of visits that becomes the last
    count the link has any of.
    """
    names = [CHAIN, CAMPAIGN, STEP, "seconds", "peers_seconds", "target", "own_rate", "peers_rate"]
    named, found = links.table[[CHAIN, CAMPAIGN, STEP]].to_numpy().tolist(), []
    times, usual_times = links.table[TIME_ON_SITE].to_numpy(float), _peers_seconds(links)
    ways = _ways(stages) if (times >= LONG * usual_times).any() else {}
    for link, way in ways.items():
        seconds, peers = float(times[link]), float(usual_times[link])
        bought = [own for own in way[: way.index(_unit(way)) + 1] if _is_after_visit(own, way)]
        if not bought or not all(own.has_peers for own in bought) or not seconds >= LONG * peers:
            continue
        rate = np.prod([own.rates for own in bought], axis=0)
        usual = np.prod([own.peers for own in bought], axis=0)
        labels = named[link]
        figures = [float(rate.mean()), float(usual.mean()), float((rate < usual).mean())]
        found.append([*labels, seconds, peers, bought[-1].stage.target, *figures])
    return pd.DataFrame(found, columns=[*names, "probability_below_peers"])


def _ways(stages: tuple[Stage, ...]) -> dict[int, list[_Own]]:
    """Return the stages of each link in the order of the funnel."""
    ways: dict[int, list[_Own]] = {}
    for stage in stages:
        for at, link in enumerate(stage.links):
            ways.setdefault(int(link), []).append(_Own(stage, at))
    return dict(sorted(ways.items()))


def _unit(way: list[_Own]) -> _Own:
    """Return the stage that brings the last count of which there is any."""
    return next((own for own in reversed(way) if own.stage.passed[own.at] > 0), way[-1])


def _is_after_visit(own: _Own, way: list[_Own]) -> bool:
    starts = [place for place, other in enumerate(way) if other.stage.source == VISITS]
    return bool(starts) and way.index(own) >= starts[0]


def _peers_seconds(links: Links) -> Floats:
    """Return for each link the median time on site of the other links of its step; NaN where there are none."""
    medians = np.full(len(links.table), np.nan)
    known = links.table[links.table[TIME_ON_SITE].notna()]
    for _, own in known.groupby(PLACE)[TIME_ON_SITE]:
        if len(own) > 1:
            ordered, rank = np.sort(own.to_numpy()), own.rank(method="first").to_numpy().astype(int) - 1
            low, high = (len(own) - 2) // 2, (len(own) - 1) // 2
            medians[own.index] = (ordered[low + (low >= rank)] + ordered[high + (high >= rank)]) / 2
    return medians
