"""Touches and orders become journeys, counted in the database, and credit by every method side by side."""

from omnimix.attribution.record import Journeys
from omnimix.attribution.verb import journeys

__all__ = ["Journeys", "journeys"]
