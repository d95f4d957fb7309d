"""The stages that each campaign's funnel goes through, and their rates with intervals."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from omnimix.campaigns.columns import CAMPAIGN, DETAIL, ORDERS, PERIOD, RATES, STEP
from omnimix.campaigns.links import FEEDS, LINK, PLACE, Links
from omnimix.campaigns.overdispersion import Floats, Ints, StageCounts
from omnimix.campaigns.rates import RateDraws, pooled_rates
from omnimix.campaigns.row_validation import RowProblem, plain_number
from omnimix.labels import CHAIN, INTERVAL, LOWER, MEAN, MEDIAN, UPPER

MOST_DRAWS, FEWEST_DRAWS, VALUES = 4_000, 400, 1_500_000


@dataclass(frozen=True)
class Stage:
    """One rate of several links: from a count to the next one that those links have.

    Attributes:
        links: the numbers of the links; shape (links,).
        entered, passed: what came in and went on in the rows that are used; shape (links,).
        periods: the number of those rows; shape (links,).
        peers: how many campaigns share the link's step, itself included; shape (links,).
        draws: the rates; see :class:`RateDraws`.
    """

    source: str
    target: str
    links: Ints
    entered: Floats
    passed: Floats
    periods: Floats
    peers: Ints
    draws: RateDraws


@dataclass(frozen=True)
class Stages:
    """All stages, and the rows that one of them could not use."""

    stages: tuple[Stage, ...]
    skipped: tuple[RowProblem, ...]
    untracked: tuple[tuple[int, str], ...]


def draw_count(links: int) -> int:
    """Return how many draws to take: fewer where there are very many campaigns, which then need less memory."""
    return int(np.clip(VALUES // max(links, 1), FEWEST_DRAWS, MOST_DRAWS))


def stages_of(links: Links, seed: np.random.Generator) -> Stages:
    """Estimate every rate of every link; a count that a link does not have is bridged to the next one."""
    ways, untracked = _ways(links)
    members: dict[tuple[str, str], list[int]] = {}
    for link, counts in ways.items():
        for pair in pairwise(counts):
            members.setdefault(pair, []).append(link)
    found, skipped = [], []
    for pair in sorted(members, key=lambda pair: [links.counts.index(count) for count in pair]):
        stage, beyond = _stage(links, *pair, members[pair], seed)
        skipped += beyond
        found += [stage] if stage is not None else []
    return Stages(tuple(found), tuple(skipped), untracked)


def _ways(links: Links) -> tuple[dict[int, tuple[str, ...]], tuple[tuple[int, str], ...]]:
    """Find the counts of each link. One that is 0 throughout although a later one is not was not tracked."""
    counts = list(links.counts)
    totals = links.rows.groupby(LINK)[counts].sum(min_count=1).to_numpy()
    later = np.zeros_like(totals, dtype=bool)
    for place in range(len(counts) - 2, -1, -1):
        later[:, place] = later[:, place + 1] | (totals[:, place + 1] > 0)
    untracked = (totals == 0) & later
    has = ~np.isnan(totals) & ~untracked
    if ORDERS in counts:  # a link that later steps sell for has no order rate of its own, and not a rate of zero
        sold_on = links.table[FEEDS].to_numpy(bool) & (totals[:, counts.index(ORDERS)] == 0)
        has[:, counts.index(ORDERS)] &= ~sold_on
    ways = {k: tuple(c for c, there in zip(counts, row, strict=True) if there) for k, row in enumerate(has)}
    return ways, tuple((int(k), counts[c]) for k, c in np.argwhere(untracked))


def _stage(
    links: Links, source: str, target: str, members: list[int], seed: np.random.Generator
) -> tuple[Stage | None, list[RowProblem]]:
    rows = links.rows[links.rows[LINK].isin(members)]
    both = _by_period(rows[(rows[source] > 0) & (rows[target] >= 0)], [source, target])
    more = both[target] > both[source]
    beyond = [
        RowProblem(
            int(row), target, f"{plain_number(one)} ({source} {plain_number(other)})", f"more_{target}_than_{source}"
        )
        for row, one, other in both.loc[more, ["row", target, source]].itertuples(index=False)
    ]
    both = both[~more]
    if both.empty:
        return None, beyond
    own, number = np.unique(both[LINK].to_numpy(), return_inverse=True)
    counts = StageCounts(both[source].to_numpy(float), both[target].to_numpy(float), number.astype(np.intp), own.size)
    pool = np.unique(links.table[PLACE].to_numpy()[own], return_inverse=True)[1].astype(np.intp)
    draws = pooled_rates(counts, pool, draws=draw_count(len(links.table)), seed=seed)
    entered, passed = counts.by_campaign(counts.trials), counts.by_campaign(counts.successes)
    peers = np.bincount(pool)[pool]
    return Stage(source, target, own.astype(np.intp), entered, passed, counts.periods, peers, draws), beyond


def _by_period(rows: pd.DataFrame, counts: list[str]) -> pd.DataFrame:
    """Add up the parts of a campaign (ad sets, devices) in each period: they are no periods of their own."""
    if DETAIL not in rows:
        return rows
    period = rows[PERIOD] if PERIOD in rows else pd.Series("", rows.index)
    again = rows.groupby([rows[LINK], period, rows[DETAIL]]).cumcount()
    how = {"row": "first", LINK: "first", **dict.fromkeys(counts, "sum")}
    return rows.groupby([rows[LINK], period, again]).agg(how)


def rate_table(links: Links, stages: tuple[Stage, ...], interval: float) -> pd.DataFrame:
    """Return one row a link and stage: the rate with its interval, what was lost there, and the peers' rate."""
    parts = []
    ends = [(1 - interval) / 2, 0.5, (1 + interval) / 2]
    for stage in stages:
        low, middle, high = np.quantile(stage.draws.rates, ends, axis=0)
        told = links.table.loc[stage.links, [CHAIN, CAMPAIGN, STEP]].reset_index()
        parts.append(
            told.assign(
                rate=RATES[stage.target],
                source=stage.source,
                target=stage.target,
                entered=stage.entered,
                passed=stage.passed,
                observed=stage.passed / stage.entered,
                **{MEAN: stage.draws.rates.mean(axis=0), MEDIAN: middle, LOWER: low, UPPER: high, INTERVAL: interval},
                drop_off=1.0 - stage.draws.rates.mean(axis=0),
                lost=stage.entered - stage.passed,
                peers_rate=np.median(stage.draws.peers, axis=0),
                probability_below_peers=_below(stage),
                peers=stage.peers - 1,
                periods=stage.periods.astype(int),
                **{"wobble": stage.draws.overdispersion},
            )
        )
    if not parts:
        return pd.DataFrame(columns=[CHAIN, CAMPAIGN, STEP, "rate", MEAN, MEDIAN, LOWER, UPPER, INTERVAL])
    # stages come in the order of the funnel, and a stable sort keeps it within each link
    return pd.concat(parts).sort_values("index", kind="stable").drop(columns="index").reset_index(drop=True)


def _below(stage: Stage) -> Floats:
    below = (stage.draws.rates < stage.draws.peers).mean(axis=0)
    return np.where(stage.peers > 1, below, np.nan)
