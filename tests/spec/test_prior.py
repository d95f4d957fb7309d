"""Priors say what they mean and refuse what they cannot be."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.spec import FAMILIES, frozen_distribution, interval_prior, prior_mean, scaled

EXAMPLES = [
    om.Prior("Normal", 1.0, 2.0),
    om.Prior("HalfNormal", 0.4),
    om.Prior("LogNormal", 0.3, 0.5),
    om.Prior("Beta", 2.0, 3.0),
    om.Prior("Gamma", 2.0, 8.0),
]


@pytest.mark.parametrize("prior", [p for p in EXAMPLES if p.family != "Beta"], ids=lambda p: p.family)
def test_a_scaled_prior_is_the_prior_of_the_scaled_quantity(prior: om.Prior) -> None:
    quantiles = [0.05, 0.5, 0.95]
    expected = 7.0 * frozen_distribution(prior).ppf(quantiles)
    np.testing.assert_allclose(frozen_distribution(scaled(prior, 7.0)).ppf(quantiles), expected)


def test_every_family_has_an_example_here() -> None:
    assert {p.family for p in EXAMPLES} == set(FAMILIES)


def test_an_interval_is_read_as_nine_times_in_ten() -> None:
    low, high = frozen_distribution(interval_prior(0.5, 3.0)).ppf([0.05, 0.95])
    assert (low, high) == pytest.approx((0.5, 3.0))


def test_a_beta_prior_cannot_be_restated_in_money() -> None:
    with pytest.raises(om.SpecError, match="other units"):
        scaled(om.Prior("Beta", 2.0, 3.0), 2.0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Lognormal", 0.0, 1.0), "did you mean 'LogNormal'"),
        (("HalfNormal", 1.0, 2.0), r"takes 1 argument\(s\) \(sigma\), but 2 came"),
        (("Normal", 0.0, -1.0), "`sigma` of Normal must be above 0"),
        (("Gamma", float("nan"), 1.0), "`alpha` of Gamma"),
    ],
)
def test_an_impossible_prior_is_refused(arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(om.SpecError, match=message):
        om.Prior(*arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("pair", [(0.0, 1.0), (2.0, 1.0), (-1.0, 1.0), (1.0, float("inf"))])
def test_an_impossible_interval_is_refused(pair: tuple[float, float]) -> None:
    with pytest.raises(om.SpecError, match="0 < low < high"):
        interval_prior(*pair)


@pytest.mark.parametrize("prior", EXAMPLES, ids=lambda p: p.family)
def test_the_mean_of_a_prior_is_the_mean_of_its_distribution(prior: om.Prior) -> None:
    assert prior_mean(prior) == pytest.approx(float(frozen_distribution(prior).mean()), rel=1e-14)
