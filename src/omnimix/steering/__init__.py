"""Whether what a company wants to reach is reached under plans, and why a result moved between two periods."""

from omnimix.steering.record import GoalChances
from omnimix.steering.verb import goals

__all__ = ["GoalChances", "goals"]
