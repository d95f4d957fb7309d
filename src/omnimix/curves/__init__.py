"""Media response as pure mathematics: adstock (carryover) and saturation curves with their derivatives."""

from omnimix.curves.adstock import ADSTOCKS, lag_weights
from omnimix.curves.frequency import FREQUENCY
from omnimix.curves.record import Curve, CurveParameter
from omnimix.curves.saturation import SATURATIONS, saturate, saturate_weeks

__all__ = [
    "ADSTOCKS",
    "FREQUENCY",
    "SATURATIONS",
    "Curve",
    "CurveParameter",
    "lag_weights",
    "saturate",
    "saturate_weeks",
]
