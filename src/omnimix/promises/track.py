"""The verb that holds what happened against what a plan promised."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from omnimix.arguments import checked
from omnimix.budget import BudgetPlan, PlanSheet
from omnimix.data import Panel, with_sums
from omnimix.effects.controls_ahead import controls_ahead
from omnimix.effects.figures import require_usable
from omnimix.effects.plan import as_plan, data_window
from omnimix.effects.predict import predict
from omnimix.effects.respond import values
from omnimix.errors import BudgetError, DataError, OmnimixWarning
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL, NODE, OUTCOME, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.promises.brought import Brought, brought
from omnimix.promises.ledger import RecordedPlan
from omnimix.promises.record import CAUSE, CONTROLS, DEMAND, EFFECT, NOISE, PART, REST, SPENT, TEAM, WITHIN, Tracking
from omnimix.refits.drift import part_explained

type AnyPlan = BudgetPlan | PlanSheet | RecordedPlan | pd.DataFrame
DRAWS = 1000
ONE_WEEK = pd.Timedelta(weeks=1)


@checked
def track(
    plan: AnyPlan,
    posterior: Posterior,
    panel: Panel,
    *,
    refitted: Posterior | None = None,
    controls: pd.DataFrame | None = None,
    interval: float = DEFAULT_INTERVAL,
    seed: int = 0,
    allow_unconverged: bool = False,
) -> Tracking:
    """Hold what happened in the weeks of a plan against what it promised, cause by cause; parts add up to the cent.

    What was promised is what the posterior expected under the plan. To what happened it is a bridge of other spend than
    planned and of another effect than expected, by channel, and for the rest of controls, of demand and season as the
    new weeks show them, and of noise that no week explains.

    Args:
        plan: a plan, its workbook as read back, a recorded plan, or money with one row a week and one column a channel.
        posterior: the fit that the plan was made from.
        panel: the whole table, with the weeks of the plan that have come.
        refitted: the fit on that table; by default it is made by :func:`omnimix.refit`.
        controls: controls of the plan's weeks as they were taken to be; by default those of the same weeks a year
            before the last of the fit.
        interval: probability mass within which a difference is called what was to be expected.
        seed: of the forecast's noise and of the refit.
        allow_unconverged: use a fit that did not converge all the same.

    Raises :class:`BudgetError` for a plan of another fit or window, :class:`DataError` for a table that does not go on
    from the fit or has no week of the plan yet, and :class:`FitError` for a fit that did not converge, unless
    ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    panel = with_sums(panel, posterior.funnel.roles)
    spend, answering = _spend(plan, posterior)
    weeks = _came(posterior, panel, pd.DatetimeIndex(spend.index))
    after = _refitted(posterior, panel, weeks, refitted, seed)
    old, new = posterior.thinned(DRAWS), after.thinned(DRAWS)
    frame = panel.frame
    actual = pd.DataFrame({c.name: frame[c.spend_column].reindex(weeks) for c in posterior.funnel.bought}, weeks)
    answers = [c.name for c in posterior.funnel.responding]
    happened_controls = frame.loc[weeks, list(posterior.funnel.controls)] if posterior.funnel.controls else None
    planned = spend.loc[weeks].drop(columns=list(answering))
    assumed = controls_ahead(old, weeks, controls)
    promised = brought(old, as_plan(old, planned), weeks, assumed)
    foreseen = brought(old, as_plan(old, actual.drop(columns=answers)), weeks, happened_controls)
    found = brought(new, data_window(new, tail=False), weeks)
    forecast = _forecast(old, frame, weeks, seed)
    value = values(old).rename({NODE: OUTCOME})
    observed = float(
        (frame.loc[weeks, [str(n) for n in value[OUTCOME].to_numpy()]].to_numpy() @ value.to_numpy()).sum()
    )
    bridge = _Bridge(posterior, promised, foreseen, found, forecast, observed, interval)
    low, high = np.quantile(forecast.sum(axis=1), [(1 - interval) / 2, (1 + interval) / 2])
    return Tracking(
        rows=pd.DataFrame(list(bridge.rows())),
        weeks=weeks,
        planned_weeks=len(spend),
        spend=pd.DataFrame({"planned": spend.loc[weeks].sum(), "happened": actual.sum()}).rename_axis(CHANNEL),
        expected=(float(low), float(high)),
        interval=interval,
        currency=panel.currency,
        unvalued=posterior.funnel.unvalued,
    )


@dataclass(frozen=True)
class _Bridge:
    """What was promised, foreseen under what was then done, found and observed; its rows add up to the cent."""

    posterior: Posterior
    promised: Brought
    foreseen: Brought
    found: Brought
    forecast: Array
    observed: float
    interval: float

    def rows(self) -> Iterator[dict[str, object]]:
        """Give one row a channel and cause, then those of the rest, noise last."""
        told = 0.0
        sure = self._sure_of_effects()
        start = _cents(float(self.promised.whole.mean()))
        for k, channel in enumerate(self.posterior.funnel.channels):
            plan, done, now = (float(b.media[:, k].mean()) for b in (self.promised, self.foreseen, self.found))
            parts = {SPENT: _cents(done - plan), EFFECT: _cents(now - done)}
            promised = _cents(plan)
            start -= promised
            happened = _cents(promised + sum(parts.values()))
            for cause, part in parts.items():
                told += part
                within = bool(abs(part) <= sure[k]) if cause == EFFECT else None
                yield _row(channel.team or "", channel.name, promised, happened, cause, part, within)
        plan, done, now = (float(b.rest.mean()) for b in (self.promised, self.foreseen, self.found))
        parts = {CONTROLS: _cents(done - plan)} if self.posterior.funnel.controls else {}
        parts[DEMAND] = _cents(now - plan - sum(parts.values()))
        whole = _cents(self.observed) - _cents(float(self.promised.whole.mean()))
        parts[NOISE] = _cents(whole - told - sum(parts.values()))
        promised = _cents(start)
        happened = _cents(promised + sum(parts.values()))
        for cause, part in parts.items():
            yield _row("", REST, promised, happened, cause, part, None)

    def _sure_of_effects(self) -> Array:
        """Return how far effects move within the interval by what as many weeks usually teach, shape (channels,)."""
        taught = np.sqrt(part_explained(self.forecast, self.foreseen.media)) * self.foreseen.media.std(axis=0)
        error = self.foreseen.media.std(axis=0) / np.sqrt(min(len(self.forecast), 400))
        return np.asarray(float(ndtri(0.5 + self.interval / 2)) * np.sqrt(taught**2 + 2 * error**2))


