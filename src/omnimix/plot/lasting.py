"""The long run: how much more every channel has to bring later than soon."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, QUIET, channel_colours
from omnimix.labels import ALL_MEDIA, CHANNEL
from omnimix.lasting import LongRun
from omnimix.plot.canvas import dress, grid_lines, number_axis, sheet
from omnimix.plot.spoken import named, say, spoken

STUDIES = 1.0  # what studies found to come later, for 1 that came soon: .24 over .12, less 1
FURTHEST = 5.0  # times; a wider range is cut off there and says so


@spoken
@checked
def long_run(result: LongRun, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw, by channel, how many times what comes soon has to come later for its money to be back.

    Words and figures are in ``language``, ``en`` or ``nl``.
    """
    table = result.table()
    rows = table[table[CHANNEL] != ALL_MEDIA].iloc[::-1]
    ax = sheet(ax, width=7.5, height=1.4 + 0.45 * len(rows))
    colours = channel_colours([str(c) for c in table[CHANNEL] if c != ALL_MEDIA])
    low, middle, high = (
        rows[f"break_even_multiplier{end}"].to_numpy(dtype=float).clip(-1.0, FURTHEST)
        for end in ("_lower", "", "_upper")
    )
    at = np.arange(len(rows))
    for k, name in enumerate(rows[CHANNEL]):
        ax.plot([low[k], high[k]], [at[k]] * 2, color=colours[str(name)], linewidth=2.5)
        ax.plot(middle[k], at[k], "o", color=colours[str(name)], markersize=7)
    ax.axvline(0.0, color=INK, linewidth=1)
    ax.axvline(STUDIES, color=QUIET, linewidth=1, linestyle="--")
    ax.set_yticks(at, [named(str(r[CHANNEL])) + ("" if r["told"] == "data" else " *") for _, r in rows.iterrows()])
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlabel(say("lasting_axis"))
    number_axis(ax, "x", most=8)
    grid_lines(ax, "x")
    told = [say("lasting_under", interval=f"{result.interval:.0%}")]
    told += [say("lasting_open")] * bool((rows["told"] != "data").any())
    told += [say("lasting_cut", most=f"{FURTHEST:.0f}")] * bool((high >= FURTHEST).any())
    dress(ax, say("lasting_title"), " ".join(told))
    return ax
