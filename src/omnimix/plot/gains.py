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
from omnimix.plot.spoken import say, spoken, spoken_language
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
REFERENCES = {TODAY: "gain_over_today", PROPORTIONAL: "gain_over_proportional"}  # by the names of their words
NOTHING = 1e-9  # of the total: less is no gain


@spoken
@checked
def plan_gain(result: BudgetPlan, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw how likely which gain is, over today's plan and over the one in proportion to ROAS, with the odds in words.

    A hollow diamond is the mean once the optimist's share is taken off: what to expect of a plan that was chosen for
    looking best.

    Args:
        result: the result of :func:`omnimix.optimize_budget`.
        language: of words and figures, ``en`` or ``nl``.
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
        column(ax, -k + 0.2, say("gain_expected", amount=amount(expected[name], spoken_language())), up=LINE, bold=True)
        column(ax, -k + 0.2, say("gain_odds", odds=odds(likely[name], spoken_language())))
        column(ax, -k + 0.2, say("gain_mean", told=gains[name].told()), up=-LINE, quiet=True)
    rows(ax, [_over(name) for name in names])
    ax.set_ylim(-len(names) + 1 - 2.2 * BELOW, 1.1)
    upright(ax, 0.0, say("no_gain"))
    number_axis(ax, "x", most=7)
    grid_lines(ax, "x")
    unit = result.value_unit
    axis = "gain_axis" if unit.is_money else "gain_axis_in_units"
    ax.set_xlabel(say(axis, unit=unit.name(spoken_language())))
    less_luck = say("gain_corrected") if any(np.isfinite(v) for v in corrected.values()) else ""
    under = say("gain_under", interval=f"{result.gain.interval:.0%}", corrected=less_luck)
    dress(ax, _sentence(result, gains, expected, likely), under)
    return ax


def _over(name: str) -> str:
    """Return what a gain is over, as a part of a sentence."""
    return say(REFERENCES[name]) if name in REFERENCES else say("gain_over", plan=plain(name))


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
    over = _over(first)
    if max(map(abs, gains[first])) <= NOTHING * (result.total if result.value_unit.is_money else 1.0):
        return say("gain_nothing", over=over)
    gain = result.value_unit.told(expected[first], spoken_language())
    return say("gain_title", over=over, gain=gain, odds=odds(likely[first], spoken_language()))


@spoken
@checked
def plans_compared(result: PlansCompared, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw what every plan gains over the first, and how likely each is the best of all.

    A plan outside what the data have seen has a hollow dot and says so in words.

    Args:
        result: the result of :func:`omnimix.compare_plans` or :func:`omnimix.evaluate_plan`.
        language: of words and figures, ``en`` or ``nl``.
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
        note = say("plans_spends", amount=amount(spend[name], spoken_language()))
        if unseen:
            note = say("extrapolated_on", names=few(unseen, width=NOTE_WIDTH))
        chance, best = (percent(p, spoken_language()) for p in (better[name], result.best[name]))
        told = say("plans_first") if name == first else say("better", probability=chance)
        column(ax, -k, told, up=UP, bold=True)
        column(ax, -k, say("plans_best", probability=best), up=-UP, quiet=True)
        column(ax, -k, "0" if name == first else gains[name].told(), at=GAINS_AT, up=UP)
        column(ax, -k, note, at=GAINS_AT, up=-UP, quiet=True)
    rows(ax, list(gains))
    upright(ax, 0.0, say("no_gain"))
    number_axis(ax, "x", most=6)
    grid_lines(ax, "x")
    unit = result.value_unit
    axis = "plans_axis" if unit.is_money else "plans_axis_in_units"
    ax.set_xlabel(say(axis, plan=plain(first), unit=unit.name(spoken_language())))
    cut = f"; {say('cut')}" if any(beyond(g, ax.get_xlim()) for g in gains.values()) else ""
    beyond_data = say("plans_unseen") if any(result.extrapolated.values()) else ""
    under = say("plans_under", interval=f"{result.gain.interval:.0%}", cut=cut, unseen=beyond_data)
    dress(ax, _best(result, gains), under)
    return ax


def _best(result: PlansCompared, gains: Mapping[str, Triple]) -> str:
    """Return what gains most over the first plan, as a sentence."""
    first, *others = gains
    best = max(others, key=lambda name: gains[name].middle, default=first)
    if gains[best].middle <= 0:
        return say("plans_none", first=plain(first))
    return say(
        "plans_title",
        best=capital(best),
        gain=result.value_unit.told(gains[best].middle, spoken_language()),
        first=plain(first),
        doubt=say("doubt") if result.extrapolated[best] else "",
        odds=odds(result.best[best], spoken_language()),
    )
