"""A fit that did not converge reports no money unless the caller says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

import omnimix as om


@pytest.fixture
def stuck(small_posterior: om.Posterior) -> om.Posterior:
    diagnostics = replace(small_posterior.run.diagnostics, rhat_max=1.4)
    return replace(small_posterior, run=replace(small_posterior.run, diagnostics=diagnostics))


@pytest.mark.parametrize(
    "verb", [om.roas, om.marginal_roas, om.contributions, om.response_curves], ids=lambda v: v.__name__
)
def test_money_is_refused_until_the_caller_says_so(stuck: om.Posterior, verb: object) -> None:
    with pytest.raises(om.FitError, match=r"R-hat is 1\.400.*allow_unconverged=True"):
        verb(stuck)  # type: ignore[operator]
    verb(stuck, allow_unconverged=True)  # type: ignore[operator]


def test_health_says_that_such_a_fit_is_not_usable(stuck: om.Posterior, small_posterior: om.Posterior) -> None:
    assert not om.check(stuck).usable
    assert om.check(stuck).findings[0].name == "not_converged"
    assert om.check(small_posterior).usable
