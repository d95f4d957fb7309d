"""The record of a verdict: tables, other hurdles, chains side by side."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.chains import WHOLE, ChainVerdict
from tests.chains.conftest import LINKS, spring


def test_the_table_has_a_row_a_link_and_one_of_the_chain(judged: ChainVerdict) -> None:
    table = judged.table()
    assert list(table["link"]) == [*LINKS, WHOLE]
    assert {"mean", "median", "lower", "upper", "interval"} <= set(table.columns)
    assert table["shapley_value"][:-1].sum() == pytest.approx(table["shapley_value"].iloc[-1])
    assert table["shapley_share"][:-1].sum() == pytest.approx(1.0)
    assert table["spend"][:-1].sum() == pytest.approx(table["spend"].iloc[-1])
    narrow, wide = judged.table(0.5), judged.table(0.95)
    assert (narrow["upper"] <= wide["upper"]).all()
    assert (wide["interval"] == 0.95).all()


def test_another_hurdle_changes_judgements_and_no_figure(judged: ChainVerdict, funnel_posterior: om.Posterior) -> None:
    other = judged.at(0.2)
    again = om.evaluate_chain(funnel_posterior, spring(hurdle=0.2), allow_unconverged=True)
    assert other.judgement == again.judgement
    assert other.judgements == again.judgements
    np.testing.assert_allclose(other.link_rule.regret, again.link_rule.regret)
    np.testing.assert_array_equal(other.links.draws, judged.links.draws)
    assert other.probability_above_hurdle >= judged.probability_above_hurdle


def test_links_to_run_are_the_set_that_is_expected_to_earn_most(judged: ChainVerdict) -> None:
    profit = judged.coalitions.profit(judged.chain.hurdle).mean(axis=1)
    assert profit[judged.coalitions.number(judged.runs)] == profit.max()


def test_draws_that_did_not_converge_are_refused_unless_wanted(funnel_posterior: om.Posterior) -> None:
    if funnel_posterior.run.diagnostics.usable:
        pytest.skip("this fit happens to be usable")
    for verb in (om.evaluate_chain, lambda p, c: om.compare_chains(p, [c, c.without("tv")])):
        with pytest.raises(om.FitError, match="not usable"):
            verb(funnel_posterior, spring())


def test_a_variant_without_a_link_loses_what_the_link_adds(
    funnel_posterior: om.Posterior, judged: ChainVerdict
) -> None:
    chain = spring()
    found = om.compare_chains(funnel_posterior, [chain, *(chain.without(n) for n in LINKS)], allow_unconverged=True)
    profit = found.profit.draws
    for name in LINKS:
        lost = profit.sel(chain="spring") - profit.sel(chain=f"spring without {name}")
        added = judged.draws("value", name) - chain.hurdle * judged.draws("cost", name)
        np.testing.assert_allclose(lost, added, rtol=1e-7, atol=1e-3)
    np.testing.assert_allclose(found.roas.draws.sel(chain="spring"), judged.returns.draws.sel(basis="net"), rtol=1e-9)


def test_the_table_of_a_comparison_holds_the_others_against_the_first(plain_posterior: om.Posterior) -> None:
    chain = spring()
    variants = [chain.with_spend("tv", 0.8), chain.later("mail", 2), chain.with_split(dict.fromkeys(LINKS, 0.25))]
    table = om.compare_chains(plain_posterior, [chain, *variants], allow_unconverged=True).table().set_index("chain")
    assert table.loc["spring", "gain"] == 0
    assert np.isnan(table.loc["spring", "probability_better"])
    assert table["probability_better"].iloc[1:].between(0, 1).all()
    assert table["probability_best"].sum() == pytest.approx(1.0)
    assert table.loc["spring with mail 2 weeks later", "spend"] == pytest.approx(table.loc["spring", "spend"])
    assert table.iloc[3]["spend"] == pytest.approx(table.loc["spring", "spend"])
    assert not table.loc["spring with mail 2 weeks later", "extrapolated"]


def test_spending_as_before_is_no_gain(plain_posterior: om.Posterior) -> None:
    same = om.Chain(
        "same", links=[om.Link("tv", factor=1.0), *LINKS[1:]], **{"start": spring().start, "end": spring().end}
    )
    table = om.compare_chains(plain_posterior, [spring(), same], allow_unconverged=True).table()
    assert (table["gain"] == 0).all()


def test_a_chain_that_spends_more_is_marked_where_it_leaves_what_was_seen(plain_posterior: om.Posterior) -> None:
    found = om.evaluate_chain(plain_posterior, spring().with_spend("tv", 5.0), allow_unconverged=True)
    assert found.extrapolated == ("tv",)
    assert "higher than ever before" in found.sentences()[WHOLE]


@pytest.mark.parametrize(
    ("chains", "said"),
    [
        ([spring()], "comparing takes two chains or more, not 1"),
        ([spring(), spring()], "two are called 'spring'"),
        ([spring(), om.Chain("other", links=["tv"], hurdle=2.0)], "their hurdles are 1, 2; compare at one hurdle"),
    ],
)
def test_chains_that_cannot_be_compared_are_refused(
    plain_posterior: om.Posterior, chains: list[om.Chain], said: str
) -> None:
    with pytest.raises(om.OmnimixError, match=said):
        om.compare_chains(plain_posterior, chains, allow_unconverged=True)
