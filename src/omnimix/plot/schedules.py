"""A schedule that teaches: how closely returns would be known, after the usual plan and after the schedule."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import OKABE_ITO, QUIET
from omnimix.experiments import TeachingSchedule
from omnimix.labels import CHANNEL
from omnimix.plot.canvas import dress, grid_lines, legend_beside, number_axis, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.words import called

TAUGHT = OKABE_ITO[3]


@spoken
@checked
def teaching(result: TeachingSchedule, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the standard deviation of every channel's return: now, after the usual plan, after the schedule.

    Words and figures are in ``language``, ``en`` or ``nl``.
    """
    rows = result.table().iloc[::-1]
    ax = sheet(ax, width=8.0, height=1.6 + 0.42 * len(rows))
    place = list(range(len(rows)))
    ax.hlines(place, rows["width_schedule"], rows["width_now"], color=QUIET, linewidth=1.5)
    ax.plot(rows["width_now"], place, "o", color=QUIET, mfc="white", label=say("teach_now"))
    ax.plot(rows["width_usual"], place, "o", color=QUIET, label=say("teach_usual"))
    ax.plot(rows["width_schedule"], place, "o", color=TAUGHT, label=say("teach_schedule"))
    ax.set_yticks(place, [called(str(c), spoken_language()) for c in rows[CHANNEL]])
    ax.set_xlabel(say("teach_axis"))
    ax.set_xlim(left=0.0)
    number_axis(ax, "x")
    grid_lines(ax, "x")
    legend_beside(ax)
    dress(ax, say("teach_title"), result.sentence(spoken_language()))
    return ax
