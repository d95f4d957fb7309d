"""Chains against the simulator: fed with the true parameters, every figure of a chain must be the true one.

The two were written apart: the truth in plain numpy on its own mechanism, chains on the compiled engine.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import omnimix as om
from omnimix.truth import World
from tests.truth.posteriors import multiplying, still, true_posterior, two_stages

KINDS: list[dict[str, bool] | Callable[[], World]] = [
    {},
    {"answers": True},
    {"fuelled": True},
    {"answers": True, "fuelled": True},
    two_stages,
    multiplying,
]


@pytest.fixture(params=KINDS, ids=lambda p: getattr(p, "__name__", str(p)))
def world(request: pytest.FixtureRequest) -> World:
    return still(**request.param) if isinstance(request.param, dict) else request.param()


@pytest.mark.parametrize("weeks", [(0, None), (30, 43), (-6, None)], ids=["all weeks", "13 weeks", "the last weeks"])
def test_every_figure_of_a_chain_of_true_parameters_is_the_true_one(world: World, weeks: tuple[int, int]) -> None:
    span = world.truth.window[slice(*weeks)]
    links = world.truth.channels
    chain = om.Chain("spring", links=links, start=span[0], end=span[-1])
    found = om.evaluate_chain(true_posterior(world), chain)
    true = world.truth.chain(links, span)
    for basis, value in true.combined.items():
        tolerance = 1e-4 if basis == "marginal" else 1e-9
        assert found.returns.draws.sel(basis=basis)[0] == pytest.approx(value, rel=tolerance)
    value, cost = true.game()
    scale = abs(value).max()
    np.testing.assert_allclose(found.coalitions.value[:, :1], value, rtol=1e-8, atol=1e-9 * scale)
    np.testing.assert_allclose(found.coalitions.cost[:, :1], cost, rtol=1e-9, atol=1e-6)
    for name in links:
        assert found.draws("roas", name)[0] == pytest.approx(true.roas(name), rel=1e-8)
        own = [k for k in links if k not in found.later[name]]
        assert found.draws("roas_direct", name)[0] == pytest.approx(true.roas(name, own), rel=1e-8)
        assert found.draws("roas_half", name)[0] == pytest.approx(true.half(name), rel=1e-8)
        assert found.draws("roas_marginal", name)[0] == pytest.approx(true.marginal(name), rel=1e-4)
