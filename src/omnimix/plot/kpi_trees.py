"""Why a result moved, as a tree of bars."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.plot.canvas import dress, grid_lines, number_axis, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import capital, plain
from omnimix.steering.tree import KpiTree, Row
from omnimix.steering.tree_narrative import OF_THEIR_OWN
from omnimix.words import amount, change, texts

MORE, LESS = OKABE_ITO[2], OKABE_ITO[5]


@spoken
@checked
def kpi_tree(result: KpiTree, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the tree from the top down: a bar is what a part moves the result by, a line its interval.

    Words and figures are in ``language``, ``en`` or ``nl``.
    """
    table = result.table()
    ax = sheet(ax, width=8.5, height=1.4 + 0.3 * len(table))
    places = {row.place: -k for k, row in enumerate(result.rows)}
    for row, told in zip(result.rows, table.to_dict("records"), strict=True):
        at, mean = places[row.place], told[MEAN]
        ax.barh(at, mean, height=0.6, color=MORE if mean >= 0 else LESS, alpha=0.9 if row.depth < 1 else 0.65)
        if row.kind not in ("result", "formula"):
            ax.plot([told[LOWER], told[UPPER]], [at, at], color=INK, linewidth=0.9)
        ax.annotate(
            change(mean, spoken_language()), (max(mean, told[UPPER], 0.0), at), (4, 0), textcoords="offset points",
            va="center", fontsize=8, color=QUIET,
        )  # fmt: skip
    ax.axvline(0.0, color=QUIET, linewidth=0.8)
    marks = ["" if row.depth == 0 else "   " * (row.depth - 1) + "└ " for row in result.rows]
    names = [f"{mark}{_called(row)}" for mark, row in zip(marks, result.rows, strict=True)]
    ax.set_yticks(list(places.values()), names, ha="left")
    ax.tick_params(axis="y", pad=6.2 * max(len(n) for n in names))
    ax.margins(x=0.14)
    ax.set_xlabel(say("tree_axis", name=plain(result.result.name)))
    number_axis(ax, "x")
    grid_lines(ax, "x")
    top = result.result
    before, after = (amount(level, spoken_language()) for level in (top.before, top.after))
    title = say("tree_title", name=capital(top.name), before=before, after=after)
    dress(ax, title, say("tree_under", interval=f"{result.interval:.0%}"))
    return ax


def _called(row: Row) -> str:
    """Return what a part is called; in English those that the tree names itself are called as in its table."""
    if row.kind in (*OF_THEIR_OWN, "result") or spoken_language() == "en":
        return plain(row.name)
    said = texts("kpi_tree", spoken_language()).get(f"kind_{row.kind}")
    return said or say("tree_unexplained")
