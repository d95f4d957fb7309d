"""How it works: the funnel as a drawing, channels at the left, stages on the way, outcomes at the right."""

from __future__ import annotations

import textwrap
from itertools import pairwise
from typing import Any

from omnimix.colours import INK, QUIET, channel_colours
from omnimix.flows import BAR, Flows, Label, Paper, Ribbon, Spot, lay_out
from omnimix.page.parts import Block
from omnimix.posterior import Posterior
from omnimix.words import Language, capital

INCH = 96.0  # units of the drawing
NAME = 18  # letters of a line of a name
HEAD = 0.13  # inches
SHARE = 0.5  # of what media bring: from here on "most of it"


def how(posterior: Posterior, found: Flows, words: Language) -> Block | None:
    """Return the drawing of the funnel with what flows through it."""
    if found.total is None:
        return None
    labels = {spot.name: _label(spot, words) for spot in found.spots}
    teams = {c.name: c.team for c in posterior.funnel.channels if c.team is not None}
    paper = lay_out(found, labels, teams)
    title = words.say(
        "how_title",
        value=words.value(found.total.mean),
        range=words.between(words.end_of_value(found.total.lower), words.end_of_value(found.total.upper)),
    )
    through = _through(posterior, found, words)
    more = {"drawing": _drawing(posterior, found, paper, labels, words), "title": title, "told": _told(found, words)}
    said = [t for t in (words.say("how_lead"), through) if t]
    return Block("how", words.say("how"), tuple(said), (), "how", more)


def _label(spot: Spot, words: Language) -> Label:
    """Return a spot's name, what it brings and, for a channel, what was spent."""
    name = tuple(textwrap.wrap(words.title(spot.name), NAME))
    if spot.amount is None:
        return Label(name)
    money = words.brief_value(spot.amount.mean)
    note = () if spot.spend is None else (words.say("how_spent", money=words.brief(spot.spend)),)
    return Label(name, (money,), note)


def _through(posterior: Posterior, found: Flows, words: Language) -> str:
    """Return by way of which stage most of it comes, if one."""
    amounts = {s.name: s.amount.mean for s in found.spots if s.amount is not None}
    if found.total is None or found.total.mean <= 0:
        return ""
    shares = {s.name: amounts[s.name] / found.total.mean for s in posterior.funnel.stages}
    stage = max(shares, key=shares.__getitem__, default=None)
    if stage is None or shares[stage] <= SHARE:
        return ""
    return words.say("how_through", stage=words.name(stage), share=words.percent(min(shares[stage], 1.0)))


def _told(found: Flows, words: Language) -> str:
    return "; ".join(
        f"{words.title(s.name)}: {words.brief_value(s.amount.mean)}" for s in found.spots if s.amount is not None
    )


def _drawing(
    posterior: Posterior, found: Flows, paper: Paper, labels: dict[str, Label], words: Language
) -> dict[str, Any]:
    colours = channel_colours(posterior.funnel.channel_names)
    last = max(spot.column for spot in found.spots)
    return {
        "width": round(paper.width * INCH),
        "height": round((paper.height + 0.1) * INCH),
        "ribbons": [_ribbon(r, colours.get(r.arrow.channel or "", QUIET)) for r in paper.ribbons],
        "back": [_back(paper, a.source, a.target, colours[a.target]) for a in found.arrows if a.kind != "flow"],
        "bars": [
            (*(round(v * INCH, 1) for v in (p.x, p.top, BAR, p.height)), colours.get(n, INK))
            for n, p in paper.places.items()
        ],
        "texts": [line for s in found.spots for line in _texts(s, labels[s.name], paper, last=s.column == last)],
        "teams": [(capital(words.name(team)), round((top + 0.18) * INCH, 1)) for team, top in paper.headings.items()],
        "left": round(next(iter(paper.places.values())).x * INCH + BAR * INCH, 1),
    }


def _ribbon(ribbon: Ribbon, colour: str) -> dict[str, Any]:
    half = max(ribbon.width, 0.006) / 2
    points = [*ribbon.points[:-1], (ribbon.points[-1][0] - HEAD, ribbon.points[-1][1])]
    upper = [(x, y - half) for x, y in points]
    lower = [(x, y + half) for x, y in reversed(points)]
    (x, y), wide = ribbon.points[-1], max(half, 0.04)
    head = [(x - HEAD, y - wide), (x, y), (x - HEAD, y + wide)]
    return {
        "path": f"M{_at(upper[0])}{_along(upper)}L{_at(lower[0])}{_along(lower)}Z",
        "head": "M" + "L".join(_at(p) for p in head) + "Z",
        "colour": colour,
        "takes": ribbon.arrow.mean < 0,
    }


def _along(points: list[tuple[float, float]]) -> str:
    """Return a level curve through points."""
    return "".join(
        f"C{_at(((a[0] + b[0]) / 2, a[1]))} {_at(((a[0] + b[0]) / 2, b[1]))} {_at(b)}" for a, b in pairwise(points)
    )


def _at(point: tuple[float, float]) -> str:
    return f"{point[0] * INCH:.1f} {point[1] * INCH:.1f}"


def _back(paper: Paper, source: str, target: str, colour: str) -> dict[str, str]:
    """Return the dashed way back from a stage to a channel that follows it."""
    a, b = paper.places[source], paper.places[target]
    start, end = (a.x, a.top + a.height), (b.x + BAR + 0.03, b.middle)
    low = max(start[1], end[1]) + 0.35
    middle = [(start[0] - 0.2, low), (end[0] + 1.0, low)]
    return {"path": f"M{_at(start)}C{_at(middle[0])} {_at(middle[1])} {_at(end)}", "colour": colour}


def _texts(spot: Spot, label: Label, paper: Paper, *, last: bool) -> list[dict[str, Any]]:
    """Return a spot's lines: beside channels and outcomes, above stages."""
    place = paper.places[spot.name]
    x, anchor = (place.x - 0.09, "end") if spot.column == 0 else (place.x + BAR + 0.09, "start")
    top = place.middle - label.height / 2
    if spot.column > 0 and not last:
        x, anchor, top = place.x + BAR / 2, "middle", place.top - label.height - 0.05
    kinds = ["name"] * len(label.name) + ["money"] * len(label.money) + ["note"] * len(label.notes)
    step = label.height / len(label.lines)
    return [
        {"x": round(x * INCH, 1), "y": round((top + (k + 0.75) * step) * INCH, 1), "anchor": anchor, "kind": kind,
         "text": line}
        for k, (line, kind) in enumerate(zip(label.lines, kinds, strict=True))
    ]  # fmt: skip
