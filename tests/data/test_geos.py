from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.data import GeoPanel

WEEKS = pd.date_range("2024-01-01", periods=30, freq="7D")
PEOPLE = {"North": 10.0, "South-East": 20.0, "West": 5.0}


@pytest.fixture
def long() -> pd.DataFrame:
    numbers = np.random.default_rng(0)
    return pd.DataFrame(
        [
            {"week": w, "region": g, "tv": numbers.gamma(2, 10), "sales": numbers.normal(100, 5), "inhabitants": n}
            for g, n in PEOPLE.items()
            for w in WEEKS
        ]
    )


def read(frame: Any, **more: Any) -> GeoPanel:
    panel = om.Panel(frame, geo="region", **more)
    assert isinstance(panel, GeoPanel)
    return panel


def test_a_long_table_becomes_one_weekly_panel_a_geo(long: pd.DataFrame) -> None:
    panel = read(long, population="inhabitants")
    assert panel.geos == tuple(PEOPLE)
    assert panel.population == PEOPLE
    for geo in panel.geos:
        own = long[long["region"] == geo].set_index("week")["sales"]
        np.testing.assert_array_equal(panel.of(geo).series("sales").to_numpy(), own.to_numpy())
    assert len(panel.frame) == len(long)
    assert isinstance(panel, om.Panel)


def test_a_panel_without_geos_stays_what_it_is(long: pd.DataFrame) -> None:
    plain = om.Panel(long[long["region"] == "North"].drop(columns="region"))
    assert type(plain) is om.Panel


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "csv", "xlsx", "parquet"])
def test_every_kind_of_table_is_read_alike(long: pd.DataFrame, kind: str, tmp_path: Path) -> None:
    import polars
    import pyarrow

    def written(name: str, write: Callable[[Path], Any]) -> om.Panel:
        write(tmp_path / name)
        return om.read_panel(tmp_path / name, geo="region", population="inhabitants")

    given: dict[str, Callable[[], om.Panel]] = {
        "pandas": lambda: read(long, population="inhabitants"),
        "polars": lambda: read(polars.from_pandas(long), population="inhabitants"),
        "pyarrow": lambda: read(pyarrow.Table.from_pandas(long), population="inhabitants"),
        "csv": lambda: written("weekly.csv", lambda path: long.to_csv(path, sep=";", decimal=",", index=False)),
        "xlsx": lambda: written("weekly.xlsx", lambda path: long.to_excel(path, index=False)),
        "parquet": lambda: written("weekly.parquet", long.to_parquet),
    }
    panel = given[kind]()
    assert isinstance(panel, GeoPanel)
    assert panel.population == PEOPLE
    np.testing.assert_allclose(panel.of("West").series("tv"), long.loc[long["region"] == "West", "tv"])


def test_the_calendar_decides_what_is_day_first_in_a_long_table_too(long: pd.DataFrame, tmp_path: Path) -> None:
    long.assign(week=long["week"].dt.strftime("%d/%m/%Y")).to_csv(tmp_path / "weekly.csv", index=False)
    assert om.read_panel(tmp_path / "weekly.csv", geo="region").weeks.equals(pd.DatetimeIndex(WEEKS, name="week"))


def test_a_national_table_stands_in_every_geo(long: pd.DataFrame, tmp_path: Path) -> None:
    national = pd.DataFrame({"week": WEEKS, "radio": np.arange(30.0)})
    panel = read(long, national=national)
    assert panel.national_columns == ("radio",)
    assert all(list(panel.of(g).series("radio")) == list(national["radio"]) for g in panel.geos)
    long.to_csv(tmp_path / "geos.csv", index=False)
    national.to_csv(tmp_path / "national.csv", index=False)
    files = om.read_panel([tmp_path / "geos.csv", tmp_path / "national.csv"], geo="region")
    assert files.columns == ("tv", "sales", "inhabitants", "radio")


