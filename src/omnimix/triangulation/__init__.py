"""What platforms claim, paths credit, the model finds and tests measured, side by side and never added up."""

from omnimix.triangulation.record import Witnesses
from omnimix.triangulation.verb import witnesses

__all__ = ["Witnesses", "witnesses"]
