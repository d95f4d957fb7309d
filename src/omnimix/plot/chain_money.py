"""Money through a chain: what goes in, what each link turns it into, what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from omnimix.arguments import checked
from omnimix.chains import ChainVerdict
from omnimix.colours import INK, QUIET
from omnimix.labels import MEASURE
from omnimix.plot.canvas import dress, grid_lines, number_axis, rows, sheet
from omnimix.plot.links import in_order, link_colours, require_spent
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import Triple, capital, column, key_below, plain, triple_of
from omnimix.words import amount, listing, ratio

GREY = "#4D4D4D"
NOTHING = 1e-6  # of the money in
UP = 6.5  # points from the middle of a row to the upper of two lines of text
# Where the bars of a row lie, from its middle, and how high they are.
MONEY_LANE, ALONE_LANE, WITH_LANE = (0.29, 0.10), (0.10, 0.26), (-0.17, 0.26)


@dataclass(frozen=True)
class Step:
    """What a link got and brought: means over draws, of which ``brought`` add up to the value of the chain.

    Attributes:
        start: what the links above it brought.
        cost: money in, its part of what the chain makes answering channels spend included.
        alone: what it brings had only this link run.
        brought: its share of what the chain brings (Shapley), with its interval.
    """

    start: float
    cost: float
    alone: float
    brought: Triple

    @property
    def end(self) -> float:
        """What it and the links above it brought."""
        return self.start + self.brought.middle

    @property
    def with_others(self) -> float:
        """What of its share it brings only together with other links; below 0 where links do each other's work."""
        return self.brought.middle - self.alone


