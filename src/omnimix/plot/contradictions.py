"""Where judging every link by itself goes wrong: own ROAS against ROAS in the chain."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from omnimix.arguments import checked
from omnimix.chains import ChainVerdict
from omnimix.colours import INK, PALE, QUIET
from omnimix.plot.canvas import TEXT_SIZE, dress, in_lines, number_axis, sheet
from omnimix.plot.links import link_colours, require_spent, returns_of
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import Triple, apart, beyond, capital, plain, span, triple_of
from omnimix.words import listing, percent

CORNERS = {  # names of words, by whether own ROAS and ROAS in the chain reach the hurdle
    (False, True): "corner_needed",
    (True, True): "corner_runs",
    (False, False): "corner_weak",
    (True, False): "corner_spare",
}
ROOM = 1.9  # times the hurdle that an axis shows at least
SLIVER = 0.03  # of an axis: no corner is named that is narrower
LINE = 0.16  # inches
WRONG = "#F7E9E1"  # behind the corners in which the rule decides wrongly

type Point = tuple[Triple, Triple]  # own ROAS, ROAS in the chain


@spoken
@checked
def chain_contradictions(verdict: ChainVerdict, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw every link by its own ROAS (to the right) and its ROAS in the chain (upwards), with the hurdle on both.

    The hurdle divides the field into what a rule that looks at own ROAS alone decides rightly and wrongly. A dot is
    filled where the rule and the best set of links disagree about its link.

    Args:
        verdict: the result of :func:`omnimix.evaluate_chain`.
        language: of words and figures, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.

    Raises :class:`OmnimixError` for a chain that spent nothing, and for outcomes without a value.
    """
    verdict.value_unit.require_money("the picture of what judging link by link gets wrong")
    require_spent(verdict)
    own, chained = (returns_of(verdict, m) for m in ("roas_direct", "roas"))
    points: dict[str, Point] = {n: (own[n], chained[n]) for n in own if own[n].known and chained[n].known}
    hurdle, colours = verdict.chain.hurdle, link_colours(verdict)
    most_lines = max(in_lines(name).count("\n") + 2 for name in points)
    ax = sheet(ax, width=9.0, height=max(5.6, 1.9 + LINE * (most_lines + 0.5) * len(points)))
    ax.set_xlim(*span([x for x, _ in points.values()], ROOM * hurdle))
    ax.set_ylim(*span([y for _, y in points.values()], ROOM * hurdle))
    _field(ax, hurdle)
    for name, point in points.items():
        _cross(ax, point, colours[name], filled=verdict.link_rule.contradicts(name))
    _names(ax, {n: (x.middle, y.middle) for n, (x, y) in points.items()}, verdict.link_rule.wrong)
    number_axis(ax, "x")
    number_axis(ax, "y")
    ax.set_xlabel(say("contra_own"))
    ax.set_ylabel(say("contra_chained"))
    cut = any(beyond(x, ax.get_xlim()) or beyond(y, ax.get_ylim()) for x, y in points.values())
    dress(ax, _sentence(verdict), _under(verdict, cut, [n for n in own if n not in points]))
    return ax


def _field(ax: Axes, hurdle: float) -> None:
    """Divide the field at the hurdle and name its corners, each along its outer edge."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for (strong, needed), label in CORNERS.items():
        x, width = (hurdle, right - hurdle) if strong else (left, hurdle - left)
        y, height = (hurdle, top - hurdle) if needed else (bottom, hurdle - bottom)
        if min(width / (right - left), height / (top - bottom)) < SLIVER:
            continue  # below a hurdle of 0 there may be nothing
        if strong != needed:
            ax.add_patch(Rectangle((x, y), width, height, facecolor=WRONG, edgecolor="none", zorder=0))
        ax.annotate(
            textwrap.fill(say(label), max(11, int(70 * width / (right - left))), break_long_words=False),
            (1.0 if strong else 0.0, 1.0 if needed else 0.0), (-5 if strong else 5, -5 if needed else 5),
            xycoords="axes fraction", textcoords="offset points", ha="right" if strong else "left",
            va="top" if needed else "bottom", fontsize=TEXT_SIZE, fontstyle="italic", color=INK, zorder=5,
        )  # fmt: skip
    ax.axvline(hurdle, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    ax.axhline(hurdle, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    ax.plot(
        [left, right], [left, right], color=PALE, linewidth=1.0, linestyle=":", zorder=0.5, scalex=False, scaley=False
    )


def _cross(ax: Axes, point: Point, colour: str, *, filled: bool) -> None:
    """Draw a dot with its interval both ways."""
    own, chained = point
    ax.plot([own.lower, own.upper], [chained.middle] * 2, color=colour, linewidth=1.4, alpha=0.75)
    ax.plot([own.middle] * 2, [chained.lower, chained.upper], color=colour, linewidth=1.4, alpha=0.75)
    face, edge = (colour, INK) if filled else ("white", colour)
    ax.plot(
        own.middle, chained.middle, marker="o", markersize=9, color=face, markeredgecolor=edge, markeredgewidth=1.6,
        zorder=4,
    )  # fmt: skip


def _names(ax: Axes, points: Mapping[str, tuple[float, float]], wrong: Mapping[str, float]) -> None:
    """Name the dots right of the field, in their order from top to bottom, each tied to its dot by a thin line."""
    ranked = sorted(points, key=lambda name: -points[name][1])
    odds = {name: percent(wrong[name], spoken_language()) for name in points}
    (bottom, top), figure = ax.get_ylim(), ax.get_figure(root=True)
    height = ax.bbox.height / figure.dpi if figure else 5.0
    label = LINE * (max(in_lines(name).count("\n") for name in points) + 2.5)
    wanted = [(points[name][1] - bottom) / (top - bottom) for name in ranked]
    for name, place in zip(ranked, apart(wanted, min(label / height, 1.0 / len(points))), strict=True):
        ax.annotate(
            f"{in_lines(name)}\n{say('contra_wrong', probability=odds[name])}", points[name], (1.04, place),
            textcoords="axes fraction", va="center", ha="left", fontsize=TEXT_SIZE - 0.5, color=INK,
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": QUIET, "linewidth": 0.6, "relpos": (0.0, 0.5), "shrinkB": 4.0},
        )  # fmt: skip


def _sentence(verdict: ChainVerdict) -> str:
    """Return what judging link by link would decide otherwise, as a sentence."""
    needed, spare = (
        listing([plain(n) for n in names], spoken_language())
        for names in (verdict.link_rule.needed, verdict.link_rule.spare)
    )
    name = capital(verdict.chain.name)
    if not needed and not spare:
        return say("contra_agree", chain=name)
    stop, keep = say("contra_stop", links=needed), say("contra_keep_it" if needed else "contra_keep", links=spare)
    told = say("contra_both", stop=stop, keep=keep) if needed and spare else stop if needed else keep
    return say("contra_title", chain=name, told=told)


def _under(verdict: ChainVerdict, cut: bool, silent: Sequence[str]) -> str:
    """Return what the rule costs, and how to read the picture."""
    mass, told = verdict.returns.interval, []
    if verdict.link_rule.needed or verdict.link_rule.spare:
        regret = triple_of(verdict.link_rule.regret, mass, "regret")
        told.append(say("contra_lose", currency=verdict.currency, regret=regret.told()))
    told.append(say("contra_under", interval=f"{mass:.0%}", cut=say("contra_cut") if cut else ""))
    if silent:
        told.append(say("contra_silent", links=listing([plain(n) for n in silent], spoken_language())))
    return " ".join(told)
