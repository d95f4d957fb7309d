"""The bridge from what a plan promised to what happened."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.plot.canvas import dress, grid_lines, number_axis, sheet
from omnimix.promises.record import CONTROLS, DEMAND, EFFECT, NOISE, SPENT, Tracking
from omnimix.words import amount, change

NAMES = {
    SPENT: "other spend\nthan planned",
    EFFECT: "other effect\nthan expected",
    CONTROLS: "price, promotions\nand the like",
    DEMAND: "demand\nand season",
    NOISE: "noise",
}
MORE, LESS = OKABE_ITO[2], OKABE_ITO[5]


@checked
def promise_bridge(result: Tracking, *, ax: Axes | None = None) -> Axes:
    """Draw what was promised, the part of every cause, and what happened, with what was to be expected."""
    ax = sheet(ax, width=8.5, height=4.0)
    parts = result.by_cause
    names = ["promised", *(NAMES[str(c)] for c in parts.index), "happened"]
    at = result.promised
    ax.bar(0, at, color=QUIET, width=0.6)
    lowest = min([at, result.happened, result.expected[0]])
    highest = max([at, result.happened, result.expected[1]])
    for place, part in enumerate(parts.to_numpy(dtype=float), start=1):
        ax.bar(place, part, bottom=at, color=MORE if part >= 0 else LESS, width=0.6)
        ax.annotate(
            change(float(part)), (place, max(at, at + part)), (0, 3), textcoords="offset points", ha="center",
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
    ax.set_ylabel(f"value, {result.value_unit.name()}")
    number_axis(ax, "y")
    grid_lines(ax, "y")
    told = "within" if result.within else "not within"
    title = f"{amount(result.promised)} was promised, {amount(result.happened)} came: {told} what was to be expected"
    under = f"Line: {result.interval:.0%} interval of what was to be expected, given what was really done."
    dress(ax, title, under + " The axis does not begin at 0." * int(ax.get_ylim()[0] > 0))
    return ax
