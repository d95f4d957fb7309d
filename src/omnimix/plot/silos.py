"""What separate budgets cost: from every team's own plan to the joint one, step by step."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.budget import SiloCost
from omnimix.budget.costs import SILOS, STAYING, WRONG_GOAL, WRONG_SPLIT
from omnimix.colours import INK, QUIET
from omnimix.labels import TEAM
from omnimix.plot.canvas import dress, grid_lines, number_axis, rows, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import Triple, column, figures_of, plain, triples_of
from omnimix.spec import TeamGoal
from omnimix.words import amount, between, listing, odds

UP = 6.5  # points from the middle of a row to the upper of two lines of text
SHORT, GAINED, LOST = "#9A9A9A", "#0072B2", "#D55E00"
BETWEEN = ("silo_own", "silo_goal", "silo_split")  # rows whose words say between whom
ROWS = ("silo_own", "silo_goal", "silo_split", "silo_joint", "silo_today")


@spoken
@checked
def silo_cost(result: SiloCost, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw how far separate budgets and today's plan stay behind the joint plan, and which step makes up how much.

    Bars are means, and the two steps add up to the whole; whiskers are the interval of each bar's own size.

    Args:
        result: the result of :func:`omnimix.silo_cost`.
        language: of words and figures, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.
    """
    parts = triples_of(result.table(), "part")
    likely = figures_of(result.table(), "part", "probability_positive")
    whole, goal, split, staying = (parts[n] for n in (SILOS, WRONG_GOAL, WRONG_SPLIT, STAYING))
    ax = sheet(ax, width=9.0, height=4.4)
    _bar(ax, 0, 0.0, whole, SHORT, down=True)
    _step(ax, -1, -whole.middle, goal)
    _step(ax, -2, -whole.middle + goal.middle, split)
    _bar(ax, -4, 0.0, staying, SHORT, down=True)
    for row, end in ((0, -whole.middle), (-1, -whole.middle + goal.middle), (-2, 0.0)):
        ax.plot([end, end], [row - 0.31, row - 0.69], color=QUIET, linewidth=0.7, zorder=1)
    ax.plot(0.0, -3, marker="D", markersize=8, color=INK, markeredgecolor="white", zorder=4)
    for row, part in ((0, SILOS), (-1, WRONG_GOAL), (-2, WRONG_SPLIT), (-4, STAYING)):
        _told(ax, row, parts[part], likely[part], behind=part in (SILOS, STAYING))
    column(ax, -3, say("silo_measure"), quiet=True)
    own = "" if result.between == TEAM else f"_{result.between}"
    rows(ax, [say(row + own if row in BETWEEN else row) for row in ROWS])
    ax.axhline(-3.5, color=QUIET, linewidth=0.6)
    ax.axvline(0.0, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    _wide_enough(ax)
    number_axis(ax, "x", most=6)
    grid_lines(ax, "x")
    ax.set_xlabel(say("silo_axis", unit=result.value_unit.name(spoken_language())))
    dress(ax, _sentence(result, whole, likely[SILOS]), _under(result))
    return ax


def _bar(ax: Axes, row: float, start: float, size: Triple, colour: str, *, down: bool = False) -> None:
    """Draw a bar from its start, leftwards where what it shows is missing, and the interval of its size."""
    sign = -1.0 if down else 1.0
    ax.barh(row, sign * size.middle, left=start, height=0.62, color=colour, zorder=2)
    ends = [start + sign * size.lower, start + sign * size.upper]
    for paint, width in (("white", 3.0), (INK, 1.2)):  # a white rim, for it also crosses dark bars
        ax.plot(
            ends, [row, row], color=paint, linewidth=width, solid_capstyle="butt", marker="|", markersize=7,
            markeredgewidth=width, zorder=4,
        )  # fmt: skip


def _step(ax: Axes, row: float, start: float, size: Triple) -> None:
    _bar(ax, row, start, size, GAINED if size.middle >= 0 else LOST)


def _told(ax: Axes, row: float, size: Triple, likely: float, *, behind: bool) -> None:
    """Write how much less than the joint plan or how much more than the step before, and under it how likely."""
    middle, *ends = size if size.middle >= 0 else (-size.middle, -size.upper, -size.lower)
    word = "silo_less" if behind == (size.middle >= 0) else "silo_more"
    size_told, low, high = (amount(value, spoken_language()) for value in (middle, *ends))
    column(ax, row, say(word, amount=size_told, lower=low, upper=high), up=UP, bold=True)
    column(
        ax,
        row,
        say("silo_behind" if behind else "silo_better", odds=odds(likely, spoken_language())),
        up=-UP,
        quiet=True,
    )


def _wide_enough(ax: Axes) -> None:
    low, high = ax.dataLim.x0, ax.dataLim.x1
    room = 0.05 * ((high - low) or 1.0)
    ax.set_xlim(low - room, high + room)


def _sentence(result: SiloCost, whole: Triple, likely: float) -> str:
    """Return what separate budgets cost, with its range and odds."""
    unit = result.value_unit
    lose = say("silo_lose" if unit.is_money else "silo_lose_in_units", unit=unit.name(spoken_language()))
    if whole.middle <= 0:
        return say("silo_nothing", lose=lose, odds=odds(likely, spoken_language()))
    ends = between(
        unit.end(whole.lower, spoken_language()), unit.end(whole.upper, spoken_language()), spoken_language()
    )
    return say(
        "silo_cost",
        cost=unit.told(whole.middle, spoken_language()),
        range=ends,
        lose=lose,
        odds=odds(likely, spoken_language()),
    )


def _under(result: SiloCost) -> str:
    """Return what every team looks at, how budgets move, and how to read the picture."""
    goals = [
        say("silo_next_goal" if k else "silo_first_goal", team=plain(team), nodes=_aim(goal))
        for k, (team, goal) in enumerate(result.goals.items())
    ]
    told = [say("silo_goals", goals="; ".join(goals))] if goals else []
    if result.between != TEAM:  # they all look at the same: what they sell
        told = [say(f"silo_under_{result.between}")]
    money = [
        (str(team), *(amount(float(row[n]), spoken_language()) for n in ("today", "joint")))
        for team, row in result.budgets.iterrows()
    ]
    moves = [say("silo_move", team=plain(team), today=today, joint=joint) for team, today, joint in money]
    told += [say("silo_moves", moves="; ".join(moves))] if moves else []
    told.append(say("silo_under", interval=f"{result.cost.interval:.0%}"))
    return " ".join(told)


def _aim(goal: TeamGoal) -> str:
    nodes = listing([plain(n) for n in goal.nodes], spoken_language())
    return say("silo_direct", nodes=nodes) if goal.direct else nodes