@spoken
@checked
def chain_waterfall(verdict: ChainVerdict, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw money going into a chain at the top, what each link turns it into, and what comes out at the bottom.

    The steps of links are their shares of the chain's value (Shapley), which add up. Each has two parts: what the link
    brings had only it run, and what it brings together with other links: a link that sells little by itself but
    feeds the next has most of its step there. The second part points left where links do each other's work.

    Args:
        verdict: the result of :func:`omnimix.evaluate_chain`.
        language: of words and figures, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.

    Raises :class:`OmnimixError` for a chain that spent nothing, and for outcomes without a value.
    """
    verdict.value_unit.require_money("the picture of money in and value out")
    require_spent(verdict)
    steps, colours = _steps(verdict), link_colours(verdict)
    value, cost, profit = (
        triple_of(verdict.totals.draws.sel({MEASURE: part}).to_numpy(), verdict.totals.interval, part)
        for part in ("value", "cost", "profit")
    )
    target, last = verdict.chain.hurdle * cost.middle, len(steps) + 1
    ax = sheet(ax, width=9.5, height=2.4 + 0.5 * (last + 2))
    _bar(ax, 0, 0.0, cost.middle, colour=GREY)
    column(ax, 0, say("water_in", amount=amount(cost.middle, spoken_language())), bold=True)
    for k, (name, step) in enumerate(steps.items(), start=1):
        _step(ax, -k, step, colours[name])
        _told(ax, -k, step)
    whole = [(s.start, s.end, colours[n]) for n, s in steps.items()]
    if any(step.brought.middle < 0 for step in steps.values()):
        whole = [(0.0, value.middle, QUIET)]  # parts that take away cannot lie side by side
    for start, end, colour in whole:
        _bar(ax, -last, start, end, colour=colour)
    _whisker(ax, -last, value.lower, value.upper)
    column(ax, -last, say("water_out", amount=value.told()), bold=True)
    _bar(ax, -last - 1, target, value.middle, colour=INK if profit.middle >= 0 else "white")
    _whisker(ax, -last - 1, target + profit.lower, target + profit.upper)
    column(ax, -last - 1, profit.told(), bold=True)
    rows(ax, [say("money_in"), *steps, say("value_out"), _left_over(verdict.chain.hurdle, profit.middle)])
    _wide_enough(ax)
    _target(ax, target, verdict.chain.hurdle, last)
    number_axis(ax, "x", most=7)
    grid_lines(ax, "x")
    ax.set_xlabel(say("water_axis", currency=verdict.currency))
    key_below(ax, _which_bar())
    dress(ax, _sentence(verdict, value, cost, profit), _under(verdict, list(steps)))
    return ax


def _steps(verdict: ChainVerdict) -> dict[str, Step]:
    """Return the step of every link, in the order of the chain."""
    steps: dict[str, Step] = {}
    start, interval = 0.0, verdict.totals.interval
    for name in in_order(verdict):
        cost, alone, brought = (
            triple_of(verdict.draws(measure, name), interval, measure)
            for measure in ("shapley_cost", "value_standalone", "shapley_value")
        )
        steps[name] = Step(start, cost.middle, alone.middle, brought)
        start = steps[name].end
    return steps


def _step(ax: Axes, row: float, step: Step, colour: str) -> None:
    """Draw what a link got, and under it the two parts of its step; a thin line leads to the next row."""
    between = step.start + step.alone
    _bar(ax, row, step.start, step.start + step.cost, colour=GREY, lane=MONEY_LANE)
    _bar(ax, row, step.start, between, colour=colour, lane=ALONE_LANE)
    _bar(ax, row, between, step.end, colour=colour, lane=WITH_LANE, hatched=True)
    ax.plot([step.end] * 2, [row + WITH_LANE[0], row - 1 + MONEY_LANE[0]], color=QUIET, linewidth=0.7, zorder=1)


def _bar(
    ax: Axes,
    row: float,
    start: float,
    end: float,
    *,
    colour: str,
    lane: tuple[float, float] = (0.0, 0.62),
    hatched: bool = False,
) -> None:
    middle, height = lane
    pale = colour == "white"
    ax.barh(
        row + middle, end - start, left=start, height=height, hatch="////" if hatched else None,
        facecolor=_pale(colour) if hatched else colour, edgecolor=INK if pale else colour, linewidth=0.6, zorder=2,
    )  # fmt: skip


def _wide_enough(ax: Axes) -> None:
    """Give bars and whiskers room on both sides; only zero lies at the edge."""
    low, high = ax.dataLim.x0, ax.dataLim.x1
    room = 0.04 * (high - low)
    ax.set_xlim(low - room if low < 0 else 0.0, high + room)
    if low < 0:
        ax.axvline(0.0, color=QUIET, linewidth=0.8, zorder=1)


def _pale(colour: str) -> tuple[float, float, float]:
    red, green, blue = (part + (1.0 - part) * 0.6 for part in to_rgb(colour))
    return red, green, blue


def _whisker(ax: Axes, row: float, lower: float, upper: float) -> None:
    for colour, width in (("white", 3.0), (INK, 1.2)):  # a white rim, for it also crosses dark bars
        ax.plot(
            [lower, upper], [row, row], color=colour, linewidth=width, solid_capstyle="butt",
            marker="|", markersize=6, markeredgewidth=width, zorder=4,
        )  # fmt: skip


def _told(ax: Axes, row: float, step: Step) -> None:
    """Write what a link got and brought right of its row."""
    if step.cost == 0.0:
        column(ax, row, say("spent_nothing"), quiet=True)
        return
    with_others = step.with_others if abs(step.with_others) > NOTHING * step.cost else 0.0
    cost, alone, others = (amount(money, spoken_language()) for money in (step.cost, step.alone, with_others))
    column(ax, row, say("water_step", cost=cost, brought=step.brought.told()), up=UP)
    column(ax, row, say("water_parts", alone=alone, others=others), up=-UP, quiet=True)


def _left_over(hurdle: float, profit: float) -> str:
    """Name what is left of the value once the money put in has earned the hurdle."""
    if hurdle == 1.0:
        return say("profit" if profit >= 0 else "loss")
    return say("beyond_hurdle" if profit >= 0 else "short_of_hurdle", hurdle=ratio(hurdle, spoken_language()))


def _target(ax: Axes, target: float, hurdle: float, last: int) -> None:
    """Draw the line that value has to pass, from the money put in down to what is left over."""
    ax.set_ylim(top=1.0)
    ax.axvline(target, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=3)
    times = say("hurdle_times", hurdle=ratio(hurdle, spoken_language()))
    label = say("earned_back") if hurdle == 1.0 else times
    low, high = ax.get_xlim()
    away, side = ((-4, 0), "right") if target > 0.5 * (low + high) else ((4, 0), "left")
    ax.annotate(label, (target, 0.68), away, textcoords="offset points", va="center", ha=side, fontsize=7.5, color=INK)
    for row in (-0.5, -last + 0.5):
        ax.axhline(row, color=QUIET, linewidth=0.6)


def _which_bar() -> list[Patch]:
    example = "#0072B2"
    return [
        Patch(facecolor=GREY, label=say("water_key_in")),
        Patch(facecolor=example, label=say("water_key_alone")),
        Patch(facecolor=_pale(example), edgecolor=example, hatch="////", linewidth=0.6, label=say("water_key_with")),
    ]


def _sentence(verdict: ChainVerdict, value: Triple, cost: Triple, profit: Triple) -> str:
    return say(
        "water_title",
        name=capital(verdict.chain.name),
        currency=verdict.currency,
        cost=amount(cost.middle, spoken_language()),
        value=amount(value.middle, spoken_language()),
        left=say("profit" if verdict.chain.hurdle == 1.0 else "beyond"),
        profit=profit.told(),
    )


def _under(verdict: ChainVerdict, links: Sequence[str]) -> str:
    """Say which links earn their money only through others, and how to read the picture."""
    carried = [plain(n) for n in links if _carried(verdict, n) > 0.5]
    one_or_more = "water_carried_more" if len(carried) > 1 else "water_carried"
    told = [say(one_or_more, links=listing(carried, spoken_language()))] if carried else []
    return " ".join([*told, say("water_under", interval=f"{verdict.totals.interval:.0%}")])


def _carried(verdict: ChainVerdict, link: str) -> float:
    """Return how likely it is that a link earns the money it gets, but would not had only it run."""
    target = verdict.chain.hurdle * verdict.draws("shapley_cost", link)
    alone, brought = (verdict.draws(m, link) for m in ("value_standalone", "shapley_value"))
    return float(((alone < target) & (target <= brought)).mean())
