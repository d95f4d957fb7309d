"""The sheet a chart is drawn on: axes, title sentence, numbers on ticks, names that fit."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator, PercentFormatter
from matplotlib.transforms import ScaledTranslation

from omnimix.colours import INK, PALE, QUIET
from omnimix.errors import OmnimixError, did_you_mean
from omnimix.labels import ALL_MEDIA
from omnimix.plot.spoken import named, say, spoken_language
from omnimix.words import Form, amount, called, texts

type Drawn = Axes | np.ndarray[Any, np.dtype[np.object_]]

TITLE_SIZE = 11.0
TEXT_SIZE = 8.5
PANEL_SIZE = 9.5
NAME_WIDTH = 24
TICK_DIGITS = 4


def sheet(ax: Axes | None, *, width: float = 8.0, height: float = 4.0) -> Axes:
    """Return ``ax``, or new axes on a figure of that size in inches."""
    return sheets(ax, 1, width=width, height=height)[0]


def sheets(
    ax: Axes | None, count: int, *, width: float = 8.0, height: float = 4.0, columns: int = 1, what: str = "outcome"
) -> list[Axes]:
    """Return ``count`` axes: ``ax`` where it is given, else those of a new figure.

    Raises :class:`OmnimixError` where one axes came for several panels.
    """
    if ax is not None:
        if count > 1:
            raise OmnimixError(f"one `ax` came for {count} {what}s; name one with `{what}=`, or leave `ax` out.")
        return [ax]
    from matplotlib import pyplot as plt

    rows = -(-count // columns)
    _, grid = plt.subplots(
        rows,
        columns,
        figsize=(width, height * rows),
        squeeze=False,
        layout=ConstrainedLayoutEngine(h_pad=0.08, w_pad=0.08),
    )
    flat = list(grid.ravel())
    for spare in flat[count:]:
        spare.set_visible(False)
    return flat[:count]


def as_drawn(axes: Sequence[Axes]) -> Drawn:
    """Return the only axes, or an array of them."""
    if len(axes) == 1:
        return axes[0]
    array = np.empty(len(axes), dtype=object)
    array[:] = list(axes)
    return array


def chosen(names: Sequence[str], wanted: str | None, *, what: str = "outcome") -> list[str]:
    """Return all names, or the wanted one. Raises :class:`OmnimixError` with the nearest name."""
    if wanted is not None and wanted not in names:
        raise OmnimixError(f"there is no {what} {wanted!r}{did_you_mean(wanted, names)}")
    return list(names) if wanted is None else [wanted]


def dress(ax: Axes, title: str, subtitle: str = "", *, size: float = TITLE_SIZE) -> None:
    """Put a title sentence and a quieter line under it, and take away what carries no figure."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.spines[["left", "bottom"]].set_color(QUIET)
    ax.tick_params(colors=INK, labelsize=TEXT_SIZE)
    ax.xaxis.label.set(size=TEXT_SIZE, color=INK)
    ax.yaxis.label.set(size=TEXT_SIZE, color=INK)
    width = room(ax)
    below = textwrap.wrap(subtitle, int(width * 16.0))
    heading = textwrap.wrap(title, int(width * 10.6 * TITLE_SIZE / size))
    ax.set_title("\n".join(heading), loc="left", fontsize=size, fontweight="bold", color=INK, pad=7 + 12.5 * len(below))
    if below:
        at, away = (0.0, 1.0), (0.0, 6.0)
        ax.annotate(
            "\n".join(below), at, away, xycoords="axes fraction", textcoords="offset points",
            fontsize=TEXT_SIZE, color=QUIET, ha="left", va="bottom", annotation_clip=False,
        )  # fmt: skip


def crown(axes: Sequence[Axes], title: str, subtitle: str) -> None:
    """Put one title sentence and a quieter line over all panels of a figure."""
    figure = axes[0].get_figure(root=True)
    if figure is None:
        return
    width = float(figure.get_size_inches()[0]) - 0.3
    heading, below = textwrap.wrap(title, int(width * 10.2)), textwrap.wrap(subtitle, int(width * 16.0))
    room = "\n" * len(below)
    figure.suptitle("\n".join(heading) + room, x=0.01, ha="left", fontsize=TITLE_SIZE, fontweight="bold", color=INK)
    down = ScaledTranslation(0.0, -(9.0 + 14.0 * len(heading)) / 72.0, figure.dpi_scale_trans)
    figure.text(
        0.01, 1.0, "\n".join(below), transform=figure.transFigure + down, fontsize=TEXT_SIZE, color=QUIET, va="top"
    )


