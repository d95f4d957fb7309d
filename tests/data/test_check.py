from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from omnimix.data import Panel, Roles, check_panel, require
from omnimix.errors import DataError
from omnimix.findings import Finding

Spoil = Callable[[pd.DataFrame], pd.DataFrame]


def put(column: str, where: slice | int, value: float) -> Spoil:
    def spoil(frame: pd.DataFrame) -> pd.DataFrame:
        frame = frame.copy()
        frame.loc[frame.index[where], column] = value
        return frame

    return spoil


def set_column(column: str, make: Callable[[pd.DataFrame], Any]) -> Spoil:
    return lambda frame: frame.assign(**{column: make(frame)})


def named(findings: tuple[Finding, ...], name: str) -> Finding:
    found = [finding for finding in findings if finding.name == name]
    assert found, f"no {name} among {[finding.name for finding in findings]}"
    return found[0]


def test_a_clean_panel_has_no_findings(weekly: pd.DataFrame, roles: Roles) -> None:
    assert check_panel(Panel(weekly), roles) == ()


SPOILED = [
    ("infinite", "blocks", "tv", put("tv", 4, np.inf), "2022-01-31"),
    ("negative_spend", "blocks", "tv", put("tv", 4, -3.0), "2022-01-31"),
    ("empty_spend", "blocks", "tv", put("tv", 4, np.nan), "blank_is_zero=['tv']"),
    ("empty_spend", "blocks", "tv", put("tv", slice(0, 9), np.nan), "and 4 more"),
    ("empty_control", "blocks", "price", put("price", slice(0, 5), np.nan), "the first 5 of the table"),
    ("channel_never_runs", "blocks", "search", put("search", slice(None), 0.0), "0 in every week"),
    ("starts_late", "warns", "search", put("search", slice(0, 40), 0.0), "after 40 of 104 weeks"),
    ("stops_early", "warns", "search", put("search", slice(-14, None), 0.0), "0 in the last 14 weeks"),
    ("stops_early", "warns", "search", put("search", slice(-14, None), 0.01), "at most 0.01 in the last 14 weeks"),
    ("runs_rarely", "warns", "search", put("search", slice(2, None), 0.0), "only 2 weeks"),
    ("never_varies", "warns", "search", put("search", slice(None), 50.0), "hardly varies"),
    ("never_varies", "blocks", "price", put("price", slice(None), 1.0), "in every week"),
    ("never_varies", "blocks", "sales", put("sales", slice(None), 9.0), "in every week"),
    (
        "outcome_missing_weeks",
        "notes",
        "sales",
        put("sales", slice(0, 12), np.nan),
        "first 12 weeks are media",
    ),
    ("outcome_never_observed", "blocks", "sales", put("sales", slice(None), np.nan), "never observed"),
    ("outcome_too_short", "warns", "sales", put("sales", slice(0, 84), np.nan), "only 20 of 104"),
    ("outcome_too_short", "warns", "sales", put("sales", slice(0, 53), np.nan), "the season is not seen once in full"),
    ("outcome_too_short", "warns", "sales", put("sales", slice(0, 52), np.nan), "no season is seen twice"),
    ("outcome_too_short", "warns", "sales", put("sales", 0, np.nan), "only 103 of 104 weeks: less than two years"),
    ("outcome_too_short", "blocks", "sales", put("sales", slice(0, 94), np.nan), "only 10 of 104"),
    ("zero_or_missing", "warns", "sales", put("sales", slice(-3, None), 0.0), "Zero or missing?"),
    ("zero_or_missing", "warns", "sales", put("sales", 50, 0.0), "2022-12-19"),
    ("negative_outcome", "warns", "sales", put("sales", 50, -5.0), "2022-12-19"),
    ("outlier_week", "warns", "tv", put("tv", 50, 60_000.0), "decimal slip"),
    ("outlier_week", "warns", "sales", put("sales", 50, 110_000.0), "2022-12-19"),
    ("outlier_week", "warns", "sales", put("sales", 50, 1100.0), "2022-12-19"),
    (
        "move_together",
        "warns",
        "tv",
        set_column("search", lambda f: f["tv"] + f["search"] / 50),
        "correlation is 1.0",
    ),
    (
        "control_counts_weeks",
        "warns",
        "price",
        set_column("price", lambda f: np.arange(len(f))),
        "counts the weeks",
    ),
    ("control_mirrors_outcome", "warns", "price", set_column("price", lambda f: f["sales"] * 1.1), "mirrors"),
]


