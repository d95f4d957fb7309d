"""omnimix: Bayesian marketing-mix modelling for companies that sell in shops and online.

Names are loaded when first used, so that `import omnimix` is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_ROOMS = {
    "errors": (
        "ArgumentError",
        "BudgetError",
        "DataError",
        "FitError",
        "OmnimixError",
        "OmnimixWarning",
        "SpecError",
        "StoreError",
    ),
    "findings": ("Finding",),
    "curves": ("ADSTOCKS", "SATURATIONS"),
    "data": ("Panel", "check_panel", "read_panel", "to_weekly"),
    "campaigns": ("CampaignVerdict", "evaluate_campaigns"),
    "spec": (
        "Baseline",
        "Chain",
        "Channel",
        "Cvar",
        "Experiment",
        "Funnel",
        "Goal",
        "Identity",
        "Limit",
        "Limits",
        "Link",
        "Outcome",
        "Prior",
        "Stage",
        "Stock",
        "Target",
        "TeamGoal",
    ),
    "geo_tests": ("GeoTest", "analyze_test"),
    "associations": ("check_associations",),
    "posterior": ("Posterior", "load"),
    "model": ("build_model", "fit", "refit"),
    "many_fits": ("FitFailure", "ManyFits", "fit_many"),
    "lasting": ("LongRun", "long_run"),
    "frequency": ("BestFrequency", "best_frequency"),
    "effects": (
        "contributions",
        "joint_roas",
        "marginal_roas",
        "paths",
        "payback",
        "predict",
        "respond",
        "response_curves",
        "roas",
        "traffic_share",
    ),
    "budget": (
        "BudgetLevels",
        "BudgetPlan",
        "Outlook",
        "PlanSheet",
        "budget_levels",
        "compare_plans",
        "evaluate_plan",
        "optimize_budget",
        "plan_response",
        "pool_split",
        "silo_cost",
    ),
    "workbook": ("CampaignSheet", "read_campaign_sheet", "read_plan"),
    "comparison": ("Comparison", "compare", "leave_one_out", "stack_chains"),
    "chains": ("Losses", "compare_chains", "evaluate_chain"),
    "experiments": (
        "TeachingSchedule",
        "TestDesign",
        "TestDesigns",
        "calibrate",
        "design_tests",
        "read_experiments",
        "teaching_schedule",
    ),
    "checks": ("check", "plan_sensitivity", "sensitivity"),
    "truth": ("example", "simulate", "simulate_customers"),
    "backtests": ("Backtest", "backtest", "perturb", "placebo"),
    "attribution": ("Journeys", "journeys"),
    "maturity": ("Readiness", "readiness"),
    "triangulation": ("Witnesses", "witnesses"),
    "tracking": (
        "Audiences",
        "Clv",
        "Customers",
        "Orders",
        "Touches",
        "audiences",
        "clv",
        "customers",
        "read_orders",
        "read_touches",
    ),
    "refits": ("compare_fits", "drift"),
    "promises": ("RecordedPlan", "record_plan", "recorded_plans", "track"),
    "steering": ("goals", "kpi_tree"),
    "page": ("Report", "report"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = ["__version__", "plot", *_HOME]  # noqa: PLE0604


def __getattr__(name: str) -> Any:
    if name == "plot":
        return importlib.import_module("omnimix.plot")
    if name not in _HOME:
        raise AttributeError(f"module 'omnimix' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"omnimix.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


if TYPE_CHECKING:
    from omnimix import plot as plot
    from omnimix.associations import check_associations as check_associations
    from omnimix.attribution import Journeys as Journeys
    from omnimix.attribution import journeys as journeys
    from omnimix.backtests import Backtest as Backtest
    from omnimix.backtests import backtest as backtest
    from omnimix.backtests import perturb as perturb
    from omnimix.backtests import placebo as placebo
    from omnimix.budget import BudgetLevels as BudgetLevels
    from omnimix.budget import BudgetPlan as BudgetPlan
    from omnimix.budget import Outlook as Outlook
    from omnimix.budget import PlanSheet as PlanSheet
    from omnimix.budget import budget_levels as budget_levels
    from omnimix.budget import compare_plans as compare_plans
    from omnimix.budget import evaluate_plan as evaluate_plan
    from omnimix.budget import optimize_budget as optimize_budget
    from omnimix.budget import plan_response as plan_response
    from omnimix.budget import pool_split as pool_split
    from omnimix.budget import silo_cost as silo_cost
    from omnimix.campaigns import CampaignVerdict as CampaignVerdict
    from omnimix.campaigns import evaluate_campaigns as evaluate_campaigns
    from omnimix.chains import Losses as Losses
    from omnimix.chains import compare_chains as compare_chains
    from omnimix.chains import evaluate_chain as evaluate_chain
    from omnimix.checks import check as check
    from omnimix.checks import plan_sensitivity as plan_sensitivity
    from omnimix.checks import sensitivity as sensitivity
    from omnimix.comparison import Comparison as Comparison
    from omnimix.comparison import stack_chains as stack_chains
    from omnimix.comparison.compare import compare as compare
    from omnimix.comparison.leave_one_out import leave_one_out as leave_one_out
    from omnimix.curves import ADSTOCKS as ADSTOCKS
    from omnimix.curves import SATURATIONS as SATURATIONS
    from omnimix.data import Panel as Panel
    from omnimix.data import check_panel as check_panel
    from omnimix.data import read_panel as read_panel
    from omnimix.data import to_weekly as to_weekly
    from omnimix.effects import marginal_roas as marginal_roas
    from omnimix.effects import response_curves as response_curves
    from omnimix.effects.contributions import contributions as contributions
    from omnimix.effects.joint import joint_roas as joint_roas
    from omnimix.effects.paths import paths as paths
    from omnimix.effects.payback import payback as payback
    from omnimix.effects.predict import predict as predict
    from omnimix.effects.respond import respond as respond
    from omnimix.effects.roas import roas as roas
    from omnimix.effects.traffic import traffic_share as traffic_share
    from omnimix.errors import ArgumentError as ArgumentError
    from omnimix.errors import BudgetError as BudgetError
    from omnimix.errors import DataError as DataError
    from omnimix.errors import FitError as FitError
    from omnimix.errors import OmnimixError as OmnimixError
    from omnimix.errors import OmnimixWarning as OmnimixWarning
    from omnimix.errors import SpecError as SpecError
    from omnimix.errors import StoreError as StoreError
    from omnimix.experiments import TeachingSchedule as TeachingSchedule
    from omnimix.experiments import TestDesign as TestDesign
    from omnimix.experiments import TestDesigns as TestDesigns
    from omnimix.experiments import design_tests as design_tests
    from omnimix.experiments import read_experiments as read_experiments
    from omnimix.experiments import teaching_schedule as teaching_schedule
    from omnimix.experiments.calibrate import calibrate as calibrate
    from omnimix.findings import Finding as Finding
    from omnimix.frequency import BestFrequency as BestFrequency
    from omnimix.frequency import best_frequency as best_frequency
    from omnimix.geo_tests import GeoTest as GeoTest
    from omnimix.geo_tests import analyze_test as analyze_test
    from omnimix.lasting import LongRun as LongRun
    from omnimix.lasting import long_run as long_run
    from omnimix.many_fits import FitFailure as FitFailure
    from omnimix.many_fits import ManyFits as ManyFits
    from omnimix.many_fits import fit_many as fit_many
    from omnimix.maturity import Readiness as Readiness
    from omnimix.maturity import readiness as readiness
    from omnimix.model import build_model as build_model
    from omnimix.model import fit as fit
    from omnimix.model.refit import refit as refit
    from omnimix.page import Report as Report
    from omnimix.page import report as report
    from omnimix.posterior import Posterior as Posterior
    from omnimix.posterior import load as load
    from omnimix.promises import RecordedPlan as RecordedPlan
    from omnimix.promises import record_plan as record_plan
    from omnimix.promises import recorded_plans as recorded_plans
    from omnimix.promises.track import track as track
    from omnimix.refits.compare import compare_fits as compare_fits
    from omnimix.refits.drift import drift as drift
    from omnimix.spec import Baseline as Baseline
    from omnimix.spec import Chain as Chain
    from omnimix.spec import Channel as Channel
    from omnimix.spec import Cvar as Cvar
    from omnimix.spec import Experiment as Experiment
    from omnimix.spec import Funnel as Funnel
    from omnimix.spec import Goal as Goal
    from omnimix.spec import Identity as Identity
    from omnimix.spec import Limit as Limit
    from omnimix.spec import Limits as Limits
    from omnimix.spec import Link as Link
    from omnimix.spec import Outcome as Outcome
    from omnimix.spec import Prior as Prior
    from omnimix.spec import Stage as Stage
    from omnimix.spec import Stock as Stock
    from omnimix.spec import Target as Target
    from omnimix.spec import TeamGoal as TeamGoal
    from omnimix.steering.kpi_tree import kpi_tree as kpi_tree
    from omnimix.steering.verb import goals as goals
    from omnimix.tracking._audiences import Audiences as Audiences
    from omnimix.tracking._audiences import audiences as audiences
    from omnimix.tracking._clv import Clv as Clv
    from omnimix.tracking._clv import clv as clv
    from omnimix.tracking._customers import Customers as Customers
    from omnimix.tracking._customers import customers as customers
    from omnimix.tracking.orders import Orders as Orders
    from omnimix.tracking.read_orders import read_orders as read_orders
    from omnimix.tracking.touches import Touches as Touches
    from omnimix.tracking.touches import read_touches as read_touches
    from omnimix.triangulation import Witnesses as Witnesses
    from omnimix.triangulation import witnesses as witnesses
    from omnimix.truth import simulate as simulate
    from omnimix.truth import simulate_customers as simulate_customers
    from omnimix.truth._example import example as example
    from omnimix.workbook import CampaignSheet as CampaignSheet
    from omnimix.workbook import read_campaign_sheet as read_campaign_sheet
    from omnimix.workbook import read_plan as read_plan
