"""Everything the page tells, worked out once by the verbs that own it; nothing here is written or drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future as Promise
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd

from omnimix.backtests import Backtest
from omnimix.budget import (
    BudgetLevels,
    BudgetPlan,
    PoolSplit,
    SiloCost,
    budget_levels,
    next_euro,
    optimize_budget,
    plan_response,
    pool_split,
    silo_cost,
)
from omnimix.budget.geo_plan import GeoBudgetPlan
from omnimix.budget.outlook import declared_outlook
from omnimix.chains import ChainVerdict, evaluate_chain
from omnimix.checks import Health, PlanSensitivity, check, plan_sensitivity
from omnimix.checks.badge import rests_on
from omnimix.effects import By, Figures, joint_roas, payback, predict, traffic_share
from omnimix.errors import BudgetError, OmnimixError
from omnimix.experiments import TestDesigns
from omnimix.flows import Flows, flows
from omnimix.labels import DEFAULT_INTERVAL, GEO
from omnimix.lasting import LongRun, long_run
from omnimix.page.given import Given
from omnimix.page.tests import Tested, tested_of
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.processors import count_processors
from omnimix.progress import bar
from omnimix.rows.results import Results, results
from omnimix.spec import Budget, Chain, Link

YEAR = 52  # weeks that payback is followed
MOST_AS_ONE = 8  # channels that are judged as one chain where none was declared
AS_ONE = "all channels"
MOST_MEMBERS = 3  # of a pool whose division is drawn
FEW = 1000  # draws on which all channels are judged as one chain where none was declared


@dataclass(frozen=True)
class Advice:
    """What the page says of money; there is none for a fit that failed its checks.

    Attributes:
        results: ROAS, contributions, paths, shares of traffic and payback by channel.
        of_media: shares of what media bring to every stage; ``None`` without stages.
        payback: week by week for every team, or for all media where no channel has a team; ``None`` where outcomes have
            no value in money.
        apart: ROAS of groups of channels that the data cannot tell apart.
        rests_on: by channel, what its return rests on: data, prior or both.
        chains: the chains judged.
        plan: the joint plan.
        sensitivity: what its gain hangs on.
        levels: best plans of other totals; ``None`` where there are none.
        silos: what separate budgets cost; ``None`` where that cannot be told.
        pools: how shared pools divide.
        next_euro: what the next money of every channel that the plan sets brings, today and in the plan.
        response: what every such channel brings as its money grows, all else as planned.
        drawn: what flows through the funnel.
        predicted: what the model expects of every week measured, with its noise.
        tested: tests that the fit has taken in.
        long_run: what comes soon and in years; ``None`` without a slow stock or a value in money.
        missing: by block, why it cannot be told.
    """

    results: Results
    of_media: Figures | None
    payback: Figures | None
    apart: Figures
    rests_on: pd.Series[Any]
    chains: tuple[ChainVerdict, ...]
    plan: BudgetPlan
    sensitivity: PlanSensitivity
    levels: BudgetLevels | None
    silos: SiloCost | None
    pools: tuple[PoolSplit, ...]
    next_euro: Figures
    response: Figures
    drawn: Flows
    predicted: Figures
    tested: tuple[Tested, ...] = ()
    long_run: LongRun | None = None
    missing: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Gathered:
    """What the page tells.

    Attributes:
        posterior: the fit.
        health: what the checks saw.
        advice: everything in money; ``None`` for a fit that failed its checks.
        backtest: how well the funnel forecast weeks it had not seen, if that was asked.
        given: finished records of other verbs, told as they are.
    """

    posterior: Posterior
    health: Health
    advice: Advice | None
    backtest: Backtest | None = None
    given: Given = field(default_factory=Given)


def gather(
    posterior: Posterior,
    chains: Sequence[Chain | ChainVerdict] | None,
    plan: BudgetPlan | None,
    silos: SiloCost | None,
    *,
    backtest: Backtest | None = None,
    given: Given | None = None,
    progress: bool,
) -> Gathered:
    """Work out everything the page tells; nothing in money for a fit that failed its checks.

    Raises :class:`BudgetError` where no plan keeps every limit, and :class:`OmnimixError` for chains that are none.
    """
    asked, given = _chains(posterior, chains), given or Given()
    health = check(posterior)
    if not health.usable:
        return Gathered(posterior, health, None, backtest, given)
    with bar("Working out the page", 16 + len(asked) + len(_pools(posterior)), progress) as done:
        advice = _advice(posterior, asked, plan, silos, given.tests, done or _nothing)
        return Gathered(posterior, health, advice, backtest, given)


def _nothing() -> None:
    """Count no steps."""


def _advice(
    posterior: Posterior,
    chains: Iterable[Chain | ChainVerdict],
    plan: BudgetPlan | None,
    silos: SiloCost | None,
    tests: TestDesigns | None,
    done: Callable[[], None],
) -> Advice:
    """Ask every verb, as many at a time as there are processors: each is by itself, and most of it is compiled code."""
    missing: dict[str, str] = {}
    by: By = "team" if any(c.team is not None for c in posterior.funnel.bought) else "channel"
    with ThreadPoolExecutor(max_workers=count_processors()) as pool:
        ask, ask_budget = _questions(pool, done, missing)
        planning = ask(lambda: plan or _planned(posterior))
        judged = [ask(partial(_verdict, posterior, tests, c)) for c in chains]
        told = ask(lambda: results(posterior))
        of_media = ask(lambda: traffic_share(posterior, of="media") if posterior.funnel.stages else None)
        balance, apart = ask(lambda: _payback(posterior, by)), ask(lambda: joint_roas(posterior))
        source, predicted = ask(lambda: rests_on(posterior)), ask(lambda: predict(posterior, interval=DEFAULT_INTERVAL))
        found = planning.result()
        levels = ask_budget("levels", lambda: budget_levels(posterior, found, progress=False))
        apart_cost = ask_budget("silos", lambda: silos or _silos(posterior, found))
        pools = [ask_budget(f"pool {n}", partial(_pool, posterior, n, found)) for n in _pools(posterior)]
        hangs = ask(lambda: plan_sensitivity(posterior, found))
        tested, lasting = ask(lambda: tested_of(posterior)), ask(lambda: _long_run(posterior))
        following, response = ask(lambda: next_euro(posterior, found)), ask(lambda: _response(posterior, found))
        drawn = ask(lambda: flows(posterior, interval=DEFAULT_INTERVAL, found=told.result().paths))
        return Advice(
            results=told.result(),
            of_media=of_media.result(),
            payback=balance.result(),
            apart=apart.result(),
            rests_on=source.result(),
            chains=tuple(one.result() for one in judged),
            plan=found,
            sensitivity=hangs.result(),
            levels=levels.result(),
            silos=apart_cost.result(),
            pools=tuple(one for p in pools if (one := p.result()) is not None),
            next_euro=following.result(),
            response=response.result(),
            drawn=drawn.result(),
            predicted=predicted.result(),
            tested=tested.result(),
            long_run=lasting.result(),
            missing=missing,
        )


def _questions(
    pool: ThreadPoolExecutor, done: Callable[[], None], missing: dict[str, str]
) -> tuple[Callable[[Callable[[], Any]], Promise[Any]], Callable[[str, Callable[[], Any]], Promise[Any]]]:
    """Return how a verb is asked, and how one is that may find no plan; why not goes into ``missing``."""

    def step(question: Callable[[], Any]) -> Any:
        found = question()
        done()
        return found

    def where_there_is(block: str, question: Callable[[], Any]) -> Any:
        try:
            return step(question)
        except BudgetError as problem:
            missing[block] = str(problem)
            return None

    def ask(question: Callable[[], Any]) -> Promise[Any]:
        return pool.submit(step, question)

    def ask_budget(block: str, question: Callable[[], Any]) -> Promise[Any]:
        return pool.submit(where_there_is, block, question)

    return ask, ask_budget


def _response(posterior: Posterior, plan: BudgetPlan) -> Figures:
    return plan_response(posterior, plan, outlook=plan.outlook)


def _payback(posterior: Posterior, by: By) -> Figures | None:
    apart = isinstance(posterior, GeoPosterior) and posterior.pooling == "none"  # each geo has weeks of its own
    if apart or not posterior.value_unit.is_money:
        return None
    return payback(posterior, horizons=range(1, YEAR + 1), by=by, common=True)


def _long_run(posterior: Posterior) -> LongRun | None:
    if posterior.funnel.stock is None or not posterior.value_unit.is_money:
        return None
    return long_run(posterior)


def _verdict(posterior: Posterior, tests: TestDesigns | None, chain: Chain | ChainVerdict) -> ChainVerdict:
    """Return the verdict on a chain; of all channels as one, which nobody declared, on some of the draws."""
    if isinstance(chain, ChainVerdict):
        return chain if tests is None else chain.priced(tests)
    few = posterior if chain in posterior.campaign_chains or chain.name != AS_ONE else posterior.thinned(FEW)
    return evaluate_chain(few, chain, tests=tests, progress=False)


def _pool(posterior: Posterior, name: str, plan: BudgetPlan) -> PoolSplit:
    limits, outlook = plan.assumptions.limits, plan.outlook
    return pool_split(posterior, name, weeks=len(plan.spend), limits=limits, outlook=outlook, progress=False)


def _silos(posterior: Posterior, plan: BudgetPlan) -> SiloCost:
    goals = posterior.budget.goals if posterior.budget is not None else None
    limits, outlook, weeks = plan.assumptions.limits, plan.outlook, len(plan.spend)
    by = GEO if isinstance(plan, GeoBudgetPlan) else None
    return silo_cost(
        posterior, plan.total, weeks=weeks, limits=limits, goals=goals, by=by, outlook=outlook, progress=False
    )


def _planned(posterior: Posterior) -> BudgetPlan:
    """Return the plan of the budget declared with the fit, or of today's total for a quarter."""
    asked = posterior.budget or Budget()
    return optimize_budget(
        posterior,
        asked.total,
        weeks=asked.weeks,
        limits=asked.limits,
        phasing=asked.phasing,
        outlook=declared_outlook(asked),
        progress=False,
    )


def _chains(posterior: Posterior, given: Sequence[Chain | ChainVerdict] | None) -> tuple[Chain | ChainVerdict, ...]:
    """Return the chains to tell: those given, else those declared with the fit, else all channels as one."""
    if given is None:
        names = posterior.funnel.bought_names
        as_one = (Chain(AS_ONE, links=[Link(n) for n in names]),) if len(names) <= MOST_AS_ONE else ()
        return posterior.campaign_chains or as_one
    wrong = [repr(c) for c in given if not isinstance(c, Chain | ChainVerdict)]
    if wrong:
        raise OmnimixError(f"chains are om.Chain or the verdicts of om.evaluate_chain, not {', '.join(wrong)}.")
    return tuple(given)


def _pools(posterior: Posterior) -> list[str]:
    """Return the pools of a few members."""
    pools = [c.pool for c in posterior.funnel.channels if c.pool is not None]
    return [p for p in dict.fromkeys(pools) if 1 < pools.count(p) <= MOST_MEMBERS]
