"""Rows of a planning sheet that are no money: left out, refused or proven by totals, and never added up."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from omnimix.errors import DataError
from omnimix.workbook.campaign_counts import EITHER, SURE, counted
from omnimix.workbook.campaign_reading import read_campaign_sheet
from omnimix.workbook.campaign_sheet import CampaignSheet

MONDAYS = [dt.datetime(2026, 8, 31) + dt.timedelta(weeks=k) for k in range(2)]
MONEY = [["tv", 25_000, 25_000], ["social", 4_000, 8_000]]


def book(folder: Path, *rows: list[object]) -> Path:
    made = openpyxl.Workbook()
    page = made.active
    page.title = "plan"
    for row in [["Autumn"], ["channel", *MONDAYS], *rows]:
        page.append(row)
    file = folder / "campaign.xlsx"
    made.save(file)
    return file


@pytest.mark.parametrize("word", sorted(SURE | EITHER))
def test_every_word_is_known_at_either_end_and_in_brackets(word: str) -> None:
    for label in (word, f"TV {word}", f"{word.upper()} TV", f"TV ({word})", f"tv_{word}", f"TV - {word} 25-54"):
        assert counted(label) == word
    assert not counted(f"TV{word}x")


@pytest.mark.parametrize(
    "label",
    [
        "Spotify", "Clickbait", "Reach campaign", "TV spots budget", "mediakosten bereik", "10% actie", "Sale -50%",
        "Click & collect", "view-through display", "Retargeting", "TV", "Online video", "Trade marketing",
    ],
)  # fmt: skip
def test_channels_with_a_likeness_stay_channels(label: str) -> None:
    assert not counted(label)


@pytest.mark.parametrize(
    "label", ["tv GRP", "TV GRP's 20-49", "Social impressies (x1000)", "% tv", "cost per click social", "Impr. social"]
)
def test_counts_beside_their_channel_are_left_out_and_told(label: str, tmp_path: Path) -> None:
    read = read_campaign_sheet(book(tmp_path, *MONEY, [label, 120, 800_000]))
    assert read.spend.to_numpy().sum() == 62_000
    assert read.channels == ("tv", "social")
    assert [note.name for note in read.notes] == ["no_money"]
    assert f"Row 5 ('{label}') is named after what is no money" in read.notes[0].message


def test_totals_of_counts_are_left_out_too(tmp_path: Path) -> None:
    rows = [*MONEY, ["tv GRP", 120, 120], ["Totaal GRP", 120, 120], ["Totaal", 29_000, 33_000]]
    read = read_campaign_sheet(book(tmp_path, *rows))
    assert read.spend.to_numpy().sum() == 62_000
    assert len(read.notes) == 2


@pytest.mark.parametrize("label", ["display reach", "tv spots", "Google CPC", "bereik", "Video views", "radio GRP"])
def test_what_may_be_a_channel_is_refused_by_name(label: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=rf"plan!A5: '{label}' may be money or a count .*call it '{label} budget'"):
        read_campaign_sheet(book(tmp_path, *MONEY, [label, 120, 120]))
    read = read_campaign_sheet(book(tmp_path, *MONEY, [f"{label} budget", 120, 120]))
    assert read.spend[f"{label} budget"].tolist() == [120, 120]


@pytest.mark.parametrize("label", ["display reach", "tv spots", "tv GRP"])
def test_totals_tell_which_rows_are_money(label: str, tmp_path: Path) -> None:
    row = [label, 120, 240]
    money = read_campaign_sheet(book(tmp_path, *MONEY, row, ["total", 29_120, 33_240]))
    assert money.spend[label].tolist() == [120, 240]
    assert money.notes == ()
    none = read_campaign_sheet(book(tmp_path, *MONEY, row, ["total", 29_000, 33_000]))
    assert none.channels == ("tv", "social")
    assert label in none.notes[0].message


def test_a_currency_tells_that_a_row_is_money(tmp_path: Path) -> None:
    read = read_campaign_sheet(book(tmp_path, *MONEY, ["display reach", "€ 120", 120]))
    assert read.spend["display reach"].tolist() == [120, 120]
    with pytest.raises(DataError, match="'tv GRP' may be money or a count"):
        read_campaign_sheet(book(tmp_path, *MONEY, ["tv GRP", "€ 120", 120]))


def test_totals_that_are_off_name_the_rows_to_blame(tmp_path: Path) -> None:
    rows = [*MONEY, ["volume", 800_000, 1], ["total", 29_000, 33_000]]
    with pytest.raises(DataError, match="without 'volume' it would be right: is that row no money"):
        read_campaign_sheet(book(tmp_path, *rows))
    with pytest.raises(DataError, match="the cells add up to 29,000; mend it"):
        read_campaign_sheet(book(tmp_path, *MONEY, ["total", 29_001, 33_000]))


def test_a_sheet_of_counts_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'GRP' may be money or a count"):
        read_campaign_sheet(book(tmp_path, ["GRP", 120, 120]))


def test_a_written_campaign_keeps_a_channel_called_after_reach(tmp_path: Path) -> None:
    spend = pd.DataFrame({"tv": [1.0, 2.0], "display reach": [3.0, 4.0]}, index=MONDAYS)
    read = read_campaign_sheet(CampaignSheet("Autumn", spend).to_excel(tmp_path / "campaign.xlsx"))
    assert read.spend["display reach"].tolist() == [3, 4]
    assert [note.name for note in read.notes] == ["named_like_a_count"]
    with pytest.raises(DataError, match="a row 'tv GRP' would be read as no money"):
        CampaignSheet("Autumn", spend.rename(columns={"display reach": "tv GRP"})).to_excel(tmp_path / "other.xlsx")


@pytest.mark.parametrize("unit", ["GRP", "Spots", "bereik", "# clicks"])
def test_a_column_of_units_tells_which_rows_count(unit: str, tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    rows = [
        ["tv", "EUR", 25_000, 25_000],
        ["tv", unit, 120, 120],
        ["radio", unit, 7, 7],
        ["social", "EUR", 4_000, 8_000],
    ]
    for row in [["Autumn"], ["channel", "eenheid", *MONDAYS], *rows]:
        made.active.append(row)
    made.save(tmp_path / "campaign.xlsx")
    read = read_campaign_sheet(tmp_path / "campaign.xlsx")
    assert read.spend.to_numpy().sum() == 62_000
    assert [note.name for note in read.notes].count("no_money") == 2


def test_an_aim_beside_a_channel_is_no_unit(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for row in [["Autumn"], ["channel", "objective", *MONDAYS], ["tv", "reach", 5, 6], ["search", "conversions", 7, 8]]:
        made.active.append(row)
    made.save(tmp_path / "campaign.xlsx")
    assert read_campaign_sheet(tmp_path / "campaign.xlsx").channels == ("tv", "search")
