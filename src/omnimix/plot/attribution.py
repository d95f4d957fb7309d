"""What each method of attribution credits to each channel."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.attribution import Journeys
from omnimix.colours import OKABE_ITO, PALE
from omnimix.labels import CHANNEL
from omnimix.plot.canvas import dress, grid_lines, legend_beside, rows, share_axis, sheet
from omnimix.plot.spoken import spoken
from omnimix.words import Language

DRAWN = ("first", "last", "linear", "markov", "shapley")
MARKS = ("<", ">", "s", "o", "D")
MOST_ROWS = 20


@spoken
@checked
def path_credit(result: Journeys, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw by channel the share of orders that each of five methods credits; the twenty largest channels of more.

    Args:
        result: what :func:`omnimix.journeys` returned.
        language: of names and title, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.
    """
    words = Language(language, "journeys")
    table = result.table("share").sort_values("markov", ascending=False).head(MOST_ROWS).reset_index(drop=True)
    ax = sheet(ax, width=8.5, height=1.6 + 0.38 * len(table))
    values = table[list(DRAWN)]
    ax.hlines(-values.index.to_numpy(dtype=float), values.min(axis=1), values.max(axis=1), color=PALE, linewidth=3)
    for k, name in enumerate(DRAWN):
        ax.plot(
            values[name],
            -values.index.to_numpy(dtype=float),
            linestyle="none",
            marker=MARKS[k],
            markersize=6,
            color=OKABE_ITO[k],
            label=words.say(f"method_{name}"),
        )
    rows(ax, [words.name(str(name)) for name in table[CHANNEL]])
    ax.set_xlim(left=0.0)
    share_axis(ax)
    grid_lines(ax, "x")
    legend_beside(ax)
    dress(ax, words.say("title"), words.say("drawn"))
    return ax
