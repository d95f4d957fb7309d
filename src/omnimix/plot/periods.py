"""ROAS period by period, where effects change over time."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from omnimix.colours import INK, channel_colours
from omnimix.effects import Figures
from omnimix.labels import ALL_MEDIA, CHANNEL, LOWER, PERIOD, UPPER
from omnimix.plot.canvas import dress, grid_lines, legend_beside, number_axis, sheet
from omnimix.plot.spoken import say, spoken_language
from omnimix.words import called

WIDTH = 0.6  # of the room between two periods: what the channels of one period take


def roas_by_period(result: Figures, under: str, *, ax: Axes | None = None) -> Axes:
    """Draw the ROAS of every channel in every period: a dot and an interval, joined by a line a channel."""
    table, unit = result.table(), result.value_unit
    channels = [str(c) for c in result.draws[CHANNEL].to_numpy() if c != ALL_MEDIA]
    found = [str(p) for p in result.draws[PERIOD].to_numpy()]
    ax = sheet(ax, width=8.0, height=4.4)
    colours, places = channel_colours(channels), np.arange(len(found), dtype=float)
    for k, name in enumerate(channels):
        rows = table[table[CHANNEL] == name].set_index(PERIOD).loc[found]
        at = places + WIDTH * ((k + 0.5) / len(channels) - 0.5)
        middle = rows[result.told].to_numpy(dtype=float)
        ax.vlines(at, rows[LOWER], rows[UPPER], color=colours[name], linewidth=2.6, alpha=0.55)
        ax.plot(
            at,
            middle,
            marker="o",
            markersize=5,
            linewidth=1.0,
            color=colours[name],
            label=called(name, spoken_language()),
        )
    if unit.is_money:
        ax.axhline(1.0, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    ax.set_xticks(places, [p.replace("/", "\n") for p in found])
    ax.set_xlim(-0.5, len(found) - 0.5)
    ax.set_ylim(bottom=min(0.0, float(table[LOWER].min())))
    number_axis(ax, "y")
    grid_lines(ax, "y")
    in_units = {"unit": unit.name(spoken_language()), "currency": unit.currency}
    ax.set_ylabel(say("roas_axis") if unit.is_money else say("roas_axis_in_units", **in_units))
    legend_beside(ax)
    dress(ax, say("roas_periods"), under)
    return ax
