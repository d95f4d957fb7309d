"""What separate budgets cost: from every team's own plan to the joint one, step by step."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.budget import SiloCost
from omnimix.budget.costs import SILOS, STAYING, WRONG_GOAL, WRONG_SPLIT
from omnimix.colours import INK, QUIET
from omnimix.plot.canvas import dress, grid_lines, number_axis, rows, sheet
from omnimix.plot.triples import Triple, column, figures_of, plain, triples_of
from omnimix.spec import TeamGoal
from omnimix.words import amount, between, listing, odds

UP = 6.5  # points from the middle of a row to the upper of two lines of text
SHORT, GAINED, LOST = "#9A9A9A", "#0072B2", "#D55E00"
ROWS = (
    "separate budgets, each team on its own goal",
    "+ the right goal for every team",
    "+ the right split between teams",
    "joint plan",
    "today's plan",
)


@checked
def silo_cost(result: SiloCost, *, ax: Axes | None = None) -> Axes:
    """Draw how far separate budgets and today's plan stay behind the joint plan, and which step makes up how much.

    Bars are means, and the two steps add up to the whole; whiskers are the interval of each bar's own size.

    Args:
        result: the result of :func:`omnimix.silo_cost`.
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
    column(ax, -3, "what all are measured against", quiet=True)
    rows(ax, ROWS)
    ax.axhline(-3.5, color=QUIET, linewidth=0.6)
    ax.axvline(0.0, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    _wide_enough(ax)
    number_axis(ax, "x", most=6)
    grid_lines(ax, "x")
    ax.set_xlabel(f"{result.value_unit.name()} against the joint plan of the same total")
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
    word = "less" if behind == (size.middle >= 0) else "more"
    column(ax, row, f"{amount(middle)} {word} ({amount(ends[0])} to {amount(ends[1])})", up=UP, bold=True)
    column(ax, row, f"{'behind' if behind else 'better'} {odds(likely, 'en')}", up=-UP, quiet=True)


def _wide_enough(ax: Axes) -> None:
    low, high = ax.dataLim.x0, ax.dataLim.x1
    room = 0.05 * ((high - low) or 1.0)
    ax.set_xlim(low - room, high + room)


def _sentence(result: SiloCost, whole: Triple, likely: float) -> str:
    """Return what separate budgets cost, with its range and odds."""
    unit = result.value_unit
    lose = "cost money" if unit.is_money else f"lose {unit.name()}"
    if whole.middle <= 0:
        return f"Separate budgets are not expected to cost anything here; they {lose} {odds(likely, 'en')}"
    ends = between(unit.end(whole.lower), unit.end(whole.upper), "en")
    return f"Separate budgets cost {unit.told(whole.middle)}, {ends}; they {lose} {odds(likely, 'en')}"


def _under(result: SiloCost) -> str:
    """Return what every team looks at, how budgets move, and how to read the picture."""
    goals = [f"{plain(team)} at {_aim(goal)}" for team, goal in result.goals.items()]
    told = [f"On its own, {'; '.join(goals).replace(' at ', ' looks at ', 1)}."] if goals else []
    moves = [
        f"{plain(str(team))} {amount(float(row['today']))} today, {amount(float(row['joint']))} jointly"
        for team, row in result.budgets.iterrows()
    ]
    told += [f"Budgets: {'; '.join(moves)}."] if moves else []
    told.append(f"Bars: means; whiskers and brackets: {result.cost.interval:.0%} interval.")
    return " ".join(told)


def _aim(goal: TeamGoal) -> str:
    return listing([plain(n) for n in goal.nodes], "en") + (" that it brings directly" if goal.direct else "")
