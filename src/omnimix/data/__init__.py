"""A person's file becomes one checked Panel."""

from __future__ import annotations

from omnimix.data.check import check_panel, check_refused, require
from omnimix.data.daily import to_weekly
from omnimix.data.geo_panel import GeoPanel
from omnimix.data.panel import Panel
from omnimix.data.read import read_panel
from omnimix.data.roles import Roles
from omnimix.data.season import fourier_terms, holiday_terms
from omnimix.data.sums import with_sums
from omnimix.data.table import WeeksError

__all__ = [
    "GeoPanel",
    "Panel",
    "Roles",
    "WeeksError",
    "check_panel",
    "check_refused",
    "fourier_terms",
    "holiday_terms",
    "read_panel",
    "require",
    "to_weekly",
    "with_sums",
]
