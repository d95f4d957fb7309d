"""Fits held against each other by leave-one-out."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, QUIET
from omnimix.comparison import Comparison
from omnimix.plot.canvas import beside, dress, grid_lines, number_axis, rows, sheet
from omnimix.words import percent

CLEAR = 2.0  # standard errors


@checked
def comparison(result: Comparison, *, ax: Axes | None = None) -> Axes:
    """Draw how much worse every fit foresees weeks than the best one, with two standard errors, and its weight.

    Args:
        result: the result of :func:`omnimix.compare`.
        ax: where to draw; by default on a new figure.
    """
    table = result.table()
    ax = sheet(ax, width=8.0, height=1.6 + 0.4 * len(table))
    for k, row in enumerate(table.to_dict("records")):
        middle, away = float(row["difference"]), CLEAR * float(row["se_difference"])
        ax.plot([middle - away, middle + away], [-k, -k], color=QUIET, linewidth=2.2, solid_capstyle="butt")
        ax.plot(middle, -k, marker="o", markersize=6, color=INK)
        beside(ax, -k, f"weight {percent(float(row['weight']))}")
    ax.axvline(0.0, color=QUIET, linewidth=0.8, zorder=0)
    rows(ax, [str(n) for n in table["name"]])
    number_axis(ax, "x")
    grid_lines(ax, "x")
    ax.set_xlabel("expected log predictive density below that of the best")
    clear = int((table["difference"] > CLEAR * table["se_difference"]).iloc[1:].sum())
    dress(
        ax,
        f"{table['name'].iloc[0]} foresees weeks best, clearly better than {clear} of {len(table) - 1} others",
        "Dot: difference over all weeks, each left out in turn; bar: two standard errors; right: stacking weight.",
    )
    return ax
