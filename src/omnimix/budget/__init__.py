"""The joint budget: plans, what they are worth, what separate budgets cost, how a pool divides."""

from omnimix.budget.costs import PlansCompared, PoolSplit, SiloCost
from omnimix.budget.evaluate import compare_plans, evaluate_plan
from omnimix.budget.geo_plan import GeoBudgetPlan
from omnimix.budget.levels import BudgetLevels, budget_levels
from omnimix.budget.next_euro import next_euro
from omnimix.budget.optimize import optimize_budget
from omnimix.budget.outlook import Outlook
from omnimix.budget.plan import Assumptions, BudgetPlan
from omnimix.budget.plan_sheet import PlanSheet
from omnimix.budget.pool import pool_split
from omnimix.budget.response import plan_response
from omnimix.budget.silo import silo_cost

__all__ = [
    "Assumptions",
    "BudgetLevels",
    "BudgetPlan",
    "GeoBudgetPlan",
    "Outlook",
    "PlanSheet",
    "PlansCompared",
    "PoolSplit",
    "SiloCost",
    "budget_levels",
    "compare_plans",
    "evaluate_plan",
    "next_euro",
    "optimize_budget",
    "plan_response",
    "pool_split",
    "silo_cost",
]
