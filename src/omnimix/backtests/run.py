"""The verb `backtest`: fit up to an origin, predict the weeks after it, score, and go on to the next origin."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.backtests.folds import Fold, Split, require_settings, split
from omnimix.backtests.judgement import judge
from omnimix.backtests.known_then import known_then
from omnimix.backtests.record import FOLD, ORIGIN, PLAN_SHARE, Backtest
from omnimix.backtests.ridge import ridge
from omnimix.backtests.scores import total_scores, week_scores
from omnimix.backtests.seasonal_naive import seasonal_naive
from omnimix.backtests.stability import plan_shares, returns_of
from omnimix.budget import Outlook, optimize_budget
from omnimix.data import Panel, check_panel, require, with_sums
from omnimix.effects import predict
from omnimix.errors import BudgetError, FitError, OmnimixError
from omnimix.labels import CHANNEL, OUTCOME, WEEK
from omnimix.many_fits import FitFailure, side_by_side
from omnimix.many_fits.record import Fitted
from omnimix.posterior import Posterior
from omnimix.progress import bar
from omnimix.spec import Funnel

PLAN_DRAWS = 200
YEAR = 52


@checked
def backtest(  # noqa: PLR0913  one question; all but funnel and panel may be left out
    funnel: Funnel,
    panel: Panel,
    *,
    folds: int = 4,
    horizon: int = 13,
    every: int | None = None,
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 4,
    seed: int | None = None,
    plans: bool = False,
    progress: bool = True,
) -> Backtest:
    """Forecast weeks that were held back, from several origins, and score the forecasts.

    Every fold fits the weeks up to its origin and predicts the ``horizon`` weeks after it with :func:`omnimix.predict`,
    given the spend and the controls that really came: it tests the response to what was spent, not whether anybody
    could have known what would be spent. Scales, codings and holidays are learned from the weeks up to the origin
    alone. Beside it stand the same week of last year and a ridge regression that is given the same.

    Args:
        funnel: what to estimate.
        panel: the weekly table.
        folds: origins at most; fewer where earlier ones would learn from less than two years, which is told.
        horizon: weeks to predict in every fold; the last fold ends in the last week with an outcome.
        every: weeks between origins; by default the horizon, so that every week is predicted once.
        draws: draws kept of each chain, of every fit.
        tune: draws of each chain spent on adapting.
        chains: independent chains.
        seed: of every fit and forecast.
        plans: also work out the best plan of an equal total after every fold, to see how its shares move; this takes
            some seconds a fold.
        progress: show a progress bar; it says how long is left after the first fit.

    A fold is fitted without channels that had not run and controls that had not moved by its origin. That, a fold that
    cannot be fitted and one that did not converge are told in ``findings``. Forecasts of the latter count.

    Raises :class:`DataError` for data that cannot be fitted or are too short for a single fold,
    :class:`OmnimixError` for numbers that make no folds, and :class:`FitError` where no fold could be fitted.
    """
    require_settings(folds, horizon, horizon if every is None else every)
    require(check_panel(panel, funnel.roles))
    panel = with_sums(panel, funnel.roles)
    nodes = [n.name for n in funnel.nodes]
    splits = split(panel, nodes, folds=folds, horizon=horizon, every=every or horizon)
    seed = secrets.randbelow(2**31) if seed is None else seed
    settings = {"draws": draws, "tune": tune, "chains": chains, "seed": seed}
    whole = _Found()
    then = {str(one.number): _known_then(funnel, panel, one) for one in splits}
    pairs = {name: known.pair for name, known in then.items() if known.pair is not None}
    made = side_by_side(pairs, settings)
    with bar(f"Backtest of {len(splits)} folds, a fit each", len(splits), progress) as done:
        for one, known in zip(splits, then.values(), strict=True):
            found = known.refused if known.pair is None else next(made)[1]
            _add(whole, funnel, panel, one, found, left_out=known.left_out, seed=seed, plans=plans)
            if done:
                done()
    if not whole.weekly:
        told = "; ".join(f"fold {f.number} up to {f.origin.date()}: {f.complaint}" for f in whole.folds)
        raise FitError(f"no fold of this backtest could be fitted. {told}")
    weekly = pd.concat(whole.weekly, ignore_index=True)
    outcomes = tuple(o.name for o in funnel.outcomes)
    findings = judge(whole.folds, weekly, outcomes, asked=folds, fallen_back=whole.fallen_back)
    totals, returns = pd.DataFrame(whole.totals), pd.concat(whole.returns, ignore_index=True)
    return Backtest(weekly, totals, tuple(whole.folds), returns, horizon, outcomes, findings, seed)


@dataclass
class _Found:
    """What the folds have brought so far."""

    folds: list[Fold] = field(default_factory=list)
    weekly: list[pd.DataFrame] = field(default_factory=list)
    totals: list[dict[str, object]] = field(default_factory=list)
    returns: list[pd.DataFrame] = field(default_factory=list)
    fallen_back: dict[str, int] = field(default_factory=dict)
    total: float = 0.0  # money of the plans, the same after every fold


@dataclass(frozen=True)
class _Known:
    """What could be fitted at an origin, or why nothing could."""

    pair: tuple[Funnel, Panel] | None = None
    left_out: tuple[str, ...] = ()
    refused: FitFailure | None = None


def _known_then(funnel: Funnel, panel: Panel, one: Split) -> _Known:
    """Return what a fold fits: what lies after its origin is not in the panel."""
    before = panel.frame.loc[: one.origin]
    try:
        then, left_out = known_then(funnel, before)
        return _Known((then, panel.with_frame(before)), left_out)
    except OmnimixError as problem:
        return _Known(refused=FitFailure(str(one.number), type(problem).__name__, str(problem)))


def _add(
    whole: _Found,
    funnel: Funnel,
    panel: Panel,
    one: Split,
    posterior: Fitted | FitFailure | None,
    *,
    left_out: tuple[str, ...],
    seed: int,
    plans: bool,
) -> None:
    """Add what the fit of a fold brings."""
    place = (one.number, one.origin, one.weeks, one.ahead[0], one.ahead[-1])
    if not isinstance(posterior, Posterior):
        complaint = posterior.message if isinstance(posterior, FitFailure) else ""
        whole.folds.append(Fold(*place, fitted=False, converged=False, complaint=complaint))
        return
    run = posterior.run
    complaint = "" if run.diagnostics.usable else run.diagnostics.complaint
    whole.folds.append(
        Fold(
            *place,
            fitted=True,
            converged=run.diagnostics.usable,
            complaint=complaint,
            seconds=run.seconds,
            left_out=left_out,
        )
    )
    for node, draws in _forecasts(posterior, panel, one, seed):
        observed = panel.series(node).reindex(one.ahead).to_numpy(dtype=float)
        naive, fallen_back = seasonal_naive(panel.series(node).loc[: one.origin], one.ahead)
        whole.fallen_back[node] = whole.fallen_back.get(node, 0) + fallen_back
        labels: dict[str, Any] = {FOLD: one.number, ORIGIN: one.origin, OUTCOME: node}
        scored = week_scores(draws, observed).assign(
            seasonal_naive=naive, ridge=ridge(funnel, panel.frame, node, one.origin, len(one.ahead))
        )
        for k, (name, values) in enumerate([*labels.items(), (WEEK, one.ahead)]):
            scored.insert(k, name, values)
        whole.weekly.append(scored)
        whole.totals += [{**labels, **t} for t in total_scores(draws, observed, len(one.ahead))]
    returns = returns_of(posterior)
    returns.insert(0, FOLD, one.number)
    whole.total = whole.total or _total(posterior, len(one.ahead))
    shares = _best_shares(posterior, len(one.ahead), whole.total) if plans else {}
    whole.returns.append(returns.assign(**{PLAN_SHARE: returns[CHANNEL].map(shares).astype(float)}))


def _forecasts(
    posterior: Posterior, panel: Panel, one: Split, seed: int
) -> Iterator[tuple[str, np.ndarray[tuple[int, ...], np.dtype[np.float64]]]]:
    """Give, by stage and outcome, draws of the weeks ahead under what was really spent, shape (draws, weeks).

    The forecast begins where the fit ends, which is before the origin if the last weeks up to it have no outcome.
    """
    after = panel.frame.loc[posterior.scaling.weeks[-1] : one.ahead[-1]].iloc[1:]
    figures = predict(posterior, after, stages=True, seed=seed).draws
    for node in figures[OUTCOME].to_numpy():
        yield str(node), figures.sel({OUTCOME: node, WEEK: one.ahead}).transpose("draw", WEEK).to_numpy()


def _total(posterior: Posterior, weeks: int) -> float:
    """Return what was spent in so many weeks of the last year."""
    columns = [c.spend_column for c in posterior.funnel.bought]
    return float(posterior.panel.frame[columns].iloc[-YEAR:].sum().sum()) * weeks / YEAR


def _best_shares(posterior: Posterior, weeks: int, total: float) -> dict[str, float]:
    """Return the shares of the best plan of a total; none where there is no plan."""
    try:
        plan = optimize_budget(
            posterior,
            total,
            weeks=weeks,
            outlook=Outlook(draws=PLAN_DRAWS),
            progress=False,
            allow_unconverged=True,
        )
    except BudgetError:
        return {}
    return dict(plan_shares(plan.spend))
