"""Returns and credits are netted within their campaign and told; a campaign below zero is a problem."""

from __future__ import annotations

import pandas as pd
import pytest

import omnimix as om
from tests.campaigns.tables import table

HEAD = "campaign,week,cost,clicks,orders,revenue\n"
SALES = """a,2026-01-05,100,90,10,300
a,2026-01-12,110,95,12,360
b,2026-01-05,200,150,8,240
b,2026-01-12,210,160,9,270
"""


def judged(*more: str) -> om.CampaignVerdict:
    return om.evaluate_campaigns(table(HEAD + SALES + "\n".join(more)))


PLAIN = judged()


@pytest.mark.parametrize(
    ("row", "spend", "orders", "revenue"),
    [
        ("a,2026-01-19,50,40,5,-60", 50, 5, -60),
        ("a,2026-01-19,-50,0,0,0", -50, 0, 0),
        ("a,2026-01-12,0,0,-2,-60", 0, -2, -60),
        ("a,2026-01-12,,,,-60", 0, 0, -60),
    ],
)
def test_a_negative_amount_is_netted_within_its_campaign(row: str, spend: int, orders: int, revenue: int) -> None:
    verdict = judged(row)
    (before,), (after,) = (v.chains()[["spend", "orders", "revenue"]].to_numpy() for v in (PLAIN, verdict))
    assert (after - before).tolist() == [spend, orders, revenue]
    own = verdict.table().set_index("campaign").loc["a"]
    assert own["platform_roas"] == pytest.approx((660 + revenue) / (210 + spend))
    assert verdict.left_out().empty
    (told,) = [finding for finding in verdict.findings if finding.name == "netted"]
    assert told.severity == "warns"
    assert "row 5" in told.message


def test_returns_lower_roas_and_can_turn_the_verdict() -> None:
    sentence = "above the hurdle"
    before, after = (
        om.evaluate_campaigns(table(HEAD + SALES + more), hurdle=1.8).chains()["sentence"][0]
        for more in ("", "a,2026-01-19,0,0,0,-100")
    )
    assert sentence in before
    assert sentence not in after


def test_returns_leave_the_rates_alone() -> None:
    pd.testing.assert_frame_equal(judged("a,2026-01-12,0,0,-2,-60").rates(), PLAIN.rates())


@pytest.mark.parametrize("row", ["c,2026-01-19,10,40,5,-600", "c,2026-01-19,-10,40,5,600"])
def test_a_campaign_that_is_negative_in_all_is_left_out_whole(row: str) -> None:
    verdict = judged("c,2026-01-05,5,20,2,60", row)
    pd.testing.assert_frame_equal(verdict.chains(), PLAIN.chains())
    assert sorted(verdict.left_out()["reason"]) == ["negative", "negative_campaign"]


def test_a_negative_count_is_no_return() -> None:
    assert judged("c,2026-01-19,10,-40,5,600").left_out()["reason"].tolist() == ["negative"]


def test_returns_of_a_later_step_are_netted_in_what_the_chain_needs() -> None:
    head = "campaign,step,week,cost,leads,orders,revenue\n"
    rows = [f"guide,1,2026-01-0{day},100,50,0,0\noffer,2,2026-01-0{day},50,,20,600\n" for day in range(1, 5)]
    even = om.evaluate_campaigns(table(head + "".join(rows) + "offer,2,2026-01-05,0,,-8,-240\n")).break_even()
    assert even["orders_later"].tolist() == [72]


def test_spend_without_known_revenue_makes_roas_a_lower_bound() -> None:
    verdict = om.evaluate_campaigns(table("campaign,spend,clicks,leads,revenue\na,10,90,9,40\nb,10,90,9,\n"))
    (told,) = [finding.message for finding in verdict.findings if finding.name == "revenue_empty"]
    assert "row 2" in told
    assert "at least" in told


@pytest.mark.parametrize("language", ["en", "nl"])
def test_orders_that_are_not_known_beside_revenue_are_told(language: str) -> None:
    """All spend over some orders is no cost per order: it is the most it can be."""
    rows = "A,100,900,10,300\nB,100,900, --,300\nC,50,900,5,90\n"
    verdict = om.evaluate_campaigns(table(f"campaign,spend,clicks,orders,revenue\n{rows}"), language=language)
    (told,) = [finding for finding in verdict.findings if finding.name == "orders_unknown"]
    assert told.severity == "warns"
    assert "B" in told.message
