"""How ready a team is: what it says of itself beside what can be shown, and which data would narrow the answer."""

from omnimix.readiness.record import Part, Readiness
from omnimix.readiness.starter import starter_text
from omnimix.readiness.verb import readiness
from omnimix.readiness.widths import widths

__all__ = ["Part", "Readiness", "readiness", "starter_text", "widths"]
