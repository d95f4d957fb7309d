"""Pictures of plans, their gains, weeks and responses, of silos, pools and plans side by side, from made records."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import same_color, to_rgba
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation, Text

import omnimix as om
from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.plot import channel_colours
from omnimix.plot.canvas import spread
from omnimix.spec import TeamGoal
from omnimix.words import amount, money, odds, percent
from tests.plot.made_plans import (
    MONEY,
    made_compared,
    made_plan,
    made_pool_split,
    made_response,
    made_silo_cost,
)

LONG = {f"a_rather_long_channel_name_nr_{k}_nl": (50e3 + 9e3 * k, 60e3 + (-1) ** k * 5e3 * k) for k in range(12)}
TINY = {"tv": (0.004, 0.0035), "radio": (0.0001, 0.0006), "search": (0.0, 0.0)}
LONG_TEAMS = {c: "brand_and_sponsoring_of_all_countries" if k < 5 else "ecommerce" for k, c in enumerate(LONG)}
LONG_PLAN = {
    "money": LONG,
    "teams": LONG_TEAMS,
    "pools": dict.fromkeys(list(LONG)[:4], "video"),
    "answering": list(LONG)[2:5],
    "extrapolated": dict.fromkeys(list(LONG)[1:4], 13),
}
LONE = {"money": {"tv": (5e3, 5e3)}, "teams": {}, "pools": {}, "weeks": 1, "extrapolated": {}}
PLANS = {
    "seven": {},
    "twelve": LONG_PLAN,
    "two_years": {**LONG_PLAN, "weeks": 104},
    "half_a_year": {"weeks": 26},
    "lone": LONE,
    "tiny": {"money": TINY, "extrapolated": {"tv": 13}},
    "loss": {"gain": {"today": (-20e3, 5e3), "proportional": (-2e6, 1e6)}},
    "nothing_to_gain": {"gain": {"today": (0.0, 0.0), "proportional": (0.0, 0.0)}},
}
PLAN_PICTURES = (om.plot.plan, om.plot.plan_gain, om.plot.phasing)


def words(*axes: Axes) -> str:
    """Return all that a picture says, in one line."""
    figure = axes[0].figure
    texts = [*figure.texts, *(t for ax in axes for t in [*ax.texts, ax._left_title])]
    heading = figure.get_suptitle()
    return " ".join(" ".join([heading, *(t.get_text() for t in texts)]).split())


def bars(ax: Axes, row: float) -> list[Rectangle]:
    """Return the bars of a row from top to bottom."""
    found = [p for p in ax.patches if isinstance(p, Rectangle) and abs(p.get_y() + p.get_height() / 2 - row) < 0.45]
    return sorted(found, key=lambda p: -p.get_y())


def row_of(ax: Axes, name: str) -> float:
    names = [label.get_text().replace("\n", "") for label in ax.get_yticklabels()]
    return float(ax.get_yticks()[names.index(name)])


def beside(ax: Axes, row: float) -> str:
    """Return what is written right of a row."""
    found = [t for t in ax.texts if isinstance(t, Annotation) and t.xy == (1.0, row)]
    return " ".join(t.get_text() for t in found)


def legend(ax: Axes) -> list[str]:
    found = ax.get_legend()
    return [] if found is None else [t.get_text() for t in found.get_texts()]


# Today's plan and this one.


def test_every_channel_has_todays_money_and_the_plans():
    ax = om.plot.plan(made_plan())
    for name, (today, planned) in MONEY.items():
        upper, lower = bars(ax, row_of(ax, name))
        assert upper.get_width() == pytest.approx(today)
        assert lower.get_width() == pytest.approx(planned)
    assert ax.get_xlabel() == "EUR over 13 weeks"


def test_the_change_in_money_and_the_share_with_its_range_stand_beside_every_channel():
    plan = made_plan()
    ax = om.plot.plan(plan)
    for row in plan.table().itertuples():
        told = beside(ax, row_of(ax, row.channel))
        word = "more" if row.change > 1 else "less"
        assert ("the same" if abs(row.change) < 1 else f"{amount(abs(row.change))} {word}") in told
        assert f"{percent(row.share)} ({percent(row.share_lower)} to {percent(row.share_upper)})" in told


def test_a_thin_bar_spans_where_the_best_share_lies():
    plan = made_plan()
    ax = om.plot.plan(plan)
    spans = [tuple(map(float, line.get_xdata())) for line in ax.lines if line.get_marker() == "|"]
    for row in plan.table().itertuples():
        assert (pytest.approx(row.share_lower * plan.total), pytest.approx(row.share_upper * plan.total)) in spans
    assert "where the best share lies: 90% interval" in legend(ax)


def test_channels_stand_with_their_team_and_pools_stand_below():
    ax = om.plot.plan(made_plan())
    names = [t.get_text() for t in ax.get_yticklabels()]
    assert names == ["", "tv", "radio", "outdoor", "", "online_video", "search", "social", "display", "", "video"]
    told = words(ax)
    assert "brand: 440k today, 515k in the plan, 75k more" in told
    assert "ecommerce: 560k today, 485k in the plan, 75k less" in told
    assert "pool video" in beside(ax, row_of(ax, "tv"))
    assert beside(ax, row_of(ax, "video")) == "30k more tv and online video"
    assert bars(ax, row_of(ax, "video"))[1].get_width() == pytest.approx(570e3)


def test_what_was_never_seen_is_hatched_and_called_extrapolated():
    ax = om.plot.plan(made_plan())
    hatched = [n for n in MONEY if bars(ax, row_of(ax, n))[1].get_hatch()]
    assert hatched == ["tv"]
    assert "extrapolated in 3 of 13 weeks" in beside(ax, row_of(ax, "tv"))
    assert words(ax).count("extrapolated") == 1
    nothing = om.plot.plan(made_plan(extrapolated={}))
    assert "extrapolated" not in words(nothing) + " ".join(legend(nothing))


def test_channels_that_answer_are_pale_and_called_expected():
    ax = om.plot.plan(made_plan(extrapolated={}))
    colours = channel_colours(MONEY)
    faces = {n: bars(ax, row_of(ax, n))[1].get_facecolor() for n in MONEY}
    assert [n for n in MONEY if not same_color(faces[n], colours[n])] == ["search"]
    assert "expected" in beside(ax, row_of(ax, "search"))
    assert words(ax).count("expected") == 1


def test_the_title_says_who_gets_more_and_who_less():
    assert "Tv gets EUR 90,000 more, online video EUR 60,000 less" in words(om.plot.plan(made_plan()))
    close = {n: (today, today) for n, (today, _) in MONEY.items()} | {"tv": (300e3, 301e3), "radio": (80e3, 79e3)}
    assert "no channel that it sets changes by more than about EUR 1,000" in words(om.plot.plan(made_plan(close)))
    assert "leaves every channel that it sets the money" in words(om.plot.plan(made_plan(**LONE)))


def test_what_only_answers_is_not_said_to_get_money():
    moved = MONEY | {"search": (30e3, 400e3)}
    assert "Tv gets EUR 90,000 more" in words(om.plot.plan(made_plan(moved)))


def test_without_teams_and_pools_there_are_no_headings():
    ax = om.plot.plan(made_plan(teams={}, pools={}))
    assert [t.get_text() for t in ax.get_yticklabels()] == list(MONEY)


def test_a_plan_that_spends_nothing_is_refused_in_words():
    nothing = replace(made_plan(), total=0.0)
    for picture in (om.plot.plan, om.plot.phasing):
        with pytest.raises(om.OmnimixError, match="this plan spends nothing"):
            picture(nothing)


# The gain.


def test_the_gain_stands_with_its_interval_and_the_odds_in_words():
    plan = made_plan()
    ax = om.plot.plan_gain(plan)
    for k, row in enumerate(plan.gain.table().itertuples()):
        told = beside(ax, -k + 0.2)
        assert f"{amount(row.corrected)} expected" in told
        assert f"a gain {odds(row.probability_positive, 'en')}" in told
        assert spread(row.mean, row.lower, row.upper) in told
        (bar,) = [x for x in ax.lines if x.get_linewidth() == 3.4 and -k - 0.5 < x.get_ydata()[0] < -k]
        assert list(bar.get_xdata()) == pytest.approx([row.lower, row.upper])
    assert "bar: 90% interval" in words(ax)


def test_hills_hold_all_draws_and_are_pale_where_they_lose():
    plan = made_plan()
    ax = om.plot.plan_gain(plan)
    draws = plan.gain.draws.sel(versus="today").to_numpy()
    hill = [p for p in ax.patches if p.get_y() == 0.0]
    lost = [p for p in hill if p.get_x() + p.get_width() / 2 < 0]
    assert len({to_rgba(p.get_facecolor()) for p in lost}) == 1
    assert not same_color(lost[0].get_facecolor(), hill[-1].get_facecolor())
    share = sum(p.get_height() for p in lost) / sum(p.get_height() for p in hill)
    assert share == pytest.approx((draws < 0).mean(), abs=0.01)


def test_a_line_stands_at_no_gain():
    ax = om.plot.plan_gain(made_plan())
    assert any(list(line.get_xdata()) == [0.0, 0.0] for line in ax.lines)
    assert "no gain" in words(ax)


def test_the_title_gives_the_gain_that_is_left_once_the_optimists_share_is_off():
    plan = made_plan()
    row = plan.gain.table().set_index("versus").loc["today"]
    gain, likely = money(row["corrected"], "EUR", "en"), odds(row["probability_positive"], "en")
    assert f"Expected gain over today's plan: {gain}, and a gain {likely}" in words(om.plot.plan_gain(plan))


def test_where_both_plans_are_one_nothing_is_said_to_be_gained():
    ax = om.plot.plan_gain(made_plan(**PLANS["nothing_to_gain"]))
    assert "There is nothing to gain over today's plan" in words(ax)
    assert sum(p.get_height() for p in ax.patches) == 0.0


# Weeks.


def test_darker_cells_have_more_money_and_those_without_are_white():
    plan = made_plan()
    top, below = om.plot.phasing(plan)
    for ax, spend in ((top, plan.spend), (below, plan.today)):
        light = np.asarray(ax.images[0].get_array())[..., :3].mean(axis=2)
        values = spend.to_numpy().T
        assert (light[values == 0] == 1.0).all()
        assert (np.diff(light.ravel()[np.argsort(values, axis=None)]) <= 1e-9).all()


def test_totals_stand_beside_the_channels_of_both_plans():
    top, below = om.plot.phasing(made_plan())
    for ax, place in ((top, 1), (below, 0)):
        for k, (name, amounts) in enumerate(MONEY.items()):
            assert row_of(ax, name) == -k
            assert amount(amounts[place]) in beside(ax, -k)


def test_cells_that_were_never_seen_are_hatched_and_counted():
    plan = made_plan(extrapolated={"tv": 3, "social": 1, "search": 13})
    top, below = om.plot.phasing(plan)
    hatched = {(p.get_x() + 0.5, p.get_y() + 0.5) for p in top.patches if p.get_hatch()}
    rows = {n: -list(MONEY).index(n) for n in MONEY}
    expected = {(week, rows[n]) for n, count in (("tv", 3), ("social", 1), ("search", 13)) for week in range(count)}
    assert hatched == expected
    assert beside(top, rows["tv"]).endswith("extrapolated: 3 weeks")
    assert beside(top, rows["social"]).endswith("extrapolated: 1 week")
    assert beside(top, rows["search"]).endswith("extrapolated")
    assert not [p for p in below.patches if p.get_hatch()]


@pytest.mark.parametrize("weeks", [1, 13, 26, 104])
def test_dates_stand_under_their_weeks_and_do_not_overlap(weeks: int):
    plan = made_plan(weeks=weeks)
    top, _ = om.plot.phasing(plan)
    top.figure.canvas.draw()
    for at, label in zip(top.get_xticks(), top.get_xticklabels(), strict=True):
        day = plan.weeks[int(at)]
        assert label.get_text().split("\n")[0] == f"{day.day} {day:%b}"
    boxes = [label.get_window_extent() for label in top.get_xticklabels()]
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))


def test_the_title_says_when_most_is_spent():
    plan = made_plan()
    weekly = plan.spend.sum(axis="columns")
    told = words(*om.plot.phasing(plan))
    assert f"most in the week of {weekly.idxmax().day} September ({money(weekly.max(), 'EUR', 'en')})" in told
    even = replace(plan, spend=plan.spend * 0 + 1_000.0)
    assert "about EUR 7,000 in every week" in words(*om.plot.phasing(even))
    assert "The plan spends EUR 5,000 in the week of 7 September 2026" in words(*om.plot.phasing(made_plan(**LONE)))


def test_on_axes_given_only_the_plan_is_drawn():
    ax = plt.subplots()[1]
    assert om.plot.phasing(made_plan(), ax=ax) is ax
    assert len(ax.figure.axes) == 1


# Responses.


def test_today_and_the_plan_lie_on_the_curve_of_every_channel():
    result = made_response()
    axes = om.plot.plan_response(result)
    table = result.table()
    for name, ax in zip(MONEY, axes, strict=True):
        hollow, filled = ([*line.get_xdata(), *line.get_ydata()] for line in ax.lines if line.get_marker() == "o")
        rows = table.loc[table["channel"] == name]
        assert hollow == pytest.approx([MONEY[name][0], rows.loc[rows["is_today"], MEAN].iloc[0]])
        assert filled == pytest.approx([MONEY[name][1], rows.loc[rows["is_plan"], MEAN].iloc[0]])


def test_what_was_never_seen_of_a_curve_is_dashed_and_shaded():
    result = made_response()
    ax = om.plot.plan_response(result, channel="tv")
    dashed = [line for line in ax.lines if line.get_linestyle() == "--" and line.get_linewidth() == 1.8]
    seen = 1.25 * MONEY["tv"][0]
    assert len(dashed) == 1
    assert dashed[0].get_xdata()[0] <= seen < dashed[0].get_xdata()[1]
    shade = [p for p in ax.patches if isinstance(p, Rectangle)]
    assert shade[0].get_x() == pytest.approx(dashed[0].get_xdata()[0])
    assert "extrapolated" in words(ax)


def test_the_title_says_what_the_largest_move_is_expected_to_bring():
    result = made_response()
    table = result.table().set_index("channel").loc["tv"]
    brings = table.loc[table["is_plan"], MEAN].iloc[0] - table.loc[table["is_today"], MEAN].iloc[0]
    told = words(*om.plot.plan_response(result))
    assert f"Tv gets EUR 90,000 more and is expected to bring {money(brings, 'EUR', 'en')} more" in told
    assert f"300k to 390k: brings {amount(brings)} more" in told
    assert "80k as today brings" in told


def test_a_channel_keeps_its_colour_where_answering_ones_are_left_out():
    result = made_response()
    kept = result.draws.sel(channel=["social", "display"])
    known = {k: v.sel(channel=["social", "display"]) for k, v in result.known.items()}
    colours = channel_colours(MONEY)
    bare = replace(result, draws=kept.drop_attrs(), known=known)
    for axes in (
        om.plot.plan_response(replace(result, draws=kept, known=known)),
        om.plot.plan_response(bare, channels=tuple(MONEY)),
    ):
        for name, ax in zip(("social", "display"), axes, strict=True):
            (line,) = [x for x in ax.lines if x.get_label() == name]
            assert same_color(line.get_color(), colours[name])


def test_an_unknown_channel_is_answered_with_the_nearest_name():
    with pytest.raises(om.OmnimixError, match="did you mean 'radio'"):
        om.plot.plan_response(made_response(), channel="radios")


# Silos.


def test_silos_and_steps_add_up_to_the_joint_plan():
    cost = made_silo_cost()
    ax = om.plot.silo_cost(cost)
    silos, goal, split, today = (bars(ax, row)[0] for row in (0, -1, -2, -4))
    mean = cost.table().set_index("part")[MEAN]
    assert silos.get_width() == pytest.approx(-mean["silo_cost"])
    assert goal.get_x() == pytest.approx(-mean["silo_cost"])
    assert goal.get_width() == pytest.approx(mean["wrong_goal"])
    assert split.get_x() == pytest.approx(goal.get_x() + goal.get_width())
    assert split.get_x() + split.get_width() == pytest.approx(0.0, abs=1e-6)
    assert today.get_width() == pytest.approx(-mean["today"])


def test_every_part_of_the_cost_has_its_interval_and_odds():
    cost = made_silo_cost()
    ax = om.plot.silo_cost(cost)
    table = cost.table().set_index("part")
    for row, part, word, state in (
        (0, "silo_cost", "less", "behind"),
        (-1, "wrong_goal", "more", "better"),
        (-2, "wrong_split", "more", "better"),
        (-4, "today", "less", "behind"),
    ):
        mean, lower, upper, likely = table.loc[part, [MEAN, LOWER, UPPER, "probability_positive"]]
        told = beside(ax, row)
        assert f"{amount(mean)} {word} ({amount(lower)} to {amount(upper)})" in told
        assert f"{state} {odds(likely, 'en')}" in told
    assert "90% interval" in words(ax)


def test_what_teams_look_at_and_their_budgets_are_told():
    told = words(om.plot.silo_cost(made_silo_cost()))
    assert "brand looks at store sales; ecommerce at online sales that it brings directly" in told
    assert "brand 440k today, 515k jointly; ecommerce 560k today, 485k jointly" in told


def test_a_step_that_takes_away_points_left_and_is_called_less():
    cost = made_silo_cost((-20e3, 10e3), (60e3, 20e3), (-10e3, 5e3))
    ax = om.plot.silo_cost(cost)
    mean, lower, upper = cost.table().set_index("part").loc["wrong_goal", [MEAN, LOWER, UPPER]]
    assert bars(ax, -1)[0].get_width() < 0
    assert f"{amount(-mean)} less ({amount(-upper)} to {amount(-lower)})" in beside(ax, -1)
    assert " more (" in beside(ax, -4)


def test_the_title_gives_the_cost_with_its_range_and_odds():
    cost = made_silo_cost()
    row = cost.table().set_index("part").loc["silo_cost"]
    told = words(om.plot.silo_cost(cost))
    ends = [money(row[k], "EUR", "en") for k in (MEAN, LOWER, UPPER)]
    assert f"Separate budgets cost {ends[0]}, between {ends[1]} and {ends[2]}; they cost money" in told
    free = made_silo_cost((-2e3, 1e2), (-1e3, 1e2))
    assert "not expected to cost anything" in words(om.plot.silo_cost(free))


# Pools.


def test_members_of_a_pool_have_their_best_share_by_size_in_their_own_colour():
    split = made_pool_split()
    ax = om.plot.pool_split(split)
    colours, table = channel_colours(MONEY), split.table()
    for name in ("tv", "online_video"):
        lines = [x for x in ax.lines if x.get_linewidth() == 2.0 and same_color(x.get_color(), colours[name])]
        rows = table.loc[table["channel"] == name].set_index("pool_spend")["share"]
        for line in lines:
            assert list(line.get_ydata()) == pytest.approx(list(rows.loc[line.get_xdata()]))
    assert ax.get_xlabel() == "size of pool video, EUR over 13 weeks"


def test_todays_size_and_the_crossover_with_its_range_are_marked():
    split = made_pool_split()
    ax = om.plot.pool_split(split)
    draws = split.crossover.draws.to_numpy().ravel()
    ends = [float(np.quantile(draws, q)) for q in (0.05, 0.95)]
    assert any(list(line.get_xdata()) == [540e3, 540e3] for line in ax.lines)
    assert any(list(line.get_xdata()) == pytest.approx(ends) for line in ax.lines)
    told = words(ax)
    assert "today: 540k" in told
    assert f"crossover: {spread(float(np.median(draws)), *ends)}" in told
    assert "The order changes within these sizes in 8 of 10 cases." in told


def test_the_title_says_from_which_size_on_who_gets_more():
    split = made_pool_split()
    start = money(float(np.median(split.crossover.draws)), "EUR", "en")
    told = words(om.plot.pool_split(split))
    assert f"From {start} on (between" in told
    assert "online video gets more of pool video than tv" in told


def test_where_the_order_hardly_ever_changes_the_title_speaks_of_todays_size():
    told = words(om.plot.pool_split(made_pool_split(crosses=0.0)))
    assert "Tv is best given" in told
    assert "of pool video at today's size" in told
    assert "The order changes within these sizes in none of 100 cases." in told
    outside = words(om.plot.pool_split(made_pool_split(crosses=0.0, now=9e6)))
    assert "of pool video of EUR 1.2 million" in outside


def test_sizes_that_were_never_seen_are_shaded_and_dashed():
    ax = om.plot.pool_split(made_pool_split())
    assert len([x for x in ax.lines if x.get_linestyle() == "--" and x.get_linewidth() == 2.0]) == 2
    assert words(ax).count("extrapolated") == 2
    assert "extrapolated" not in words(om.plot.pool_split(made_pool_split(sizes=[2e5, 4e5, 8e5])))


# Plans side by side.


def test_gains_over_the_first_plan_stand_with_their_odds_and_who_is_best():
    found = made_compared({"advised": (85e3, 45e3), "edited": (60e3, 50e3)})
    ax = om.plot.plans_compared(found)
    for k, row in enumerate(found.table().itertuples()):
        told = beside(ax, -k)
        assert f"best: {percent(row.probability_best)}" in told
        assert f"spends {amount(row.spend)}" in told
        if k:
            assert f"better: {percent(row.probability_positive)}" in told
            assert spread(row.gain, row.lower, row.upper) in told
    dots = [line.get_xdata()[0] for line in ax.lines if line.get_marker() == "o"]
    assert dots == pytest.approx(list(found.table()["gain"]))
    gain = money(found.table()["gain"][1], "EUR", "en")
    assert f"Advised gains {gain} over today; it is the best {odds(found.best['advised'], 'en')}" in words(ax)


def test_a_plan_that_was_never_seen_is_hollow_and_called_extrapolated():
    found = made_compared({"advised": (85e3, 45e3), "edited": (60e3, 50e3)}, {"advised": ("tv", "radio")})
    ax = om.plot.plans_compared(found)
    hollow = [line.get_ydata()[0] for line in ax.lines if line.get_marker() == "o" and line.get_color() == "white"]
    assert hollow == [-1.0]
    assert "extrapolated: tv and radio" in beside(ax, -1)
    assert "were it to go as extrapolated" in words(ax)


def test_where_no_plan_gains_the_title_says_so():
    ax = om.plot.plans_compared(made_compared({"edited": (-30e3, 10e3)}))
    assert "No other plan is expected to gain over today" in words(ax)


# All pictures.

RECORDS = {
    "plan": made_plan,
    "silos": made_silo_cost,
    "pool": made_pool_split,
    "compared": lambda: made_compared({"advised": (85e3, 45e3)}),
    "response": lambda: made_response({"tv": (300e3, 390e3)}),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_draws_itself_on_the_axes_given(name: str):
    ax = plt.subplots()[1]
    assert RECORDS[name]().plot(ax=ax) is ax
    assert ax._left_title.get_text()


@pytest.mark.parametrize("picture", PLAN_PICTURES, ids=lambda picture: picture.__name__)
@pytest.mark.parametrize("name", PLANS)
def test_pictures_of_plans_are_tidy(picture, name: str):
    _require_tidy(*np.atleast_1d(picture(made_plan(**PLANS[name]))))


@pytest.mark.parametrize("money", [MONEY, LONG, TINY, LONE["money"]], ids=["seven", "twelve", "tiny", "lone"])
@pytest.mark.parametrize("slope", [1.0, -1.0])
def test_pictures_of_responses_are_tidy(money, slope: float):
    _require_tidy(*np.atleast_1d(om.plot.plan_response(made_response(money, slope=slope))))


def test_pictures_of_silos_are_tidy():
    teams = [f"a_team_with_a_rather_long_name_{k}" for k in range(3)]
    many = made_silo_cost(
        (-20e3, 10e3),
        (60e3, 90e3),
        goals={t: TeamGoal(["store_sales", "online_sales_of_everything"], direct=True) for t in teams},
        budgets=dict.fromkeys(teams, (1e3, 4e6)),
    )
    nothing, tiny = made_silo_cost((0, 0), (0, 0), (0, 0)), made_silo_cost((1e-3, 1e-4), (2e-3, 1e-3), (-1e-3, 1e-4))
    for cost in (made_silo_cost(), many, nothing, tiny):
        _require_tidy(om.plot.silo_cost(cost))


def test_pictures_of_pools_are_tidy():
    five = list(LONG)[:5]
    for split in (
        made_pool_split(),
        made_pool_split(five, channels=five, crosses=0.0),
        made_pool_split(sizes=[540e3], crosses=0.0),
        made_pool_split(sizes=[1e5, 1.2e6]),
        made_pool_split(now=3e6),
    ):
        _require_tidy(om.plot.pool_split(split))


def test_pictures_of_plans_side_by_side_are_tidy():
    long = {f"the_plan_that_the_brand_team_made_in_week_{k}": (1e4 * k, 1e4 * k + 1) for k in range(12)}
    for found in (
        made_compared(long, {n: tuple(LONG) for n in long}),
        made_compared({"edited": (-0.004, 0.001)}),
        made_compared({"edited": (0.0, 0.0)}),
        made_compared({"wild": (1e3, 1e6), "edited": (2e3, 1e3)}),
    ):
        _require_tidy(om.plot.plans_compared(found))


def _require_tidy(*axes: Axes) -> None:
    """Nothing lies outside the figure, and no text lies upon another."""
    figure = axes[0].figure
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    every = []
    for ax in axes:
        labels = [*_seen(ax.yaxis, ax.get_ylim()), *_seen(ax.xaxis, ax.get_xlim()), ax.xaxis.label, ax.yaxis.label]
        texts = [t for t in [*ax.texts, ax._left_title, *labels] if t.get_text()]
        every += [Text.get_window_extent(t) for t in texts]  # of the words, not of lines that lead to them
        if ax.get_legend() is not None:
            every.append(ax.get_legend().get_window_extent())
    every += [t.get_window_extent() for t in figure.texts if t.get_text() and t is not figure._suptitle]
    for box in every:
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= width + 1
        assert box.y1 <= height + 1
    for one, other in itertools.combinations(every, 2):
        assert not (one.width and other.width and _upon(one, other))


def _upon(one, other) -> bool:
    """Return whether two boxes share more than a pixel."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return wide > 1 and high > 1


def _seen(axis: Axis, ends: tuple[float, float]) -> list[Text]:
    return [tick.label1 for tick in axis.get_major_ticks() if min(ends) <= tick.get_loc() <= max(ends)]