@pytest.mark.parametrize(("name", "severity", "column", "spoil", "told"), SPOILED)
def test_every_trap_is_found_and_names_its_column_and_remedy(
    weekly: pd.DataFrame, roles: Roles, name: str, severity: str, column: str, spoil: Spoil, told: str
) -> None:
    finding = named(check_panel(Panel(spoil(weekly)), roles), name)
    assert finding.severity == severity
    assert column in str(finding.where)
    assert told in str(finding)
    assert finding.remedy


def test_a_missing_outcome_week_is_unobserved_and_never_zero(weekly: pd.DataFrame, roles: Roles) -> None:
    panel = Panel(put("sales", slice(7, 9), np.nan)(weekly))
    assert panel.frame["sales"].isna().sum() == 2
    finding = named(check_panel(panel, roles), "outcome_missing_weeks")
    assert "2022-02-21, 2022-02-28" in finding.message
    assert "never as 0" in finding.remedy
    assert not [f for f in check_panel(panel, roles) if f.severity == "blocks"]


def test_a_flighted_channel_is_not_asked_whether_its_zeros_are_missing(weekly: pd.DataFrame, roles: Roles) -> None:
    flights = weekly.assign(tv=np.where(np.arange(104) % 8 < 3, weekly["tv"], 0.0))
    assert check_panel(Panel(flights), roles) == ()


def test_an_unknown_column_gets_a_suggestion_and_the_list(weekly: pd.DataFrame, roles: Roles) -> None:
    finding = named(check_panel(Panel(weekly), replace(roles, spend={"tv": "tvv"})), "unknown_column")
    assert "did you mean 'tv'?" in finding.message
    assert "'search'" in finding.remedy


@pytest.mark.parametrize(
    "roles",
    [
        Roles(("sales",), {"tv": "tv"}, {}, ("tv",)),
        Roles(("sales",), {"tv": "tv", "radio": "tv"}),
        Roles(("sales",), {"tv": "tv"}, {"tv": "tv"}),
        Roles(("sales", "sales"), {"tv": "tv"}),
    ],
)
def test_a_column_has_one_role(weekly: pd.DataFrame, roles: Roles) -> None:
    assert named(check_panel(Panel(weekly), roles), "column_in_two_roles").severity == "blocks"


def test_an_exact_sum_is_written_as_an_equation(weekly: pd.DataFrame, roles: Roles) -> None:
    frame = weekly.assign(total_spend=weekly["tv"] + weekly["search"])
    finding = named(check_panel(Panel(frame), replace(roles, controls=("price", "total_spend"))), "collinear")
    assert "'total_spend' = 'tv' + 'search'" in finding.message
    assert finding.severity == "blocks"


@pytest.mark.parametrize("decimals", [0, 2, 8])
def test_a_rounded_sum_is_still_exact(weekly: pd.DataFrame, roles: Roles, decimals: int) -> None:
    frame = weekly.assign(total=(0.9 * weekly["tv"] + weekly["search"] + 1000).round(decimals) * 1000)
    frame = frame.assign(tv=frame["tv"] * 1000, search=frame["search"] * 1000)
    finding = named(check_panel(Panel(frame), replace(roles, controls=("total",))), "collinear")
    assert "0.9 x 'tv' + 'search'" in finding.message


def test_a_total_that_differs_in_a_few_weeks_is_still_a_total(weekly: pd.DataFrame, roles: Roles) -> None:
    frame = weekly.assign(total=weekly["tv"] + weekly["search"])
    frame.loc[frame.index[:20], "total"] += 50
    found = check_panel(Panel(frame), replace(roles, spend={**roles.spend, "total": "total"}))
    assert "in 84 of 104 weeks" in named(found, "total_column").message


