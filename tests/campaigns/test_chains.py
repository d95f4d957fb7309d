"""Money through chains: accounting laws, break-even, what contradicts, and the words for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from tests.campaigns.tables import many, table, two_steps

VERDICT = om.evaluate_campaigns(two_steps())


def test_the_spend_and_revenue_of_a_chain_are_those_of_its_links() -> None:
    verdict = om.evaluate_campaigns(many())
    links = verdict.table().groupby("chain")[["spend", "revenue", "orders", "leads"]].sum()
    chains = verdict.chains().set_index("chain")[["spend", "revenue", "orders", "leads"]]
    pd.testing.assert_frame_equal(links, chains)


def test_the_figures_of_a_small_chain_by_hand() -> None:
    chain, links = VERDICT.chains().iloc[0], VERDICT.table().set_index("campaign")
    assert chain["roas"] == pytest.approx(8500 / 3150)
    assert chain["cost_per_lead"] == pytest.approx(3150 / 420)
    assert chain["cost_per_order"] == pytest.approx(3150 / 170)
    assert links.loc["guide", "cost_per_lead"] == pytest.approx(2100 / 420)
    assert links["platform_roas"].tolist() == pytest.approx([0.0, 8500 / 1050])
    assert links["contradicts"].tolist() == [True, False]


def test_margin_multiplies_roas_and_nothing_else() -> None:
    thin = om.evaluate_campaigns(two_steps(), margin=0.25)
    assert thin.chains()["roas"].tolist() == pytest.approx((0.25 * VERDICT.chains()["roas"]).tolist())
    pd.testing.assert_frame_equal(thin.rates(), VERDICT.rates())


def test_another_currency_changes_amounts_only() -> None:
    frame = two_steps()
    frame[["spend", "revenue"]] *= 7.0
    other = om.evaluate_campaigns(frame)
    assert other.chains()["roas"].tolist() == pytest.approx(VERDICT.chains()["roas"].tolist())
    assert other.break_even()["probability"].tolist() == VERDICT.break_even()["probability"].tolist()


def test_the_order_of_rows_changes_no_verdict() -> None:
    frame = many()
    turned = om.evaluate_campaigns(frame.iloc[::-1].reset_index(drop=True))
    first, second = (
        v.table().sort_values("campaign").reset_index(drop=True) for v in (om.evaluate_campaigns(frame), turned)
    )
    assert first["contradicts"].tolist() == second["contradicts"].tolist()
    assert first["platform_roas"].tolist() == pytest.approx(second["platform_roas"].tolist())


def test_at_the_break_even_rate_the_chain_reaches_the_hurdle_exactly() -> None:
    chain, even = VERDICT.chains().iloc[0], VERDICT.break_even().iloc[0]
    orders = even["break_even_rate"] * even["fed"]
    assert orders * chain["value_per_order"] == pytest.approx(1.0 * chain["spend"])


def test_a_higher_hurdle_asks_for_a_higher_rate_and_is_less_likely() -> None:
    low, high = (om.evaluate_campaigns(two_steps(), hurdle=h).break_even().iloc[0] for h in (1.0, 3.0))
    assert high["break_even_rate"] == pytest.approx(3 * low["break_even_rate"])
    assert high["probability"] < low["probability"]


def test_a_lead_campaign_in_a_chain_that_earns_is_not_called_bad() -> None:
    (sentence,) = VERDICT.table().loc[VERDICT.table()["campaign"] == "guide", "sentence"]
    assert sentence.startswith("Do not judge guide by its own ROAS")
    assert "420 leads" in sentence
    dutch = om.evaluate_campaigns(two_steps(), language="nl").table()["sentence"][0]
    assert dutch.startswith("Beoordeel guide niet op de eigen ROAS")
    assert "2,70" in dutch


def test_a_link_that_feeds_nothing_is_not_excused_by_its_chain() -> None:
    frame = table("campaign,step,spend,visits,orders,revenue\ngood,1,100,900,50,1000\nbad,1,100,900,2,40\n")
    bad = om.evaluate_campaigns(frame).table().set_index("campaign").loc["bad"]
    assert bad["contradicts"]
    assert "does not excuse" in bad["sentence"]


def test_a_last_link_in_a_chain_below_the_hurdle_is_flattered() -> None:
    frame = two_steps()
    frame.loc[frame["campaign"] == "guide", "spend"] = 9000.0
    offer = om.evaluate_campaigns(frame).table().set_index("campaign").loc["offer"]
    assert offer["contradicts"]
    assert "flatters" in offer["sentence"]


def test_a_chain_of_one_link_contradicts_nothing() -> None:
    verdict = om.evaluate_campaigns(table("campaign,chain,spend,visits,orders,revenue\na,x,9,90,3,60\nb,y,9,90,3,6\n"))
    assert not verdict.table()["contradicts"].any()
    assert all("only link" in s for s in verdict.table()["sentence"])


def test_a_missing_count_is_bridged_to_the_next() -> None:
    rates = om.evaluate_campaigns(two_steps().drop(columns=["clicks", "visits"])).rates()
    assert rates[["campaign", "source", "target"]].to_numpy().tolist() == [
        ["guide", "impressions", "leads"],
        ["offer", "impressions", "orders"],
    ]


def test_the_weakest_step_of_a_planted_campaign_is_found_and_costed() -> None:
    frame = many(campaigns=12, periods=12)
    weak = frame["campaign"] == "c3"
    frame.loc[weak, "orders"] = (frame.loc[weak, "orders"] * 0.4).round()
    frame.loc[weak, "revenue"] = 45.0 * frame.loc[weak, "orders"]
    verdict = om.evaluate_campaigns(frame)
    row = verdict.weakest().set_index("campaign").loc["c3"]
    missing = 0.06 * 900 * 12 - frame.loc[weak, "orders"].sum()
    assert (row["source"], row["target"], row["lost"]) == ("visits", "orders", "orders")
    assert row["probability_below_peers"] > 0.95
    assert row["lower"] < missing < row["upper"]
    assert any("c3 is weakest from visits to orders" in s for s in verdict.sentences)


def test_a_campaign_without_peers_has_no_weakest_step() -> None:
    assert VERDICT.weakest().empty
    assert VERDICT.rates()["probability_below_peers"].isna().all()


def test_long_visits_without_buying_are_told() -> None:
    frame = many(campaigns=12, periods=12).assign(time_on_site=60.0)
    weak = frame["campaign"] == "c3"
    frame.loc[weak, "time_on_site"] = 150.0
    frame.loc[weak, "orders"] = (frame.loc[weak, "orders"] * 0.4).round()
    frame.loc[weak, "revenue"] = 45.0 * frame.loc[weak, "orders"]
    told = [f for f in om.evaluate_campaigns(frame).findings if f.name == "long_visits"]
    assert [f.where for f in told] == ["c3"]
    assert "150 seconds against 60" in told[0].message


def test_later_orders_that_outnumber_the_leads_have_no_break_even_rate() -> None:
    frame = two_steps()
    frame.loc[frame["campaign"] == "guide", "leads"] = 40.0
    assert om.evaluate_campaigns(frame).break_even().empty


def test_the_warning_stands_in_every_form() -> None:
    assert "not incremental" in VERDICT.warning
    assert VERDICT.warning in repr(VERDICT)
    assert "not incremental" in VERDICT._repr_html_()
    assert "niet incrementeel" in om.evaluate_campaigns(two_steps(), language="nl").warning


def test_every_finding_and_sentence_has_both_languages() -> None:
    frame = two_steps("x,spring,2,2025-01,-500,30000,600,500,,80,4000", "Totaal,,,,3150,271000,3460,2870,420,170,8500")
    english, dutch = om.evaluate_campaigns(frame), om.evaluate_campaigns(frame, language="nl")
    assert [f.name for f in english.findings] == [f.name for f in dutch.findings]
    assert len(english.sentences) == len(dutch.sentences)
    assert not set(english.sentences) & set(dutch.sentences)


def test_the_same_seed_gives_the_same_figures() -> None:
    pd.testing.assert_frame_equal(
        om.evaluate_campaigns(many(), seed=4).rates(), om.evaluate_campaigns(many(), seed=4).rates()
    )


def test_tables_are_copies() -> None:
    copy = VERDICT.table()
    copy["spend"] = 0.0
    assert VERDICT.table()["spend"].sum() == 3150.0


@pytest.mark.parametrize("kind", ["polars", "pyarrow"])
def test_other_dataframes_give_the_same(kind: str) -> None:
    frame = two_steps()
    if kind == "polars":
        other = pytest.importorskip("polars").from_pandas(frame)
    else:
        other = pytest.importorskip("pyarrow").Table.from_pandas(frame)
    pd.testing.assert_frame_equal(om.evaluate_campaigns(other).rates(), VERDICT.rates())


def test_ten_thousand_rows_take_no_time() -> None:
    import time

    frame = many(campaigns=200, periods=50)
    start = time.process_time()
    om.evaluate_campaigns(frame)
    assert time.process_time() - start < 5.0  # a second and a half, and room for slow machines


def test_steps_by_name_stand_in_the_order_that_is_given() -> None:
    frame = two_steps().replace({"step": {1: "win", 2: "sell"}}).iloc[::-1]
    told = om.evaluate_campaigns(frame, steps=["win", "sell"])
    assert told.table()["step"].tolist() == ["win", "sell"]
    assert told.break_even()["next_step"].tolist() == ["sell"]
    assert "order_of_steps" in [f.name for f in om.evaluate_campaigns(frame).findings]


def test_all_spend_zero_gives_rates_and_no_roas() -> None:
    verdict = om.evaluate_campaigns(two_steps().assign(spend=0.0))
    assert np.isnan(verdict.chains()["roas"]).all()
    assert not verdict.rates().empty
    assert "no_spend" in [f.name for f in verdict.findings]
