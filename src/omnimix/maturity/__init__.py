"""How ready a team is: what it says of itself beside what can be shown, and which data would narrow the answer."""

from omnimix.maturity.record import Part, Readiness
from omnimix.maturity.starter import starter_text
from omnimix.maturity.verb import readiness
from omnimix.maturity.widths import widths

__all__ = ["Part", "Readiness", "readiness", "starter_text", "widths"]
