"""Pictures: a posterior or a result goes in, Axes come out. Nothing is shown; that is the caller's to do."""

from omnimix.colours import channel_colours
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
from omnimix.plot.journeys import paths, traffic_share
from omnimix.plot.levels import budget_levels
from omnimix.plot.media import contributions, waterfall
from omnimix.plot.money import response_curves, roas
from omnimix.plot.pools import pool_split
from omnimix.plot.priors import prior_posterior
from omnimix.plot.record import draw
from omnimix.plot.responses import plan_response
from omnimix.plot.silos import silo_cost

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
    "draw",
    "fit",
    "funnel",
    "geo_test",
    "next_tests",
    "paths",
    "payback",
    "phasing",
    "plan",
    "plan_gain",
    "plan_response",
    "plans_compared",
    "pool_split",
    "prior_posterior",
    "response_curves",
    "roas",
    "silo_cost",
    "traffic_share",
    "waterfall",
]
