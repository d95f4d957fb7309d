"""Chains over several geos: the account of all geos is the sum of theirs, in every draw."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.chains.layout import lay_out_in_all
from omnimix.posterior import GeoPosterior
from tests.geo_worlds import late_fit

CHAIN = om.Chain("spring", links=[om.Link("tv"), om.Link("radio")], start="2022-06-06", end="2022-09-25")


@pytest.fixture(scope="module")
def posterior() -> GeoPosterior:
    return late_fit()


def test_a_chain_over_geos_earns_what_it_earns_in_each(posterior: GeoPosterior) -> None:
    whole = om.evaluate_chain(posterior, CHAIN, progress=False)
    each = [om.evaluate_chain(posterior.of(g), CHAIN, progress=False) for g in posterior.geos]
    for measure in ("value", "shapley_value", "value_direct", "cost"):
        sums = sum(one.links.draws.sel(measure=measure) for one in each)
        np.testing.assert_allclose(whole.links.draws.sel(measure=measure), sums, rtol=1e-9)
    value, cost = (sum(one.totals.draws.sel(measure=m) for one in each) for m in ("value", "cost"))
    np.testing.assert_allclose(whole.returns.draws.sel(basis="net"), value / cost, rtol=1e-9)
    np.testing.assert_allclose(whole.payback.draws, sum(one.payback.draws for one in each), rtol=1e-9)
    assert sum(whole.spend.values()) == pytest.approx(sum(sum(one.spend.values()) for one in each))


def test_a_split_is_of_the_money_of_all_geos(posterior: GeoPosterior) -> None:
    parts = [posterior.of(g) for g in posterior.geos]
    laid = lay_out_in_all(parts, CHAIN.with_split({"tv": 0.5, "radio": 0.5}))
    spent = {n: sum(one.spent(n) for one in laid) for n in ("tv", "radio")}
    assert spent["tv"] == pytest.approx(spent["radio"])
    assert laid[0].factors == laid[1].factors


def test_a_channel_that_runs_nowhere_in_those_weeks_is_told(posterior: GeoPosterior) -> None:
    with pytest.raises(om.SpecError, match="'tvv' is no channel; did you mean 'tv'"):
        om.evaluate_chain(posterior, om.Chain("x", links=[om.Link("tvv"), om.Link("radio")]), progress=False)
