"""Would the data rather have a negative effect than the one that was fitted?"""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.associations import wrong_signs
from omnimix.findings import Finding
from omnimix.posterior import Posterior


def wrong_sign_check(posterior: Posterior) -> Iterator[Finding]:
    """Name channels whose effect the data would rather have negative, and those that may as well be late."""
    yield from wrong_signs(posterior.funnel, posterior.panel)
