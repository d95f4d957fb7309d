"""The linear part of a node's mean: level, trend, carry-in, season, holidays and controls as one design matrix.

Columns depend on dates and controls alone, so that the same function serves training weeks and future weeks.
Each column belongs to a group; the prior standard deviation of its coefficient is its own ``sd``, times the
group's sampled scale for the groups ``level``, ``season`` and ``holiday``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from omnimix.data import Panel
from omnimix.data.season import fourier_terms, holiday_terms
from omnimix.errors import DataError
from omnimix.mechanics.scaling import Array, NodeScale, Scaling
from omnimix.spec import Funnel

SCALED_GROUPS = ("level", "season", "holiday")
LEVEL_SD = 1.0
TREND_SD = 1.5  # prior sd of the change over the whole window, in standard deviations of the outcome
CARRY_IN = (0.3, 0.6, 0.85)  # weekly fading of what media from before the table still bring
CARRY_IN_SD = 0.1  # prior sd of each, in typical weeks of the outcome
INTERCEPT_SD = 1.0  # in mean outcomes: wide, so that media and baseline are not tied together


@dataclass(frozen=True)
class Design:
    """A design matrix, shape (weeks, terms), with the group and the prior sd of every term."""

    matrix: Array
    terms: tuple[str, ...]
    groups: tuple[str, ...]
    relative_sds: tuple[float, ...]

    def sds(self, scale: NodeScale) -> Array:
        """Return the prior sd of every coefficient on a node's scale, before its group's sampled scale."""
        fixed = {"intercept": 1.0, "carry_in": 1.0, **dict.fromkeys(SCALED_GROUPS, 1.0)}
        return np.array([sd * fixed.get(g, scale.spread) for g, sd in zip(self.groups, self.relative_sds, strict=True)])

    def prior_mean(self, scale: NodeScale) -> Array:
        """Return the prior mean of the baseline on a node's scale: the outcome's own mean, shape (weeks,)."""
        return np.full(self.matrix.shape[0], 0.0 if scale.log else 1.0)


def window_design(funnel: Funnel, scaling: Scaling, panel: Panel) -> Design:
    """Build the design for the data window with the controls of the panel."""
    controls = panel.frame[list(funnel.controls)] if funnel.controls else None
    return design(funnel, scaling, scaling.window_weeks, controls)


def design(funnel: Funnel, scaling: Scaling, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None) -> Design:
    """Build the design for any weeks, in the training coding.

    ``controls`` has one row per week of ``weeks``; ``None`` holds them at their training mean.
    """
    parts = [
        ("intercept", pd.DataFrame({"intercept": 1.0}, index=weeks), INTERCEPT_SD),
        ("trend", _trend(scaling, weeks), TREND_SD),
        ("carry_in", _carry_in(funnel, scaling, weeks), CARRY_IN_SD),
        ("level", _level(scaling, weeks), LEVEL_SD),
        ("season", fourier_terms(weeks, funnel.baseline.harmonics), 1.0),
    ]
    if funnel.holidays is not None:
        parts.append(("holiday", holiday_terms(weeks, funnel.holidays, columns=scaling.holiday_columns), 1.0))
    parts.append(("control", _controls(scaling, weeks, controls), funnel.baseline.control_sd))
    blocks = [(group, block, sd) for group, block, sd in parts if block.shape[1]]
    return Design(
        matrix=np.ascontiguousarray(np.hstack([b.to_numpy(dtype=float) for _, b, _ in blocks])),
        terms=tuple(str(c) for _, b, _ in blocks for c in b.columns),
        groups=tuple(g for g, b, _ in blocks for _ in b.columns),
        relative_sds=tuple(_sd(g, str(c), sd) for g, b, sd in blocks for c in b.columns),
    )


def positions(scaling: Scaling, weeks: pd.DatetimeIndex) -> Array:
    """Return weeks as numbers, 0 at the first week of the data window."""
    days = (weeks - scaling.window_weeks[0]).days
    return np.asarray(days, dtype=float) / 7.0


def _sd(group: str, term: str, sd: float) -> float:
    # Higher harmonics are expected to be smaller: 1, 1/2, 1/3 of the season's scale.
    return sd / float(term.rsplit("_", 1)[1]) if group == "season" else sd


def _trend(scaling: Scaling, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    span = max(len(scaling.window_weeks) - 1, 1)
    return pd.DataFrame({"trend": positions(scaling, weeks) / span - 0.5}, index=weeks)


def _carry_in(funnel: Funnel, scaling: Scaling, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """Return what media from before the table may still bring: nobody knows it, so it is not taken to be nothing.

    Taking it to be nothing would make every always-on channel seem to start in the first row, and the data would seem
    to know its effect. With media history in the table the columns have faded when the data window begins. A slow stock
    begins at its usual height, and how far it was from that is one more column that fades as slowly.
    """
    fades = (*CARRY_IN, *([funnel.stock.stock.usual_fading] if funnel.stock is not None else []))
    since = np.asarray((weeks - scaling.weeks[0]).days, dtype=float) / 7.0
    return pd.DataFrame({f"carry_in_{k}": fade**since for k, fade in enumerate(fades, start=1)}, index=weeks)


def _level(scaling: Scaling, weeks: pd.DatetimeIndex) -> pd.DataFrame:
    """Return a random walk on knots as one ramp per step, centred on the training window.

    After the last knot the level stays where it is.
    """
    at, knots = positions(scaling, weeks), scaling.knots
    window = np.arange(len(scaling.window_weeks), dtype=float)
    columns = {}
    for number, (start, stop) in enumerate(pairwise(knots), start=1):
        seen = np.clip((window - start) / (stop - start), 0.0, 1.0)
        columns[f"level_{number}"] = np.clip((at - start) / (stop - start), 0.0, 1.0) - seen.mean()
    return pd.DataFrame(columns, index=weeks)


def _controls(scaling: Scaling, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None) -> pd.DataFrame:
    names = list(scaling.control_center)
    if controls is None:
        return pd.DataFrame(0.0, index=weeks, columns=names)
    missing = [n for n in names if n not in controls.columns]
    if missing:
        raise DataError(f"controls {', '.join(missing)} are needed for every week of the plan; add these columns.")
    rows = controls.reindex(weeks)[names]
    if rows.isna().any().any():
        week = rows.index[rows.isna().any(axis=1).to_numpy()][0]
        raise DataError(
            f"controls are empty in week {week.date()}; give every control a value for every week of the plan."
        )
    return (rows - pd.Series(scaling.control_center)) / pd.Series(scaling.control_spread)
