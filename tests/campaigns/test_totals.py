"""Rows that are sums of others: known in any column, never a campaign, and no loss."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest

import omnimix as om
from omnimix.campaigns.total_labels import is_total_label

HEAD = "status,campaign,type,spend,clicks,orders,revenue"
ROWS = ["on,Brand,Search,600,1200,80,6400", "on,Generic,Search,2200,2000,40,3100", "off,All,Shopping,1800,3000,50,3900"]
SEARCH, SHOPPING, ALL = "2800,3200,120,9500", "1800,3000,50,3900", "4600,6200,170,13400"


def judged(*rows: str, head: str = HEAD) -> om.CampaignVerdict:
    return om.evaluate_campaigns(pd.read_csv(io.StringIO("\n".join([head, *rows]))))


PLAIN = judged(*ROWS)


@pytest.mark.parametrize(
    "totals",
    [
        [f",Total: Search,,{SEARCH}", f",Total: Shopping,,{SHOPPING}", f",Total: Account,,{ALL}"],
        [
            f"Total: Search, --,,{SEARCH}",
            f"Total: Shopping, --,,{SHOPPING}",
            "Total: Account, --,,9900,15200,300,24000",
        ],
        [f",Totaal,,{ALL}"],
        [f",Totaal: Zoeken,,{SEARCH}", f",Totaal: account,,{ALL}"],
        [f"Gesamt: Suche,,,{SEARCH}", f"Gesamt: Konto,,,{ALL}"],
        [f",Total général,,{ALL}", f",Total : campagnes,,{ALL}"],
        [f",Summe,,{ALL}"],
        [f",Somme,,{ALL}"],
        [f",Overall total - 3 campaigns,,{ALL}"],
        [f",Total of 3 results,,{ALL}"],
        [f",,Total,{ALL}"],
        [f",,,{ALL}"],
        [f",,Search,{SEARCH}", f",,Shopping,{SHOPPING}", f",,,{ALL}"],
    ],
    ids=lambda rows: rows[0],
)
@pytest.mark.parametrize("first", [False, True])
def test_totals_and_subtotals_are_left_out_and_lose_nothing(totals: list[str], first: bool) -> None:
    verdict = judged(*totals, *ROWS) if first else judged(*ROWS, *totals)
    pd.testing.assert_frame_equal(verdict.chains(), PLAIN.chains())
    assert verdict.left_out()["reason"].tolist() == ["totals_row"] * len(totals)
    assert [finding.name for finding in verdict.findings if finding.severity != "notes"] == []


def test_rows_that_come_to_more_than_the_total_of_the_table_warn() -> None:
    subtotals = [f",Searching,,{SEARCH}", f",Shops,,{SHOPPING}", f",Grand Total,,{ALL}"]
    told = [finding for finding in judged(*ROWS, *subtotals).findings if finding.name == "above_total"]
    assert [(finding.severity, finding.where) for finding in told] == [("warns", "row 6")]
    assert "9,200" in told[0].message
    assert "4,600" in told[0].message
    assert not [f for f in judged(*ROWS, ",Total,,9900,1,1,1").findings if f.name == "above_total"]


def test_subtotals_below_each_group_are_left_out() -> None:
    rows = [*ROWS[:2], f",,,{SEARCH}", ROWS[2], f",,,{SHOPPING}", f",,,{ALL}"]
    verdict = judged(*rows)
    pd.testing.assert_frame_equal(verdict.chains(), PLAIN.chains())


def test_the_total_of_every_week_is_left_out() -> None:
    head = "week,campaign,spend,clicks,orders,revenue"
    weeks = [f"2026-08-{day:02d},{c},{day + k},{100 + k},{day},{90 + k}" for k, c in enumerate("ab") for day in (3, 10)]
    totals = [f"2026-08-{day:02d},,{2 * day + 1},201,{2 * day},181" for day in (3, 10)]
    verdict = judged(*weeks, *totals, head=head)
    pd.testing.assert_frame_equal(verdict.chains(), judged(*weeks, head=head).chains())
    assert set(verdict.left_out()["reason"]) == {"totals_row"}


def test_a_total_of_rounded_amounts_is_a_total() -> None:
    head = "campaign,spend,clicks,orders,revenue"
    rows = [f"c{k},0.34,{10 + k},1,1.34" for k in range(60)]
    assert judged(*rows, ",20.43,2370,60,80.43", head=head).left_out()["reason"].tolist() == ["totals_row"]


NAMES = ["All campaigns", "Alle Kampagnen", "Toutes les campagnes", "Overall", "Ensemble", "Kontosumme", "Acme Ltd"]


@pytest.mark.parametrize("name", [*NAMES, "Totaux", "Σ", "Results from 2 campaigns"])
def test_a_total_that_does_not_say_so_is_known_by_its_figures(name: str) -> None:
    assert judged(*ROWS[:2], f",{name},,{SEARCH}").left_out()["reason"].tolist() == ["totals_row"]
    assert judged(*ROWS[:2], f",{name} plus,,700,900,30,2500").left_out().empty, "figures that are no sum are its own"


@pytest.mark.parametrize("name", ["All campaigns", "Overall", ""])
def test_totals_of_months_and_their_own_total_are_left_out(name: str) -> None:
    head = "month,campaign,spend,clicks,orders,revenue"
    rows = ["2026-07,a,100,500,50,5000", "2026-07,b,200,900,40,4000", "2026-08,a,110,520,55,5500", "2026-08,b,9,8,7,6"]
    sums = [f"2026-07,{name},300,1400,90,9000", f"2026-08,{name},119,528,62,5506", f",{name},419,1928,152,14506"]
    verdict = judged(*rows, *sums, head=head)
    pd.testing.assert_frame_equal(verdict.chains(), judged(*rows, head=head).chains())


@pytest.mark.parametrize("column", ["day", "device"])
@pytest.mark.parametrize("whole", ["", "All", "All devices", "Alle"])
def test_the_row_of_a_whole_campaign_beside_its_parts_is_left_out(column: str, whole: str) -> None:
    head = f"campaign,{column},cost,impr.,clicks,conversions,conv. value"
    parts = [f"{c},{p},{60 + k},{900 + k},{90 + k},9,{700 + k}" for k, c in enumerate("ab") for p in ("x", "y")]
    wholes = [f"{c},{whole},{120 + 2 * k},{1800 + 2 * k},{180 + 2 * k},18,{1400 + 2 * k}" for k, c in enumerate("ab")]
    verdict = judged(*wholes, *parts, head=head)
    pd.testing.assert_frame_equal(verdict.chains(), judged(*parts, head=head).chains())


@pytest.mark.parametrize("name", ["Total care launch", "Totaalpakket", "Total Gym", "Gesamtpaket", "Sum up"])
def test_a_campaign_that_is_called_after_a_total_stays(name: str) -> None:
    rows = [*ROWS, f"on,{name},Search,700,900,30,2500", "on,Sale,Search,300,500,10,800"]
    verdict = judged(*rows)
    assert name in set(verdict.table()["campaign"])
    assert verdict.left_out().empty


def test_a_campaign_with_a_total_in_another_column_stays_unless_it_adds_up() -> None:
    kept = judged(*ROWS, "Total,Sale,Search,300,500,10,800")
    assert "Sale" in set(kept.table()["campaign"])
    device = ["on,Brand,Mobile,400,700,50,4000", "on,Brand,Desktop,200,500,30,2400", "on,Brand,Total,600,1200,80,6400"]
    assert judged(*device).left_out()["reason"].tolist() == ["totals_row"]


def test_a_row_without_a_campaign_that_is_no_sum_stays_a_problem() -> None:
    verdict = judged(*ROWS, "on,,Search,300,500,10,800")
    assert verdict.left_out()["reason"].tolist() == ["no_campaign"]
    assert any("300 of 4,900" in finding.message for finding in verdict.findings)


def test_a_total_in_the_first_column_is_known_even_where_that_holds_currencies_or_numbers() -> None:
    head = "currency code,campaign,spend,clicks,orders,revenue"
    rows = ["EUR,a,600,1200,80,6400", "EUR,b,2200,2000,40,3100", "EUR,c,1800,3000,50,3900"]
    verdict = judged(*rows, "Total: Account, --,9900,15200,300,24000", head=head)
    assert (verdict.currency, verdict.left_out()["reason"].tolist()) == ("EUR", ["totals_row"])
    head = "spend,campaign,clicks,orders,revenue"
    rows = ["600,a,1200,80,6400", "2200,b,2000,40,3100", "1800,c,3000,50,3900"]
    verdict = judged(*rows, "Totaal: account, --,15200,300,24000", head=head)
    assert verdict.left_out()["reason"].tolist() == ["totals_row"]


def test_a_total_in_which_visitors_are_counted_once_is_a_total() -> None:
    head = "campaign,spend,clicks,visits,orders,revenue"
    rows = ["a,600,1200,900,80,6400", "b,2200,2000,1500,40,3100"]
    assert judged(*rows, ",2800,3200,2250,120,9500", head=head).left_out()["reason"].tolist() == ["totals_row"]


def test_footers_are_notes(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    footer = ["", "Report Time:,2026/09/01", "Filter:,,all,some,,,", "(c) 2026 a platform"]
    file.write_text("\n".join([HEAD, *ROWS, *footer]) + "\n", encoding="utf-8")
    verdict = om.evaluate_campaigns(file)
    pd.testing.assert_frame_equal(verdict.chains(), PLAIN.chains())
    assert set(verdict.left_out()["reason"]) == {"empty_row"}
    assert not [finding for finding in verdict.findings if finding.severity != "notes"]


@pytest.mark.parametrize(
    "cell", [None, 3.0, "", "Totaalpakket", "Total care launch", "12: total reach", "Summer sum: a"]
)
def test_what_is_no_label_of_a_total(cell: object) -> None:
    assert not is_total_label(cell)