def room(ax: Axes) -> float:
    """Return roughly how many inches lie between the left spine and the right edge of the chart's own cell."""
    figure, cell = ax.get_figure(root=True), ax.get_subplotspec()
    width = 8.0 if figure is None else float(figure.get_size_inches()[0])
    if cell is not None:
        width *= len(cell.colspan) / cell.get_gridspec().ncols
    names = [line for label in ax.get_yticklabels() for line in label.get_text().split("\n")]
    return max(1.5, width - 0.45 - 0.075 * max(map(len, names), default=0))


def spread(mean: float, lower: float, upper: float, form: Form = amount) -> str:
    """Write a figure with its interval.

    >>> spread(1.674, 1.16, 2.26)
    '1.67 (1.16 to 2.26)'
    """
    middle, low, high = (form(value, spoken_language()) for value in (mean, lower, upper))
    return say("spread", middle=middle, lower=low, upper=high)


def number_axis(ax: Axes, which: str, *, most: int = 6) -> None:
    """Write the ticks of the ``x`` or ``y`` axis with thousands, never in powers of ten."""
    axis, code = ax.xaxis if which == "x" else ax.yaxis, spoken_language()
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _place: amount(value, code, TICK_DIGITS)))


def week_axis(ax: Axes) -> None:
    """Write dates along the horizontal axis without crowding."""
    locator = AutoDateLocator(minticks=4, maxticks=9)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(_Months(locator))
    ax.set_xlabel(say("week"))
    ax.margins(x=0.01)


def share_axis(ax: Axes, which: str = "x") -> None:
    """Write the ticks of the ``x`` or ``y`` axis in percent."""
    (ax.xaxis if which == "x" else ax.yaxis).set_major_formatter(_Shares(1.0))


class _Shares(PercentFormatter):
    """Percent on ticks, with the marks of the language of the picture."""

    def __init__(self, whole: float) -> None:
        super().__init__(whole)
        self.marks = texts("figures", spoken_language())["marks"]

    def format_pct(self, x: float, display_range: float) -> str:
        """Write a tick."""
        return super().format_pct(x, display_range).translate(str.maketrans(",.", self.marks))


class _Months(ConciseDateFormatter):
    """Dates on ticks, months in the language of the picture."""

    def __init__(self, locator: AutoDateLocator) -> None:
        super().__init__(locator)  # type: ignore[no-untyped-call]
        english, here = (texts("figures", code)["months_short"].split() for code in ("en", spoken_language()))
        self.months = dict(zip(english, here, strict=True))

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Write the ticks."""
        return [self._told(text) for text in super().format_ticks(values)]  # type: ignore[no-untyped-call]

    def get_offset(self) -> str:
        """Write what all ticks share."""
        return self._told(super().get_offset())  # type: ignore[no-untyped-call]

    def _told(self, text: str) -> str:
        return re.sub("[A-Z][a-z]{2}", lambda month: self.months.get(month[0], month[0]), text)


def legend_beside(ax: Axes, *, upside_down: bool = False) -> None:
    """Put the legend to the right of the axes, where it hides nothing."""
    handles, labels = ax.get_legend_handles_labels()
    if upside_down:
        handles, labels = handles[::-1], labels[::-1]
    names = [label if "\n" in label else in_lines(label) for label in labels]
    ax.legend(handles, names, loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=TEXT_SIZE)


def rows(ax: Axes, names: Sequence[str]) -> None:
    """Name the rows of a chart from top to bottom: row ``k`` lies at ``-k``."""
    ax.set_yticks([-float(k) for k in range(len(names))], [in_lines(n) for n in names])
    ax.set_ylim(-len(names) + 0.4, 0.6)
    ax.tick_params(axis="y", length=0)


def beside(ax: Axes, row: float, text: str) -> None:
    """Write the figures of a row to the right of the axes."""
    ax.text(1.015, row, text, transform=ax.get_yaxis_transform(), va="center", ha="left", fontsize=TEXT_SIZE, color=INK)


def in_lines(name: str) -> str:
    """Break a long name at its spaces and underscores.

    >>> in_lines("search_non_brand_generic_nl")
    'search_non_brand_\\ngeneric_nl'
    """
    words = (
        [called(ALL_MEDIA, spoken_language())]
        if name == ALL_MEDIA
        else re.findall(r"[^\s_-]+[\s_-]*|[\s_-]+", named(name))
    )
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) > NAME_WIDTH:
            lines.append("")
        lines[-1] += word if len(word) <= NAME_WIDTH else word[: NAME_WIDTH - 1] + "…"
    return "\n".join(line.rstrip() for line in lines)


def grid_lines(ax: Axes, which: str) -> None:
    """Draw faint lines at the ticks of the ``x`` or ``y`` axis."""
    ax.set_axisbelow(True)
    (ax.xaxis if which == "x" else ax.yaxis).grid(visible=True, color=PALE, linewidth=0.6)
