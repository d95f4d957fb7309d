"""Do the chains sit in different places, each settled by itself?"""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.findings import Finding
from omnimix.posterior import Posterior
from omnimix.posterior.modes import sit_apart
from omnimix.words import percent

APART = (
    "Weigh the chains by how well each foresees weeks: `om.stack_chains(posterior)`. Or state priors that tell the "
    "places apart: of retention and delay where a channel runs in regular flights."
)
STACKED = "Read the figures as a forecast that several readings of the data share; a test tells which one holds."


def modes_check(posterior: Posterior) -> Iterator[Finding]:
    """Say that the data leave several readings open, before and after the chains were weighed."""
    weights = posterior.run.chain_weights
    if weights:
        shares = ", ".join(percent(w) for w in weights)
        message = (
            "The data leave several readings open. The chains sat in different ones and were weighed by how well each "
            f"foresees weeks left out: {shares}."
        )
        yield Finding("chains_stacked", "warns", message, STACKED, max(weights))
    elif sit_apart(posterior):
        seen = posterior.run.diagnostics
        message = (
            "Every chain has settled by itself, but they sit in different places: the data leave several readings "
            f"open. R-hat between them is {seen.rhat_max:.2f} for {seen.rhat_worst}."
        )
        yield Finding("chains_apart", "warns", message, APART, seen.rhat_max, seen.rhat_worst)
