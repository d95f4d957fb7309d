"""What platform, paths, model and test say of every channel."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, PALE, QUIET
from omnimix.labels import CHANNEL, INTERVAL, LOWER, UPPER
from omnimix.plot.canvas import dress, grid_lines, legend_beside, number_axis, rows, sheet
from omnimix.plot.spoken import spoken
from omnimix.triangulation import Witnesses
from omnimix.triangulation.judgement import EXPERIMENT, MODEL, PATH, PLATFORM
from omnimix.words import Language, percent

MARKS = {
    MODEL: ("o", INK, "mark_model"),
    PATH: ("D", OKABE_ITO[3], "mark_path"),
    PLATFORM: ("^", OKABE_ITO[4], "mark_platform"),
    EXPERIMENT: ("*", OKABE_ITO[2], "mark_experiment"),
}


@spoken
@checked
def witnesses(result: Witnesses, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw by channel the model's interval and what tracked paths, the platform and a test say.

    Args:
        result: what :func:`omnimix.witnesses` returned.
        language: of names and title, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.
    """
    words = Language(language, "witnesses")
    table = result.table()
    places = -table.index.to_numpy(dtype=float)
    ax = sheet(ax, width=8.5, height=1.6 + 0.42 * len(table))
    ax.hlines(places, table[LOWER], table[UPPER], color=PALE, linewidth=7)
    for column, (mark, colour, key) in MARKS.items():
        if table[column].notna().any():
            size = 10 if mark == "*" else 6
            ax.plot(
                table[column],
                places,
                linestyle="none",
                marker=mark,
                markersize=size,
                color=colour,
                label=words.say(key),
            )
    ax.axvline(1.0, color=QUIET, linewidth=0.8, linestyle=":")
    rows(ax, [words.name(str(name)) for name in table[CHANNEL]])
    ax.set_xlim(left=min(0.0, float(table[LOWER].min())))
    number_axis(ax, "x", most=8)
    grid_lines(ax, "x")
    legend_beside(ax)
    dress(ax, words.say("title"), words.say("drawn", interval=percent(float(table[INTERVAL].iloc[0]), language)))
    return ax
