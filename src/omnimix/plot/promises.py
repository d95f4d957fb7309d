"""The bridge from what a plan promised to what happened."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.plot.canvas import dress, grid_lines, number_axis, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.promises.record import CONTROLS, DEMAND, EFFECT, NOISE, SPENT, Tracking
from omnimix.words import amount, change

NAMES = {  # by the names of their words
    SPENT: "bridge_spend",
    EFFECT: "bridge_effect",
    CONTROLS: "bridge_controls",
    DEMAND: "bridge_demand",
    NOISE: "bridge_noise",
}
MORE, LESS = OKABE_ITO[2], OKABE_ITO[5]


@spoken
@checked
def promise_bridge(result: Tracking, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw what was promised, the part of every cause, and what happened, with what was to be expected.

    Words and figures are in ``language``, ``en`` or ``nl``.
    """
    ax = sheet(ax, width=8.5, height=4.0)
    parts = result.by_cause
    names = [say("bridge_promised"), *(say(NAMES[str(c)]) for c in parts.index), say("bridge_happened")]
    at = result.promised
    ax.bar(0, at, color=QUIET, width=0.6)
    lowest = min([at, result.happened, result.expected[0]])
    highest = max([at, result.happened, result.expected[1]])
    for place, part in enumerate(parts.to_numpy(dtype=float), start=1):
        ax.bar(place, part, bottom=at, color=MORE if part >= 0 else LESS, width=0.6)
        moved = change(float(part), spoken_language())
        ax.annotate(
            moved, (place, max(at, at + part)), (0, 3), textcoords="offset points", ha="center",
            fontsize=8.5, color=INK,
        )  # fmt: skip
        at += float(part)
        lowest, highest = min(lowest, at), max(highest, at)
    last = len(parts) + 1
    ax.bar(last, result.happened, color=QUIET, width=0.6)
    ax.plot([last + 0.4] * 2, result.expected, color=INK, linewidth=2)
    room = 0.25 * max(highest - lowest, 1e-9)
    ax.set_ylim(max(lowest - room, min(0.0, lowest)), highest + room)
    ax.set_xticks(range(last + 1), names)
    ax.set_ylabel(say("bridge_axis", unit=result.value_unit.name(spoken_language())))
    number_axis(ax, "y")
    grid_lines(ax, "y")
    promised, happened = (amount(value, spoken_language()) for value in (result.promised, result.happened))
    title = say("bridge_within" if result.within else "bridge_not_within", promised=promised, happened=happened)
    under = say("bridge_under", interval=f"{result.interval:.0%}")
    dress(ax, title, f"{under} {say('bridge_cut')}" if ax.get_ylim()[0] > 0 else under)
    return ax
