"""The funnel as a picture: channels at the left, stages on the way, outcomes at the right, money as the width."""

from __future__ import annotations

import itertools

import numpy as np
from matplotlib import patheffects
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline

from omnimix.arguments import checked
from omnimix.colours import INK, PALE, QUIET, channel_colours
from omnimix.flows import BAR, Amount, Arrow, Flows, Label, Paper, Ribbon, Spot, flows, forward, lay_out, structure
from omnimix.labels import DEFAULT_INTERVAL
from omnimix.plot.canvas import dress, in_lines, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import plain
from omnimix.posterior import Posterior
from omnimix.spec import Funnel
from omnimix.words import ValueUnit, amount, between, listing

NAME, MONEY, NOTE = 9.0, 8.0, 7.5  # points
HEAD = 0.13  # inches
POINTS = 72.0  # in an inch
RETURN_WIDTHS = (1.4, 2.8)  # points
SMALL = 0.01  # of the total: what is less is not spoken of
TITLE_ROOM = 0.75


@spoken
@checked
def funnel(
    of: Posterior | Funnel,
    *,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
    language: str = "en",
    ax: Axes | None = None,
) -> Axes:
    """Draw a funnel: what each channel brings, by way of which stage, to which outcome.

    A posterior gives every arrow the width of the mean money that takes it over the data window, tail included, and
    every channel, stage and outcome its money with its interval (or units, of outcomes without a value). A
    :class:`Funnel` without a fit gives its structure. Words and figures are in ``language``, ``en`` or ``nl``.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``.
    """
    declared, unit = (of, ValueUnit("")) if isinstance(of, Funnel) else (of.funnel, of.value_unit)
    found = (
        structure(of) if isinstance(of, Funnel) else flows(of, interval=interval, allow_unconverged=allow_unconverged)
    )
    labels = {spot.name: _label(spot, found, unit) for spot in found.spots}
    teams = {c.name: c.team for c in declared.channels if c.team is not None}
    paper = lay_out(found, labels, teams)
    size = 1.0 if ax is None else _shrink(ax, paper)
    ax = sheet(ax, width=paper.width + 0.2, height=paper.height + TITLE_ROOM)
    colours = channel_colours(declared.channel_names)
    for ribbon in paper.ribbons:
        _draw_ribbon(ax, ribbon, colours.get(ribbon.arrow.channel or "", QUIET))
    for arrow in found.arrows:
        if arrow.kind != "flow":
            _draw_return(ax, arrow, paper, colours[arrow.target])
    last = max(spot.column for spot in found.spots)
    for spot in found.spots:
        _draw_spot(ax, spot, paper, colours.get(spot.name, INK))
        _write(ax, spot, labels[spot.name], paper, size, last=spot.column == last)
    for team, top in paper.headings.items():
        _head(ax, team, top, paper, size)
    ax.set_xlim(0, paper.width)
    ax.set_ylim(paper.height, 0)
    dress(ax, _sentence(found, declared, unit), _key(found, interval, unit))
    for text in ax.texts:
        text.set_in_layout(False)  # the paper has room for them; the subtitle must not push the chart aside
    ax.set_axis_off()
    return ax


def _label(spot: Spot, found: Flows, unit: ValueUnit) -> Label:
    name = tuple(in_lines(spot.name).split("\n"))
    back = [a for a in found.arrows if a.kind != "flow" and a.target == spot.name]
    if spot.amount is None:
        return Label(name, notes=tuple(say(f"funnel_{a.kind}", name=plain(a.source)) for a in back))
    code, range_ = spoken_language(), _between(spot.amount)
    money = unit.brief(spot.amount.mean, code)
    if spot.spend is None:
        return Label(name, (money, range_))
    spent = amount(spot.spend, code)
    notes = [say("funnel_spent", money=spent if unit.is_money else f"{unit.currency} {spent}")]
    notes += [say("funnel_through", amount=amount(a.mean, code), name=plain(a.source)) for a in back]
    return Label(name, (f"{money}, {range_}",), tuple(notes))


def _sentence(found: Flows, declared: Funnel, unit: ValueUnit) -> str:
    if found.total is None:
        outcomes = listing([plain(o.name) for o in declared.outcomes], spoken_language())
        return say("funnel_structure", count=len(declared.channels), outcomes=outcomes)
    value = unit.brief(found.total.mean, spoken_language())
    return say("funnel_title", value=value, range=_between(found.total), most=_most(found, declared))


def _between(found: Amount) -> str:
    code = spoken_language()
    return between(amount(found.lower, code), amount(found.upper, code), code)


def _most(found: Flows, declared: Funnel) -> str:
    """Return by way of which stage most of it comes, if one."""
    amounts = {s.name: s.amount.mean for s in found.spots if s.amount is not None}
    assert found.total is not None
    mediated = {s.name: amounts[s.name] / found.total.mean for s in declared.stages} if found.total.mean > 0 else {}
    stage = max(mediated, key=mediated.__getitem__, default=None)
    return say("funnel_most", stage=plain(stage)) if stage is not None and mediated[stage] > 0.5 else ""


