"""Goals: what is refused, which weeks count, and odds that follow from the forecast."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.cli import main
from omnimix.spec import Goal, TeamGoal
from omnimix.steering.record import GoalChances
from omnimix.steering.weeks import counted, part_of_weeks
from tests.fits import converged
from tests.plot.dutch import assert_dutch

FEW = om.Outlook(draws=60)
BY = dt.date(2024, 3, 24)  # eight weeks after the last Sunday of the data


def goal(**changes: object) -> Goal:
    parts: dict[str, object] = {"node": "sales", "target": 330_000.0, "by": BY}
    return Goal("revenue", **{**parts, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found(small_posterior: om.Posterior) -> GoalChances:
    goals = [goal(), replace(goal(), name="half of it", by=BY - dt.timedelta(weeks=4), target=120_000.0)]
    return om.goals(converged(small_posterior), goals, outlook=FEW, progress=False)


def test_a_team_goal_in_its_old_spelling_is_still_one_and_says_how_to_write_it() -> None:
    with pytest.warns(om.OmnimixWarning, match=r"TeamGoal\(nodes, direct=\)"):
        old = om.Goal("store_sales", direct=True)  # type: ignore[call-arg]
    assert old == TeamGoal("store_sales", direct=True)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"target": -1.0}, "number of units above 0"),
        ({"target": float("nan")}, "number of units above 0"),
        ({"by": "31-12-2026"}, "`by` is a day such as 2026-12-31"),
        ({"start": "2026-01-01", "by": "2025-01-01"}, "starts on 2026-01-01, after 2025-01-01"),
        ({"node": ""}, "`node` is empty"),
    ],
)
def test_a_goal_that_cannot_be_is_refused(changes: dict[str, object], told: str) -> None:
    with pytest.raises(om.SpecError, match=told):
        goal(**changes)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"node": "sale"}, "cannot be counted: 'sale' is no stage or outcome; did you mean 'sales'"),
        ({"by": "2023-06-01"}, "ends on 2023-06-01, which is past: the data reach to 2023-12-31"),
        ({"by": "2030-01-01"}, "104 weeks of data allow forecasts up to 2025-12-28"),
        ({"start": "2020-01-01"}, r"starts on 2020-01-01, before the data do \(2022-01-03\)"),
    ],
)
def test_a_goal_that_these_data_cannot_judge_is_refused(
    small_posterior: om.Posterior, changes: dict[str, object], told: str
) -> None:
    with pytest.raises(om.OmnimixError, match=told):
        om.goals(converged(small_posterior), [goal(**changes)], progress=False)


def test_everything_wrong_with_goals_is_told_at_once(small_posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match=r"(?s)'sale'.*past.*two goals are called 'revenue'"):
        om.goals(converged(small_posterior), [goal(node="sale"), goal(by="2020-01-01")], progress=False)


def test_no_goal_at_all_is_refused(small_posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="there is none"):
        om.goals(converged(small_posterior), progress=False)


def test_days_that_count_are_all_days_from_first_to_last() -> None:
    weeks = pd.date_range("2026-01-05", periods=60, freq="7D")
    first, last = dt.date(2026, 1, 8), dt.date(2026, 12, 31)
    assert part_of_weeks(weeks, first, last).sum() * 7 == pytest.approx((last - first).days + 1)


def test_weeks_of_the_data_count_as_they_were_observed(small_posterior: om.Posterior) -> None:
    (one,) = counted(small_posterior, [goal(start="2023-12-25")])
    assert one.observed == small_posterior.panel.series("sales").iloc[-1]
    assert one.weeks == 12
    assert one.ahead.sum() == 12


def test_every_goal_stands_under_today_s_plan_the_joint_plan_and_the_cheapest(found: GoalChances) -> None:
    table = found.table()
    assert list(table["plan"]) == ["today", "plan", "cheapest"] * 2
    assert table["probability"].between(0, 1).all()
    assert (table["lower"] < table["upper"]).all()
    assert table["weeks"].tolist() == [12] * 3 + [8] * 3


def test_more_draws_than_the_target_is_the_probability(found: GoalChances) -> None:
    for chance in found.chances:
        assert chance.probability == np.mean(chance.reached >= chance.counted.goal.target)


def test_a_lower_target_is_reached_more_often_and_costs_no_more(small_posterior: om.Posterior) -> None:
    easy, hard = (
        om.goals(converged(small_posterior), [goal(target=t)], outlook=FEW, progress=False).table()
        for t in (300_000.0, 345_000.0)
    )
    assert (easy["probability"].iloc[:2] >= hard["probability"].iloc[:2]).all()
    assert easy["spend"].iloc[2] <= hard["spend"].iloc[2] * 1.001


def test_a_cheapest_plan_reaches_its_goal_with_the_odds_or_says_that_none_does(found: GoalChances) -> None:
    for chance in found.chances:
        if chance.plan == "cheapest":
            assert chance.enough == (chance.probability >= found.odds)


def test_a_goal_that_no_plan_reaches_is_told_so(small_posterior: om.Posterior) -> None:
    found = om.goals(converged(small_posterior), [goal(target=9e6)], outlook=FEW, progress=False)
    assert not found.table()["enough"].iloc[2]
    assert "No plan within the limits" in found.sentences("en")["revenue"]
    assert "Geen plan binnen de grenzen" in found.sentences("nl")["revenue"]


def test_a_plan_that_is_given_goes_on_as_today_after_its_weeks(small_posterior: om.Posterior) -> None:
    posterior = converged(small_posterior)
    plan = om.optimize_budget(posterior, weeks=4, outlook=FEW, progress=False)
    found = om.goals(posterior, [goal()], plan, outlook=FEW, progress=False)
    assert found.table()["spend"].iloc[1] == pytest.approx(plan.total)


def test_a_plan_of_another_window_is_refused(small_posterior: om.Posterior) -> None:
    posterior = converged(small_posterior)
    plan = om.optimize_budget(posterior, weeks=4, outlook=FEW, progress=False)
    moved = replace(plan, spend=plan.spend.set_axis(plan.spend.index + pd.Timedelta(weeks=1)))
    with pytest.raises(om.BudgetError, match="another fit or window: it begins"):
        om.goals(posterior, [goal()], moved, outlook=FEW, progress=False)


def test_controls_that_do_not_cover_the_weeks_are_refused(small_posterior: om.Posterior) -> None:
    short = om.Outlook(draws=60, controls=pd.DataFrame({"price": [10.0]}, index=pd.DatetimeIndex(["2024-01-01"])))
    with pytest.raises(om.BudgetError, match="values in the weeks 2024-01-08"):
        om.goals(converged(small_posterior), [goal()], outlook=short, progress=False)


def test_a_picture_has_axes_for_every_goal(found: GoalChances) -> None:
    assert len(found.plot()) == 2
    assert_dutch(found)
    assert "kans met het plan van nu" in found.plot(language="nl")[0].get_title(loc="left").replace("\n", " ")


def test_goals_are_declared_in_the_project_and_judged_in_the_shell(
    small_posterior: om.Posterior, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = tmp_path / "omnimix.toml"
    text = '[data]\nfile = "weekly.csv"\n[channels.tv]\n[channels.search]\n[outcomes.sales]\nvalue = 1.0\n'
    project.write_text(text + '[goals.revenue]\nnode = "sales"\ntarget = 330000\nby = 2024-03-24\n')
    saved = converged(small_posterior).save(tmp_path / "posterior.nc")
    told = tmp_path / "goals.json"
    asked = ["goals", str(saved), "--project", str(project), "--language", "nl", "--json", str(told)]
    assert main(asked) == 0
    written = json.loads(told.read_text())
    assert [row["plan"] for row in written["goals"]] == ["today", "plan", "cheapest"]
    printed = capsys.readouterr().out
    assert "uiterlijk 24 maart 2024" in printed
    assert "streefwaarde" in printed
    assert "goedkoopste" in printed


def test_a_goal_on_no_node_is_told_with_its_table(tmp_path: Path) -> None:
    project = tmp_path / "omnimix.toml"
    text = '[data]\nfile = "weekly.csv"\n[channels.tv]\n[outcomes.sales]\n'
    project.write_text(text + '[goals.revenue]\nnode = "sale"\ntarget = 1\nby = 2024-03-24\nstart = 2025-01-01\n')
    from omnimix.config import read_config

    with pytest.raises(om.SpecError, match=r"(?s)\[goals.revenue\] 'sale' is no stage.*did you mean.*starts on 2025"):
        read_config(project)
