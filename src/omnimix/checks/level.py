"""Do all media move with the slow level of an outcome, as a hidden force would make them?"""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.associations import media_follow_level
from omnimix.findings import Finding
from omnimix.posterior import Posterior


def level_check(posterior: Posterior) -> Iterator[Finding]:
    """Name the outcome with whose slow swings all media go."""
    yield from media_follow_level(posterior.funnel, posterior.panel)