def _key(found: Flows, interval: float, unit: ValueUnit) -> str:
    kinds, code = {a.kind for a in found.arrows}, spoken_language()
    noun = say("money") if unit.is_money else unit.name(code)
    lines = f" {say('or')} ".join(say(f"funnel_line_{kind}") for kind in ("answers", "fuels") if kind in kinds)
    if found.total is None:
        return say("funnel_arrows", dashed=say("funnel_dashed", lines=lines) if lines else "")
    width = "funnel_width" if unit.is_money else "funnel_width_in_units"
    parts = [say(width, currency=unit.currency, unit=noun, interval=f"{interval:.0%}")]
    if lines:
        parts.append(say("funnel_counted", lines=lines))
    if any(a.mean < 0 for a in forward(found)):
        parts.append(say("funnel_takes", noun=noun))
    if abs(found.together) > SMALL * abs(found.total.mean):
        parts.append(say("funnel_together", value=unit.brief(found.together, code)))
    return "".join(parts)


def _shrink(ax: Axes, paper: Paper) -> float:
    """Return by how much text must shrink where the axes are smaller than the paper."""
    figure = ax.get_figure(root=True)
    if figure is None:
        return 1.0
    box, (width, height) = ax.get_position(), figure.get_size_inches()
    room = min(box.width * width / paper.width, box.height * height / paper.height)
    return float(np.clip(1.25 * room, 0.5, 1.0))


def _draw_ribbon(ax: Axes, ribbon: Ribbon, colour: str) -> None:
    half = max(ribbon.width, 0.006) / 2
    points = [*ribbon.points[:-1], (ribbon.points[-1][0] - HEAD, ribbon.points[-1][1])]
    upper = _curve([(x, y - half) for x, y in points])
    lower = _curve([(x, y + half) for x, y in reversed(points)])
    codes = [Outline.MOVETO, *[Outline.CURVE4] * (len(upper) - 1)]
    outline = Outline(
        [*upper, *lower, upper[0]], [*codes, Outline.LINETO, *[Outline.CURVE4] * (len(lower) - 1), Outline.CLOSEPOLY]
    )
    takes = ribbon.arrow.mean < 0
    look = {"facecolor": "white" if takes else colour, "edgecolor": colour, "linewidth": 0.4, "zorder": 2}
    alpha = 0.9 if takes else 0.5
    ax.add_patch(PathPatch(outline, alpha=alpha, hatch="////" if takes else None, **look))
    (x, y), wide = ribbon.points[-1], max(half, 0.04)
    head = [(x - HEAD, y - wide), (x, y), (x - HEAD, y + wide)]
    ax.add_patch(Polygon(head, closed=True, facecolor=colour, alpha=0.85, linewidth=0, zorder=2))


def _curve(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return points with the control points of a level curve through them."""
    out = [points[0]]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        middle = (x0 + x1) / 2
        out += [(middle, y0), (middle, y1), (x1, y1)]
    return out


def _draw_return(ax: Axes, arrow: Arrow, paper: Paper, colour: str) -> None:
    source, target = paper.places[arrow.source], paper.places[arrow.target]
    line = FancyArrowPatch(
        (source.x, source.top + source.height),
        (target.x + BAR, target.middle),
        connectionstyle="arc3,rad=-0.25" if target.middle > source.middle else "arc3,rad=0.25",
        arrowstyle="-|>,head_length=5,head_width=2.5",
        linestyle=(0, (4, 2.5)),
        linewidth=float(np.clip(arrow.mean * paper.scale * POINTS, *RETURN_WIDTHS)),
        color=colour,
        shrinkA=0,
        shrinkB=0,
        zorder=4,
    )
    line.set_path_effects([patheffects.withStroke(linewidth=line.get_linewidth() + 2.4, foreground="white")])
    ax.add_patch(line)


def _draw_spot(ax: Axes, spot: Spot, paper: Paper, colour: str) -> None:
    place = paper.places[spot.name]
    ax.add_patch(Rectangle((place.x, place.top), BAR, place.height, facecolor=colour, linewidth=0, zorder=3))


def _write(ax: Axes, spot: Spot, label: Label, paper: Paper, size: float, *, last: bool) -> None:
    """Write a spot's name, money and notes: beside channels and outcomes, above stages."""
    place = paper.places[spot.name]
    x, align = (place.x - 0.09, "right") if spot.column == 0 else (place.x + BAR + 0.09, "left")
    top = place.middle - label.height / 2
    if spot.column > 0 and not last:
        x, align, top = place.x + BAR / 2, "center", place.top - label.height - 0.05
    step = label.height / len(label.lines)
    styles = [(NAME, "bold", INK)] * len(label.name) + [(MONEY, "normal", INK)] * len(label.money)
    styles += [(NOTE, "normal", QUIET)] * len(label.notes)
    halo = [patheffects.withStroke(linewidth=2.5, foreground="white")]
    for k, (line, (points, weight, colour)) in enumerate(zip(label.lines, styles, strict=True)):
        ax.text(
            x, top + (k + 0.5) * step, line,
            ha=align, va="center_baseline", fontsize=points * size, fontweight=weight, color=colour,
            path_effects=halo, zorder=6,
        )  # fmt: skip


def _head(ax: Axes, team: str, top: float, paper: Paper, size: float) -> None:
    """Write a team's name over its channels."""
    right = paper.places[next(iter(paper.places))].x + BAR
    ax.plot([0, right], [top + 0.24, top + 0.24], color=PALE, linewidth=0.8, zorder=1)
    ax.text(0, top + 0.2, plain(team), ha="left", va="bottom", fontsize=NOTE * size, fontweight="bold", color=QUIET)
