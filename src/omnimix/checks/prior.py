"""Which figures rest on the data and which on what was believed before?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from omnimix.findings import Finding
from omnimix.labels import ALL_MEDIA, CHANNEL, CONTRIBUTION_SHARE, INTERVAL, LOWER, MEAN, NODE, UPPER
from omnimix.mechanics import prior_shares
from omnimix.posterior import Posterior

LITTLE_LEARNED = 0.7  # posterior over prior spread above which a figure rests on the prior
PRIOR_DRAWS = 20_000
APART = -0.6  # correlation of two contributions below which the data know their sum better than either
SURPRISED = "Look for a missing control, or state a prior that you do believe: roas_prior or media_share."
REMEDY = "Vary its spend, run a holdout, or state what you know as `roas_prior`."


def prior_posterior(posterior: Posterior, *, interval: float = 0.9) -> pd.DataFrame:
    """Return prior and posterior of each channel's and all media's share of the outcome, with what the data added.

    ``spread_ratio`` is the posterior over the prior standard deviation: near 0 the data decided, near 1 the prior did.
    """
    learned, funnel = posterior.learned, posterior.funnel
    shares = posterior.flat(CONTRIBUTION_SHARE)
    ends = [(1 - interval) / 2, (1 + interval) / 2]
    rows = []
    for node, scale in zip(funnel.nodes, learned.nodes, strict=True):
        before = prior_shares(funnel, learned, node, scale, size=PRIOR_DRAWS)
        after = {c: shares.sel({NODE: node.name, CHANNEL: c}).to_numpy() for c in before}
        for parts in (before, after):
            parts[ALL_MEDIA] = np.sum(list(parts.values()), axis=0)
        for channel in before:
            prior, draws = before[channel], after[channel]
            rows.append(
                {
                    NODE: node.name,
                    CHANNEL: channel,
                    "prior_mean": float(prior.mean()),
                    "prior_lower": float(np.quantile(prior, ends[0])),
                    "prior_upper": float(np.quantile(prior, ends[1])),
                    MEAN: float(draws.mean()),
                    LOWER: float(np.quantile(draws, ends[0])),
                    UPPER: float(np.quantile(draws, ends[1])),
                    "spread_ratio": float(draws.std() / prior.std()),
                    INTERVAL: interval,
                }
            )
    return pd.DataFrame(rows)


def prior_check(posterior: Posterior) -> Iterator[Finding]:
    """Name channels whose figure rests on the prior, and pairs that the data cannot tell apart."""
    for row in prior_posterior(posterior).to_dict("records"):
        node, channel, ratio = str(row[NODE]), str(row[CHANNEL]), float(row["spread_ratio"])
        mean, low, high = (float(row[k]) for k in (MEAN, "prior_lower", "prior_upper"))
        if not low <= mean <= high:
            message = (
                f"What the data say of {_spoken(channel)} on {node} ({mean:.1%} of it) lies outside what was "
                f"believed before ({low:.1%} to {high:.1%})."
            )
            yield Finding("prior_surprised", "warns", message, SURPRISED, mean, channel)
        elif ratio > LITTLE_LEARNED:
            message = (
                f"The data say little about {_spoken(channel)} on {node}: its spread is still {ratio:.0%} of "
                "the prior's, so its figure rests on the prior."
            )
            yield Finding("prior_dominates", "warns", message, REMEDY, ratio, channel)
    yield from _pairs(posterior)


def _spoken(channel: str) -> str:
    return "all media together" if channel == ALL_MEDIA else channel


def _pairs(posterior: Posterior) -> Iterator[Finding]:
    shares = posterior.flat(CONTRIBUTION_SHARE)
    for node in posterior.funnel.nodes:
        names = [c.name for c in posterior.funnel.drivers(node)]
        draws = shares.sel({NODE: node.name, CHANNEL: names}).to_numpy()
        for a, b in combinations(range(len(names)), 2):
            correlation = float(np.corrcoef(draws[:, a], draws[:, b])[0, 1])
            if correlation >= APART:
                continue
            low, high = np.quantile(draws[:, a] + draws[:, b], [0.05, 0.95])
            message = (
                f"The data cannot tell {names[a]} and {names[b]} apart on {node.name}: together they bring between "
                f"{low:.1%} and {high:.1%} of it (90 % interval), but what one gains the other loses."
            )
            yield Finding(
                "not_told_apart",
                "warns",
                message,
                "Read them together; run them at different times to learn about each.",
                correlation,
                f"{names[a]}, {names[b]}",
            )
