"""Laws that hold for every chain, in every draw."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.chains import WHOLE, ChainVerdict
from omnimix.chains.coalitions import shapley
from omnimix.labels import ALL_MEDIA
from omnimix.rows.chains import chain_rows
from tests.chains.conftest import LINKS, SPAN, spring

MEASURES = (
    "roas",
    "roas_direct",
    "roas_standalone",
    "roas_marginal",
    "roas_half",
    "shapley_value",
    "passed_on",
    "cost",
)


def evaluated(posterior: om.Posterior, chain: om.Chain) -> ChainVerdict:
    return om.evaluate_chain(posterior, chain, allow_unconverged=True)


@pytest.fixture(params=["judged", "judged_plain"])
def found(request: pytest.FixtureRequest) -> ChainVerdict:
    verdict: ChainVerdict = request.getfixturevalue(request.param)
    return verdict


def test_shapley_shares_add_up_to_the_combined_value_in_every_draw(found: ChainVerdict) -> None:
    shares = sum(found.draws("shapley_value", n) for n in LINKS)
    np.testing.assert_allclose(shares, found.totals.draws.sel(measure="value"), rtol=1e-12)
    costs = sum(found.draws("shapley_cost", n) for n in LINKS)
    np.testing.assert_allclose(costs, found.totals.draws.sel(measure="cost"), rtol=1e-12)


def test_shapley_shares_are_the_mean_over_all_orders_of_joining() -> None:
    sets = np.random.default_rng(1).normal(size=(16, 3))
    mean = np.zeros((4, 3))
    for order in permutations(range(4)):
        joined = 0
        for k in order:
            mean[k] += (sets[joined | 1 << k] - sets[joined]) / 24
            joined |= 1 << k
    np.testing.assert_allclose(shapley(sets), mean, atol=1e-12)


def test_value_over_outcomes_is_the_value_of_the_chain(found: ChainVerdict) -> None:
    np.testing.assert_allclose(found.value.draws.sum("outcome"), found.totals.draws.sel(measure="value"), rtol=1e-9)


def test_a_chain_of_one_link_is_the_channel(funnel_posterior: om.Posterior) -> None:
    for name in LINKS:
        one = evaluated(funnel_posterior, om.Chain("one", links=[name]))
        for basis in ("net", "gross", "frozen"):
            channel = om.roas(funnel_posterior, basis=basis, allow_unconverged=True).draws.sel(channel=name)
            np.testing.assert_allclose(one.returns.draws.sel(basis=basis), channel, rtol=1e-9)
        marginal = om.marginal_roas(funnel_posterior, allow_unconverged=True).draws.sel(channel=name)
        np.testing.assert_allclose(one.returns.draws.sel(basis="marginal"), marginal, rtol=1e-7)
        for measure in ("roas", "roas_direct", "roas_standalone", "roas_shapley"):
            np.testing.assert_allclose(one.draws(measure, name), one.returns.draws.sel(basis="net"), rtol=1e-9)
        assert one.link_rule.wrong[name] == 0
        assert not one.link_rule.regret.any()


def test_a_chain_of_all_channels_over_all_weeks_is_all_media(posterior: om.Posterior) -> None:
    whole = evaluated(posterior, om.Chain("all", links=LINKS))
    net = om.roas(posterior, allow_unconverged=True).draws.sel(channel=ALL_MEDIA)
    np.testing.assert_allclose(whole.returns.draws.sel(basis="net"), net, rtol=1e-9)
    for name in LINKS:
        alone = om.roas(posterior, allow_unconverged=True).draws.sel(channel=name)
        np.testing.assert_allclose(whole.draws("roas", name), alone, rtol=1e-9)


def test_the_combined_return_is_that_of_the_same_channels_together(funnel_posterior: om.Posterior) -> None:
    group = ["tv", "search"]
    chain = evaluated(funnel_posterior, om.Chain("two", links=group))
    together = om.joint_roas(funnel_posterior, [group], allow_unconverged=True).draws.isel(channel=0)
    np.testing.assert_allclose(chain.returns.draws.sel(basis="net"), together, rtol=1e-9)


def test_how_links_are_listed_changes_nothing(funnel_posterior: om.Posterior, judged: ChainVerdict) -> None:
    other = evaluated(funnel_posterior, spring(links=LINKS[::-1]))
    for measure in MEASURES:
        for name in LINKS:
            np.testing.assert_allclose(other.draws(measure, name), judged.draws(measure, name), rtol=1e-7, atol=1e-6)
    np.testing.assert_allclose(other.link_rule.regret, judged.link_rule.regret, rtol=1e-9, atol=1e-6)
    assert {n: j.verdict for n, j in other.judgements.items()} == {n: j.verdict for n, j in judged.judgements.items()}
    assert other.sentences()["tv"] == judged.sentences()["tv"]


def test_splitting_a_link_in_two_halves_leaves_the_chain(funnel_posterior: om.Posterior, judged: ChainVerdict) -> None:
    halves = [om.Link("tv one", channels="tv", share=0.5), om.Link("tv two", channels="tv", share=0.5)]
    split = evaluated(funnel_posterior, spring(links=[*halves, *LINKS[1:]]))
    for basis in ("net", "gross", "frozen", "marginal", "half"):
        same = judged.returns.draws.sel(basis=basis)
        np.testing.assert_allclose(split.returns.draws.sel(basis=basis), same, rtol=1e-7)
    np.testing.assert_allclose(
        split.draws("shapley_value", "tv one"), split.draws("shapley_value", "tv two"), rtol=1e-9
    )
    np.testing.assert_allclose(split.payback.draws, judged.payback.draws, rtol=1e-7, atol=1e-4)


def test_joining_links_in_one_leaves_the_chain(funnel_posterior: om.Posterior, judged: ChainVerdict) -> None:
    joined = evaluated(funnel_posterior, spring(links=[om.Link("both", channels=["tv", "mail"]), *LINKS[2:]]))
    np.testing.assert_allclose(joined.returns.draws.sel(basis="net"), judged.returns.draws.sel(basis="net"), rtol=1e-9)


def test_a_link_without_spend_gets_nothing_and_changes_nothing(funnel_posterior: om.Posterior) -> None:
    silent = funnel_posterior.panel.frame["tv"]
    week = silent.index[(silent == 0) & (silent.index >= pd.Timestamp(SPAN["start"]))][0]
    links = [om.Link("pause", channels="tv", start=week, end=week), "mail", "search"]
    found = evaluated(funnel_posterior, spring(links=links))
    for measure in ("shapley_value", "value", "value_direct", "passed_on", "cost"):
        assert not found.draws(measure, "pause").any()
    assert found.judgements["pause"].verdict is None
    assert pd.isna(found.table().set_index("link").loc["pause", "verdict"])
    assert next(row for row in chain_rows(found)["links"] if row["link"] == "pause")["verdict"] is None
    assert np.isnan(found.draws("roas", "pause")).all()
    assert found.link_rule.wrong["pause"] == 0
    assert "nothing to judge" in found.sentences()["pause"]
    assert np.isnan(found.table().set_index("link").loc["pause", "median"])
    assert "pause" not in found.sentences()[WHOLE]
    rest = evaluated(funnel_posterior, spring(links=["mail", "search"]))
    np.testing.assert_allclose(found.returns.draws.sel(basis="net"), rest.returns.draws.sel(basis="net"), rtol=1e-9)


def test_levers_that_add_up_earn_the_same_in_and_out_of_the_chain(judged_plain: ChainVerdict) -> None:
    for name in LINKS:
        for measure in ("roas_direct", "roas_standalone", "roas_shapley"):
            np.testing.assert_allclose(judged_plain.draws(measure, name), judged_plain.draws("roas", name), rtol=1e-7)
    value = float(judged_plain.totals.draws.sel(measure="value").mean())
    assert float(abs(judged_plain.totals.draws.sel(measure="synergy")).max()) < 1e-8 * value
    assert not judged_plain.link_rule.regret.any()
    assert not any(judged_plain.link_rule.wrong.values())


def test_what_a_link_passes_on_works_through_later_links_alone(judged: ChainVerdict) -> None:
    assert judged.later == {
        "tv": ("retargeting", "search"),
        "mail": ("retargeting", "search"),
        "search": ("retargeting",),
        "retargeting": (),
    }
    assert not judged.draws("passed_on", "retargeting").any()
    assert (judged.draws("passed_on", "tv") >= 0).all()
    assert (judged.draws("passed_on", "tv") > 0).any()


def test_money_units_change_figures_in_money_alone(judged: ChainVerdict) -> None:
    profit = judged.totals.draws.sel(measure="profit")
    value, cost = (judged.totals.draws.sel(measure=m) for m in ("value", "cost"))
    np.testing.assert_allclose(profit, value - judged.chain.hurdle * cost, rtol=1e-9)


def test_net_is_gross_where_the_answering_channel_is_a_link_in_all_weeks(funnel_posterior: om.Posterior) -> None:
    whole = evaluated(funnel_posterior, om.Chain("all", links=LINKS))
    net, gross = (whole.returns.draws.sel(basis=b) for b in ("net", "gross"))
    np.testing.assert_allclose(net, gross, rtol=1e-9)


def test_a_chain_pays_for_what_it_induces_outside(funnel_posterior: om.Posterior) -> None:
    chain = evaluated(funnel_posterior, spring(links=["tv", "mail"]))
    induced = chain.totals.draws.sel(measure="cost") - sum(chain.spend.values())
    assert float(induced.mean()) > 0
    assert (chain.returns.draws.sel(basis="net") <= chain.returns.draws.sel(basis="gross") + 1e-12).all()


def test_payback_ends_at_value_less_cost(funnel_posterior: om.Posterior, judged: ChainVerdict) -> None:
    whole = om.evaluate_chain(funnel_posterior, spring(), horizons=(104,), allow_unconverged=True)
    last = whole.payback.draws.isel(horizon=-1)
    value, cost = (judged.totals.draws.sel(measure=m) for m in ("value", "cost"))
    np.testing.assert_allclose(last, value - cost, rtol=1e-7, atol=1e-3)


def test_regret_is_never_below_zero_in_expectation(found: ChainVerdict) -> None:
    assert found.link_rule.regret.mean() >= 0


@pytest.fixture(params=["funnel_posterior", "plain_posterior"])
def posterior(request: pytest.FixtureRequest) -> om.Posterior:
    fitted: om.Posterior = request.getfixturevalue(request.param)
    return fitted
