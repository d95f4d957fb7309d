from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnimix.data import Panel, Roles, check_panel
from omnimix.findings import Finding

WAVE = np.random.default_rng(8).uniform(0.5, 1.5, 104)


def rates(weekly: pd.DataFrame, name: str, cells: object) -> list[Finding]:
    panel = Panel(weekly.assign(**{name: cells}))
    return [f for f in check_panel(panel, Roles((name,), {"tv": "tv"})) if f.name == "rate_outcome"]


def test_percent_signs_make_a_rate(weekly: pd.DataFrame) -> None:
    (finding,) = rates(weekly, "kpi", [f"{2.5 * wave:.2f}%" for wave in WAVE])
    assert finding.severity == "warns"
    assert "orders or sign-ups" in finding.remedy


@pytest.mark.parametrize(
    "name",
    [
        "conversion_rate",
        "ConversionRate",
        "Brand awareness",
        "marktaandeel",
        "Konversionsrate",
        "CVR",
        "NPS",
        "% returning",
        "sales index",
        "klikpercentage",
    ],
)
def test_a_name_of_rates_and_bounded_weeks_make_a_rate(weekly: pd.DataFrame, name: str) -> None:
    (finding,) = rates(weekly, name, 40 * WAVE)
    assert "is a rate by its name and lies between" in finding.message


@pytest.mark.parametrize("name", ["avg_basket", "AOV", "gemiddelde orderwaarde"])
def test_an_average_is_told_by_its_name(weekly: pd.DataFrame, name: str) -> None:
    assert "is an average by its name" in rates(weekly, name, 4000 * WAVE)[0].message


def test_weeks_between_nought_and_one_are_a_rate_under_any_name(weekly: pd.DataFrame) -> None:
    assert "as a rate does" in rates(weekly, "kpi", 0.4 * WAVE)[0].message


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("corporate_rate_sales", 4000 * WAVE),
        ("quote_requests", np.round(20 * WAVE)),
        ("IndexOrders", np.round(20 * WAVE)),
        ("sales", 40 * WAVE),
        ("orders", np.round(20 * WAVE)),
        ("crashes", np.arange(104) % 2),
        ("shared_carts", 40 * WAVE),
        ("operations", 40 * WAVE),
    ],
)
def test_amounts_and_counts_are_no_rates(weekly: pd.DataFrame, name: str, cells: object) -> None:
    assert rates(weekly, name, cells) == []
