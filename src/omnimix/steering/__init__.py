"""Whether what a company wants to reach is reached under plans, and why a result moved between two periods."""

from omnimix.steering.kpi_tree import kpi_tree
from omnimix.steering.record import GoalChances
from omnimix.steering.tree import KpiTree
from omnimix.steering.verb import goals

__all__ = ["GoalChances", "KpiTree", "goals", "kpi_tree"]
