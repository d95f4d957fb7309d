"""Do intervals of stage rates in campaign tables hold the true rate as often as they say?

Worlds have 1 to 40 campaigns of one step, whose rates differ (standard deviation 0.4 of the log odds), over 1, 3 or 12
periods whose sizes differ. Rates stay put, or wander from period to period by 0.3 or 0.6 of the log odds: as beta
distributions around a campaign's rate with one precision for all, which is not quite what the model believes, or as
normal log odds. True is the campaign's mean rate over all periods there could be; with one period it is the rate of that
period, since nothing tells how it wanders. Beside it stand two intervals in use: binomial (Jeffreys, all trials of a
campaign as if independent), and Student's t over the period rates.
Run: ``python -m benchmarks.accuracy.campaign_rates`` (about five minutes).
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import expit, logit

import omnimix.campaigns
from benchmarks.accuracy.study import Study
from omnimix.campaigns.overdispersion import Floats, StageCounts
from omnimix.campaigns.rates import pooled_rates

CAMPAIGNS, PERIODS = (1, 2, 3, 8, 40), (1, 3, 12)
SIZES = {"60 at 5 %": (60, 0.05), "2,000 at 5 %": (2_000, 0.05), "100,000 at 1 %": (100_000, 0.01)}
WOBBLES = ("none", "0.3 beta", "0.6 beta", "0.3 log odds", "0.6 log odds")
SPREAD = 0.4
ENDS = (0.05, 0.95)


def main() -> None:
    """Draw the worlds, estimate their rates and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--intervals", type=int, default=400, help="intervals a cell")
    given = parser.parse_args()
    sources = b"".join(
        (Path(omnimix.campaigns.__path__[0]) / f"{name}.py").read_bytes() for name in ("rates", "overdispersion")
    )
    settings = {"intervals": given.intervals, "sources": hashlib.sha256(sources).hexdigest()[:12]}
    study = Study("campaign_rates", settings=settings)
    keys = [f"{c}|{t}|{s}|{w}" for c in CAMPAIGNS for t in PERIODS for s in SIZES for w in WOBBLES]
    rows = pd.DataFrame(study.run(keys, lambda key: _cell(key, given.intervals)))
    tables = {
        "By periods and wobble": _table(rows, ["periods", "wobble"]),
        "By campaigns and periods": _table(rows, ["campaigns", "periods"]),
        "By size": _table(rows, ["size", "periods"]),
        "Cells outside .85-.95": _outside(rows),
    }
    whole = rows.intervals.to_numpy()
    text = (
        f"# Intervals of stage rates\n\n{len(rows)} cells, {whole.sum():,} intervals of 90 %; all together hold "
        f"{np.average(rows.coverage, weights=whole):.3f} of the true rates, the binomial ones "
        f"{np.average(rows.binomial, weights=whole):.3f}.\n\n{__doc__.split('Run:')[0].split(chr(10), 2)[2].strip()}\n\n"
        "`width` is the median width of an interval over the true rate; `t` has no figure with one period."
    )
    study.write({"rows": rows.to_dict("records")}, text, tables)


def _cell(key: str, intervals: int) -> dict[str, Any]:
    campaigns, periods, size, wobble = key.split("|")
    count, times = int(campaigns), int(periods)
    found = []
    for seed in range(-(-intervals // count)):
        numbers = np.random.default_rng([seed, count, times, *key.encode()])
        trials, successes, truth = _world(numbers, count, times, *SIZES[size], wobble)
        found.append(np.column_stack([*_ours(trials, successes, numbers), *_others(trials, successes), truth]))
    low, high, bin_low, bin_high, t_low, t_high, true = np.concatenate(found).T
    told = {"campaigns": count, "periods": times, "size": size, "wobble": wobble, "intervals": true.size}
    return told | {
        "coverage": float(np.mean((low <= true) & (true <= high))),
        "width": float(np.median((high - low) / true)),
        "binomial": float(np.mean((bin_low <= true) & (true <= bin_high))),
        "binomial_width": float(np.median((bin_high - bin_low) / true)),
        "t": float(np.mean((t_low <= true) & (true <= t_high))) if times > 1 else float("nan"),
        "t_width": float(np.median((t_high - t_low) / true)) if times > 1 else float("nan"),
    }


def _world(
    numbers: np.random.Generator, count: int, times: int, size: int, base: float, wobble: str
) -> tuple[Floats, Floats, Floats]:
    """Return trials, successes (campaigns, periods) and the true rates (campaigns,)."""
    level = logit(base) + SPREAD * numbers.normal(size=count)
    mean_size = size * numbers.lognormal(0.0, 0.7, count)[:, None]
    trials = np.maximum(numbers.poisson(mean_size * numbers.lognormal(0.0, 0.3, (count, times))), 1).astype(float)
    truth, rates = expit(level), np.repeat(expit(level)[:, None], times, axis=1)
    if wobble != "none":
        omega = float(wobble.split(maxsplit=1)[0])
        if wobble.endswith("beta"):
            precision = 1.0 / (omega**2 * base * (1.0 - base))
            rates = numbers.beta(rates * precision, (1.0 - rates) * precision)
        else:
            rates = expit(level[:, None] + omega * numbers.normal(size=(count, times)))
            nodes, weights = np.polynomial.hermite_e.hermegauss(31)
            truth = expit(level[:, None] + omega * nodes) @ weights / weights.sum()
    return trials, numbers.binomial(trials.astype(int), rates).astype(float), rates[:, 0] if times == 1 else truth


def _ours(trials: Floats, successes: Floats, numbers: np.random.Generator) -> Floats:
    count, times = trials.shape
    counts = StageCounts(trials.ravel(), successes.ravel(), np.repeat(np.arange(count), times), count)
    found = pooled_rates(counts, np.zeros(count, np.intp), draws=2_000, seed=numbers)
    ends: Floats = np.quantile(found.rates, ENDS, axis=0)
    return ends


def _others(trials: Floats, successes: Floats) -> list[Floats]:
    passed, entered = successes.sum(axis=1), trials.sum(axis=1)
    binomial = [stats.beta.ppf(end, passed + 0.5, entered - passed + 0.5) for end in ENDS]
    times = trials.shape[1]
    if times == 1:
        return [*binomial, passed * np.nan, passed * np.nan]
    rates = successes / trials
    half = stats.t.ppf(ENDS[1], times - 1) * rates.std(axis=1, ddof=1) / np.sqrt(times)
    return [*binomial, rates.mean(axis=1) - half, rates.mean(axis=1) + half]


def _table(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    names = ["coverage", "width", "binomial", "binomial_width", "t", "t_width"]
    parts = []
    for key, own in rows.groupby(by, sort=False):
        whole = own.intervals
        figures = {name: float(np.average(own[name], weights=whole)) for name in names}
        parts.append({**dict(zip(by, key, strict=True)), "lowest_cell": own.coverage.min(), **figures})
    return pd.DataFrame(parts)


def _outside(rows: pd.DataFrame) -> pd.DataFrame:
    odd = rows[(rows.coverage < 0.85) | (rows.coverage > 0.95)].sort_values("coverage")
    return odd[["campaigns", "periods", "size", "wobble", "coverage", "width", "binomial", "t", "t_width"]]


if __name__ == "__main__":
    main()
