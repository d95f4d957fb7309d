"""Where each campaign loses most against its peers, and whose visitors stay long without buying."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.campaigns.columns import CAMPAIGN, RATES, STEP, TIME_ON_SITE, VISITS
from omnimix.campaigns.links import PLACE, Links
from omnimix.campaigns.stages import Stage
from omnimix.campaigns.wobble import Floats
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


def weakest_table(links: Links, stages: tuple[Stage, ...], interval: float) -> pd.DataFrame:
    """Return the stage of each link at which being at its own instead of its peers' rate costs most.

    What it costs is counted in the last count that the link has any of (`lost`: orders, or leads for a link that
    sells nothing itself): what entered the stage, times the difference of the rates, times the link's own rates after
    it. A link without peers has no such stage and no row.
    """
    ends = [(1 - interval) / 2, 0.5, (1 + interval) / 2]
    names = [CHAIN, CAMPAIGN, STEP, "rate", "source", "target", "own_rate", "peers_rate", "probability_below_peers"]
    named, found = links.table[[CHAIN, CAMPAIGN, STEP]].to_numpy().tolist(), []
    for link, way in _ways(stages).items():
        costs = _costs(way)
        if not costs:
            continue
        worst, cost = max(costs, key=lambda pair: float(np.median(pair[1])))
        stage, (low, middle, high) = worst.stage, np.quantile(cost, ends)
        labels = named[link]
        below = float((worst.rates < worst.peers).mean())
        rates = [float(worst.rates.mean()), float(np.median(worst.peers)), below]
        costly = [_unit(way).stage.target, float(cost.mean()), middle, low, high, interval]
        found.append([*labels, RATES[stage.target], stage.source, stage.target, *rates, *costly])
    return pd.DataFrame(found, columns=[*names, "lost", MEAN, MEDIAN, LOWER, UPPER, INTERVAL])


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


def _costs(way: list[_Own]) -> list[tuple[_Own, Floats]]:
    """Return what each stage with peers costs, in draws."""
    counted = way[: way.index(_unit(way)) + 1]
    costs = []
    for place, own in enumerate(counted):
        if own.has_peers:
            after = np.prod([later.rates for later in counted[place + 1 :]], axis=0)
            costs.append((own, own.stage.entered[own.at] * (own.peers - own.rates) * after))
    return costs


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
