"""The long run: how much more every channel has to bring later than soon, and the survey that follows the stock."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, QUIET, channel_colours
from omnimix.labels import ALL_MEDIA, CHANNEL, LOWER, MEAN, UPPER, WEEK
from omnimix.lasting import LongRun
from omnimix.plot.canvas import dress, grid_lines, number_axis, sheet
from omnimix.plot.spoken import named, spoken, spoken_language
from omnimix.words import percent, texts

STUDIES = 1.0  # what studies found to come later, for 1 that came soon: .24 over .12, less 1
FURTHEST = 5.0  # times; a wider range is cut off there and says so


@spoken
@checked
def long_run(result: LongRun, *, tracker: bool = False, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw, by channel, how many times what comes soon has to come later for its money to be back.

    ``tracker`` draws what a brand tracker found beside what the model expects of it instead. Words are in ``language``,
    ``en`` or ``nl``. Raises :class:`OmnimixError` for the tracker of a model without one.
    """
    said = texts("long_run", spoken_language())
    if tracker:
        return _tracker(result, said, ax)
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
    ax.set_xlabel(said["picture_axis"])
    number_axis(ax, "x", most=8)
    grid_lines(ax, "x")
    under = said["picture_under"].format(interval=percent(result.interval, spoken_language()))
    under += " " + said["picture_silent"] if bool((rows["told"] != "data").any()) else ""
    under += " " + said["picture_cut"].format(most=f"{FURTHEST:.0f}") if bool((high >= FURTHEST).any()) else ""
    dress(ax, said["picture_title"], under)
    return ax


def _tracker(result: LongRun, said: Mapping[str, str], ax: Axes | None) -> Axes:
    """Draw what a brand tracker found, and what the model expects of it."""
    table = result.survey_table()
    ax = sheet(ax, width=8.0, height=3.4)
    asked = table[table["share"].notna()]
    ax.fill_between(asked[WEEK], asked[LOWER], asked[UPPER], color=OKABE_ITO[4], alpha=0.25, linewidth=0)
    ax.plot(asked[WEEK], asked[MEAN], color=OKABE_ITO[4], linewidth=1.8)
    ax.plot(asked[WEEK], asked["share"], "o", color=INK, markersize=4)
    ax.yaxis.set_major_formatter(lambda value, _: percent(value, spoken_language()))
    grid_lines(ax, "y")
    interval = percent(result.interval, spoken_language())
    dress(ax, said["survey_title"], said["survey_under"].format(interval=interval))
    return ax
