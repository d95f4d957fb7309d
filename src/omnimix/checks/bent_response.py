"""Does a response bend that was fitted by a curve without a bend?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from omnimix.associations import bent_responses
from omnimix.findings import Finding
from omnimix.labels import CHANNEL, NODE
from omnimix.posterior import Posterior

AT_ZERO = {"slope": 0.0, "bend": 1.0}  # what to add to a parameter for the elasticity at zero spend: above 1 it bends
BENT = 2.0


def bent_response_check(posterior: Posterior) -> Iterator[Finding]:
    """Name channels whose response is S-shaped in the data and not in the fit."""
    for finding in bent_responses(posterior.funnel, posterior.panel):
        if not _bends(posterior, str(finding.where)):
            yield finding


def _bends(posterior: Posterior, channel: str) -> bool:
    """Return whether the fitted curve of a channel bends as much somewhere."""
    nodes = [n.name for n in posterior.funnel.nodes if posterior.funnel.channel(channel) in posterior.funnel.drivers(n)]
    return any(
        np.median(posterior.numbers(p.name, **{NODE: node, CHANNEL: channel})) + AT_ZERO[p.name] >= BENT
        for p in posterior.funnel.channel(channel).curves[1].parameters
        if p.name in AT_ZERO
        for node in nodes
    )
