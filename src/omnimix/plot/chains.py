"""Dots and intervals of a chain: what each link returns by itself and in the chain, and which variant earns more."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from omnimix.arguments import checked
from omnimix.chains import ChainComparison, ChainVerdict, Judgement
from omnimix.colours import INK, QUIET
from omnimix.labels import CHAIN
from omnimix.plot.canvas import dress, grid_lines, in_lines, number_axis, rows, sheet
from omnimix.plot.links import link_colours, require_spent, returns_of
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import (
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
from omnimix.plot.variants import variant
from omnimix.words import NOTHING, ValueUnit, listing, percent, ratio, texts

LANE = 0.19  # of a row, from its middle to each of its two dots
UP = 6.5  # points from the middle of a row to the upper of two lines of text
FIGURES_AT = 88.0  # points from the axes to the second column of text
GAINS_AT = 104.0


@spoken
@checked
def chain_links(verdict: ChainVerdict, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw what every link returns by itself and in the chain, what the whole chain returns, and every verdict.

    Args:
        verdict: the result of :func:`omnimix.evaluate_chain`.
        language: of words and figures, ``en`` or ``nl``.
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
    rows(ax, [*own, say("whole_chain")])
    if unit.is_money:
        upright(ax, hurdle, say("hurdle", hurdle=ratio(hurdle, spoken_language())))
    number_axis(ax, "x", most=8)
    grid_lines(ax, "x")
    here = say("chain_axis") if unit.is_money else unit.per_money(spoken_language())
    ax.set_xlabel(verdict.returns.unit if spoken_language() == "en" else here)
    key_below(ax, _which_dot())
    cut = f"; {say('cut')}" if any(beyond(f, ax.get_xlim()) for f in figures) else ""
    told = {"told": say(verdict.returns.told), "interval": f"{verdict.returns.interval:.0%}", "cut": cut}
    dress(ax, _title(verdict, whole), say("chain_under", above=_above(verdict), **told))
    return ax


def _title(verdict: ChainVerdict, whole: Triple) -> str:
    unit, told = verdict.value_unit, {"name": capital(verdict.chain.name), "figure": whole.told(ratio)}
    if not unit.is_money:
        return say("chain_title_in_units", unit=unit.name(spoken_language()), currency=unit.currency, **told)
    return say("chain_title", verdict=texts("verdicts", spoken_language()).get(verdict.verdict or "", NOTHING), **told)


def _above(verdict: ChainVerdict) -> str:
    if not verdict.value_unit.is_money:
        return say("chain_no_verdict", outcomes=listing(verdict.value_unit.unvalued, spoken_language()))
    hurdle, sure = (
        ratio(verdict.chain.hurdle, spoken_language()),
        percent(verdict.probability_above_hurdle, spoken_language()),
    )
    return say("reaches", hurdle=hurdle, probability=sure)


@spoken
@checked
def chain_comparison(comparison: ChainComparison, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw what every chain earns beyond the first, and how likely it is to earn more.

    A chain that runs a channel harder than was ever seen has a hollow dot and says so in words. Words and figures are
    in ``language``, ``en`` or ``nl``.

    Raises :class:`OmnimixError` for outcomes without a value: there is no gain to draw.
    """
    comparison.value_unit.require_money("the picture of what chains gain")
    table = comparison.table()
    first, others = str(table[CHAIN].iloc[0]), table.iloc[1:].set_index(CHAIN)
    gains = {str(n): Triple(*ends) for n, *ends in others[["gain", "gain_lower", "gain_upper"]].itertuples()}
    names = [variant(name.removeprefix(f"{first} ")) for name in gains]
    most_lines = max(in_lines(name).count("\n") + 1 for name in names)
    ax = sheet(ax, width=9.0, height=1.9 + max(0.46, 0.16 * most_lines + 0.12) * len(gains))
    ax.set_xlim(*span(gains.values()))
    for k, (name, better) in enumerate(zip(gains, others["probability_better"], strict=True)):
        unseen = comparison.extrapolated[name]
        up = UP if unseen else 0.0
        interval_bar(ax, -k, gains[name], QUIET if unseen else INK, hollow=bool(unseen))
        column(ax, -k, say("better", probability=percent(better, spoken_language())), up=up, bold=True)
        column(ax, -k, gains[name].told(), at=GAINS_AT, up=up)
        if unseen:
            column(ax, -k, say("extrapolated_on", names=few(unseen)), up=-UP, quiet=True)
    rows(ax, names)
    upright(ax, 0.0, say("no_gain"))
    number_axis(ax, "x", most=6)
    grid_lines(ax, "x")
    ax.set_xlabel(say("chains_axis", chain=plain(first), currency=comparison.currency))
    beyond_data = say("chains_unseen") if any(comparison.extrapolated.values()) else ""
    if comparison.extrapolated[first]:
        beyond_data += say("chains_first_unseen", chain=plain(first), names=few(comparison.extrapolated[first]))
    under = say("chains_under", interval=f"{comparison.profit.interval:.0%}", unseen=beyond_data)
    dress(ax, _best(comparison, gains), under)
    return ax


def _judged(ax: Axes, row: float, judgement: Judgement, unit: ValueUnit) -> None:
    """Write a verdict right of a row, and under it how likely it is right."""
    verdicts = texts("verdicts", spoken_language())
    column(ax, row, verdicts.get(judgement.verdict or "", NOTHING), up=UP, bold=True)
    sure = percent(judgement.probability, spoken_language())
    likeliest = max(judgement.probabilities, key=lambda state: judgement.probabilities[state])
    key = "likeliest" if judgement.verdict == "test" else "sure"
    under = say(key, state=verdicts.get(likeliest, likeliest), probability=sure)
    silent = say("spent_nothing") if unit.is_money else ""
    column(ax, row, under if isfinite(judgement.probability) else silent, up=-UP, quiet=True)


def _which_dot() -> list[Line2D]:
    own = Line2D([], [], color=INK, linewidth=1.8, marker="o", markersize=7, markerfacecolor="white", label=say("own"))
    chained = Line2D(
        [], [], color=INK, linewidth=3.4, marker="o", markersize=7, markeredgecolor="white", label=say("chained")
    )
    return [own, chained]


def _best(comparison: ChainComparison, gains: Mapping[str, Triple]) -> str:
    """Return what gains most over the first chain, as a sentence."""
    best, first = max(gains, key=lambda name: gains[name].middle), next(iter(comparison.spend))
    if gains[best].middle <= 0:
        return say("chains_none", chain=plain(first))
    change = best.removeprefix(f"{first} ")
    name = capital(best) if change == best else f"{capital(first)} {variant(change)}"
    doubt = say("doubt") if comparison.extrapolated[best] else ""
    return say("chains_title", best=name, currency=comparison.currency, gain=gains[best].told(), doubt=doubt)
