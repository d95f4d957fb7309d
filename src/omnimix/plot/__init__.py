"""Pictures: a posterior or a result goes in, Axes come out. Nothing is shown; that is the caller's to do."""

from omnimix.colours import channel_colours
from omnimix.plot.adoptions import customers
from omnimix.plot.attribution import path_credit
from omnimix.plot.balance import payback
from omnimix.plot.budgets import plan
from omnimix.plot.calendars import phasing
from omnimix.plot.canvas import Drawn
from omnimix.plot.chain_money import chain_waterfall
from omnimix.plot.chains import chain_comparison, chain_links
from omnimix.plot.contradictions import chain_contradictions
from omnimix.plot.designs import next_tests
from omnimix.plot.fits_compared import comparison
from omnimix.plot.fitted import fit
from omnimix.plot.forecasts import backtest
from omnimix.plot.funnels import funnel
from omnimix.plot.gains import plan_gain, plans_compared
from omnimix.plot.geo_tests import geo_test
from omnimix.plot.goals import goal_chances
from omnimix.plot.journeys import paths, traffic_share
from omnimix.plot.kpi_trees import kpi_tree
from omnimix.plot.lasting import long_run
from omnimix.plot.levels import budget_levels
from omnimix.plot.maturity import readiness
from omnimix.plot.media import contributions, waterfall
from omnimix.plot.money import response_curves, roas
from omnimix.plot.pools import pool_split
from omnimix.plot.priors import prior_posterior
from omnimix.plot.promises import promise_bridge
from omnimix.plot.record import draw
from omnimix.plot.refits import fits_moved
from omnimix.plot.responses import plan_response
from omnimix.plot.schedules import teaching
from omnimix.plot.silos import silo_cost
from omnimix.plot.triangulation import witnesses

__all__ = [
    "Drawn",
    "backtest",
    "budget_levels",
    "chain_comparison",
    "chain_contradictions",
    "chain_links",
    "chain_waterfall",
    "channel_colours",
    "comparison",
    "contributions",
    "customers",
    "draw",
    "fit",
    "fits_moved",
    "funnel",
    "geo_test",
    "goal_chances",
    "kpi_tree",
    "long_run",
    "next_tests",
    "path_credit",
    "paths",
    "payback",
    "phasing",
    "plan",
    "plan_gain",
    "plan_response",
    "plans_compared",
    "pool_split",
    "prior_posterior",
    "promise_bridge",
    "readiness",
    "response_curves",
    "roas",
    "silo_cost",
    "teaching",
    "traffic_share",
    "waterfall",
    "witnesses",
]
