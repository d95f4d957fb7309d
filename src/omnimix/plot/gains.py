"""What plans gain: the spread of one plan's gain over others, and the gains of several plans side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.budget import BudgetPlan, PlansCompared
from omnimix.budget.plan import PLAN, PROPORTIONAL, TODAY, VERSUS
from omnimix.colours import INK, QUIET
from omnimix.labels import MEAN
from omnimix.mechanics import Array
from omnimix.plot.canvas import dress, grid_lines, in_lines, number_axis, rows, sheet
from omnimix.plot.spoken import say
from omnimix.plot.triples import (
    Triple,
    beyond,
    capital,
    column,
    few,
    figures_of,
    interval_bar,
    plain,
    span,
    triples_of,
    upright,
)
from omnimix.words import amount, odds, percent

UP = 6.5  # points from the middle of a row to the upper of two lines of text
LINE = 12.5  # points between lines of three
GAINS_AT = 104.0  # points from the axes to the second column of text
NOTE_WIDTH = 32  # letters
BINS = 36
TAIL = 0.005  # probability beyond either end of the axis
HILL = 0.66  # height of the highest bar, of a row
BELOW = 0.13  # of a row: from the foot of the hill to the interval under it
GAINED, LOST = "#6F6F6F", "#D0D0D0"
REFERENCES = {TODAY: "over today's plan", PROPORTIONAL: "over the plan in proportion to ROAS"}
NOTHING = 1e-9  # of the total: less is no gain


@checked
def plan_gain(result: BudgetPlan, *, ax: Axes | None = None) -> Axes:
    """Draw how likely which gain is, over today's plan and over the one in proportion to ROAS, with the odds in words.

    A hollow diamond is the mean once the optimist's share is taken off: what to expect of a plan that was chosen for
    looking best.

    Args:
        result: the result of :func:`omnimix.optimize_budget`.
        ax: where to draw; by default on a new figure.
    """
    table = result.gain.table()
    gains, names = triples_of(table, VERSUS), [*figures_of(table, VERSUS, MEAN)]
    draws = {n: result.gain.draws.sel({VERSUS: n}).to_numpy() for n in names}
    corrected, likely = (figures_of(table, VERSUS, part) for part in ("corrected", "probability_positive"))
    expected = {n: corrected[n] if np.isfinite(corrected[n]) else gains[n].middle for n in names}
    ax = sheet(ax, width=9.0, height=1.7 + 1.25 * len(names))
    edges = _edges(draws, [*gains.values()], [*expected.values()])
    ax.set_xlim(edges[0], edges[-1])
    for k, name in enumerate(names):
        _hill(ax, -k, draws[name], edges)
        interval_bar(ax, -k - BELOW, gains[name], INK)
        if np.isfinite(corrected[name]):
            ax.plot(corrected[name], -k - BELOW, marker="D", markersize=7, color="white", markeredgecolor=INK, zorder=4)
        column(ax, -k + 0.2, f"{amount(expected[name])} expected", up=LINE, bold=True)
        column(ax, -k + 0.2, f"a gain {odds(likely[name], 'en')}")
        column(ax, -k + 0.2, f"mean {gains[name].told()}", up=-LINE, quiet=True)
    rows(ax, [REFERENCES.get(name, f"over {plain(name)}") for name in names])
    ax.set_ylim(-len(names) + 1 - 2.2 * BELOW, 1.1)
    upright(ax, 0.0, "no gain")
    number_axis(ax, "x", most=7)
    grid_lines(ax, "x")
    unit = result.value_unit
    ax.set_xlabel(f"gain in {unit.name()}{', all money spent taken off' if unit.is_money else ''}")
    under = (
        f"Hills: how likely which gain is, pale where it is a loss. Dot: mean; bar: {result.gain.interval:.0%} interval"
    )
    if any(np.isfinite(v) for v in corrected.values()):
        under += "; diamond, expected: the mean once the optimist's share is taken off"
    dress(ax, _sentence(result, gains, expected, likely), f"{under}.")
    return ax


def _edges(draws: Mapping[str, Array], gains: Sequence[Triple], expected: Sequence[float]) -> Array:
    """Return the ends of bars over nearly all draws and zero, which lies between two bars."""
    drawn = np.concatenate([*draws.values()])
    seen = [0.0, *np.quantile(drawn, [TAIL, 1 - TAIL]), *expected, *(end for gain in gains for end in gain)]
    low, high = min(seen), max(seen)
    width = (high - low or 1.0) / BINS
    return np.arange(np.floor(low / width) - 1, np.ceil(high / width) + 2) * width


def _hill(ax: Axes, row: float, draws: Array, edges: Array) -> None:
    """Draw how many draws lie where; those beyond the ends are left out."""
    counts, _ = np.histogram(draws[draws != 0.0], edges)
    middles, width = (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]
    colours = [GAINED if middle > 0 else LOST for middle in middles]
    ax.bar(middles, HILL * counts / max(counts.max(), 1), bottom=row, width=width, color=colours, linewidth=0, zorder=2)
    ax.plot([edges[0], edges[-1]], [row, row], color=QUIET, linewidth=0.6, zorder=3)


def _sentence(
    result: BudgetPlan, gains: Mapping[str, Triple], expected: Mapping[str, float], likely: Mapping[str, float]
) -> str:
    """Return what is expected over the first reference, today's plan, and how likely a gain is."""
    first = next(iter(gains))
    over = REFERENCES.get(first, f"over {plain(first)}")
    if max(map(abs, gains[first])) <= NOTHING * (result.total if result.value_unit.is_money else 1.0):
        return f"There is nothing to gain {over}: the money lies as well there"
    gain = result.value_unit.told(expected[first])
    return f"Expected gain {over}: {gain}, and a gain {odds(likely[first], 'en')}"


