"""Chains on the small funnel, each evaluated once."""

from __future__ import annotations

import pytest

import omnimix as om
from omnimix.chains import ChainVerdict

LINKS = ("tv", "mail", "retargeting", "search")
SPAN = {"start": "2023-08-07", "end": "2023-10-30"}  # thirteen weeks


def spring(**changes: object) -> om.Chain:
    """Return the chain of all channels over thirteen weeks."""
    parts: dict[str, object] = {"links": LINKS, **SPAN}
    return om.Chain("spring", **{**parts, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def judged(funnel_posterior: om.Posterior) -> ChainVerdict:
    """The verdict on the chain in the funnel with an answering and a fuelled channel."""
    return om.evaluate_chain(funnel_posterior, spring(), allow_unconverged=True)


@pytest.fixture(scope="session")
def judged_plain(plain_posterior: om.Posterior) -> ChainVerdict:
    """The verdict on the chain in the funnel of levers."""
    return om.evaluate_chain(plain_posterior, spring(), allow_unconverged=True)
