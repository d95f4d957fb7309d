"""Why figures moved from one fit to the next, and whether effects have drifted."""

from omnimix.refits.compare import compare_fits
from omnimix.refits.drift import Drift, drift
from omnimix.refits.record import FitsCompared

__all__ = ["Drift", "FitsCompared", "compare_fits", "drift"]