def test_outcomes_that_add_up_are_told(weekly: pd.DataFrame, roles: Roles) -> None:
    frame = weekly.assign(store=weekly["sales"] * 0.5 + weekly["tv"])
    frame["all_sales"] = frame["sales"] + frame["store"]
    found = check_panel(Panel(frame), replace(roles, outcomes=("sales", "store", "all_sales")))
    assert named(found, "outcomes_overlap").severity == "warns"


def test_spend_and_exposure_that_disagree_are_told(weekly: pd.DataFrame, roles: Roles) -> None:
    frame = weekly.assign(grp=weekly["tv"] * 3)
    frame.loc[frame.index[:3], "grp"] = 0.0
    frame.loc[frame.index[10], "tv"] = 0.0
    messages = [f.message for f in check_panel(Panel(frame), replace(roles, exposure={"tv": "grp"}))]
    assert any("spend but no exposure in 3 weeks" in message for message in messages)
    assert any("exposure but no spend in week 2022-03-14" in message for message in messages)


@pytest.mark.parametrize(("value", "name"), [(-1.0, "negative_exposure"), (np.nan, "empty_exposure")])
def test_exposure_is_checked_like_spend(weekly: pd.DataFrame, roles: Roles, value: float, name: str) -> None:
    frame = put("grp", 4, value)(weekly.assign(grp=weekly["tv"] * 3))
    assert named(check_panel(Panel(frame), replace(roles, exposure={"tv": "grp"})), name).severity == "blocks"


def test_texts_block_only_where_a_role_needs_numbers(weekly: pd.DataFrame, roles: Roles) -> None:
    cells = [str(value) for value in weekly["tv"]]
    cells[6] = "see invoice"
    panel = Panel(weekly.assign(tv=cells, remark="ok"))
    assert "remark" not in panel.columns
    finding = named(check_panel(panel, roles), "text_in_numbers")
    assert "row 7 (week 2022-02-14) 'see invoice'" in finding.message
    assert not [f for f in check_panel(panel, replace(roles, spend={"search": "search"})) if f.severity == "blocks"]
    assert named(check_panel(panel, replace(roles, controls=("remark",))), "text_in_numbers").severity == "blocks"


def test_require_raises_every_blocking_finding_numbered(weekly: pd.DataFrame, roles: Roles) -> None:
    frame = put("search", 5, np.nan)(put("tv", 4, np.nan)(weekly))
    with pytest.raises(DataError, match="2 findings") as caught:
        require(check_panel(Panel(frame), replace(roles, controls=("price",))))
    assert "1. The spend of channel 'tv' is empty in week 2022-01-31." in str(caught.value)
    assert "blank_is_zero=['tv', 'search']" in str(caught.value)


def test_require_lets_warnings_pass(weekly: pd.DataFrame, roles: Roles) -> None:
    require(check_panel(Panel(put("sales", 50, -5.0)(weekly)), roles))


def test_channel_and_row_order_change_no_finding(weekly: pd.DataFrame, roles: Roles) -> None:
    spoiled = put("tv", 50, 60_000.0)(put("price", slice(0, 5), np.nan)(weekly))
    turned = replace(roles, spend=dict(reversed(list(roles.spend.items()))))
    one = {f.message for f in check_panel(Panel(spoiled), roles)}
    assert one == {f.message for f in check_panel(Panel(spoiled.iloc[::-1]), turned)}


def test_a_column_that_the_others_nearly_explain_is_warned_of(weekly: pd.DataFrame, roles: Roles) -> None:
    noise = np.random.default_rng(1).normal(0, 20, len(weekly))
    frame = weekly.assign(reach=weekly["tv"] + weekly["search"] + noise)
    finding = named(check_panel(Panel(frame), replace(roles, controls=("price", "reach"))), "nearly_collinear")
    assert finding.severity == "warns"
    assert 0.98 < float(finding.figure or 0) < 1


