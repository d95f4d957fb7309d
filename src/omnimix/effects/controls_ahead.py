"""Controls of the weeks to come: as planned, at their mean where differences are told, or as a year before."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from omnimix.effects.by_week import by_week
from omnimix.errors import BudgetError, DataError, OmnimixError
from omnimix.posterior import Posterior

YEAR = 52
ONE_WEEK = pd.Timedelta(weeks=1)


def controls_ahead(posterior: Posterior, weeks: pd.DatetimeIndex, given: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return controls of the weeks to come: as given, or those of the same weeks a year before.

    Raises :class:`BudgetError` for controls that do not cover the weeks.
    """
    names = list(posterior.funnel.controls)
    if not names:
        return None
    if given is None:
        known = posterior.panel.frame.reindex(posterior.scaling.window_weeks)[names]
        year = known.iloc[-min(YEAR, len(known)) :]
        places = np.resize(np.arange(len(year)), len(weeks))
        return pd.DataFrame(year.to_numpy()[places], index=weeks, columns=names)
    frame = _readable(posterior, given, names, BudgetError)
    lacking = [n for n in names if n not in frame.columns]
    rows = frame.reindex(weeks).reindex(columns=names)
    empty = [str(w.date()) for w in weeks[rows.isna().any(axis=1).to_numpy()]]
    if lacking or empty:
        what = f"columns {', '.join(lacking)}" if lacking else f"values in the weeks {', '.join(empty[:5])}"
        raise BudgetError(
            f"the controls of the weeks to come lack {what}; give every control for every week up to the goal, or "
            "leave controls out: then those of the same weeks a year before are taken."
        )
    return rows


def _readable(
    posterior: Posterior, given: pd.DataFrame, names: Iterable[str], error: type[OmnimixError]
) -> pd.DataFrame:
    """Return controls as numbers by week; a week of another calendar would be passed over without a word."""
    rows, wrong = by_week(given, names)
    first = posterior.scaling.weeks[0]
    strange = [w for w in rows.index if (w - first) % ONE_WEEK]
    if strange:
        wrong.append(
            f"week {strange[0].date()} begins on {strange[0].day_name()}, the weeks of the fit on {first.day_name()}"
        )
    wrong += [f"`{c}` is infinite in some week" for c in rows.columns if np.isinf(rows[c]).any()]
    if wrong:
        raise error(f"the controls are not usable: {'; '.join(wrong)}.")
    return rows


def known_controls(posterior: Posterior, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None) -> pd.DataFrame | None:
    """Join planned controls to those of the training weeks; weeks with neither get the training mean.

    Raises :class:`DataError` for controls that are no numbers by week.
    """
    names = list(posterior.funnel.controls)
    if not names:
        return None
    frame = posterior.panel.frame[names].reindex(weeks)
    if controls is not None:
        planned = _readable(posterior, controls, names, DataError)
        frame = planned.reindex(weeks).reindex(columns=names).combine_first(frame)[names]
    return frame.fillna(pd.Series(posterior.scaling.control_center))