def _row(
    team: str, channel: str, promised: float, happened: float, cause: str, part: float, within: bool | None
) -> dict[str, object]:
    return {TEAM: team, CHANNEL: channel, "promised": promised, "happened": happened, CAUSE: cause, PART: part} | {
        WITHIN: within
    }


def _cents(value: float) -> float:
    return round(value, 2) + 0.0


def _spend(plan: AnyPlan, posterior: Posterior) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return money a week and channel, and the channels that answer. Raises BudgetError for a plan of another fit."""
    responding = tuple(c.name for c in posterior.funnel.responding)
    if isinstance(plan, pd.DataFrame):
        frame = plan.set_index(WEEK) if WEEK in plan.columns else plan
        answering = tuple(c for c in responding if c not in frame.columns)
    else:
        frame, answering = plan.spend, tuple(plan.answering)
    names = list(posterior.funnel.bought_names)
    begins = posterior.scaling.weeks[-1] + ONE_WEEK
    wrong = []
    unknown = [str(c) for c in frame.columns if c not in names]
    lacking = [c for c in names if c not in frame.columns and c not in answering]
    if unknown or lacking:
        what = [f"has {', '.join(unknown)}, which the fit does not know"] * bool(unknown)
        what += [f"lacks {', '.join(lacking)}"] * bool(lacking)
        wrong.append(f"it {' and '.join(what)}")
    if not len(frame):
        wrong.append("it has no weeks")
    elif pd.Timestamp(frame.index[0]) != begins:
        wrong.append(f"it begins {pd.Timestamp(frame.index[0]).date()}, and the weeks after the fit {begins.date()}")
    strange = [c for c in answering if c not in responding]
    if strange:
        wrong.append(f"{', '.join(strange)} answer to a stage in it and not in the fit")
    if wrong:
        raise BudgetError(
            f"the plan is of another fit or window: {'; '.join(wrong)}. Give the posterior that it was made from."
        )
    index = pd.DatetimeIndex(frame.index, name=WEEK)
    numbers = frame.set_axis(index, axis=0).apply(pd.to_numeric, errors="coerce")
    for name in numbers.columns:
        bad = ~(np.isfinite(numbers[name]) & (numbers[name] >= 0)).to_numpy()
        if bad.any():
            wrong.append(f"`{name}` is empty, negative or no number in week {index[bad][0].date()}")
    if wrong:
        raise BudgetError(f"the plan is not usable: {'; '.join(wrong)}. Give money from 0 for every week and channel.")
    for name in answering:
        if name not in numbers.columns:
            numbers[name] = 0.0  # never read: it answers
    return numbers[names], answering


def _came(posterior: Posterior, panel: Panel, weeks: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return the weeks of a plan of which all outcomes are known, from its first on."""
    names = [o.name for o in posterior.funnel.outcomes]
    if any(n not in panel.frame.columns for n in names):
        raise DataError(f"the table lacks outcomes ({', '.join(names)} are needed); add their columns.")
    known = panel.frame.reindex(weeks)[names].notna().all(axis=1).to_numpy()
    came = int(np.argmin(known)) if not known.all() else len(known)
    if came == 0:
        raise DataError(
            f"no week of the plan has come yet: the table has no outcomes in the week of {weeks[0].date()}. Add that "
            "week, with spend and outcomes."
        )
    return weeks[:came]


def _refitted(
    posterior: Posterior, panel: Panel, weeks: pd.DatetimeIndex, refitted: Posterior | None, seed: int
) -> Posterior:
    if refitted is not None:
        if refitted.funnel != posterior.funnel or weeks[-1] > refitted.scaling.weeks[-1]:
            raise DataError(
                "the refit is of another funnel, or ends before the weeks that are tracked; leave `refitted` out."
            )
        return refitted
    from omnimix.model import refit  # names the sampling libraries, which nothing else here needs

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OmnimixWarning)  # revised weeks are told by a refit of its own
        upto = panel.with_frame(panel.frame.loc[: weeks[-1]])
        return refit(posterior, upto, seed=seed, progress=False)


def _forecast(posterior: Posterior, frame: pd.DataFrame, weeks: pd.DatetimeIndex, seed: int) -> Array:
    """Return draws of the value of every week under what was then done, noise included, shape (draws, weeks)."""
    draws = predict(posterior, frame.loc[weeks].rename_axis(WEEK), seed=seed).draws
    value = values(posterior).rename({NODE: OUTCOME})
    return np.asarray((draws * value).sum(OUTCOME).transpose("draw", WEEK).to_numpy())