def test_everything_wrong_with_geos_is_told_at_once(long: pd.DataFrame) -> None:
    wrong = long.copy()
    wrong.loc[3, "region"] = "Nort"
    wrong.loc[50, "region"] = "south east"
    wrong.loc[4, "inhabitants"] = 11
    wrong.loc[wrong["region"] == "West", "inhabitants"] = 0
    wrong.loc[88, "region"] = None
    wrong = pd.concat([wrong, wrong.iloc[[10]]])
    totals = long.groupby("week")[["tv", "sales"]].sum().reset_index()
    wrong = pd.concat([wrong, totals.assign(region="Total", inhabitants=35)])
    with pytest.raises(om.DataError) as refused:
        read(wrong, population="inhabitants")
    told = str(refused.value)
    for part in (
        "column 'region' is empty in row 89",
        "geo 'North' has more than one row in 2024-03-11 (rows 11, 91)",
        "'Nort' in column 'region' (row 4) looks like 'North' spelt otherwise",
        "'south east' in column 'region' (row 51) looks like 'South-East' spelt otherwise",
        "geo 'Total' holds the sum of all others",
        "the population of 'North' varies (10, 11)",
        "is 0 in 'West'",
    ):
        assert part in told
    assert "7 things are wrong" in told


def test_names_that_are_only_like_each_other_are_two_geos(long: pd.DataFrame) -> None:
    renamed = long.replace({"North": "Region 1", "West": "Region 2"})
    assert read(renamed).geos == ("Region 1", "South-East", "Region 2")


def test_a_population_beside_the_table_is_held_against_its_geos(long: pd.DataFrame) -> None:
    assert read(long, population=PEOPLE).population == PEOPLE
    with pytest.raises(om.DataError, match=r"(?s)'Nrth', which is no geo.*did you mean 'North'.*no figure for 'North'"):
        read(long, population={"Nrth": 10.0, "South-East": 20.0, "West": 5.0})


def test_unequal_histories_are_told_and_nothing_is_filled(long: pd.DataFrame) -> None:
    short = long.drop(index=[*range(5), 40, 41])
    panel = read(short)
    assert len(panel.of("North")) == 25
    assert len(panel.of("South-East")) == 28
    assert {n.name for n in panel.notes} == {"geo_starts_late", "geo_weeks_missing"}
    assert len(panel) == 30


def test_a_week_that_no_geo_has_is_missing(long: pd.DataFrame) -> None:
    with pytest.raises(om.DataError, match="1 week is missing in the middle: 2024-02-05"):
        read(long[long["week"] != WEEKS[5]])


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"population": "inhabitants"}, "belongs to a table of geos"),
        ({"geo": "regio"}, "did you mean 'region'"),
        ({"geo": "region", "population": "people"}, "there is no column 'people' for population"),
        ({"geo": ""}, "geo is the name of a column"),
    ],
)
def test_what_does_not_fit_a_long_table_is_said(long: pd.DataFrame, more: dict[str, Any], told: str) -> None:
    with pytest.raises(om.DataError, match=told):
        om.Panel(long, **more)


def test_a_geo_that_is_not_there_gets_the_nearest_name(long: pd.DataFrame) -> None:
    with pytest.raises(om.DataError, match="no geo 'Wset'; did you mean 'West'"):
        read(long).of("Wset")


def test_a_verb_that_knows_no_geos_refuses_them(long: pd.DataFrame) -> None:
    funnel = om.Funnel(channels=["tv"], outcomes=["sales"])
    with pytest.raises(om.ArgumentError, match=r"`panel` has several geos.*`panel.of\(geo\)`"):
        om.backtest(funnel, read(long))


def test_scopes_are_held_against_the_tables(long: pd.DataFrame) -> None:
    panel = read(long, national=pd.DataFrame({"week": WEEKS, "radio": np.arange(30.0) % 7}))
    radio = om.Channel("radio", scope="national")
    fine = om.check_panel(panel, om.Funnel(channels=["tv", radio], outcomes=["sales"]).roles)
    assert not [f for f in fine if f.severity == "blocks"]
    national = om.Channel("tv", scope="national")
    wrong = om.check_panel(panel, om.Funnel(channels=[national, "radio"], outcomes=["sales"]).roles)
    assert {f.name for f in wrong if f.severity == "blocks"} == {"national_differs", "scope_is_national"}


def test_a_channel_may_be_silent_in_one_geo_and_not_in_all(long: pd.DataFrame) -> None:
    roles = om.Funnel(channels=["tv"], outcomes=["sales"]).roles
    one = long.assign(tv=long["tv"].where(long["region"] != "West", 0.0))
    assert [f.severity for f in om.check_panel(read(one), roles) if f.where == "tv"] == ["notes"]
    none = om.check_panel(read(long.assign(tv=0.0)), roles)
    assert "channel_never_runs" in {f.name for f in none if f.severity == "blocks"}


def test_a_panel_of_geos_travels_to_another_process(long: pd.DataFrame) -> None:
    panel = pickle.loads(pickle.dumps(read(long)))
    assert panel.geos == tuple(PEOPLE)
