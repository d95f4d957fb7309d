"""Rows of figures with their intervals: dots and bars on a scale that shows them, text beside them, a key below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.markers import CARETLEFTBASE, CARETRIGHTBASE
from matplotlib.transforms import ScaledTranslation

from omnimix.colours import INK, QUIET
from omnimix.effects import middle
from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.mechanics import Array
from omnimix.plot.canvas import TEXT_SIZE, spread
from omnimix.plot.spoken import named, say, spoken_language
from omnimix.words import Form, amount, listing

TEXT_AT = 12.0  # points from the axes to text right of them
FAR = 2.5  # times what has to be seen: an interval that reaches further is cut off


class Triple(NamedTuple):
    """A figure with the ends of its interval; nan where nothing is known."""

    middle: float
    lower: float
    upper: float

    @property
    def known(self) -> bool:
        """Whether all three are numbers."""
        return bool(np.isfinite(self).all())

    def told(self, form: Form = amount) -> str:
        """Write it in words and figures.

        >>> Triple(1.674, 1.16, 2.26).told(), Triple(float("nan"), 0.0, 1.0).told()
        ('1.67 (1.16 to 2.26)', 'unknown')
        """
        return spread(*self, form) if self.known else say("unknown")


def figures_of(table: pd.DataFrame, label: str, part: str) -> dict[str, float]:
    """Return a column of a table by the name of its rows.

    >>> figures_of(pd.DataFrame({"plan": ["a", "b"], "spend": [1, 2]}), "plan", "spend")
    {'a': 1.0, 'b': 2.0}
    """
    return dict(zip(table[label].astype(str), table[part].astype(float).tolist(), strict=True))


def triples_of(table: pd.DataFrame, label: str, told: str = MEAN) -> dict[str, Triple]:
    """Return the figures of a table with their intervals by the name of its rows.

    ``told`` is the column that the quantity is told by.
    """
    parts = [figures_of(table, label, part) for part in (told, LOWER, UPPER)]
    return {name: Triple(*(part[name] for part in parts)) for name in parts[0]}


def triple_of(draws: Array, interval: float, quantity: str) -> Triple:
    """Return what a quantity is told by (see :func:`omnimix.words.told`) with both ends of the central interval.

    >>> triple_of(np.array([0.0, 1.0, 2.0, 3.0, 9.0]), 0.5, "roas")
    Triple(middle=2.0, lower=1.0, upper=3.0)
    """
    lower, upper = np.quantile(draws, [(1 - interval) / 2, (1 + interval) / 2])
    return Triple(middle(draws, quantity), float(lower), float(upper))


def span(figures: Iterable[Triple], *seen: float) -> tuple[float, float]:
    """Return the ends of an axis that shows zero, every middle and ``seen``, and intervals as far as they are not vast.

    >>> span([Triple(1.0, 0.5, 2.0), Triple(1.2, 0.1, 80.0)], 1.0)
    (0.0, 3.24)
    """
    known = [figure for figure in figures if figure.known]
    most = max([0.0, *seen, *(f.middle for f in known)])
    least = min([0.0, *seen, *(f.middle for f in known)])
    reach = FAR * max(most, -least)
    high = max(most, min(reach, max((f.upper for f in known), default=most)))
    low = min(least, max(-reach, min((f.lower for f in known), default=least)))
    room = 0.08 * (high - low or 1.0)
    return (low - room if low < 0 else low), high + room


def beyond(figure: Triple, ends: tuple[float, float]) -> bool:
    """Return whether an interval goes on beyond the ends of an axis."""
    return figure.known and (figure.lower < ends[0] or figure.upper > ends[1])


def interval_bar(ax: Axes, row: float, figure: Triple, colour: str, *, hollow: bool = False, marker: str = "o") -> None:
    """Draw a dot and its bar; where the axis ends before the bar does, an arrow."""
    if not figure.known:
        return
    low, high = ax.get_xlim()
    ends = [max(figure.lower, low), min(figure.upper, high)]
    ax.plot(ends, [row, row], color=colour, linewidth=1.8 if hollow else 3.4, solid_capstyle="butt")
    for end, cut, caret in ((low, figure.lower < low, CARETLEFTBASE), (high, figure.upper > high, CARETRIGHTBASE)):
        if cut:
            ax.plot(end, row, marker=caret, markersize=7, color=colour, clip_on=False)
    face, edge = ("white", colour) if hollow else (colour, "white")
    ax.plot(figure.middle, row, marker=marker, markersize=7, color=face, markeredgecolor=edge, zorder=3)


def upright(ax: Axes, at: float, label: str) -> None:
    """Draw a line over all rows, named above the first."""
    ax.set_ylim(top=1.1)
    ax.axvline(at, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    ax.annotate(label, (at, 0.82), (4, 0), textcoords="offset points", va="center", fontsize=7.5, color=INK)


def column(
    ax: Axes, row: float, text: str, *, at: float = TEXT_AT, up: float = 0.0, bold: bool = False, quiet: bool = False
) -> None:
    """Write text right of a row, ``at`` so many points from the axes and ``up`` so many from the middle of the row."""
    ax.annotate(
        text, (1.0, row), (at, up), xycoords=ax.get_yaxis_transform(), textcoords="offset points", va="center",
        fontsize=TEXT_SIZE - 0.5 * quiet, fontweight="bold" if bold else "normal", color=QUIET if quiet else INK,
        annotation_clip=False,
    )  # fmt: skip


def key_below(ax: Axes, handles: Sequence[Artist], *, columns: int = 2, down: float = 0.45) -> None:
    """Say what is drawn in the axes so many inches below them."""
    figure = ax.get_figure(root=True)
    below = ax.transAxes if figure is None else ax.transAxes + ScaledTranslation(0.0, -down, figure.dpi_scale_trans)
    ax.legend(
        handles=list(handles), loc="upper left", bbox_to_anchor=(0.0, 0.0), bbox_transform=below, ncols=columns,
        frameon=False, borderaxespad=0.0, fontsize=TEXT_SIZE,
    )  # fmt: skip


def weeks_of(count: int) -> str:
    """Write a number of weeks.

    >>> weeks_of(1), weeks_of(13)
    ('1 week', '13 weeks')
    """
    return say("one_week" if count == 1 else "weeks", count=count)


def plain(name: str) -> str:
    """Write a name as it stands in a sentence."""
    return named(name).replace("_", " ")


def capital(name: str) -> str:
    """Write a name as a sentence begins with it."""
    text = plain(name)
    return text[:1].upper() + text[1:]


def few(channels: Sequence[str], *, width: int = 60) -> str:
    """Name up to two channels and count the others; count all where names take more than so many letters.

    >>> few(["tv", "online_video", "radio"]), few(["tv", "online_video", "radio"], width=12)
    ('tv, online video and 1 more', '3 channels')
    """
    names = [plain(c) for c in channels]
    told = listing(names if len(names) < 3 else [*names[:2], say("more_of", count=len(names) - 2)], spoken_language())
    return told if len(told) <= width or len(names) == 1 else say("channels_of", count=len(names))


def apart(wanted: Sequence[float], least: float) -> list[float]:
    """Move falling places so far apart that neighbours are ``least`` from each other, within 0 and 1.

    >>> [round(place, 2) for place in apart([0.5, 0.5, 0.1], 0.2)]
    [0.6, 0.4, 0.1]
    """
    places = np.clip(wanted, least / 2, 1 - least / 2)
    for _ in range(200):
        close = least - (places[:-1] - places[1:])
        push = np.where(close > 1e-9, close / 2, 0.0)
        places[:-1] += push
        places[1:] -= push
        places = np.clip(places, least / 2, 1 - least / 2)
    return [float(place) for place in places]


def stretches(flags: Iterable[bool]) -> Iterator[tuple[slice, bool]]:
    """Yield the stretches of a line through points, from point to point, and whether either end is flagged.

    >>> list(stretches([False, False, True]))
    [(slice(0, 2, None), False), (slice(1, 3, None), True)]
    """
    steps = list(pairwise(flags))
    for flagged, found in groupby(range(len(steps)), key=lambda k: any(steps[k])):
        places = list(found)
        yield slice(places[0], places[-1] + 2), flagged
