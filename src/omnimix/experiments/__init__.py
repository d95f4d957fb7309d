"""Tests: what each should find by the one engine, a posterior that knows what it found, and which to do next."""

from omnimix.experiments.arms import predicted
from omnimix.experiments.calibrate import calibrate
from omnimix.experiments.design import design_tests
from omnimix.experiments.designs import TestDesign, TestDesigns
from omnimix.experiments.likelihood import contradictions
from omnimix.experiments.reading import read_experiments
from omnimix.experiments.schedule import TeachingSchedule
from omnimix.experiments.teaching import teaching_schedule

__all__ = [
    "TeachingSchedule",
    "TestDesign",
    "TestDesigns",
    "calibrate",
    "contradictions",
    "design_tests",
    "predicted",
    "read_experiments",
    "teaching_schedule",
]
