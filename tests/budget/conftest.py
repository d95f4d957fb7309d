"""A fit whose channels have teams and a pool."""

from __future__ import annotations

from dataclasses import replace

import pytest

import omnimix as om
from tests.fits import converged

TEAMS = {"tv": "brand", "mail": "brand", "retargeting": "ecommerce", "search": "ecommerce"}


def with_teams(posterior: om.Posterior) -> om.Posterior:
    channels = tuple(
        replace(c, team=TEAMS[c.name], pool="reach" if c.name in ("tv", "mail") else None)
        for c in posterior.funnel.channels
    )
    return converged(replace(posterior, funnel=replace(posterior.funnel, channels=channels)))


@pytest.fixture(scope="session")
def answering(funnel_posterior: om.Posterior) -> om.Posterior:
    """Search answers to visits, retargeting works on visitors."""
    return with_teams(funnel_posterior)


@pytest.fixture(scope="session")
def levers(plain_posterior: om.Posterior) -> om.Posterior:
    """Every channel is set."""
    return with_teams(plain_posterior)
