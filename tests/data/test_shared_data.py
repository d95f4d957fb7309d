from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from omnimix.data import Panel, Roles, check_panel, read_panel, require, to_weekly
from omnimix.errors import DataError

GERMAN = [
    "Google Suche (€)",
    "Google PMax (€)",
    "Display (€)",
    "YouTube (€)",
    "Facebook (€)",
    "Instagram (€)",
]


def test_the_german_report_reads_equal_to_its_clean_twin(shared_data: Path) -> None:
    folder = shared_data / "messy_german_export"
    blank = ("Google PMax (€)", "YouTube (€)")
    got = read_panel(folder / "bericht.csv", blank_is_zero=blank)
    clean = read_panel(folder / "clean.csv").frame
    assert got.weeks.equals(clean.index)
    np.testing.assert_allclose(got.frame.to_numpy(), clean.to_numpy(), rtol=0, atol=0.005)
    assert {"preamble", "totals_row", "encoding", "blank_is_zero"} <= {note.name for note in got.notes}


def test_the_german_report_is_refused_until_blanks_are_explained(shared_data: Path) -> None:
    panel = read_panel(shared_data / "messy_german_export" / "bericht.csv")
    findings = check_panel(panel, Roles(("Umsatz gesamt (€)",), {name: name for name in GERMAN}))
    assert [f.name for f in findings if f.severity == "blocks"] == ["empty_spend", "empty_spend"]
    with pytest.raises(DataError, match=r"blank_is_zero=\['Google PMax \(€\)', 'YouTube \(€\)'\]"):
        require(findings)


def test_monday_media_and_sunday_sales_join_on_the_iso_week(shared_data: Path) -> None:
    folder = shared_data / "messy_week_misaligned"
    panel = read_panel([folder / "media_monday.csv", folder / "sales_sunday.csv"])
    assert len(panel) == 156
    assert not panel.frame.isna().any().any()
    assert set(panel.weeks.day_name()) == {"Monday"}
    assert "joined_on_iso_week" in {note.name for note in panel.notes}
    truth = pd.read_csv(shared_data / "sim_redam_clean" / "data.csv")
    np.testing.assert_allclose(panel.frame["sales"].to_numpy(), truth["sales"].to_numpy())


def test_the_trap_columns_are_all_found(shared_data: Path) -> None:
    channels = ["paid_search", "paid_social", "online_video", "display"]
    controls = ("total_spend", "constant", "sales_lastyear", "paid_search_eur", "id", "price_index", "promo")
    panel = read_panel(shared_data / "messy_trap_columns" / "data.csv")
    roles = Roles(("sales",), {name: name for name in channels}, {}, controls)
    found = {(f.name, f.where) for f in check_panel(panel, roles)}
    expected = {
        ("total_column", "total_spend"),
        ("never_varies", "constant"),
        ("empty_control", "sales_lastyear"),
        ("collinear", "paid_search_eur"),
        ("control_counts_weeks", "id"),
        ("starts_late", "display"),
    }
    assert expected <= found


def test_planted_recording_errors_are_found(shared_data: Path) -> None:
    panel = read_panel(shared_data / "sim_redam_mixed_data_errors" / "data.csv")
    channels = {name: name for name in ("TV", "Search", "Social", "Display")}
    found = {(f.name, f.where) for f in check_panel(panel, Roles(("sales",), channels, {}, ("ctrl_Price",)))}
    assert found == {("outlier_week", "TV"), ("zero_or_missing", "Search")}


def test_shared_flighting_is_found(shared_data: Path) -> None:
    panel = read_panel(shared_data / "sim_redam_multicollinearity" / "data.csv")
    channels = {name: name for name in ("TV", "Search", "Social", "Display")}
    found = [f.name for f in check_panel(panel, Roles(("sales",), channels))]
    assert found.count("move_together") == 6


CLEAN = [
    ("sim_robyn_weekly/dt_simulated_weekly.csv", 208),
    ("sim_meridian_national/national_all_channels.csv", 156),
    ("sim_leopold_mmm/mmm.csv", 200),
    ("sim_pymc_mmm_example/data.csv", 179),
    ("sim_pysimmm_linear4/data.csv", 208),
    ("sim_papilon_4ch/data.csv", 156),
]


@pytest.mark.parametrize(("file", "weeks"), CLEAN)
def test_the_fields_examples_read_without_arguments(shared_data: Path, file: str, weeks: int) -> None:
    panel = read_panel(shared_data / file)
    assert len(panel) == weeks
    assert not [note for note in panel.notes if note.severity != "notes"]


def test_a_column_of_remarks_blocks_only_as_a_role(shared_data: Path) -> None:
    panel = read_panel(shared_data / "sim_robyn_weekly" / "dt_simulated_weekly.csv")
    assert "events" not in panel.columns
    roles = Roles(("revenue",), {"tv": "tv_S"}, {}, ("events",))
    (finding,) = (f for f in check_panel(panel, roles) if f.severity == "blocks")
    assert "row 132 (week 2018-05-21) 'event1'" in finding.message


REFUSED = [
    ("real_fpp2_insurance/data.csv", "monthly dates"),
    ("real_pinkham/data.csv", "yearly dates"),
    ("sim_pymc_credibility_campaigns/credibility_mmm_input_data.csv", "om.to_weekly"),
    ("sim_redam_geo_clean/data.csv", "several rows a week by column 'geo'"),
    ("geo_geolift/GeoLift_Test.csv", "by column 'location'"),
]


@pytest.mark.parametrize(("file", "told"), REFUSED)
def test_what_is_not_weekly_is_refused_in_words(shared_data: Path, file: str, told: str) -> None:
    with pytest.raises(DataError, match=told):
        read_panel(shared_data / file)


def test_the_daily_file_becomes_whole_weeks(shared_data: Path) -> None:
    folder = shared_data / "sim_pymc_credibility_campaigns"
    daily = pd.read_csv(folder / "credibility_mmm_input_data.csv")
    panel = Panel(to_weekly(daily, how="sum", day="date", incomplete="drop"))
    assert len(panel) == 16
    assert panel.frame["social"].sum() == pytest.approx(daily["social"].iloc[5:117].sum())
