r"""Scores of forecasts beside what happened.

CRPS = E|X - y| - E|X - X'| / 2 over draws X, X' of a week (Gneiting and Raftery 2007, eq. 21), and WAPE is the sum of
|y - f| over the sum of |y|, with the median as f. Both are divided by what was observed, so that they stand on one
scale: of a forecast without any spread CRPS is WAPE.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from omnimix.labels import LOWER, MEAN, MEDIAN, UPPER
from omnimix.mechanics import Array
from omnimix.truth._recover import crps

MASSES = (50, 80, 90)  # percent of the intervals
HORIZONS = (4, 8, 13, 26)  # weeks ahead at which errors are told, and the last one
BASELINES = ("seasonal_naive", "ridge")
OBSERVED, AHEAD, CRPS_UNITS = "observed", "ahead", "crps_units"


def horizons(last: int) -> tuple[int, ...]:
    """Return the horizons to tell of a forecast of so many weeks.

    >>> horizons(13), horizons(6)
    ((4, 8, 13), (4, 6))
    """
    return (*(h for h in HORIZONS if h < last), last)


def week_scores(draws: Array, observed: Array) -> pd.DataFrame:
    """Return one row a week: what was observed, middle and intervals of the draws, CRPS in the outcome's units.

    ``draws`` has shape (draws, weeks). A week without an observation has no CRPS.

    >>> week_scores(np.array([[0.0], [2.0]]), np.array([1.0]))["crps_units"].round(2).tolist()
    [0.5]
    """
    tails = [(0.5 - m / 200, 0.5 + m / 200) for m in MASSES]
    ends = np.quantile(draws, [0.5, *(p for pair in tails for p in pair)], axis=0)
    names = [f"{end}_{m}" for m in MASSES for end in (LOWER, UPPER)]
    seen = np.isfinite(observed)
    return pd.DataFrame(
        {
            AHEAD: np.arange(1, len(observed) + 1),
            OBSERVED: observed,
            MEAN: draws.mean(axis=0),
            MEDIAN: ends[0],
            **dict(zip(names, ends[1:], strict=True)),
            CRPS_UNITS: [
                crps(draws[:, k], float(y)) if known else np.nan
                for k, (y, known) in enumerate(zip(observed, seen, strict=True))
            ],
        }
    )


def total_scores(draws: Array, observed: Array, last: int) -> Iterator[dict[str, float]]:
    """Give, for every horizon, what was observed up to it in all, and middle and 90 % interval of the forecast of it.

    Weeks without an observation are in neither.
    """
    seen = np.isfinite(observed)
    for horizon in horizons(last):
        counted = seen[:horizon]
        sums = draws[:, :horizon][:, counted].sum(axis=1)
        low, middle, high = np.quantile(sums, [0.05, 0.5, 0.95])
        yield {
            "horizon": horizon,
            OBSERVED: float(observed[:horizon][counted].sum()) if counted.any() else np.nan,
            MEDIAN: float(middle),
            LOWER: float(low),
            UPPER: float(high),
        }


def pooled(rows: pd.DataFrame) -> dict[str, float]:
    """Return the scores of forecast weeks taken together; weeks without an observation are passed over.

    >>> rows = week_scores(np.array([[1.0, 3.0], [3.0, 3.0]]), np.array([2.0, 2.0]))
    >>> found = pooled(rows.assign(seasonal_naive=[2.0, 2.0], ridge=[1.0, 2.0]))
    >>> found["wape"], found["seasonal_naive_wape"], found["ridge_wape"]
    (0.25, 0.0, 0.25)
    """
    seen = rows[rows[OBSERVED].notna()]
    observed = seen[OBSERVED].to_numpy(dtype=float)
    return {
        "weeks": len(seen),
        "crps": _over(seen[CRPS_UNITS].to_numpy(dtype=float), observed),
        CRPS_UNITS: float(seen[CRPS_UNITS].mean()),
        "wape": wape(observed, seen[MEDIAN].to_numpy(dtype=float)),
        **{f"coverage_{m}": _covered(seen, m) for m in MASSES},
        **{f"{b}_wape": wape(observed, seen[b].to_numpy(dtype=float)) for b in BASELINES},
    }


def wape(observed: Array, forecast: Array) -> float:
    """Return the sum of absolute errors over the sum of what was observed.

    >>> wape(np.array([10.0, 30.0]), np.array([12.0, 28.0]))
    0.1
    """
    return _over(np.abs(observed - forecast), observed)


def over_outcomes(found: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the mean of scores over outcomes, each counting once; nan where there is none."""
    keys = [k for k in (found[0] if found else ()) if k not in ("weeks", CRPS_UNITS)]
    return {k: float(np.mean([f[k] for f in found])) for k in keys}


def _over(errors: Array, observed: Array) -> float:
    size = float(np.abs(observed).sum())
    return float(errors.sum()) / size if size > 0 else float("nan")


def _covered(seen: pd.DataFrame, mass: int) -> float:
    inside = seen[OBSERVED].between(seen[f"{LOWER}_{mass}"], seen[f"{UPPER}_{mass}"])
    return float(inside.mean()) if len(seen) else float("nan")
