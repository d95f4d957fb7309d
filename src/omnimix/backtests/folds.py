"""Folds of a rolling origin: what is learned from, and which weeks after it are predicted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.data import Panel
from omnimix.errors import DataError, OmnimixError

LEAST_TRAINING = 104  # weeks: two seasons, so that a season can be told from what ran in it
MOST_FOLDS, MOST_HORIZON = 52, 104


@dataclass(frozen=True)
class Split:
    """A fold before it is fitted.

    Attributes:
        number: 1 for the earliest.
        origin: the last week that is learned from.
        ahead: the weeks to predict.
        weeks: how many weeks with an outcome there are up to the origin.
    """

    number: int
    origin: pd.Timestamp
    ahead: pd.DatetimeIndex
    weeks: int


@dataclass(frozen=True)
class Fold:
    """How one fold went.

    Attributes:
        number: 1 for the earliest.
        origin: the last week that was learned from.
        weeks: weeks with an outcome up to the origin.
        first: the first week that was predicted.
        last: the last week that was predicted.
        fitted: whether there is a forecast at all.
        converged: whether its chains agree; the forecast of a fold that did not converge counts, and is told.
        complaint: why it was not fitted, or how far it is from having converged; empty for a sound fold.
        seconds: of the fit.
        left_out: channels that had not run and controls that had not moved by the origin, which it was fitted without.
    """

    number: int
    origin: pd.Timestamp
    weeks: int
    first: pd.Timestamp
    last: pd.Timestamp
    fitted: bool
    converged: bool
    complaint: str = ""
    seconds: float = 0.0
    left_out: tuple[str, ...] = ()


def require_settings(folds: int, horizon: int, every: int) -> None:
    """Refuse numbers that make no folds, all of them at once. Raises :class:`OmnimixError`."""
    wrong = [
        f"`{name}` is a whole number from 1 to {most}, not {given}"
        for name, given, most in (
            ("folds", folds, MOST_FOLDS),
            ("horizon", horizon, MOST_HORIZON),
            ("every", every, MOST_HORIZON),
        )
        if not 1 <= given <= most
    ]
    if wrong:
        raise OmnimixError(f"these folds cannot be made: {'; '.join(wrong)}.")


def split(panel: Panel, nodes: Sequence[str], *, folds: int, horizon: int, every: int) -> tuple[Split, ...]:
    """Return at most ``folds`` folds, the earliest first; the last one ends in the last week with an outcome.

    Origins lie ``every`` weeks apart. Fewer folds come back where earlier ones would learn from less than two years.

    Raises :class:`DataError` where there is no fold at all, with the weeks that are needed.

    >>> weeks = pd.date_range("2022-01-03", periods=130, freq="7D")
    >>> panel = Panel(pd.DataFrame({"week": weeks, "sales": range(130)}))
    >>> [s.weeks for s in split(panel, ["sales"], folds=4, horizon=13, every=13)]
    [104, 117]
    """
    seen = np.flatnonzero(panel.frame[list(nodes)].notna().any(axis=1).to_numpy())
    first, stop = (int(seen[0]), int(seen[-1]) + 1) if seen.size else (0, 0)
    possible = (stop - first - LEAST_TRAINING - horizon) // every + 1
    if possible < 1:
        raise DataError(_too_short(panel, first, stop, horizon))
    origins = [stop - horizon - every * k for k in reversed(range(min(folds, possible)))]
    return tuple(
        Split(k, panel.weeks[end - 1], panel.weeks[end : end + horizon], end - first)
        for k, end in enumerate(origins, start=1)
    )


def _too_short(panel: Panel, first: int, stop: int, horizon: int) -> str:
    there = stop - first
    span = f" ({panel.weeks[first].date()} to {panel.weeks[stop - 1].date()})" if there else ""
    shorter = there - LEAST_TRAINING
    what = f"Ask for a horizon of at most {shorter} weeks, or give" if shorter > 0 else "Give"
    return (
        f"a backtest learns from at least {LEAST_TRAINING} weeks, two seasons, and predicts {horizon} more: it needs "
        f"{LEAST_TRAINING + horizon} weeks from the first to the last with an outcome, and there are {there}{span}. "
        f"{what} more weeks."
    )