@pytest.mark.parametrize("seed", range(20))
def test_clean_skewed_spend_raises_no_false_alarm(seed: int, roles: Roles) -> None:
    numbers = np.random.default_rng(seed)
    weeks = pd.date_range("2021-01-04", periods=156, freq="7D")
    season = 1 + 0.5 * np.sin(np.arange(156) / 52 * 2 * np.pi)
    tv = numbers.lognormal(8, 0.6, 156) * (numbers.random(156) < 0.4)
    frame = pd.DataFrame({"week": weeks, "tv": tv, "search": numbers.lognormal(7, 0.4, 156) * season})
    frame = frame.assign(price=numbers.normal(1, 0.03, 156), sales=numbers.lognormal(10, 0.25, 156) * season)
    frame.loc[frame.index[46::52], "sales"] *= 2.5
    assert check_panel(Panel(frame), roles) == ()


@pytest.mark.parametrize("role", ["spend", "exposure", "outcome"])
def test_true_and_false_are_refused_where_amounts_belong(weekly: pd.DataFrame, role: str) -> None:
    panel = Panel(weekly.assign(flag=np.arange(104) % 3 == 0))
    roles = Roles(
        ("flag",) if role == "outcome" else ("sales",),
        {"tv": "flag" if role == "spend" else "tv"},
        {"tv": "flag"} if role == "exposure" else {},
    )
    finding = named(check_panel(panel, roles), f"true_and_false_in_{role}")
    assert finding.severity == "blocks"
    assert "TRUE or FALSE in 104 weeks (2022-01-03" in finding.message


def test_true_and_false_are_one_and_zero_in_a_control(weekly: pd.DataFrame) -> None:
    panel = Panel(weekly.assign(promo=np.arange(104) % 3 == 0))
    assert panel.frame["promo"].iloc[:4].tolist() == [1.0, 0.0, 0.0, 1.0]
    assert check_panel(panel, Roles(("sales",), {"tv": "tv", "search": "search"}, {}, ("price", "promo"))) == ()
    (note,) = (note for note in panel.notes if note.where == "promo")
    assert note.message == "Column 'promo' holds TRUE and FALSE; they were read as 1 and 0."


@pytest.mark.parametrize(
    ("words", "remedy"), [(("ja", "nee"), "Write 1 for yes and 0 for no"), (("Xmas", ""), "such as 1 where it holds")]
)
def test_a_control_of_words_is_asked_for_numbers(weekly: pd.DataFrame, words: tuple[str, str], remedy: str) -> None:
    panel = Panel(weekly.assign(promo=[words[i % 4 > 0] for i in range(104)]))
    finding = named(check_panel(panel, Roles(("sales",), {"tv": "tv"}, {}, ("promo",))), "text_in_numbers")
    assert remedy in finding.remedy
    assert "leave them empty" not in finding.remedy


@pytest.mark.parametrize(
    ("seen", "name", "what"),
    [(0.0, "spend_without_exposure", "spend but no"), (9.0, "exposure_without_spend", "exposure but no")],
)
def test_spend_and_exposure_apart_have_a_name_each_way(weekly: pd.DataFrame, seen: float, name: str, what: str) -> None:
    frame = weekly.assign(grp=weekly["tv"] / 40)
    frame.loc[[3, 4], "tv"] = 0.0 if seen else 500.0
    frame.loc[[3, 4], "grp"] = seen
    found = check_panel(Panel(frame), Roles(("sales",), {"tv": "tv"}, {"tv": "grp"}))
    finding = named(found, name)
    assert what in finding.message
    assert len({f.name for f in found} & {"spend_without_exposure", "exposure_without_spend"}) == 1


def test_percentages_are_no_spend(weekly: pd.DataFrame) -> None:
    panel = Panel(weekly.assign(tv=[f"{spend / 100:.1f} %" for spend in weekly["tv"]]))
    finding = named(check_panel(panel, Roles(("sales",), {"tv": "tv"})), "percent_spend")
    assert (finding.severity, finding.figure) == ("blocks", 104.0)
