from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from omnimix.data import Panel, Roles, check_panel
from omnimix.findings import Finding


def made(frame: pd.DataFrame, roles: Roles) -> list[Finding]:
    return [f for f in check_panel(Panel(frame), roles) if f.name == "spend_made_from_outcome"]


ROLES = Roles(("sales",), {"tv": "tv", "affiliate": "affiliate"}, {}, ("price",))


@pytest.mark.parametrize(
    ("made_of", "told"),
    [
        (lambda sales: (0.07 * sales).round(2), "is 7% of the outcome 'sales' of the same week, in 104 weeks"),
        (lambda sales: (0.07 * sales).round(), "is 7% of"),
        (lambda sales: (0.07 * sales + 250).round(2), "is 7% plus 250 of"),
        (lambda sales: (0.07 * sales).where(sales.index >= 40, 0.0), "in 64 weeks"),
        (lambda sales: (sales * np.where(sales.index < 50, 0.07, 0.08)).round(2), "is 7% or 8% of"),
        (lambda sales: 3.5 * sales, "3.5 for every unit"),
    ],
)
def test_a_commission_is_no_cause(weekly: pd.DataFrame, made_of: object, told: str) -> None:
    assert callable(made_of)
    (finding,) = made(weekly.assign(affiliate=made_of(weekly["sales"])), ROLES)
    assert finding.severity == "blocks"
    assert told in finding.message
    assert "outcome's value as a cost" in finding.remedy


def test_a_commission_on_all_outcomes_is_found(weekly: pd.DataFrame) -> None:
    stores = np.random.default_rng(2).normal(5000, 900, 104)
    frame = weekly.assign(stores=stores, affiliate=0.05 * (weekly["sales"] + stores))
    (finding,) = made(frame, Roles(("sales", "stores"), ROLES.spend))
    assert "5% of all outcomes together" in finding.message


@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_spend_that_only_follows_sales_may_be_fitted(weekly: pd.DataFrame, noise: float) -> None:
    follows = weekly["sales"] * (0.07 + noise * np.random.default_rng(4).normal(size=104))
    before = follows.shift(1).fillna(600.0) if noise == 0 else follows
    assert made(weekly.assign(affiliate=before), ROLES) == []


def test_two_budgets_over_a_few_orders_are_no_commission(weekly: pd.DataFrame) -> None:
    """Spend of 500, later 1000, and one or two deals a week: three ratios, and no share."""
    deals = np.random.default_rng(1).choice([0, 1, 2], 104)
    frame = weekly.assign(affiliate=np.where(weekly.index < 50, 500.0, 1000.0), sales=deals)
    assert made(frame, ROLES) == []


def test_a_commission_beside_its_own_exposure_is_only_a_cost(weekly: pd.DataFrame) -> None:
    clicks = np.random.default_rng(6).gamma(4.0, 50.0, 104)
    frame = weekly.assign(affiliate=0.07 * weekly["sales"], clicks=clicks)
    assert made(frame, Roles(("sales",), ROLES.spend, {"affiliate": "clicks"})) == []
