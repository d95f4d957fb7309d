"""Which figures rest on the data and which on what was believed before?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from omnimix.checks.believed import shares_after, shares_before
from omnimix.findings import Finding
from omnimix.labels import ALL_MEDIA, CHANNEL, INTERVAL, LOWER, MEAN, MEDIAN, NODE, UPPER
from omnimix.mechanics import Array, Draws
from omnimix.posterior import Posterior
from omnimix.words import told

LITTLE_LEARNED = 0.7  # posterior over prior spread above which a figure rests on the prior
APART = -0.6  # correlation of two totals below which the data know their sum better than either
ENDS = (0.05, 0.95)
SURPRISED = "Look for a missing control, or state a prior that you do believe: roas_prior or media_share."
REMEDY = "Vary its spend, run a holdout, or state what you know as `roas_prior`."


def prior_posterior(posterior: Posterior, *, interval: float = 0.9) -> pd.DataFrame:
    """Return prior and posterior of what each channel and all media bring to every stage and outcome, by all paths.

    Figures are shares of a typical week of that node. ``spread_ratio`` is the width of the posterior over that of the
    prior 90 % interval: near 0 the data decided, near 1 the prior did. Channels that do not reach a node are left out.
    """
    before, after = shares_before(posterior), shares_after(posterior)
    ends = [(1 - interval) / 2, (1 + interval) / 2]
    rows = []
    for node in posterior.funnel.nodes:
        prior, drawn = (_with_all_media(shares, node.name) for shares in (before, after))
        for channel, values in drawn.items():
            believed, found = np.quantile(prior[channel], ends), np.quantile(values, ends)
            rows.append(
                {
                    NODE: node.name,
                    CHANNEL: channel,
                    "prior_mean": float(prior[channel].mean()),
                    "prior_median": float(np.median(prior[channel])),
                    "prior_lower": float(believed[0]),
                    "prior_upper": float(believed[1]),
                    MEAN: float(values.mean()),
                    MEDIAN: float(np.median(values)),
                    LOWER: float(found[0]),
                    UPPER: float(found[1]),
                    "spread_ratio": _width(values) / _width(prior[channel]),
                    INTERVAL: interval,
                }
            )
    return pd.DataFrame(rows)


def prior_check(posterior: Posterior) -> Iterator[Finding]:
    """Name channels whose figure rests on the prior, and pairs that the data cannot tell apart."""
    for row in prior_posterior(posterior).to_dict("records"):
        node, channel, ratio = str(row[NODE]), str(row[CHANNEL]), float(row["spread_ratio"])
        at, low, high = (float(row[k]) for k in (told("share"), "prior_lower", "prior_upper"))
        if not low <= at <= high:
            message = (
                f"What the data say of {_spoken(channel)} on {node} ({at:.1%} of it) lies outside what was "
                f"believed before ({low:.1%} to {high:.1%})."
            )
            yield Finding("prior_surprised", "warns", message, SURPRISED, at, channel)
        elif ratio > LITTLE_LEARNED:
            message = (
                f"The data say little about {_spoken(channel)} on {node}: its spread is still {ratio:.0%} of "
                "the prior's, so its figure rests on the prior."
            )
            yield Finding("prior_dominates", "warns", message, REMEDY, ratio, channel)
    yield from _pairs(posterior)


def _with_all_media(shares: Draws, node: str) -> dict[str, Array]:
    """Return what each channel and all of them together bring to a node."""
    found = {channel: values for (at, channel), values in shares.items() if at == node}
    return {**found, ALL_MEDIA: np.asarray(np.sum(list(found.values()), axis=0))} if found else {}


def _width(values: Array) -> float:
    low, high = np.quantile(values, ENDS)
    return float(high - low)


def _spoken(channel: str) -> str:
    return "all media together" if channel == ALL_MEDIA else channel


def _pairs(posterior: Posterior) -> Iterator[Finding]:
    shares = shares_after(posterior)
    for node in posterior.funnel.nodes:
        found = {channel: values for (at, channel), values in shares.items() if at == node.name}
        for (one, first), (other, second) in combinations(found.items(), 2):
            correlation = float(np.corrcoef(first, second)[0, 1])
            if correlation >= APART:
                continue
            low, high = np.quantile(first + second, ENDS)
            message = (
                f"The data cannot tell {one} and {other} apart on {node.name}: together they bring between "
                f"{low:.1%} and {high:.1%} of it (90 % interval), but what one gains the other loses."
            )
            yield Finding(
                "not_told_apart",
                "warns",
                message,
                "Read them together; run them at different times to learn about each.",
                correlation,
                f"{one}, {other}",
            )
