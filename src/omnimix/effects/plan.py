"""A spend plan laid on the calendar: training weeks, the weeks after them, and the exposure each channel buys."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from omnimix.errors import OmnimixError, did_you_mean
from omnimix.labels import WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior

ONE_WEEK = pd.Timedelta(weeks=1)


@dataclass(frozen=True)
class Plan:
    """Spend of every channel on a timeline that begins with the training weeks.

    ``spend`` and ``exposure`` have one row a week and one column a channel, in money and in typical weeks;
    ``reported`` says which rows were asked for. Weeks before a plan carry over into it.
    """

    spend: pd.DataFrame
    exposure: pd.DataFrame
    reported: slice

    @property
    def weeks(self) -> pd.DatetimeIndex:
        """The weeks that were asked for."""
        return pd.DatetimeIndex(self.spend.index[self.reported], name=WEEK)


def history(posterior: Posterior) -> pd.DataFrame:
    """Return the training spend in money, one row a week (media history included), one column a channel."""
    frame = posterior.panel.frame.reindex(posterior.learned.weeks)
    return pd.DataFrame({c.name: frame[c.spend_column].astype(float) for c in posterior.funnel.channels})


def data_window(posterior: Posterior, *, tail: bool = True) -> Plan:
    """Return the plan that was carried out: the data window, with or without the weeks in which it still works.

    In the tail nothing is spent.
    """
    spend = history(posterior)
    if tail:
        spend = pd.concat([spend, _silence(posterior, spend.index[-1])])
    return _plan(posterior, spend, slice(posterior.learned.window, None))


def as_plan(posterior: Posterior, spend: pd.DataFrame | None) -> Plan:
    """Lay a user's plan on the calendar; ``None`` is the data window without a tail.

    Training weeks that a plan does not name keep what was spent. Raises :class:`OmnimixError` for a channel that is
    unknown or missing, an empty or negative amount, or weeks that do not continue the training calendar.
    """
    if spend is None:
        return data_window(posterior, tail=False)
    asked = _checked(posterior, spend)
    whole = history(posterior)
    after = asked.loc[asked.index > whole.index[-1]]
    whole = pd.concat([whole, after])
    whole.loc[asked.index, list(asked.columns)] = asked
    first, last = (int(whole.index.get_loc(w)) for w in (asked.index[0], asked.index[-1]))
    return _plan(posterior, whole, slice(first, last + 1))


def without(plan: Plan, channels: Iterable[str]) -> Plan:
    """Return the plan with the named channels silent in its own weeks; what came before stays and carries over."""
    return scaled_spend(plan, channels, 0.0)


def scaled_spend(plan: Plan, channels: Iterable[str], factor: float) -> Plan:
    """Return the plan with the named channels multiplied by a factor in its own weeks."""
    names = list(channels)
    parts = {}
    for part in ("spend", "exposure"):
        frame = getattr(plan, part).copy()
        rows = frame.index[plan.reported]
        frame.loc[rows, names] = frame.loc[rows, names] * factor
        parts[part] = frame
    return replace(plan, **parts)


def everywhere(plan: Plan) -> Plan:
    """Return the plan with every week of its timeline among its own, media history included."""
    return replace(plan, reported=slice(0, None))


def _silence(posterior: Posterior, last: pd.Timestamp) -> pd.DataFrame:
    weeks = max(c.lags for c in posterior.funnel.channels) - 1
    index = pd.date_range(last + ONE_WEEK, periods=weeks, freq="7D", name=WEEK)
    return pd.DataFrame(0.0, index=index, columns=list(posterior.funnel.channel_names))


def _plan(posterior: Posterior, spend: pd.DataFrame, reported: slice) -> Plan:
    exposure = pd.DataFrame(
        {c.name: _exposure(posterior, c.name, spend[c.name]) for c in posterior.funnel.channels}, index=spend.index
    )
    return Plan(spend=spend, exposure=exposure, reported=reported)


def _exposure(posterior: Posterior, name: str, spend: pd.Series[float]) -> Array:
    """Buy exposure with spend: at that week's own price where the week was observed, else at the average price."""
    learned, channel = posterior.learned, posterior.funnel.channel(name)
    money = spend.to_numpy(dtype=float)
    bought = money * learned.exposure_per_spend[name]
    if channel.exposure is not None:
        frame = posterior.panel.frame.reindex(learned.weeks)
        seen = frame[channel.exposure_column].to_numpy(dtype=float)
        paid = frame[channel.spend_column].to_numpy(dtype=float)
        ratio = np.divide(money[: len(paid)], paid, out=np.zeros_like(paid), where=paid > 0)
        bought[: len(paid)] = np.where(paid > 0, ratio * seen, bought[: len(paid)])
        unpaid = (paid <= 0) & (money[: len(paid)] <= 0)
        bought[: len(paid)] = np.where(unpaid, seen, bought[: len(paid)])
    return np.asarray(bought / learned.typical_exposure[name], dtype=np.float64)


def _checked(posterior: Posterior, spend: pd.DataFrame) -> pd.DataFrame:
    frame = spend.set_index(WEEK) if WEEK in spend.columns else spend
    known = posterior.funnel.channel_names
    wrong = [f"`{c}` is no channel{did_you_mean(str(c), known)}" for c in frame.columns if c not in known]
    wrong += [f"channel `{c}` has no column; plan 0 where it should be silent" for c in known if c not in frame.columns]
    if not frame.empty and not wrong:
        frame = frame[list(known)].astype(float).sort_index()
        frame.index = pd.DatetimeIndex(frame.index, name=WEEK)
        wrong += _wrong_amounts(frame) + _wrong_weeks(posterior, pd.DatetimeIndex(frame.index))
    if frame.empty:
        wrong.append("it has no weeks")
    if wrong:
        raise OmnimixError("the spend plan is not usable: " + "; ".join(wrong) + ".")
    return frame


def _wrong_amounts(frame: pd.DataFrame) -> list[str]:
    bad = pd.DataFrame(~(np.isfinite(frame) & (frame >= 0)))
    return [
        f"`{c}` is empty, negative or infinite in week {frame.index[bad[c].to_numpy()][0].date()}"
        for c in frame.columns
        if bad[c].any()
    ]


def _wrong_weeks(posterior: Posterior, weeks: pd.DatetimeIndex) -> list[str]:
    trained = posterior.learned.weeks
    steps = weeks.to_series().diff().dropna()
    if (steps != ONE_WEEK).any():
        return ["its weeks do not follow one another every 7 days"]
    if (weeks[0] - trained[0]).days % 7:
        return [f"its weeks start on {weeks[0].day_name()}, the training weeks on {trained[0].day_name()}"]
    if not trained[0] <= weeks[0] <= trained[-1] + ONE_WEEK:
        first, last = trained[0].date(), (trained[-1] + ONE_WEEK).date()
        return [f"it starts {weeks[0].date()}; it must start between {first} and {last}"]
    return []
