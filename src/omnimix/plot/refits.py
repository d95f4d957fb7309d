"""What moved from one fit to the next, and why."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.labels import CHANNEL
from omnimix.plot.canvas import dress, grid_lines, legend_beside, number_axis, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import plain
from omnimix.refits.record import CAUSE, ERROR, PART, FitsCompared
from omnimix.words import ratio


@spoken
@checked
def fits_moved(result: FitsCompared, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw what every cause moved of every channel's ROAS; dot and bar are the whole move and two errors of it.

    Words and figures are in ``language``, ``en`` or ``nl``.
    """
    table, moves = result.table(), result.moves
    names = [str(c) for c in moves[CHANNEL]]
    ax = sheet(ax, width=8.0, height=1.6 + 0.42 * len(names))
    places = {name: -k for k, name in enumerate(names)}
    for number, cause in enumerate(dict.fromkeys(table[CAUSE])):
        rows = table[table[CAUSE] == cause]
        ends = {n: _start(table, n, cause) for n in names}
        for row in rows.to_dict("records"):
            name = str(row[CHANNEL])
            label = say(f"moved_{cause}") if name == names[0] else None
            colour = OKABE_ITO[number % len(OKABE_ITO)]
            ax.barh(places[name], row[PART], left=ends[name], height=0.5, color=colour, alpha=0.75, label=label)
    for row in moves.to_dict("records"):
        ax.errorbar(
            row["new"] - row["old"], places[str(row[CHANNEL])], xerr=2 * row[ERROR], fmt="o", color=INK,
            markersize=4, linewidth=1.0,
        )  # fmt: skip
    ax.axvline(0.0, color=QUIET, linewidth=0.8)
    code = spoken_language()
    ends_of = zip(names, moves["old"], moves["new"], strict=True)
    labels = [f"{plain(n)}  {ratio(a, code)} → {ratio(b, code)}" for n, a, b in ends_of]
    ax.set_yticks(list(places.values()), labels)
    ax.set_xlabel(say("moved_axis"))
    number_axis(ax, "x")
    grid_lines(ax, "x")
    legend_beside(ax)
    moved = [n for n, real in zip(names, moves["real"], strict=True) if real and n != "all_media"]
    dress(ax, say("moved_title", moved=len(moved), count=len(names) - 1), say("moved_under"))
    return ax


def _start(table: pd.DataFrame, name: str, cause: object) -> float:
    """Return where the bar of a cause begins: after those before it that go the same way."""
    rows = table[table[CHANNEL] == name]
    own = float(rows.loc[rows[CAUSE] == cause, PART].iloc[0])
    before = rows.iloc[: list(rows[CAUSE]).index(cause)][PART]
    return float(before[before * own > 0].sum())
