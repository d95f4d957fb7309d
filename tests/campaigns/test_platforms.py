"""Exports of ad platforms are read as they are, and it is said what was read as what."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest

import omnimix as om
from omnimix.campaigns.headings import heading_of, looks_like_money_or_results, platforms, usual
from omnimix.findings import Finding
from tests.campaigns.exports import EXPORTS, ORDERS, REVENUE, ROWS, SPEND, Export
from tests.campaigns.tables import table


def named(findings: Sequence[Finding], name: str) -> list[str]:
    return [finding.message for finding in findings if finding.name == name]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: f"{export.name} {export.language}")
def test_an_export_of_a_platform_gives_its_spend_orders_and_revenue(export: Export, tmp_path: Path) -> None:
    verdict = om.evaluate_campaigns(export.write(tmp_path))
    (chain,) = verdict.chains().to_dict("records")
    assert (chain["spend"], chain["orders"]) == (SPEND, ORDERS)
    assert sorted(verdict.table()["campaign"]) == ["Brand", "Total care launch"]
    if "revenue" in export.parts:
        assert chain["roas"] == pytest.approx(REVENUE / SPEND)
    else:
        assert pd.isna(chain["revenue"])
    assert [f.message for f in verdict.findings if f.severity != "notes"] == []
    assert verdict.left_out()["reason"].tolist() == ["totals_row"] * bool(export.total)
    (read,) = named(verdict.findings, "columns_matched")
    assert read.startswith(f"The table was read as an export of {export.name}: ")
    entered = verdict.rates().groupby("source")["entered"].sum()
    for part, at in (("impressions", 3), ("clicks", 4), ("visits", 5)):
        if part in export.parts:
            assert entered[part] == sum(row[at] for row in ROWS)


@pytest.mark.parametrize(
    ("heading", "currency"),
    [
        ("Amount spent (EUR)", "EUR"),
        ("Besteed bedrag (€)", "EUR"),
        ("Amount spent in GBP", "GBP"),
        ("Spend [INR]", "INR"),
    ],
)
def test_the_currency_of_a_heading_is_the_currency_of_the_table(heading: str, currency: str) -> None:
    assert om.evaluate_campaigns(table(f"campaign,{heading},clicks,orders\na,9,90,3\nb,9,90,3\n")).currency == currency


def test_marks_and_accents_in_headings_do_not_matter() -> None:
    heads = ("Conv.-Wert", "conv wert", "CONV. WERT", "Conv.wert")
    assert {heading_of(head).text for head in heads} == {"conv wert"}
    assert heading_of("Kosten / conv.") == heading_of("Kosten/Conv")
    assert heading_of("Käufe") == heading_of("Ka\u0308ufe")


@pytest.mark.parametrize(
    "text",
    [
        "campaign,spend (EUR),clicks,orders,revenue (USD)\na,1,5,1,9\n",
        "campaign,spend,currency code,clicks,orders\na,1,EUR,5,1\nb,1,USD,5,1\n",
        "campaign,spend (EUR),currency code,clicks,orders\na,1,USD,5,1\n",
    ],
)
def test_two_currencies_in_headings_or_codes_are_refused(text: str) -> None:
    with pytest.raises(om.DataError, match="two currencies"):
        om.evaluate_campaigns(table(text))


def test_the_reader_s_own_names_win_over_those_of_the_platform() -> None:
    verdict = om.evaluate_campaigns(
        table("Campaign,Cost,spend,Impr.,Clicks,Conversions,orders,Conv. value,revenue\na,9,10,900,90,9,2,99,40\n")
    )
    (chain,) = verdict.chains().to_dict("records")
    assert (chain["spend"], chain["orders"], chain["revenue"]) == (10, 2, 40)


def test_conversions_are_said_to_be_treated_as_orders() -> None:
    verdict = om.evaluate_campaigns(table("Campaign,Cost,Clicks,Conversions,All conv.,Conv. value\na,9,90,3,7,40\n"))
    assert "treated as orders" in named(verdict.findings, "conversions_as_orders")[0]
    assert "'All conv.' also counts secondary conversions and is not used" in named(verdict.findings, "wider_unused")[0]


def test_wider_conversions_are_used_only_where_they_stand_alone() -> None:
    verdict = om.evaluate_campaigns(table("Campaign,Cost,Clicks,All conv.,All conv. value\na,9,90,7,40\n"))
    assert verdict.chains()["orders"].tolist() == [7]
    assert len(named(verdict.findings, "wider_used")) == 2


@pytest.mark.parametrize(
    "head",
    [
        "Campaign,Cost,Clicks,Conversions,Conv. value",
        "Campaign,Amount spent,Link clicks,Purchases,Purchases conversion value",
    ],
)
def test_conversions_without_a_value_stay_in_the_table(head: str) -> None:
    verdict = om.evaluate_campaigns(table(f"{head}\na,10,90,3,40\nb,10,90,3,0.00\n"))
    assert verdict.chains()["roas"].tolist() == [2.0]
    assert "at least" in named(verdict.findings, "orders_without_value")[0]


class TestRevenueThatIsCost:
    """Display & Video 360 calls what the advertiser pays "Revenue"."""

    def test_it_is_the_spend_and_that_is_said(self) -> None:
        verdict = om.evaluate_campaigns(
            table("Campaign,Line Item,Clicks,Total Conversions,Revenue (USD)\na,b,90,3,40\n")
        )
        assert verdict.chains()["spend"].tolist() == [40]
        assert verdict.chains()["revenue"].isna().all()
        assert "what the advertiser pays" in named(verdict.findings, "revenue_is_cost")[0]

    def test_beside_the_reader_s_own_revenue_it_is_the_spend(self) -> None:
        text = "Campaign,Insertion Order,Clicks,Total Conversions,Revenue (Adv Currency),revenue\na,b,90,3,40,120\n"
        assert om.evaluate_campaigns(table(text)).chains()["roas"].tolist() == [3.0]

    def test_beside_the_reader_s_own_spend_it_is_revenue_with_a_warning(self) -> None:
        verdict = om.evaluate_campaigns(table("campaign,line item,spend,clicks,orders,revenue\na,b,40,90,3,120\n"))
        assert verdict.chains()["roas"].tolist() == [3.0]
        assert named(verdict.findings, "revenue_may_be_cost")

    def test_beside_another_cost_both_readings_are_told(self) -> None:
        with pytest.raises(
            om.DataError, match=r"'Revenue' is the cost in an export of Display & Video 360, and 'Cost' can be"
        ):
            om.evaluate_campaigns(table("Campaign,Line Item,Cost,Clicks,Orders,Revenue\na,b,40,90,3,120\n"))


class TestResults:
    """Meta counts as results whatever a campaign was set to count."""

    HEAD = "Campaign name,Amount spent (EUR),Link clicks,Landing page views,Results,Result indicator\n"

    def test_they_are_orders_only_where_their_kind_says_so(self) -> None:
        rows = "shop,10,90,80,4,actions:offsite_conversion.fb_pixel_purchase\nform,10,90,80,9,actions:lead\n"
        rows += "visits,10,90,80,80,actions:landing_page_view\n"
        verdict = om.evaluate_campaigns(table(self.HEAD + rows))
        found = verdict.table().set_index("campaign")[["orders", "leads"]]
        assert found.loc["shop", "orders"] == 4
        assert found.loc["form", "leads"] == 9
        assert found.loc[["form", "visits"], "orders"].isna().all()
        assert "says purchase" in named(verdict.findings, "results_as_orders")[0]

    def test_without_a_kind_they_are_not_used_and_that_is_a_warning(self) -> None:
        text = self.HEAD.replace(",Result indicator", "") + "shop,10,90,80,4\n"
        verdict = om.evaluate_campaigns(table(text))
        assert verdict.chains()["orders"].isna().all()
        assert "no column says which" in named(verdict.findings, "results_without_kinds")[0]

    def test_beside_purchases_they_are_not_used(self) -> None:
        text = "Campaign name,Amount spent (EUR),Link clicks,Purchases,Results\nshop,10,90,4,80\n"
        assert om.evaluate_campaigns(table(text)).chains()["orders"].tolist() == [4]


def test_the_start_of_a_report_is_a_period_only_where_it_differs() -> None:
    head = "Reporting starts,Campaign name,Amount spent (EUR),Link clicks,Purchases\n"
    one = om.evaluate_campaigns(table(head + "2026-08-01,a,9,90,3\n2026-08-01,b,9,90,3\n"))
    two = om.evaluate_campaigns(table(head + "2026-08-01,a,9,90,3\n2026-08-08,a,9,90,4\n"))
    assert (one.horizon, two.horizon) == ((), ("2026-08-01", "2026-08-08"))


@pytest.mark.parametrize("frame", [False, True])
def test_dates_without_marks_are_dates(frame: bool, tmp_path: Path) -> None:
    text = "Date,Session campaign,Ads cost,Sessions,Transactions\n20260803,a,9,90,3\n20260810,a,9,90,4\n"
    file = tmp_path / "export.csv"
    file.write_text(text, encoding="utf-8")
    assert om.evaluate_campaigns(table(text) if frame else file).horizon == ("2026-08-03", "2026-08-10")


def test_ad_sets_are_parts_of_their_campaign_and_no_periods_of_their_own() -> None:
    head = "Campaign name,Ad set name,Day,Amount spent (EUR),Link clicks,Purchases,Purchases conversion value\n"
    days = [f"2026-08-{day:02d}" for day in range(1, 7)]
    parts = [f"c{c},{name},{day},{5 + c},{90 + c},{3 + c},{60 + c}" for c in (1, 2) for day in days for name in "xy"]
    whole = [f"c{c},,{day},{10 + 2 * c},{180 + 2 * c},{6 + 2 * c},{120 + 2 * c}" for c in (1, 2) for day in days]
    split, summed = (om.evaluate_campaigns(table(head + "\n".join(rows))) for rows in (parts, whole))
    pd.testing.assert_frame_equal(split.rates(), summed.rates())
    assert split.chains()["roas"].tolist() == summed.chains()["roas"].tolist()
    assert split.left_out().empty


def test_headings_of_two_platforms_that_read_differently_are_refused_with_both() -> None:
    text = "Campaign name,Spend in account currency,Swipe Ups,Impressions,Orders\na,1,90,900,3\n"
    with pytest.raises(om.DataError) as refused:
        om.evaluate_campaigns(table(text))
    assert "in an export of Pinterest Ads spend is 'Spend in account currency', clicks is not there" in str(
        refused.value
    )
    assert "in an export of Snapchat Ads spend is not there, clicks is 'Swipe Ups'" in str(refused.value)


def test_unknown_headings_that_look_like_money_or_results_are_named_in_full() -> None:
    lost = [f"Shop {k} sales" for k in range(9)] + [f"Checkout {k} results" for k in range(9)]
    rest = [f"Label {k}" for k in range(20)]
    names = [*rest, *lost]
    with pytest.raises(om.DataError) as refused:
        om.evaluate_campaigns(table(f"campaign,clicks,orders,{','.join(names)}\n" + ",".join("a" * 41) + "\n"))
    assert all(name in str(refused.value) for name in lost)
    verdict = om.evaluate_campaigns(table(f"campaign,spend,clicks,{','.join(names)},orders\na,1,9{',x' * 38},1\n"))
    (told,) = named(verdict.findings, "columns_not_used")
    assert all(name in told for name in lost)
    assert "Label 19" not in told
    assert told.index(lost[-1]) < told.index("Label 0")


@pytest.mark.parametrize(
    "rate",
    [
        "Conv. rate",
        "Cost / conv.",
        "Avg. CPC",
        "CTR",
        "Purchase ROAS",
        "Cost per result",
        "Budget",
        "Kosten pro Ergebnis",
    ],
)
def test_rates_averages_and_budgets_never_play_a_part(rate: str) -> None:
    known = {heading for p in (usual(), *platforms()) for part in p.parts for heading in p.headings(part)}
    assert heading_of(rate).text not in known
    assert not looks_like_money_or_results(rate)


def test_a_cell_below_a_threshold_is_unknown_and_its_row_stays() -> None:
    verdict = om.evaluate_campaigns(table("campaign,spend,clicks,leads,orders\na,9,90,<5,3\nb,9,90,7,3\n"))
    assert verdict.chains()["spend"].tolist() == [18]
    assert "row 1 (leads <5)" in named(verdict.findings, "below_threshold")[0]


@pytest.mark.parametrize("platform", platforms(), ids=lambda platform: platform.name)
def test_every_platform_names_what_it_needs_and_no_heading_twice(platform: object) -> None:
    parts = platform.parts  # type: ignore[attr-defined]
    assert parts["campaign"]
    assert parts["spend"]
    placed = [heading for part, headings in parts.items() if part != "campaign" for heading in set(headings)]
    assert sorted(placed) == sorted(set(placed))


def test_every_finding_is_said_in_both_languages(tmp_path: Path) -> None:
    file = EXPORTS[0].write(tmp_path)
    english, dutch = (om.evaluate_campaigns(file, language=language).findings for language in ("en", "nl"))
    assert [f.name for f in english] == [f.name for f in dutch]
    assert "gelezen als een export van Google Ads" in named(dutch, "columns_matched")[0]


@pytest.mark.parametrize("column", ["Account name", "Campaign ID", "Kontoname", "Numéro de compte"])
def test_campaigns_of_one_name_in_two_accounts_are_added_up(column: str) -> None:
    rows = {"Campaign": ["Brand"] * 4, column: ["NL", "NL", "BE", "BE"], "Week": ["2026-08-03", "2026-08-10"] * 2}
    export = pd.DataFrame(
        rows | {"Cost": [100.0, 110, 50, 60], "Impr.": [1000, 1100, 500, 600], "Clicks": [90, 99, 40, 50]}
    )
    verdict = om.evaluate_campaigns(export)
    assert verdict.left_out().empty
    assert verdict.table()["spend"].tolist() == [320.0]
    assert "parts_of_campaigns" in [finding.name for finding in verdict.findings]
    own = om.evaluate_campaigns(export.assign(Campaign=export["Campaign"] + export[column]))
    assert "parts_of_campaigns" not in [finding.name for finding in own.findings], (
        "one account a campaign parts nothing"
    )
