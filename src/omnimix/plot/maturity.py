"""How ready a team is: its own score and what can be shown, part by part."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, PALE, QUIET
from omnimix.maturity import Readiness
from omnimix.maturity.record import EVIDENCE_SCORE, PART, SELF_SCORE
from omnimix.plot.canvas import TEXT_SIZE, beside, dress, grid_lines, rows, sheet
from omnimix.plot.spoken import spoken
from omnimix.words import Language, figure

SHOWN = OKABE_ITO[3]


@spoken
@checked
def readiness(result: Readiness, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw each part's own score as a ring and what can be shown as a dot, from level 1 to 5.

    Args:
        result: what :func:`omnimix.readiness` returned.
        language: of names and title, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.
    """
    words = Language(language, "readiness")
    table = result.table(language).to_dict("records")
    ax = sheet(ax, width=8.0, height=1.3 + 0.45 * len(table))
    for k, row in enumerate(table):
        own, shown = float(row[SELF_SCORE]), float(row[EVIDENCE_SCORE])
        ax.plot([1, 5], [-k, -k], color=PALE, linewidth=3, solid_capstyle="round", zorder=1)
        if math.isfinite(own):
            ax.plot([shown, own], [-k, -k], color=QUIET, linewidth=1.2, zorder=2)
            ax.plot(own, -k, marker="o", markersize=10, color="white", markeredgecolor=INK, zorder=3)
        ax.plot(shown, -k, marker="o", markersize=8, color=SHOWN, zorder=4)
        beside(ax, -k, figure(shown, language) + (f" / {figure(own, language)}" if math.isfinite(own) else ""))
    rows(ax, [words.title(words.say(row[PART])) for row in table])
    ax.set_xlim(0.8, 5.2)
    ax.set_xticks([1, 2, 3, 4, 5])
    ax.tick_params(labelsize=TEXT_SIZE)
    grid_lines(ax, "x")
    dress(ax, words.say("title"), words.say("drawn"))
    return ax
