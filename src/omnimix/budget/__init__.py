"""The joint budget: plans, what they are worth, what separate budgets cost, how a pool divides."""

from omnimix.budget.costs import PlansCompared, PoolSplit, SiloCost
from omnimix.budget.plan import Assumptions, BudgetPlan

__all__ = ["Assumptions", "BudgetPlan", "PlansCompared", "PoolSplit", "SiloCost"]
