"""Does anything say what the outcomes are worth?"""

from __future__ import annotations

from omnimix.findings import Finding
from omnimix.posterior import Posterior
from omnimix.spec import value_findings


def value_check(posterior: Posterior) -> tuple[Finding, ...]:
    """Name outcomes without a value: their figures are units, and nothing can be held against money."""
    return value_findings(posterior.funnel, posterior.panel.currency)
