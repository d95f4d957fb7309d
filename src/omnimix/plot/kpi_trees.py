"""Why a result moved, as a tree of bars."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.plot.canvas import dress, grid_lines, number_axis, sheet
from omnimix.steering.tree import KpiTree
from omnimix.words import amount, change

MORE, LESS = OKABE_ITO[2], OKABE_ITO[5]


@checked
def kpi_tree(result: KpiTree, *, ax: Axes | None = None) -> Axes:
    """Draw the tree from the top down: a bar is what a part moves the result by, a line its interval."""
    table = result.table()
    ax = sheet(ax, width=8.5, height=1.4 + 0.3 * len(table))
    places = {row.place: -k for k, row in enumerate(result.rows)}
    for row, told in zip(result.rows, table.to_dict("records"), strict=True):
        at, mean = places[row.place], told[MEAN]
        ax.barh(at, mean, height=0.6, color=MORE if mean >= 0 else LESS, alpha=0.9 if row.depth < 1 else 0.65)
        if row.kind not in ("result", "formula"):
            ax.plot([told[LOWER], told[UPPER]], [at, at], color=INK, linewidth=0.9)
        ax.annotate(
            change(mean), (max(mean, told[UPPER], 0.0), at), (4, 0), textcoords="offset points", va="center",
            fontsize=8, color=QUIET,
        )  # fmt: skip
    ax.axvline(0.0, color=QUIET, linewidth=0.8)
    marks = ["" if row.depth == 0 else "   " * (row.depth - 1) + "└ " for row in result.rows]
    names = [f"{mark}{row.name.replace('_', ' ')}" for mark, row in zip(marks, result.rows, strict=True)]
    ax.set_yticks(list(places.values()), names, ha="left")
    ax.tick_params(axis="y", pad=6.2 * max(len(n) for n in names))
    ax.margins(x=0.14)
    ax.set_xlabel(f"change of {result.result.name}, units a week")
    number_axis(ax, "x")
    grid_lines(ax, "x")
    top = result.result
    title = f"{top.name} went from {amount(top.before)} to {amount(top.after)} a week"
    dress(ax, title, f"Bars below a branch add up to it; lines: {result.interval:.0%} interval.")
    return ax
