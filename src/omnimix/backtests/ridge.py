r"""A plain regression to be held against: ridge on log adstocked spend, trend, season, holidays and controls.

.. math:: y = \alpha + X \beta, \qquad \min \lVert y - \alpha - X \beta \rVert^2 + \lambda \lVert \beta \rVert^2

Columns are put on one scale by the weeks that are learned from. One retention for all channels and the penalty are
chosen by forecasts inside these weeks, from several origins, as the whole backtest makes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd

from omnimix.backtests.scores import wape
from omnimix.data import fourier_terms, holiday_terms
from omnimix.mechanics import Array
from omnimix.spec import Funnel

RETENTIONS = (0.0, 0.3, 0.6, 0.8)
PENALTIES = tuple(10.0**k for k in np.arange(-1.0, 3.1, 0.5))  # on columns of sd 1, of a sum over weeks
HARMONICS = 2
INNER_ORIGINS = 4
SHARE_LEARNED = 0.5  # of the weeks, before the first inner origin


def ridge(funnel: Funnel, frame: pd.DataFrame, node: str, origin: pd.Timestamp, horizon: int) -> Array:
    """Forecast a node in the ``horizon`` weeks after the origin, given spend and controls of these weeks.

    Args:
        funnel: says which columns are spend and controls.
        frame: the weekly table; the node's figures after the origin are not looked at.
        node: the column to forecast.
        origin: the last week that is learned from.
        horizon: weeks to forecast.

    Returns one figure a week, shape (horizon,).
    """
    stop = int(frame.index.searchsorted(origin)) + 1
    rows = frame.iloc[: stop + horizon]
    series = rows[node].to_numpy(dtype=float)[:stop]
    fixed = _calendar_and_controls(funnel, rows, stop)
    columns = {r: np.hstack([fixed, _media(funnel, rows, stop, r)]) for r in RETENTIONS}
    best = min(product(RETENTIONS, PENALTIES), key=lambda c: _inner_error(columns[c[0]][:stop], series, c[1], horizon))
    return _forecast(columns[best[0]], series, stop, best[1])


def _inner_error(columns: Array, series: Array, penalty: float, horizon: int) -> float:
    """Return the WAPE of forecasts from several origins inside the weeks that are learned from."""
    observed, forecasts = [], []
    for origin, stop in _inner_origins(series, horizon):
        told = _forecast(columns[:stop], series[:origin], origin, penalty)
        seen = np.isfinite(series[origin:stop])
        observed.append(series[origin:stop][seen])
        forecasts.append(told[seen])
    return wape(np.concatenate(observed), np.concatenate(forecasts))


def _inner_origins(series: Array, horizon: int) -> Iterator[tuple[int, int]]:
    known = np.flatnonzero(np.isfinite(series))
    first = int(known[0] + SHARE_LEARNED * (known[-1] - known[0]))
    for origin in np.unique(np.linspace(first, max(first, known[-1] + 1 - horizon), INNER_ORIGINS).astype(int)):
        yield int(origin), min(int(origin) + horizon, int(known[-1]) + 1)


def _forecast(columns: Array, series: Array, stop: int, penalty: float) -> Array:
    """Fit the weeks before ``stop`` that were observed and return the fit of the weeks from it on."""
    seen = np.isfinite(series)
    learned, middle = columns[:stop][seen], columns[:stop][seen].mean(axis=0)
    spread = learned.std(axis=0)
    scaled = (columns - middle) / np.where(spread > 0, spread, np.inf)  # what never moved tells nothing
    x, level = scaled[:stop][seen], series[seen].mean()
    slopes = np.linalg.solve(x.T @ x + penalty * np.eye(x.shape[1]), x.T @ (series[seen] - level))
    return np.asarray(level + scaled[stop:] @ slopes, dtype=np.float64)


def _media(funnel: Funnel, rows: pd.DataFrame, stop: int, retention: float) -> Array:
    """Return the logarithm of adstocked spend by channel, in mean weeks of what is learned from.

    Of a channel that is not paid it is that of exposure.
    """
    columns = []
    for channel in funnel.channels:
        spend = rows[channel.columns[0]].to_numpy(dtype=float)
        carried = np.empty_like(spend)
        left = 0.0
        for k, money in enumerate(spend):
            left = carried[k] = money + retention * left
        size = carried[:stop].mean()
        columns.append(np.log1p(carried / size) if size > 0 else np.zeros_like(carried))
    return np.column_stack(columns)


def _calendar_and_controls(funnel: Funnel, rows: pd.DataFrame, stop: int) -> Array:
    weeks = pd.DatetimeIndex(rows.index)
    parts = [np.arange(len(rows), dtype=float)[:, None], fourier_terms(weeks, HARMONICS).to_numpy()]
    if funnel.holidays is not None:
        learned = list(holiday_terms(weeks[:stop], funnel.holidays).columns)
        parts.append(holiday_terms(weeks, funnel.holidays, columns=learned).to_numpy())
    if funnel.controls:
        parts.append(rows[list(funnel.controls)].to_numpy(dtype=float))
    return np.hstack(parts)
