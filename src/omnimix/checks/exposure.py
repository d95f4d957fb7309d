"""Did the channels move enough, and apart enough, for the data to speak? The findings of the data door, again."""

from __future__ import annotations

from collections.abc import Iterable

from omnimix.data import check_panel
from omnimix.findings import Finding
from omnimix.posterior import Posterior


def exposure_check(posterior: Posterior) -> Iterable[Finding]:
    """Return what the data door saw in the training panel."""
    return check_panel(posterior.panel, posterior.funnel.roles)
