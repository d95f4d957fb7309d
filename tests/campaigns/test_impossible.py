"""Rows that cannot be: each is listed with row, column and value, and no figure counts it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from tests.campaigns.tables import TWO_STEPS, table, two_steps

GOOD = om.evaluate_campaigns(two_steps())
IMPOSSIBLE = {
    "more_clicks_than_impressions": "x,spring,2,2025-01,500,100,600,500,,80,4000",
    "more_orders_than_visits": "x,spring,2,2025-01,500,30000,600,50,,80,4000",
    "more_orders_than_leads": "x,spring,2,2025-01,500,30000,600,500,40,80,4000",
    "revenue_without_orders": "x,spring,2,2025-01,500,30000,600,500,,0,4000",
    "orders_without_revenue": "x,spring,2,2025-01,500,30000,600,500,,80,0",
    "negative": "x,spring,2,2025-01,-500,30000,600,500,,80,4000",
    "infinite": "x,spring,2,2025-01,inf,30000,600,500,,80,4000",
    "not_a_number": "x,spring,2,2025-01,500,30000,many,500,,80,4000",
    "totals_row": "Totaal,,,,3150,271000,3460,2870,420,170,8500",
    "no_campaign": ",spring,2,2025-01,500,30000,600,500,,80,4000",
    "no_chain": "x,,2,2025-01,500,30000,600,500,,80,4000",
    "no_step": "x,spring,,2025-01,500,30000,600,500,,80,4000",
    "copied_row": "offer,spring,2,2025-01,500,30000,600,500,,80,4000",
    "empty_row": "x,spring,2,2025-01,,,,,,,",
}


@pytest.mark.parametrize("reason", IMPOSSIBLE)
def test_an_impossible_row_is_listed_and_counts_nowhere(reason: str) -> None:
    verdict = om.evaluate_campaigns(two_steps(IMPOSSIBLE[reason]))
    found = verdict.left_out()
    assert found["reason"].tolist() == [reason]
    assert found["row"].tolist() == [5]
    (finding,) = [f for f in verdict.findings if f.name == reason]
    assert finding.where == "row 5"
    pd.testing.assert_frame_equal(verdict.chains(), GOOD.chains())
    pd.testing.assert_frame_equal(verdict.rates(), GOOD.rates())


def test_rows_that_disagree_are_all_left_out() -> None:
    verdict = om.evaluate_campaigns(two_steps("offer,spring,2,2025-02,550,31000,660,520,,91,4600"))
    assert verdict.left_out()["row"].tolist() == [4, 5]
    assert verdict.chains()["revenue"].tolist() == [4000.0]


def test_a_total_that_does_not_say_so_is_known_by_its_sums() -> None:
    verdict = om.evaluate_campaigns(two_steps("Alles,spring,9,,3150,271000,3460,2870,420,170,8500"))
    assert verdict.left_out()["reason"].tolist() == ["totals_row"]


def test_a_subtotal_of_a_chain_is_known_by_its_sums() -> None:
    other = "deal,summer,1,2025-01,300,9000,200,150,,30,900"
    verdict = om.evaluate_campaigns(two_steps("Totaal spring,spring,,,3150,271000,3460,2870,420,170,8500", other))
    assert verdict.left_out()[["row", "reason"]].to_numpy().tolist() == [[5, "totals_row"]]


def test_a_campaign_that_is_called_after_a_total_stays() -> None:
    verdict = om.evaluate_campaigns(two_steps("Total Gym,spring,2,2025-01,500,30000,600,500,,80,4100"))
    assert "Total Gym" in verdict.table()["campaign"].tolist()


def test_what_is_left_out_is_told_with_its_spend() -> None:
    verdict = om.evaluate_campaigns(two_steps(IMPOSSIBLE["orders_without_revenue"]))
    assert "1 of 5 rows" in verdict.findings[0].message
    assert "500 of 3,650" in verdict.findings[0].message


def test_an_empty_cell_is_unknown_and_not_zero() -> None:
    frame = two_steps()
    frame.loc[frame["campaign"] == "guide", ["orders", "revenue"]] = np.nan
    verdict = om.evaluate_campaigns(frame)
    guide = verdict.table().set_index("campaign").loc["guide"]
    assert np.isnan(guide["platform_roas"])
    assert guide["contradicts"]
    assert verdict.chains()["roas"].tolist() == GOOD.chains()["roas"].tolist()


def test_unknown_spend_keeps_a_row_out_of_money_and_in_the_rates() -> None:
    frame = two_steps()
    frame.loc[3, "spend"] = np.nan
    verdict = om.evaluate_campaigns(frame)
    assert verdict.chains()["revenue"].tolist() == [4000.0]
    assert [f.where for f in verdict.findings if f.name == "spend_unknown"] == ["row 4"]
    assert verdict.rates()["entered"].tolist() == GOOD.rates()["entered"].tolist()


def test_orders_of_unknown_revenue_are_told() -> None:
    frame = two_steps()
    frame.loc[3, "revenue"] = np.nan
    verdict = om.evaluate_campaigns(frame)
    assert [f.where for f in verdict.findings if f.name == "revenue_unknown"] == ["row 4"]
    assert verdict.chains()["value_per_order"].tolist() == [50.0]


def test_more_visits_than_clicks_cost_that_rate_only() -> None:
    frame = two_steps()
    frame.loc[3, "visits"] = 700.0
    verdict = om.evaluate_campaigns(frame)
    pd.testing.assert_frame_equal(
        verdict.chains().drop(columns="visits", errors="ignore"), GOOD.chains().drop(columns="visits", errors="ignore")
    )
    assert any(f.name == "more_visits_than_clicks" and f.where == "row 4" for f in verdict.findings)


def test_without_periods_two_rows_of_a_campaign_stand_side_by_side() -> None:
    verdict = om.evaluate_campaigns(two_steps().drop(columns="period"))
    assert verdict.left_out().empty
    assert verdict.chains()["spend"].tolist() == GOOD.chains()["spend"].tolist()


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("campaign,spend,clicks,orders\n", "no rows"),
        ("campagin,spent,click\na,1,2\n", "3 things are wrong"),
        ("campaign,spend,clicks\na,1,2\n", "at least two of the counts"),
        ("campaign,spend,clicks,orders\na,-1,5,1\nb,1,5,9000x\n", "no row can be used"),
        ("campaign,spend,clicks,orders\na,x,5,1\nb,y,5,1\n", "no amounts"),
        ("campaign,spend,clicks,orders\na,1,x,1\nb,1,y,1\n", "fewer than two counts"),
        ("campaign,spend,clicks,orders\na,1,5%,1\nb,1,6%,1\n", "percentages"),
        ("campaign,spend,clicks,orders,revenue\na,€1,5,1,$9\n", "two currencies"),
        ("campaign,week,month,spend,clicks,orders\na,1,1,1,5,1\n", "call the one that is meant 'period'"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_reason(text: str, part: str) -> None:
    with pytest.raises(om.DataError, match=part):
        om.evaluate_campaigns(table(text))


def test_another_currency_in_a_cell_is_no_number() -> None:
    verdict = om.evaluate_campaigns(table("campaign,spend,clicks,orders\na,€10,50,3\nb,$20,50,1\nc,€5,50,1\n"))
    assert verdict.left_out()[["row", "value", "reason"]].to_numpy().tolist() == [[2, "$20", "not_a_number"]]
    assert verdict.currency == "EUR"


@pytest.mark.parametrize(
    "wrong",
    [{"hurdle": 0}, {"margin": float("inf")}, {"interval": 1.0}, {"language": "fr"}, {"seed": -1}, {"hurdle": "x"}],
)
def test_an_argument_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(om.OmnimixError, match=next(iter(wrong))):
        om.evaluate_campaigns(two_steps(), **wrong)


def test_steps_that_leave_one_out_are_refused() -> None:
    with pytest.raises(om.DataError, match=r"steps names every step.*'2'"):
        om.evaluate_campaigns(two_steps(), steps=["1"])


def test_the_table_is_not_changed() -> None:
    frame = two_steps(IMPOSSIBLE["negative"])
    before = frame.copy()
    om.evaluate_campaigns(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_the_rows_of_a_file_are_its_lines(tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "export.csv"
    file.write_text("Campaign report\n\n" + TWO_STEPS + IMPOSSIBLE["negative"] + "\n", encoding="utf-8")
    assert om.evaluate_campaigns(file).left_out()["row"].tolist() == [8]
