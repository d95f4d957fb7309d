"""Laws of every curve in the tables."""

from __future__ import annotations

import numpy as np
import pytest

from omnimix.curves import ADSTOCKS, SATURATIONS, Curve, lag_weights, saturate
from omnimix.spec import Prior, frozen_distribution

adstocks = pytest.mark.parametrize("curve", ADSTOCKS.values(), ids=lambda c: c.name)
saturations = pytest.mark.parametrize("curve", SATURATIONS.values(), ids=lambda c: c.name)
POINTS = [(0.3, 0.7), (0.6, 1.6), (0.85, 2.4)]


def three(curve: Curve, quantile: float) -> tuple[float, ...]:
    """Return an adstock's parameters at a quantile of their default priors, 1 where it has none."""
    values = [float(frozen_distribution(Prior(p.family, *p.arguments)).ppf(quantile)) for p in curve.parameters]
    return (*values, 1.0, 1.0, 1.0)[:3]


@adstocks
@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.95])
def test_carryover_moves_exposure_and_never_makes_any(curve: Curve, quantile: float) -> None:
    weights = lag_weights(curve.code, *three(curve, quantile), 14)[0]
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert (weights >= 0).all()


@adstocks
@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.95])
def test_the_derivatives_of_a_kernel_are_finite_differences(curve: Curve, quantile: float) -> None:
    given, step = np.array(three(curve, quantile)), 1e-6
    stated = lag_weights(curve.code, *given, 14)
    for k, move in enumerate(step * np.eye(3), start=1):
        above, below = (lag_weights(curve.code, *(given + away), 14)[0] for away in (move, -move))
        np.testing.assert_allclose(stated[k], (above - below) / (2 * step), atol=1e-7, rtol=1e-5)


@pytest.mark.parametrize("retention", [0.0, 0.2, 0.7])
def test_the_gamma_kernel_at_delay_zero_is_the_geometric_one(retention: float) -> None:
    gamma, geometric = ADSTOCKS["gamma"].code, ADSTOCKS["geometric"].code
    if retention == 0.0:
        retention = 1e-12
    np.testing.assert_allclose(
        lag_weights(gamma, retention, 0.0, 0.0, 14)[0], lag_weights(geometric, retention, 0.0, 0.0, 14)[0], atol=1e-14
    )


def test_kernels_equal_their_written_formulas() -> None:
    lags = np.arange(14)
    slow, fast = 0.4 ** (lags / 3), (lags + 1.0) ** 1.7 * 0.4**lags
    written = {
        "two_speed": 0.8 * fast / fast.sum() + 0.2 * slow / slow.sum(),
        "gamma": (lags + 1.0) ** 1.7 * 0.4**lags,
        "geometric": 0.4**lags,
        "delayed": 0.4 ** ((lags - 1.7) ** 2),
        "weibull": 1.7 / 0.4 * ((lags + 1) / 0.4) ** 0.7 * np.exp(-(((lags + 1) / 0.4) ** 1.7)),
        "none": (lags == 0) * 1.0,
    }
    assert set(written) == set(ADSTOCKS)
    for name, weights in written.items():
        np.testing.assert_allclose(
            lag_weights(ADSTOCKS[name].code, 0.4, 1.7, 0.2, 14)[0], weights / weights.sum(), atol=1e-14
        )


@saturations
@pytest.mark.parametrize(("p0", "p1"), POINTS)
def test_the_derivatives_of_a_saturation_are_finite_differences(curve: Curve, p0: float, p1: float) -> None:
    step = 1e-6
    for u in (0.05, 0.8, 3.0):
        stated = saturate(curve.code, u, p0, p1)
        by_u = (saturate(curve.code, u + step, p0, p1)[0] - saturate(curve.code, u - step, p0, p1)[0]) / (2 * step)
        by_0 = (saturate(curve.code, u, p0 + step, p1)[0] - saturate(curve.code, u, p0 - step, p1)[0]) / (2 * step)
        by_1 = (saturate(curve.code, u, p0, p1 + step)[0] - saturate(curve.code, u, p0, p1 - step)[0]) / (2 * step)
        np.testing.assert_allclose(stated[1:], (by_u, by_0, by_1), atol=1e-7, rtol=1e-5)


@saturations
def test_no_exposure_has_no_effect_and_more_never_has_less(curve: Curve) -> None:
    values = [saturate(curve.code, u, 0.8, 1.4)[0] for u in np.linspace(0, 5, 40)]
    assert values[0] == 0.0
    assert (np.diff(values) >= 0).all()


@pytest.mark.parametrize("name", ["hill", "logistic", "michaelis_menten"])
def test_the_half_saturation_point_is_where_half_of_the_ceiling_is_reached(name: str) -> None:
    assert saturate(SATURATIONS[name].code, 0.7, 0.7, 1.9)[0] == pytest.approx(0.5)


def test_the_hill_curve_with_slope_one_is_michaelis_menten() -> None:
    for u in (0.1, 1.0, 4.0):
        hill = saturate(SATURATIONS["hill"].code, u, 0.6, 1.0)[0]
        assert hill == pytest.approx(saturate(SATURATIONS["michaelis_menten"].code, u, 0.6, 1.0)[0])


@pytest.mark.parametrize("curve", [*ADSTOCKS.values(), *SATURATIONS.values()], ids=lambda c: c.name)
def test_every_curve_says_what_it_means_and_has_priors_that_can_be_built(curve: Curve) -> None:
    assert curve.meaning
    assert curve.latex
    assert len(curve.parameters) <= (3 if curve.name in ADSTOCKS else 2)
    for parameter in curve.parameters:
        assert parameter.meaning
        assert Prior(parameter.family, *parameter.arguments).support in ("positive", "unit")


@pytest.mark.parametrize("table", [ADSTOCKS, SATURATIONS], ids=["adstock", "saturation"])
def test_every_code_of_a_table_is_its_own(table: dict[str, Curve]) -> None:
    assert sorted(c.code for c in table.values()) == list(range(len(table)))
