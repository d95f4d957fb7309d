from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from omnimix.data import Panel, Roles, check_panel

Spoil = Callable[[pd.DataFrame], pd.Series]


def found(frame: pd.DataFrame, roles: Roles) -> dict[str, str]:
    return {finding.name: str(finding) for finding in check_panel(Panel(frame), roles)}


def months(frame: pd.DataFrame) -> pd.Series:
    return frame["week"].dt.to_period("M")


def booked(frame: pd.DataFrame, *, first: bool) -> pd.Series:
    total = frame.groupby(months(frame))["tv"].transform("sum")
    return total.where(~months(frame).duplicated(keep="first" if first else "last"), 0.0)


SERIES: list[tuple[str, str, Spoil, str]] = [
    ("running_total", "tv", lambda f: f["tv"].cumsum(), "not the sum so far"),
    ("running_total", "tv", lambda f: f["tv"].where(f.index % 5 < 2, 0.0).cumsum(), "not the sum so far"),
    ("running_total", "sales", lambda f: f.groupby(f["week"].dt.year)["sales"].cumsum(), "begins anew with the year"),
    ("placeholder", "price", lambda f: f["price"].where(f.index != 7, -999.0), "-999 in week 2022-02-21"),
    ("placeholder", "tv", lambda f: f["tv"].where(f.index > 1, 99_999.0), "99,999 in 2 weeks"),
    ("part_of_a_week", "sales", lambda f: f["sales"].where(f.index < 103, 5000.0), "last week, 2023-12-25"),
    ("part_of_a_week", "sales", lambda f: f["sales"].where(f.index > 0, 5000.0), "first week, 2022-01-03"),
    ("booked_by_month", "tv", lambda f: booked(f, first=True), "one week of every month"),
    ("booked_by_month", "tv", lambda f: booked(f, first=False), "one week of every month"),
    ("divided_by_month", "tv", lambda f: f.groupby(months(f))["tv"].transform("mean"), "all weeks of each month"),
    ("divided_by_month", "sales", lambda f: f.groupby(months(f))["sales"].transform("mean"), "all weeks of each month"),
    ("zero_or_missing", "price", lambda f: f["price"].where(f.index != 7, 0.0), "2022-02-21"),
]


@pytest.mark.parametrize(("name", "column", "spoil", "told"), SERIES)
def test_what_is_no_weekly_figure_is_told(
    weekly: pd.DataFrame, roles: Roles, name: str, column: str, spoil: Spoil, told: str
) -> None:
    assert told in found(weekly.assign(**{column: spoil(weekly)}), roles)[name]


def test_a_flag_that_is_rarely_off_is_no_missing_figure(weekly: pd.DataFrame, roles: Roles) -> None:
    assert found(weekly.assign(price=np.r_[np.ones(102), 0.0, 0.0]), roles) == {}


def test_a_fee_of_999_now_and_then_is_no_placeholder(weekly: pd.DataFrame, roles: Roles) -> None:
    fee = np.where(np.arange(104) % 9 == 4, 999.0, 0.0)
    assert "placeholder" not in found(weekly.assign(tv=fee), roles)


@pytest.mark.parametrize("orders", [0.3, 2.0, 5.0])
def test_a_week_without_an_order_among_few_is_not_missing_but_months_are(
    weekly: pd.DataFrame, roles: Roles, orders: float
) -> None:
    sales = np.random.default_rng(3).poisson(orders, 104)
    sales[[10, 103]] = 0
    assert "zero_or_missing" not in found(weekly.assign(sales=sales), roles)
    assert "zero_or_missing" in found(weekly.assign(sales=np.where(np.arange(104) < 70, sales + 1, 0)), roles)


def test_a_season_that_comes_round_does_not_start_late(weekly: pd.DataFrame, roles: Roles) -> None:
    december = weekly["tv"].where(weekly["week"].dt.month == 12, 0.0)
    assert "starts_late" not in found(weekly.assign(tv=december), roles)
    assert "starts_late" in found(weekly.assign(tv=december.where(weekly.index < 52, weekly["tv"])), roles)


def test_growing_sales_and_monthly_flights_are_left_alone(weekly: pd.DataFrame, roles: Roles) -> None:
    grown = weekly.assign(
        sales=weekly["sales"] + 400.0 * np.arange(104),
        tv=weekly["tv"].where(np.arange(104) % 5 < 2, 0.0),
    )
    assert found(grown, roles) == {}


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("TV (k€)", "heading_says_unit"),
        ("tv spend in thousands", "heading_says_unit"),
        ("TV TEUR", "heading_says_unit"),
        ("cost_micros", "heading_says_unit"),
        ("tv_cents", "heading_says_unit"),
        ("TV x1.000", "heading_says_unit"),
        ("tv_usd", "currency_differs"),
        ("TV ($)", "currency_differs"),
    ],
)
def test_a_heading_of_another_unit_is_told(weekly: pd.DataFrame, heading: str, name: str) -> None:
    frame = weekly.rename(columns={"tv": heading})
    assert list(found(frame, Roles(("sales",), {"tv": heading}, {}, ("price",)))) == [name]


@pytest.mark.parametrize("heading", ["tv", "TV (EUR)", "tv_eur", "T-Mobile", "kids", "recent scents", "Display €", "m"])
def test_other_headings_are_no_unit(weekly: pd.DataFrame, heading: str) -> None:
    frame = weekly.rename(columns={"tv": heading})
    assert found(frame, Roles(("sales",), {"tv": heading}, {}, ("price",))) == {}
