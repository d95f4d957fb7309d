"""The shared page: what media did and what to do, in plain words, figures and charts, in Dutch or English."""

from omnimix.page.shared import Report, report

__all__ = ["Report", "report"]
