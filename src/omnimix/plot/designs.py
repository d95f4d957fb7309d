"""Tests that could be done next: what their answers are worth beside what they cost."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import OKABE_ITO, QUIET
from omnimix.experiments import TestDesigns
from omnimix.plot.canvas import dress, grid_lines, legend_beside, number_axis, sheet

MOST = 14
WORTH, COST = OKABE_ITO[3], OKABE_ITO[5]


@checked
def next_tests(result: TestDesigns, *, ax: Axes | None = None) -> Axes:
    """Draw the tests worth most, each with what its answer is worth and what it is expected to cost."""
    rows = result.table().head(MOST).iloc[::-1]
    ax = sheet(ax, width=9.0, height=1.4 + 0.36 * len(rows))
    place = range(len(rows))
    ax.barh([p + 0.2 for p in place], rows["evsi"], height=0.36, color=WORTH, label="worth of\nits answer")
    ax.barh([p - 0.2 for p in place], rows["cost"], height=0.36, color=COST, label="profit lost\nwhile it runs")
    ax.axvline(0.0, color=QUIET, linewidth=0.8)
    ax.set_yticks(list(place), rows["test"])
    ax.set_xlabel(f"{result.value_unit.name()}, over {result.quarters:g} quarters")
    number_axis(ax, "x")
    grid_lines(ax, "x")
    legend_beside(ax)
    dress(ax, "What the next test would be worth, and what it would cost", result.sentence())
    return ax
