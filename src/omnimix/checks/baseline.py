"""Would the outcome have been negative without media?"""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.effects.contributions import contributions
from omnimix.findings import Finding
from omnimix.labels import DRAW, OUTCOME
from omnimix.posterior import Posterior

LIKELY = 0.5
WEEKS = 0.05


def baseline_check(posterior: Posterior) -> Iterator[Finding]:
    """Name outcomes whose baseline is more likely than not below zero in some weeks: media take too much."""
    parts = contributions(posterior, allow_unconverged=True)
    for outcome in posterior.funnel.outcomes:
        below = (parts.baseline.sel({OUTCOME: outcome.name}) < 0).mean(DRAW)
        share = float((below > LIKELY).mean())
        if share > WEEKS:
            message = (
                f"Without media {outcome.name} would have been negative in {share:.0%} of the weeks, which cannot be."
            )
            remedy = (
                "Media are credited with too much: state roas_prior, or add the control that explains the baseline."
            )
            yield Finding("negative_baseline", "warns", message, remedy, share, outcome.name)