@checked
def plans_compared(result: PlansCompared, *, ax: Axes | None = None) -> Axes:
    """Draw what every plan gains over the first, and how likely each is the best of all.

    A plan outside what the data have seen has a hollow dot and says so in words.

    Args:
        result: the result of :func:`omnimix.compare_plans` or :func:`omnimix.evaluate_plan`.
        ax: where to draw; by default on a new figure.
    """
    table = result.table()
    gains, first = triples_of(table, PLAN, "gain"), str(table[PLAN].iloc[0])
    better, spend = (figures_of(table, PLAN, part) for part in ("probability_positive", "spend"))
    most_lines = max(in_lines(name).count("\n") + 1 for name in gains)
    ax = sheet(ax, width=9.0, height=1.9 + max(0.46, 0.16 * most_lines + 0.12) * len(gains))
    low, high = span(gains.values())
    ax.set_xlim(low if low < 0 else -0.05 * high, high)  # room left of zero for the dot of the first plan
    for k, name in enumerate(gains):
        unseen = result.extrapolated[name]
        interval_bar(ax, -k, gains[name], QUIET if unseen else INK, hollow=bool(unseen))
        note = f"extrapolated: {few(unseen, width=NOTE_WIDTH)}" if unseen else f"spends {amount(spend[name])}"
        told = "compared with" if name == first else f"better: {percent(better[name])}"
        column(ax, -k, told, up=UP, bold=True)
        column(ax, -k, f"best: {percent(result.best[name])}", up=-UP, quiet=True)
        column(ax, -k, "0" if name == first else gains[name].told(), at=GAINS_AT, up=UP)
        column(ax, -k, note, at=GAINS_AT, up=-UP, quiet=True)
    rows(ax, list(gains))
    upright(ax, 0.0, "no gain")
    number_axis(ax, "x", most=6)
    grid_lines(ax, "x")
    unit = result.value_unit
    ax.set_xlabel(f"gain over {plain(first)}: {unit.name()}, {'all' if unit.is_money else 'no'} money spent taken off")
    cut = f"; {say('cut')}" if any(beyond(g, ax.get_xlim()) for g in gains.values()) else ""
    under = (
        f"Dot: mean; bar: {result.gain.interval:.0%} interval of the gain{cut}. Better: probability of a gain; best: "
    )
    under += "probability that no other plan gains more."
    if any(result.extrapolated.values()):
        under += " Hollow, extrapolated: outside what the data have seen on these channels."
    dress(ax, _best(result, gains), under)
    return ax


def _best(result: PlansCompared, gains: Mapping[str, Triple]) -> str:
    """Return what gains most over the first plan, as a sentence."""
    first, *others = gains
    best = max(others, key=lambda name: gains[name].middle, default=first)
    if gains[best].middle <= 0:
        return f"No other plan is expected to gain over {plain(first)}"
    doubt = ", were it to go as extrapolated" if result.extrapolated[best] else ""
    gain = result.value_unit.told(gains[best].middle)
    return f"{capital(best)} gains {gain} over {plain(first)}{doubt}; it is the best {odds(result.best[best], 'en')}"
