"""Twin law: R-hat and effective sample sizes are those of ArviZ, whatever the chains look like."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from arviz_stats.base import array_stats

from omnimix.posterior import convergence

AXES = {"chain_axis": 1, "draw_axis": 2}


def chains(seed: int, count: int, draws: int) -> np.ndarray:
    """Return parameters that mix well, slowly, with a sign change each draw, apart, with ties and with a drift."""
    generator = np.random.default_rng(seed)
    steps = generator.normal(size=(8, count, draws))
    out = steps.copy()
    for k, carried in enumerate((0.0, 0.5, 0.95, -0.4, -0.9)):
        for t in range(1, draws):
            out[k, :, t] = carried * out[k, :, t - 1] + steps[k, :, t]
    out[5] += 3 * np.arange(count)[:, None]
    out[6] = np.round(out[6])
    out[7] = np.exp(2 * out[7]) + np.linspace(0, 4, draws)
    return out


THEIRS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "rhat": lambda x: array_stats.rhat(x, **AXES),
    "ess_bulk": lambda x: array_stats.ess(x, method="bulk", **AXES),
    "ess_tail": lambda x: array_stats.ess(x, method="tail", prob=(0.05, 0.95), **AXES),
}


@pytest.mark.parametrize("figure", THEIRS)
@pytest.mark.parametrize(("count", "draws"), [(4, 1000), (4, 501), (2, 300), (3, 40), (2, 9)])
@pytest.mark.parametrize("seed", range(3))
def test_every_figure_is_the_one_of_arviz(figure: str, count: int, draws: int, seed: int) -> None:
    x = chains(seed, count, draws)
    np.testing.assert_allclose(getattr(convergence, figure)(x), THEIRS[figure](x), rtol=1e-9)


@pytest.mark.parametrize("figure", ["ess_bulk", "ess_tail"])
def test_one_chain_has_an_effective_size_and_no_rhat(figure: str) -> None:
    x = chains(1, 1, 400)
    np.testing.assert_allclose(getattr(convergence, figure)(x), THEIRS[figure](x), rtol=1e-9)
    assert np.isnan(convergence.rhat(x)).all()


@pytest.mark.parametrize("figure", THEIRS)
def test_what_cannot_be_judged_is_nan_and_the_rest_is_not(figure: str) -> None:
    x = chains(2, 4, 100)
    x[1, 2, 3] = np.nan
    found = getattr(convergence, figure)(x)
    assert np.isnan(found[1])
    assert np.isfinite(np.delete(found, 1)).all()
    assert np.isnan(getattr(convergence, figure)(x[:, :, :3])).all()


def test_chains_that_stand_still_at_different_places_have_not_converged() -> None:
    x = np.repeat([[[1.0], [2.0]]], 50, axis=2)
    assert convergence.rhat(x) == np.inf


def test_a_parameter_that_never_moves_counts_every_draw() -> None:
    x = np.full((1, 4, 100), 2.5)
    for figure in ("ess_bulk", "ess_tail"):
        np.testing.assert_allclose(getattr(convergence, figure)(x), THEIRS[figure](x))
