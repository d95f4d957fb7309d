"""Which picture belongs to which result."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from matplotlib.axes import Axes

from omnimix.attribution import Journeys
from omnimix.backtests import Backtest
from omnimix.budget import BudgetLevels, BudgetPlan, GeoBudgetPlan, PlansCompared, PoolSplit, SiloCost
from omnimix.campaigns import CampaignVerdict
from omnimix.chains import ChainComparison, ChainVerdict
from omnimix.checks import Health
from omnimix.checks.unseen_demand import Sensitivity
from omnimix.comparison import Comparison
from omnimix.effects import Contributions, Figures, ResponseCurves
from omnimix.errors import OmnimixError
from omnimix.experiments import TeachingSchedule, TestDesigns
from omnimix.frequency import BestFrequency
from omnimix.geo_tests import GeoTest
from omnimix.labels import CHANNEL
from omnimix.lasting import LongRun
from omnimix.maturity import Readiness
from omnimix.plot.adoptions import customers
from omnimix.plot.attribution import path_credit
from omnimix.plot.balance import payback
from omnimix.plot.budgets import plan
from omnimix.plot.canvas import Drawn, dress, sheet
from omnimix.plot.chains import chain_comparison, chain_links
from omnimix.plot.designs import next_tests
from omnimix.plot.fits_compared import comparison
from omnimix.plot.fitted import prediction
from omnimix.plot.forecasts import backtest
from omnimix.plot.frequencies import best_frequency
from omnimix.plot.gains import plans_compared
from omnimix.plot.geo_tests import geo_test
from omnimix.plot.goals import goal_chances
from omnimix.plot.journeys import paths, traffic_share
from omnimix.plot.judged import campaigns, chain, health, recovery, sensitivity
from omnimix.plot.kpi_trees import kpi_tree
from omnimix.plot.lasting import long_run
from omnimix.plot.levels import budget_levels
from omnimix.plot.maturity import readiness
from omnimix.plot.media import contributions, totals
from omnimix.plot.money import dots, response_curves, roas, under_dots
from omnimix.plot.pools import pool_split
from omnimix.plot.promises import promise_bridge
from omnimix.plot.refits import fits_moved
from omnimix.plot.responses import plan_response
from omnimix.plot.schedules import teaching
from omnimix.plot.silos import silo_cost
from omnimix.plot.spoken import spoken
from omnimix.plot.triangulation import witnesses
from omnimix.plot.triples import plain
from omnimix.promises import Tracking
from omnimix.refits import FitsCompared
from omnimix.spec import Chain
from omnimix.steering import GoalChances, KpiTree
from omnimix.tracking import Customers
from omnimix.triangulation import Witnesses
from omnimix.truth import Recovery
from omnimix.words import amount, form_of, require_language

Effects = Figures | Contributions | ResponseCurves
Chains = ChainVerdict | ChainComparison
Budgets = BudgetPlan | BudgetLevels | SiloCost | PoolSplit | PlansCompared
Tracked = Customers | Journeys | Witnesses
Tests = GeoTest | TestDesigns | TeachingSchedule
Steady = FitsCompared | GoalChances | KpiTree | Tracking | LongRun | BestFrequency
Judged = Recovery | Sensitivity | CampaignVerdict | Health | Chain
Result = Effects | Chains | Budgets | Backtest | Comparison | Readiness | Tracked | Tests | Steady | Judged
PICTURES: Mapping[str, Callable[..., Drawn]] = {
    "roas": roas,
    "marginal_roas": roas,
    "contribution": totals,
    "paths": paths,
    "traffic_share": traffic_share,
    "payback": payback,
    "prediction": prediction,
    "plan_response": plan_response,
}
RECORDS: Mapping[type, Callable[..., Drawn]] = {
    Contributions: contributions,
    ResponseCurves: response_curves,
    Comparison: comparison,
    ChainVerdict: chain_links,
    ChainComparison: chain_comparison,
    BudgetPlan: plan,
    GeoBudgetPlan: plan,
    BudgetLevels: budget_levels,
    SiloCost: silo_cost,
    PoolSplit: pool_split,
    PlansCompared: plans_compared,
    Backtest: backtest,
    Readiness: readiness,
    Journeys: path_credit,
    Witnesses: witnesses,
    Customers: customers,
    GeoTest: geo_test,
    TestDesigns: next_tests,
    TeachingSchedule: teaching,
    FitsCompared: fits_moved,
    GoalChances: goal_chances,
    KpiTree: kpi_tree,
    Tracking: promise_bridge,
    LongRun: long_run,
    BestFrequency: best_frequency,
    Recovery: recovery,
    Sensitivity: sensitivity,
    CampaignVerdict: campaigns,
    Health: health,
    Chain: chain,
}


def draw(result: Result, ax: Axes | None = None, language: str = "en") -> Drawn:
    """Draw a result: effects, verdicts, plans and costs, fits and forecasts, tests, goals, the long run, customers.

    Figures of a name without a picture of its own are drawn as dots. Words and figures are in ``language``, ``en`` or
    ``nl``.

    Raises :class:`OmnimixError` for anything else.
    """
    require_language(language)
    if isinstance(result, Figures):
        if result.draws.size == 0:
            raise OmnimixError(f"there is nothing to draw: these figures of {result.name} have no rows.")
        return PICTURES.get(result.name, _any)(result, language=language, ax=ax)
    if type(result) in RECORDS:
        return RECORDS[type(result)](result, language=language, ax=ax)
    raise OmnimixError(f"there is no picture of {type(result).__name__}; give a result such as om.roas(posterior).")


@spoken
def _any(figures: Figures, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw figures of another name as dots, their labels joined."""
    table = figures.table()
    labels = [str(d) for d in figures.draws.dims if str(d) in table.columns]
    names = table[labels].astype(str).agg(" · ".join, axis=1) if labels else pd.Series([figures.name])
    ax = sheet(ax, width=8.0, height=1.5 + 0.36 * len(table))
    dots(ax, table.assign(**{CHANNEL: names}), figures.told, unit=figures.unit, form=form_of(figures.name, amount))
    dress(ax, plain(figures.name), under_dots(figures))
    return ax
