"""Fits held against each other by leave-one-out."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, QUIET
from omnimix.comparison import Comparison
from omnimix.plot.canvas import beside, dress, grid_lines, number_axis, rows, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.words import percent

CLEAR = 2.0  # standard errors


@spoken
@checked
def comparison(result: Comparison, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw how much worse every fit foresees weeks than the best one, with two standard errors, and its weight.

    Args:
        result: the result of :func:`omnimix.compare`.
        language: of words and figures, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.
    """
    table = result.table()
    ax = sheet(ax, width=8.0, height=1.6 + 0.4 * len(table))
    for k, row in enumerate(table.to_dict("records")):
        middle, away = float(row["difference"]), CLEAR * float(row["se_difference"])
        ax.plot([middle - away, middle + away], [-k, -k], color=QUIET, linewidth=2.2, solid_capstyle="butt")
        ax.plot(middle, -k, marker="o", markersize=6, color=INK)
        beside(ax, -k, say("compared_weight", percent=percent(float(row["weight"]), spoken_language())))
    ax.axvline(0.0, color=QUIET, linewidth=0.8, zorder=0)
    rows(ax, [str(n) for n in table["name"]])
    number_axis(ax, "x")
    grid_lines(ax, "x")
    ax.set_xlabel(say("compared_axis"))
    clear = int((table["difference"] > CLEAR * table["se_difference"]).iloc[1:].sum())
    title = say("compared_title", best=table["name"].iloc[0], clear=clear, count=len(table) - 1)
    dress(ax, title, say("compared_under"))
    return ax
