"""Dots and intervals of a chain: what each link returns by itself and in the chain, and which variant earns more."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from omnimix.arguments import checked
from omnimix.chains import WHOLE, ChainComparison, ChainVerdict, Judgement
from omnimix.colours import INK, QUIET
from omnimix.labels import CHAIN
from omnimix.plot.canvas import dress, grid_lines, in_lines, number_axis, rows, sheet
from omnimix.plot.links import UNKNOWN, link_colours, require_spent, returns_of
from omnimix.plot.triples import (
    CUT,
    Triple,
    beyond,
    capital,
    column,
    few,
    interval_bar,
    key_below,
    plain,
    span,
    triple_of,
    upright,
)
from omnimix.words import NOTHING, ValueUnit, percent, ratio

LANE = 0.19  # of a row, from its middle to each of its two dots
UP = 6.5  # points from the middle of a row to the upper of two lines of text
FIGURES_AT = 88.0  # points from the axes to the second column of text
GAINS_AT = 104.0
OWN = "by itself, without later links"
CHAINED = "in the chain: what it adds to all other links"


@checked
def chain_links(verdict: ChainVerdict, *, ax: Axes | None = None) -> Axes:
    """Draw what every link returns by itself and in the chain, what the whole chain returns, and every verdict.

    Args:
        verdict: the result of :func:`omnimix.evaluate_chain`.
        ax: where to draw; by default on a new figure.

    Raises :class:`OmnimixError` for a chain that spent nothing.
    """
    require_spent(verdict)
    own, chained = (returns_of(verdict, m) for m in ("roas_direct", "roas"))
    whole = triple_of(verdict.returns.draws.sel(basis="net").to_numpy(), verdict.returns.interval, verdict.returns.name)
    figures, colours = [*own.values(), *chained.values(), whole], link_colours(verdict)
    unit, hurdle = verdict.value_unit, verdict.chain.hurdle
    ax = sheet(ax, width=9.0, height=2.3 + 0.46 * (len(own) + 1))
    ax.set_xlim(*(span(figures, hurdle) if unit.is_money else span(figures)))
    for k, name in enumerate(own):
        _judged(ax, -k, verdict.judgements[name], unit)
        interval_bar(ax, -k + LANE, own[name], colours[name], hollow=True)
        interval_bar(ax, -k - LANE, chained[name], colours[name])
        if chained[name].known:
            column(ax, -k, own[name].told(ratio), at=FIGURES_AT, up=UP)
            column(ax, -k, chained[name].told(ratio), at=FIGURES_AT, up=-UP)
    ax.axhline(-len(own) + 0.5, color=QUIET, linewidth=0.6)
    interval_bar(ax, -len(own), whole, INK, marker="D")
    _judged(ax, -len(own), verdict.judgement, unit)
    column(ax, -len(own), whole.told(ratio), at=FIGURES_AT)
    rows(ax, [*own, WHOLE])
    if unit.is_money:
        upright(ax, hurdle, f"hurdle {ratio(hurdle)}")
    number_axis(ax, "x", most=8)
    grid_lines(ax, "x")
    ax.set_xlabel(verdict.returns.unit)
    key_below(ax, _which_dot())
    above = f"It reaches {ratio(hurdle)} with a probability of {percent(verdict.probability_above_hurdle)}."
    if not unit.is_money:
        above = f"No verdict: {unit.why}."
    cut = f"; {CUT}" if any(beyond(f, ax.get_xlim()) for f in figures) else ""
    under = f"{above} Dot: {verdict.returns.told}; bar: {verdict.returns.interval:.0%} interval{cut}."
    told = f"{whole.told(ratio)} for every 1 spent: {verdict.verdict}"
    if not unit.is_money:
        told = f"{whole.told(ratio)} {unit.name()} for every {unit.currency} spent"
    dress(ax, f"{capital(verdict.chain.name)} returns {told}", under)
    return ax


@checked
def chain_comparison(comparison: ChainComparison, *, ax: Axes | None = None) -> Axes:
    """Draw what every chain earns beyond the first, and how likely it is to earn more.

    A chain that runs a channel harder than was ever seen has a hollow dot and says so in words.

    Raises :class:`OmnimixError` for outcomes without a value: there is no gain to draw.
    """
    comparison.value_unit.require_money("the picture of what chains gain")
    table = comparison.table()
    first, others = str(table[CHAIN].iloc[0]), table.iloc[1:].set_index(CHAIN)
    gains = {str(n): Triple(*ends) for n, *ends in others[["gain", "gain_lower", "gain_upper"]].itertuples()}
    names = [name.removeprefix(f"{first} ") for name in gains]
    most_lines = max(in_lines(name).count("\n") + 1 for name in names)
    ax = sheet(ax, width=9.0, height=1.9 + max(0.46, 0.16 * most_lines + 0.12) * len(gains))
    ax.set_xlim(*span(gains.values()))
    for k, (name, better) in enumerate(zip(gains, others["probability_better"], strict=True)):
        unseen = comparison.extrapolated[name]
        up = UP if unseen else 0.0
        interval_bar(ax, -k, gains[name], QUIET if unseen else INK, hollow=bool(unseen))
        column(ax, -k, f"better: {percent(better)}", up=up, bold=True)
        column(ax, -k, gains[name].told(), at=GAINS_AT, up=up)
        if unseen:
            column(ax, -k, f"extrapolated: {few(unseen)}", up=-UP, quiet=True)
    rows(ax, names)
    upright(ax, 0.0, "no gain")
    number_axis(ax, "x", most=6)
    grid_lines(ax, "x")
    ax.set_xlabel(f"gain over {plain(first)}: {comparison.currency} beyond the hurdle")
    under = f"Dot: mean; bar: {comparison.profit.interval:.0%} interval of the gain; better: probability of a gain."
    if any(comparison.extrapolated.values()):
        under += " Hollow, extrapolated: spends more on these channels in a week than was ever seen."
    if comparison.extrapolated[first]:
        under += f" So does {plain(first)} itself, on {few(comparison.extrapolated[first])}."
    dress(ax, _best(comparison, gains), under)
    return ax


def _judged(ax: Axes, row: float, judgement: Judgement, unit: ValueUnit) -> None:
    """Write a verdict right of a row, and under it how likely it is right."""
    column(ax, row, judgement.verdict or NOTHING, up=UP, bold=True)
    sure = percent(judgement.probability)
    likeliest = max(judgement.probabilities, key=lambda state: judgement.probabilities[state])
    under = f"{likeliest}? {sure}" if judgement.verdict == "test" else f"{sure} sure"
    column(ax, row, under if isfinite(judgement.probability) else UNKNOWN if unit.is_money else "", up=-UP, quiet=True)


def _which_dot() -> list[Line2D]:
    own = Line2D([], [], color=INK, linewidth=1.8, marker="o", markersize=7, markerfacecolor="white", label=OWN)
    chained = Line2D([], [], color=INK, linewidth=3.4, marker="o", markersize=7, markeredgecolor="white", label=CHAINED)
    return [own, chained]


def _best(comparison: ChainComparison, gains: Mapping[str, Triple]) -> str:
    """Return what gains most over the first chain, as a sentence."""
    best = max(gains, key=lambda name: gains[name].middle)
    if gains[best].middle <= 0:
        return f"None of these is expected to earn more than {plain(next(iter(comparison.spend)))}"
    doubt = ", were it to go as extrapolated" if comparison.extrapolated[best] else ""
    return f"{capital(best)} would earn {gains[best].told()} more{doubt}"
