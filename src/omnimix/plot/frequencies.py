"""How often people should be reached, beside how often they are."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, QUIET, channel_colours
from omnimix.frequency import BestFrequency
from omnimix.labels import CHANNEL
from omnimix.plot.canvas import dress, grid_lines, number_axis, rows, sheet
from omnimix.plot.spoken import spoken
from omnimix.words import Language


@checked
@spoken
def best_frequency(result: BestFrequency, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw, by channel, the best frequency with its interval, that of today, and the frequencies of single weeks.

    Args:
        result: the result of :func:`omnimix.best_frequency`.
        language: of its words and figures.
        ax: where to draw; by default on a new figure.
    """
    say, table = Language(language, "best_frequency"), result.table()
    ax = sheet(ax, width=7.5, height=1.6 + 0.45 * len(table))
    colours = channel_colours([str(c) for c in table[CHANNEL]])
    for k, row in enumerate(table.to_dict("records")):
        ax.plot([row["lowest_seen"], row["highest_seen"]], [-k, -k], color=QUIET, linewidth=9, alpha=0.25)
        colour = colours[str(row[CHANNEL])]
        ax.plot([row["frequency_lower"], row["frequency_upper"]], [-k, -k], color=colour, linewidth=2.5)
        ax.plot(row["best_frequency"], -k, "o", color=colour, markersize=7)
        ax.plot(row["frequency"], -k, "o", color=INK, markersize=8, markerfacecolor="none")
    unsaid = table["told"] != "data"
    rows(ax, [f"{name}{' *' * said}" for name, said in zip(table[CHANNEL], unsaid, strict=True)])
    number_axis(ax, "x")
    grid_lines(ax, "x")
    ax.set_xlabel(say.say("axis"))
    under = say.say("under", interval=say.percent(result.interval)) + say.say("under_prior") * bool(unsaid.any())
    dress(ax, say.say("title"), under)
    return ax
