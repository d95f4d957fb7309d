"""How far returns hang on how long effects last, which the data hardly know."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from omnimix.effects.roas import roas
from omnimix.findings import Finding
from omnimix.labels import CHANNEL, NODE
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Prior, frozen_distribution

SLOW_SHARE = "slow_share"
LITTLE, MUCH = 0.05, 0.30  # slow shares between which most of the default prior lies
LEARNED = 0.7  # posterior over prior spread below which the data decide
MOSTLY = 0.9  # share of draws with a return above zero; with fewer its logarithm, which is what moves, has no meaning
MOVES = 0.10  # of a return, between the two: less is not worth a sentence
REMEDY = (
    "If you know how long it works, from a brand tracker or a long test, state it as the prior of `slow_share`; fit "
    "both ends to see what a decision hangs on."
)


def slow_tails(posterior: Posterior) -> pd.DataFrame:
    """Return how the ROAS of every channel with a slow part hangs on how large that part is, a row each.

    ``slow_share`` is its median over the nodes the channel drives, ``spread_ratio`` the width of its 90 % interval over
    the prior's: near 1 the data did not speak. ``at_little`` and ``at_much`` are the ROAS expected where 5 % and 30 %
    of the effect fade slowly, by least squares of its logarithm on the draws; ``moves`` is by how much they differ. A
    channel that may well return less than nothing, such as a signed one, has no row.
    """
    returns = roas(posterior, allow_unconverged=True).draws
    rows = [
        _row(channel.name, prior, _shares(posterior, channel.name), drawn)
        for channel in posterior.funnel.bought
        for parameter in channel.curves[0].parameters
        if parameter.name == SLOW_SHARE
        for drawn in [returns.sel({CHANNEL: channel.name}).to_numpy()]
        if (drawn > 0).mean() >= MOSTLY
        for prior in [channel.priors.get(SLOW_SHARE, Prior(parameter.family, *parameter.arguments))]
    ]
    return pd.DataFrame(rows, columns=[CHANNEL, SLOW_SHARE, "spread_ratio", "at_little", "at_much", "moves"])


def slow_tail_check(posterior: Posterior) -> Iterator[Finding]:
    """Name the channels whose return hangs on a slow tail that the data did not tell."""
    for row in slow_tails(posterior).to_dict("records"):
        if row["spread_ratio"] > LEARNED and abs(row["moves"]) > MOVES:
            message = (
                f"How long {row[CHANNEL]} works the data hardly say: with {LITTLE:.0%} of its effect fading slowly it "
                f"returns {row['at_little']:.2f}, with {MUCH:.0%} it returns {row['at_much']:.2f}."
            )
            yield Finding("slow_tail", "notes", message, REMEDY, row["moves"], row[CHANNEL])


def _shares(posterior: Posterior, channel: str) -> Array:
    """Return the slow share of a channel in every draw, its mean over the nodes it drives."""
    nodes = [n.name for n in posterior.funnel.nodes if any(c.name == channel for c in posterior.funnel.drivers(n))]
    found = [posterior.numbers(SLOW_SHARE, **{NODE: n, CHANNEL: channel}) for n in nodes]
    return np.asarray(np.mean(found, axis=0))


def _row(channel: str, prior: Prior, shares: Array, returns: Array) -> tuple[object, ...]:
    low, high = np.quantile(shares, [0.05, 0.95])
    believed = frozen_distribution(prior).ppf([0.05, 0.95])
    earns = returns > 0
    logs, among = np.log(returns[earns]), shares[earns]
    slope = float(np.cov(among, logs)[0, 1] / among.var(ddof=1))
    middle, centre = float(np.median(logs)), float(np.median(shares))
    little, much = (float(np.exp(middle + slope * (at - centre))) for at in (LITTLE, MUCH))
    width = float((high - low) / (believed[1] - believed[0]))
    return channel, centre, width, little, much, much / little - 1
