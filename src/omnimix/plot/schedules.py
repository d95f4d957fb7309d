"""A schedule that teaches: how closely returns would be known, after the usual plan and after the schedule."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import OKABE_ITO, QUIET
from omnimix.experiments import TeachingSchedule
from omnimix.labels import CHANNEL
from omnimix.plot.canvas import dress, grid_lines, legend_beside, number_axis, sheet
from omnimix.words import called

TAUGHT = OKABE_ITO[3]


@checked
def teaching(result: TeachingSchedule, *, ax: Axes | None = None) -> Axes:
    """Draw the standard deviation of every channel's return: now, after the usual plan, after the schedule."""
    rows = result.table().iloc[::-1]
    ax = sheet(ax, width=8.0, height=1.6 + 0.42 * len(rows))
    place = list(range(len(rows)))
    ax.hlines(place, rows["width_schedule"], rows["width_now"], color=QUIET, linewidth=1.5)
    ax.plot(rows["width_now"], place, "o", color=QUIET, mfc="white", label="now")
    ax.plot(rows["width_usual"], place, "o", color=QUIET, label="after the\nusual plan")
    ax.plot(rows["width_schedule"], place, "o", color=TAUGHT, label="after the\nschedule")
    ax.set_yticks(place, [called(str(c), "en") for c in rows[CHANNEL]])
    ax.set_xlabel("standard deviation of the return")
    ax.set_xlim(left=0.0)
    number_axis(ax, "x")
    grid_lines(ax, "x")
    legend_beside(ax)
    dress(ax, "How closely returns would be known", result.sentence())
    return ax
