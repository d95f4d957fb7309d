"""`witnesses`: platform claim, path credit, the model and tests side by side, channel by channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.attribution import Journeys
from omnimix.attribution.credit import METHODS
from omnimix.effects.roas import roas
from omnimix.errors import DataError, OmnimixError, did_you_mean
from omnimix.labels import ALL_MEDIA, CHANNEL, DEFAULT_INTERVAL, INTERVAL, LOWER, MEDIAN, SPEND, UPPER
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.triangulation.claims import claimed, measured, same, taken_in
from omnimix.triangulation.judgement import ERROR, EXPERIMENT, MODEL, PATH, PLATFORM, agreement, believe
from omnimix.triangulation.record import AGREEMENT, BELIEVE, Witnesses

WEEK = pd.Timedelta(days=7)


@checked
def witnesses(
    posterior: Posterior,
    journeys: Journeys,
    platform: Any = None,
    *,
    experiments: Mapping[str, Any] | None = None,
    method: str = "markov",
    margin: float = 1.0,
    interval: float = DEFAULT_INTERVAL,
) -> Witnesses:
    """Lay side by side what platforms claim, tracked paths credit, the model finds and tests measured.

    They are never added up: platforms and paths count who passed by, model and tests what would not have been there
    otherwise. Where they disagree, the disagreement is the finding, and each channel says what it means.

    Args:
        posterior: a fitted model.
        journeys: what :func:`omnimix.journeys` returned. Channels go by their names, whatever their capitals.
        platform: the ROAS that each platform claims: a dict by channel, or a frame with ``channel`` and ``roas``.
        experiments: what tests measured: a dict of ROAS and its standard error by channel. Tests of one channel's ROAS
            that the fit has taken in stand there by themselves, where no other is given.
        method: of path credit, such as ``"markov"``, ``"last"`` or ``"shapley"``.
        margin: earned on 1 of the orders' revenue; 1 where margin was read as revenue.
        interval: probability mass of the model's intervals.

    Path ROAS is the value credited over the channel's spend in the weeks from the first touch to the last order.

    Raises :class:`DataError` where journeys and model have no channel or no week in common or another currency,
    :class:`FitError` for a fit that did not converge, and :class:`OmnimixError` for outcomes without a value in money.
    """
    _require_method(method, margin)
    names = list(posterior.funnel.bought_names)
    inside, given = taken_in(posterior.evidence, names), measured(experiments, names)
    claims, tests = claimed(platform, names), inside | given
    parts = _parts(posterior, journeys)
    spend = {c.name: _over(posterior, c.spend_column, parts) for c in posterior.funnel.bought}
    _require_comparable(posterior, journeys, names, spend)
    credit = journeys.credit.assign(same=journeys.credit[CHANNEL].map(same)).set_index("same")[f"value_{method}"]
    model = roas(posterior, interval=interval).table().set_index(CHANNEL)
    rows = []
    for name in names:
        value = float(credit.get(same(name), np.nan)) * margin
        row: dict[str, Any] = {
            CHANNEL: name,
            SPEND: spend[name],
            PLATFORM: claims.get(name, np.nan),
            PATH: value / spend[name] if spend[name] > 0 else np.nan,
            MODEL: float(model[MEDIAN][name]),
            LOWER: float(model[LOWER][name]),
            UPPER: float(model[UPPER][name]),
            EXPERIMENT: tests.get(name, (np.nan, np.nan))[0],
            ERROR: tests.get(name, (np.nan, np.nan))[1],
        }
        rows.append({**row, AGREEMENT: agreement(row), BELIEVE: believe(row), INTERVAL: interval})
    known = {same(name) for name in [*names, ALL_MEDIA]}
    without = tuple(str(name) for name in journeys.credit[CHANNEL] if same(str(name)) not in known)
    return Witnesses(
        rows=pd.DataFrame(rows),
        without_spend=without,
        value_without_spend=float(credit[[same(name) for name in without]].sum()) * margin,
        value=journeys.value * margin,
        sold=sum(_over(posterior, o.name, parts) * (o.value or 1.0) for o in posterior.funnel.outcomes),
        method=method,
        first=journeys.first,
        last=journeys.last,
        currency=posterior.panel.currency,
        taken_in=tuple(name for name in inside if name not in given),
        made_from=posterior.fingerprint,
    )


def _require_method(method: str, margin: float) -> None:
    wrong = []
    if method not in METHODS:
        wrong.append(f"method is one of {', '.join(METHODS)}, not {method!r}{did_you_mean(method, METHODS)}")
    if not margin > 0:
        wrong.append(f"margin is what is earned on 1 of revenue, above 0, not {margin}")
    if wrong:
        raise OmnimixError(f"witnesses: {'; '.join(wrong)}.")


def _parts(posterior: Posterior, journeys: Journeys) -> Array:
    """Return the part of every week that lies between the first touch and the last order, shape (weeks,)."""
    first, after = pd.Timestamp(journeys.first), pd.Timestamp(journeys.last) + pd.Timedelta(days=1)
    return np.array([max((min(w + WEEK, after) - max(w, first)) / WEEK, 0.0) for w in posterior.panel.weeks])


def _over(posterior: Posterior, column: str, parts: Array) -> float:
    return float(np.nansum(posterior.panel.series(column).to_numpy() * parts))


def _require_comparable(posterior: Posterior, journeys: Journeys, names: list[str], spend: dict[str, float]) -> None:
    wrong = []
    tracked = [str(name) for name in journeys.credit[CHANNEL]]
    if not {same(n) for n in names} & {same(n) for n in tracked}:
        wrong.append(
            f"no channel has the same name in both: tracked are {', '.join(tracked)}, the model has "
            f"{', '.join(names)}; name channels alike"
        )
    if not sum(spend.values()):
        weeks = posterior.panel.weeks
        wrong.append(
            f"journeys run from {journeys.first} to {journeys.last} and the weekly table from {weeks[0].date()} to "
            f"{weeks[-1].date()}, without a week of spend in common"
        )
    if journeys.currency and journeys.currency != posterior.panel.currency:
        wrong.append(f"orders are in {journeys.currency} and the model in {posterior.panel.currency}")
    if wrong:
        raise DataError(f"witnesses: {'; '.join(wrong)}.")
    if not posterior.value_unit.is_money:
        raise OmnimixError(
            f"witnesses: {', '.join(posterior.funnel.unvalued)} have no value in money, so that nothing can be "
            "compared; give each outcome a value, such as om.Outcome(..., value=0.3)."
        )
