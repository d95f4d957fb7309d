"""Tests taken in: what each should find by the one engine, and a posterior that knows what it found."""

from omnimix.experiments.arms import predicted
from omnimix.experiments.calibrate import calibrate
from omnimix.experiments.likelihood import contradictions
from omnimix.experiments.reading import read_experiments

__all__ = ["calibrate", "contradictions", "predicted", "read_experiments"]
