"""How often people should be reached: the frequency at which the same money does most."""

from omnimix.frequency.record import BestFrequency
from omnimix.frequency.verb import best_frequency

__all__ = ["BestFrequency", "best_frequency"]
