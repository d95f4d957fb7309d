"""What the best plans of other totals gain."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.budget import BudgetLevels
from omnimix.colours import INK, PALE, QUIET
from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.plot.canvas import dress, grid_lines, number_axis, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import stretches
from omnimix.words import money

TOTAL = "total"


@spoken
@checked
def budget_levels(result: BudgetLevels, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the gain over today's plan by total, its interval, and the totals that leave what the data have seen.

    Args:
        result: the result of :func:`omnimix.budget_levels`.
        language: of words and figures, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.
    """
    table = result.table().sort_values(TOTAL)
    totals, gain = (table[c].to_numpy(dtype=float) for c in (TOTAL, MEAN))
    ax = sheet(ax, width=9.0, height=4.6)
    for part, beyond in stretches(table["extrapolated"]):
        if beyond:
            ax.axvspan(totals[part][0], totals[part][-1], facecolor=PALE, alpha=0.4, linewidth=0, zorder=0)
    ax.fill_between(totals, table[LOWER], table[UPPER], color=QUIET, alpha=0.25, linewidth=0)
    ax.plot(totals, gain, color=INK, marker="o", markersize=5)
    ax.axhline(0.0, color=QUIET, linewidth=0.9)
    ax.axvline(result.today, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    place = ax.get_xaxis_transform()
    ax.annotate(say("levels_today"), (result.today, 0.97), (4, 0), xycoords=place, textcoords="offset points", va="top")
    number_axis(ax, "x", most=7)
    number_axis(ax, "y", most=6)
    grid_lines(ax, "y")
    ax.set_xlabel(say("levels_axis", currency=result.currency, weeks=result.weeks))
    unit, code = result.value_unit, spoken_language()
    ax.set_ylabel(say("levels_gain") + ("" if unit.is_money else f", {unit.name(code)}"))
    said = say("levels_title", total=money(totals[int(np.argmax(gain))], result.currency, code))
    if not unit.is_money:
        said = say("levels_title_in_units", unit=unit.name(code))
    shaded = say("levels_beyond") if table["extrapolated"].any() else ""
    dress(ax, said, say("levels_under", interval=f"{result.gain.interval:.0%}", beyond=shaded))
    return ax
