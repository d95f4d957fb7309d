"""Fits of the same weeks held against each other: leave-one-out, stacking of families and of chains."""

from omnimix.comparison.compare import Comparison, compare
from omnimix.comparison.leave_one_out import LeaveOneOut, leave_one_out
from omnimix.comparison.stack import stack_chains

__all__ = ["Comparison", "LeaveOneOut", "compare", "leave_one_out", "stack_chains"]
