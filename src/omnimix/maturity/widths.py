"""Which missing data cost how much width: what one more source would leave of the range of each channel's ROAS.

Nothing is fitted again. Each source is put as one more measurement of ROAS with a known error, and the draws of the
posterior are updated by it linearly (*Bayes linear*: Goldstein and Wooff, 2007, section 3.1): with ``S`` the covariance
of the ROAS draws of all channels and ``E`` the variances of the errors, ``S - S (S + E)^-1 S`` is left. For draws that
are normal that is exact; ROAS is skewed, so take the figures as orders of size. The errors:

- *A test* takes a channel out of half of the country for six weeks. The halves are taken to swing independently, each
  with half of the variance that the model finds in a week; their difference before is known from 26 weeks.
- *A geo split* is a year in which regions run a channel half higher and half lower than usual by turns.
- *A tracker* explains half of the variance of the weekly noise, *a year* adds 52 weeks to those there are: both
  multiply what the data say, and leave what was believed beforehand as it was.

What is left out: that a surprise may widen a range, that effects come late, and what a decision is worth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from omnimix.checks.believed import shares_after, shares_before
from omnimix.effects.respond import values
from omnimix.effects.roas import roas
from omnimix.labels import ALL_MEDIA, CHANNEL, DEFAULT_INTERVAL
from omnimix.mechanics import Array
from omnimix.posterior import Posterior

TEST, GEO_SPLIT, TRACKER, YEAR = "test", "geo_split", "tracker", "year"
TEST_WEEKS, WEEKS_BEFORE, WEEKS_A_YEAR = 6, 26, 52
HIGHER = 0.5  # of usual spend, by which regions differ in a geo split
EXPLAINED = 0.5  # of the weekly noise, by a tracker
ENDS = (0.05, 0.95)
SOURCE, NOW, THEN, NARROWER, MONEY = "source", "now", "then", "narrower", "money"


def widths(posterior: Posterior, *, interval: float = DEFAULT_INTERVAL) -> pd.DataFrame:
    """Return what each source would leave of the width of each channel's ROAS interval.

    One row a source and channel: ``source`` (``test``, ``geo_split``, ``tracker``, ``year``), ``channel``, ``now`` and
    ``then`` (widths of the interval, in ROAS), ``narrower`` (share) and ``money`` (the width that goes, times the
    channel's spend). A test has a row for the channel that it tests only. Sources that take away most money of width
    come first.

    Raises :class:`FitError` for a fit that did not converge.
    """
    found = roas(posterior, interval=interval).draws
    names = [str(c) for c in found[CHANNEL].to_numpy() if c != ALL_MEDIA]
    draws = found.sel({CHANNEL: names}).transpose(..., CHANNEL).to_numpy()
    now = np.diff(np.quantile(draws, [(1 - interval) / 2, (1 + interval) / 2], axis=0), axis=0)[0]
    spend = np.array([posterior.panel.series(posterior.funnel.channel(n).spend_column).mean() for n in names])
    rows = []
    for source, left in _left(posterior, draws, spend, names):
        for k, name in enumerate(names):
            if np.isfinite(left[k]):
                then = float(now[k] * np.sqrt(left[k]))
                rows.append(
                    {
                        SOURCE: source,
                        CHANNEL: name,
                        NOW: float(now[k]),
                        THEN: then,
                        NARROWER: 1.0 - then / float(now[k]),
                        MONEY: (float(now[k]) - then) * float(spend[k]) * len(posterior.scaling.window_weeks),
                    }
                )
    table = pd.DataFrame(rows)
    by_source = table.groupby(SOURCE)[MONEY].transform("sum").where(table[SOURCE] != TEST, table[MONEY])
    return (
        table.assign(_by=by_source)
        .sort_values(["_by", MONEY], ascending=False)
        .drop(columns="_by")
        .reset_index(drop=True)
    )


def _left(posterior: Posterior, draws: Array, spend: Array, names: list[str]) -> Iterator[tuple[str, Array]]:
    """Yield by source the share of every channel's variance that it leaves; nan for channels it is not about."""
    noise = weekly_noise(posterior)
    covariance = np.atleast_2d(np.cov(draws, rowvar=False))
    weeks = TEST_WEEKS
    of_test = noise * np.sqrt(weeks + weeks**2 / WEEKS_BEFORE) / (spend * weeks / 2)
    for k in range(len(names)):
        error = np.full(len(names), np.inf)
        error[k] = of_test[k]
        left = np.full(len(names), np.nan)
        left[k] = left_by(covariance, error)[k]
        yield TEST, left
    yield GEO_SPLIT, left_by(covariance, noise / (HIGHER * spend * np.sqrt(WEEKS_A_YEAR)))
    believed = np.array([_believed(posterior)[name] for name in names])
    yield TRACKER, 1.0 / (believed + (1.0 - believed) / (1.0 - EXPLAINED))
    count = len(posterior.scaling.window_weeks)
    yield YEAR, 1.0 / (believed + (1.0 - believed) * (count + WEEKS_A_YEAR) / count)


def left_by(covariance: Array, error: Array) -> Array:
    """Return the share of each variance that a measurement with these standard errors leaves, shape (channels,).

    An infinite error measures nothing.

    >>> left_by(np.eye(2), np.array([1.0, np.inf])).tolist()
    [0.5, 1.0]
    """
    seen = np.isfinite(error)
    across = covariance[:, seen]
    kept = covariance[np.ix_(seen, seen)] + np.diag(error[seen] ** 2)
    gone = np.einsum("ij,ij->i", across, np.linalg.solve(kept, across.T).T)
    return np.asarray(np.clip(1.0 - gone / np.diag(covariance), 0.0, 1.0))


def weekly_noise(posterior: Posterior) -> float:
    """Return the standard deviation of a week that the model does not explain, all outcomes together in money."""
    worth = values(posterior)
    variance = 0.0
    for outcome in posterior.funnel.outcomes:
        scale = posterior.scaling.scale(outcome.name)
        units = scale.scale * (scale.level if scale.log else 1.0)
        noise = float(np.median(posterior.numbers("noise", node=outcome.name))) * units
        variance += (noise * float(worth.sel(node=outcome.name))) ** 2
    return float(np.sqrt(variance))


def _believed(posterior: Posterior) -> Mapping[str, float]:
    """Return by channel the squared width of what it brings after the data over that before them, 0 to 1.

    Widths of 90 % intervals stand for variances: those of heavy tails do not settle.
    """
    worth = values(posterior)
    weights = {
        o.name: float(worth.sel(node=o.name)) * posterior.scaling.scale(o.name).level for o in posterior.funnel.outcomes
    }
    before, after = (_in_money(shares, weights) for shares in (shares_before(posterior), shares_after(posterior)))
    ratios = {
        name: np.diff(np.quantile(after[name], ENDS)) / np.diff(np.quantile(before[name], ENDS)) for name in after
    }
    return {name: float(np.clip(ratio[0] ** 2, 1e-4, 1.0)) for name, ratio in ratios.items()}


def _in_money(shares: Mapping[tuple[str, str], Array], weights: Mapping[str, float]) -> dict[str, Array]:
    money: dict[str, Array] = {}
    for (node, channel), share in shares.items():
        if node in weights:
            money[channel] = money.get(channel, 0.0) + share * weights[node]
    return money
