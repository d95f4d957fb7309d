"""The weeks of a plan: how much money which channel has in which week, beside today's."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, LinearSegmentedColormap, PowerNorm
from matplotlib.patches import Patch, Rectangle

from omnimix.arguments import checked
from omnimix.budget import BudgetPlan
from omnimix.colours import INK, PALE
from omnimix.errors import OmnimixError
from omnimix.plot.canvas import PANEL_SIZE, Drawn, as_drawn, dress, in_lines, room, rows, sheets
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import column, key_below, weeks_of
from omnimix.words import amount, day, money, texts

MONEY: Colormap = LinearSegmentedColormap.from_list("money", ["#E4F0F8", "#B5D6EA", "#5FA5D0", "#0072B2", "#003A5C"])
HATCH = "////"
BEND = 0.5  # small amounts show too: colour goes with the root of money
STEPS = (0.25, 0.5, 0.75, 1.0)  # of the colours, in the key
DARK = 0.62  # of the colours: from here on text is white
UP = 6.5  # points from the middle of a row to the upper of two lines of text
TOTALS = 1.4  # inches for the text at the right
CELL = 0.36  # inches: a narrower cell has no figure
LABEL = 0.52  # inches that a date takes
STRIDES = (1, 2, 4, 8, 13, 26, 52)  # weeks between dates on the axis
EVEN = 1.05  # most over least: weeks that differ less are alike


@spoken
@checked
def phasing(result: BudgetPlan, *, language: str = "en", ax: Axes | None = None) -> Drawn:
    """Draw the money of every channel by week, darker for more; cells outside what the data have seen are hatched.

    Without ``ax`` there are two panels on one scale, the plan's and today's, and an array of two axes comes back; with
    ``ax`` only the plan is drawn, on it.

    Args:
        result: the result of :func:`omnimix.optimize_budget`.
        language: of words and figures, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.

    Raises :class:`OmnimixError` for a plan that spends nothing.
    """
    if not result.total > 0:
        raise OmnimixError("there is nothing to draw: this plan spends nothing.")
    lines = max(in_lines(c).count("\n") + 1 for c in result.channels)
    height = 1.5 + max(0.32, 0.16 * lines + 0.06) * len(result.channels)
    axes = sheets(ax, 2 if ax is None else 1, width=10.0, height=height, what="panel")
    most = float(max(result.spend.to_numpy().max(), result.today.to_numpy().max() if ax is None else 0.0))
    _map(axes[0], result.spend, most, result.extrapolated)
    if ax is None:
        _map(axes[1], result.today, most, None)
        dress(axes[1], say("phasing_today"), size=PANEL_SIZE)
    axes[-1].set_xlabel(say("phasing_axis"))
    key_below(axes[-1], _key(result, most), columns=6, down=0.66)
    pattern = say("phasing_pattern") if "free" not in result.assumptions.phasing else ""
    dress(axes[0], _sentence(result), say("phasing_under", currency=result.currency, pattern=pattern))
    return as_drawn(axes)


def _map(ax: Axes, money: pd.DataFrame, most: float, beyond: pd.DataFrame | None) -> None:
    """Draw the cells, row 0 on top; weeks lie at 0, 1, ..."""
    weeks, channels = pd.DatetimeIndex(money.index), [str(c) for c in money.columns]
    values = money.to_numpy(dtype=float).T
    scale = PowerNorm(BEND, 0.0, most)
    rows(ax, channels)
    ax.set_ylim(-len(channels) + 0.5, 0.5)
    ax.set_xlim(-0.5, len(weeks) - 0.5)
    colours = MONEY(scale(values))
    colours[values <= 0] = 1.0  # white
    ends = (-0.5, len(weeks) - 0.5, -len(channels) + 0.5, 0.5)
    ax.imshow(colours, aspect="auto", interpolation="nearest", extent=ends, zorder=1)
    for k in range(1, len(channels)):
        ax.axhline(-k + 0.5, color="white", linewidth=2.0, zorder=3)
        ax.axhline(-k + 0.5, color=PALE, linewidth=0.6, zorder=3)
    hatched = np.zeros(values.shape, dtype=bool) if beyond is None else beyond.to_numpy(dtype=bool).T
    for k, week in np.argwhere(hatched):
        dark = float(scale(values[k, week])) >= DARK
        ax.add_patch(_cell(week - 0.5, -k - 0.5, "white" if dark else INK))
    width = (room(ax) - TOTALS) / len(weeks)
    if width >= CELL:
        _figures(ax, values, scale, hatched)
    for k, name in enumerate(channels):
        count = int(hatched[k].sum())
        column(ax, -k, amount(float(money[name].sum()), spoken_language()), up=UP if count else 0.0, bold=True)
        if count:
            where = "" if count == len(weeks) else f": {weeks_of(count)}"
            column(ax, -k, say("extrapolated") + where, up=-UP, quiet=True)
    _dates(ax, weeks, width)
    ax.tick_params(axis="x", length=3)


def _cell(left: float, low: float, colour: str) -> Rectangle:
    return Rectangle((left, low), 1.0, 1.0, facecolor="none", edgecolor=colour, hatch=HATCH, linewidth=0, zorder=2)


def _figures(ax: Axes, values: np.ndarray, scale: PowerNorm, hatched: np.ndarray) -> None:
    """Write the money into every cell."""
    for (k, week), spend in np.ndenumerate(values):
        if spend <= 0:
            continue
        dark = float(scale(spend)) >= DARK
        text = ax.text(
            week, -k, amount(float(spend), spoken_language()), ha="center", va="center", fontsize=7,
            color="white" if dark else INK, zorder=4,
        )  # fmt: skip
        if hatched[k, week]:
            back = MONEY(float(scale(spend)))
            text.set_bbox({"facecolor": back, "edgecolor": "none", "pad": 0.8})


def _dates(ax: Axes, weeks: pd.DatetimeIndex, width: float) -> None:
    """Write as many first days of weeks as fit, the year under the first of every year."""
    stride = next((s for s in STRIDES if s * width >= LABEL), STRIDES[-1])
    shown = list(range(0, len(weeks), stride))
    months, labels, year = texts("figures", spoken_language())["months_short"].split(), [], None
    for k in shown:
        first = weeks[k]
        labels.append(f"{first.day} {months[first.month - 1]}" + (f"\n{first.year}" if first.year != year else ""))
        year = first.year
    ax.set_xticks(shown, labels)


def _key(result: BudgetPlan, most: float) -> list[Patch]:
    """Return examples of the colours with the money that they stand for."""
    handles = [
        Patch(facecolor=MONEY(step), label=amount(most * step ** (1 / BEND), spoken_language())) for step in STEPS
    ]
    if (result.spend.to_numpy() <= 0).any() or (result.today.to_numpy() <= 0).any():
        handles.insert(0, Patch(facecolor="white", edgecolor=PALE, label=say("phasing_nothing")))
    if result.extrapolated.to_numpy().any():
        handles.append(
            Patch(facecolor="white", edgecolor=INK, hatch=HATCH, linewidth=0.5, label=say("extrapolated_bar"))
        )
    return handles


def _sentence(result: BudgetPlan) -> str:
    """Return when most and least is spent, as a sentence."""
    weekly = result.spend.sum(axis="columns")
    days = [day(week, spoken_language()) for week in result.weeks]
    if len({week.year for week in result.weeks}) == 1 and len(weekly) > 1:
        days = [told.rpartition(" ")[0] for told in days]
    most, least, even = (
        money(float(v), result.currency, spoken_language()) for v in (weekly.max(), weekly.min(), weekly.mean())
    )
    if len(weekly) == 1:
        return say("phasing_one", money=most, day=days[0])
    if weekly.max() <= EVEN * weekly.min():
        return say("phasing_even", money=even)
    high, low = int(weekly.argmax()), int(weekly.argmin())
    return say("phasing_most", high=days[high], most=most, low=days[low], least=least)
