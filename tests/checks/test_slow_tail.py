"""How far returns hang on a tail that the data do not tell: drawn from planted dependence, and silent without one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import omnimix as om
from omnimix.checks import slow_tails
from omnimix.checks.slow_tail import slow_tail_check
from tests.fits import fit


@pytest.fixture(scope="module")
def posterior() -> om.Posterior:
    world = om.simulate(seed=4, weeks=120, channels=["tv", "search"])
    fitted = [replace(world.funnel.channels[0], adstock="geometric"), world.funnel.channels[1]]
    funnel = om.Funnel(channels=fitted, outcomes=world.funnel.outcomes)
    return fit(funnel, world.panel, seed=5, draws=300, tune=400, chains=2, progress=False)


def test_a_channel_without_a_slow_part_has_no_row(posterior: om.Posterior) -> None:
    assert slow_tails(posterior)["channel"].tolist() == ["search"]


def test_the_returns_at_both_ends_are_those_that_least_squares_draws_through_the_draws(
    posterior: om.Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were the return 2 exp(1.5 share), it would lie exp(1.5 (.30 - .05)) - 1 higher at the upper end."""
    share = posterior.numbers("slow_share", node="sales", channel="search")
    drawn = om.roas(posterior, allow_unconverged=True)
    made = drawn.draws.copy(data=np.broadcast_to(2.0 * np.exp(1.5 * share)[:, None], drawn.draws.shape))
    monkeypatch.setattr("omnimix.checks.slow_tail.roas", lambda *_, **__: replace(drawn, draws=made))
    (row,) = slow_tails(posterior).to_dict("records")
    assert row["at_little"] == pytest.approx(2.0 * np.exp(1.5 * 0.05), rel=1e-6)
    assert row["moves"] == pytest.approx(np.exp(1.5 * 0.25) - 1, rel=1e-6)
    found = list(slow_tail_check(posterior))
    assert [f.where for f in found] == (["search"] if row["spread_ratio"] > 0.7 else [])
    assert all("hardly say" in f.message for f in found)


def test_a_channel_that_returns_less_than_nothing_has_no_row(
    posterior: om.Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = om.roas(posterior, allow_unconverged=True)
    made = drawn.draws.copy(data=np.full(drawn.draws.shape, -1.5))
    monkeypatch.setattr("omnimix.checks.slow_tail.roas", lambda *_, **__: replace(drawn, draws=made))
    assert slow_tails(posterior).empty


def test_a_return_that_hangs_on_no_tail_is_no_finding(posterior: om.Posterior, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = om.roas(posterior, allow_unconverged=True)
    made = drawn.draws.copy(data=np.ones(drawn.draws.shape))
    monkeypatch.setattr("omnimix.checks.slow_tail.roas", lambda *_, **__: replace(drawn, draws=made))
    assert not list(slow_tail_check(posterior))
