"""Money out for money in: ROAS as dots with intervals, and response curves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, QUIET, channel_colours
from omnimix.effects import Figures, ResponseCurves
from omnimix.labels import ALL_MEDIA, CHANNEL, LOWER, MARGINAL_ROAS, MEAN, PERIOD, SPEND, UPPER
from omnimix.plot.canvas import (
    PANEL_SIZE,
    Drawn,
    as_drawn,
    beside,
    crown,
    dress,
    grid_lines,
    legend_beside,
    number_axis,
    rows,
    sheet,
    sheets,
    spread,
)
from omnimix.plot.periods import roas_by_period
from omnimix.plot.spoken import named, say, spoken, spoken_language
from omnimix.words import Form, ValueUnit, amount, ratio

BREAK_EVEN = 1.0


@spoken
@checked
def roas(result: Figures, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw ROAS or marginal ROAS: a dot and an interval a channel, all media apart, a line at break-even.

    Units of outcomes without a value have no break-even. ROAS by period is drawn over time, a line a channel. Words and
    figures are in ``language``, ``en`` or ``nl``.
    """
    if PERIOD in result.draws.dims:
        return roas_by_period(result, under_dots(result), ax=ax)
    table, unit = result.table(), result.value_unit
    ax = sheet(ax, width=8.0, height=1.7 + 0.36 * len(table))
    under = under_dots(result)
    if not unit.is_money:
        dots(
            ax,
            table,
            result.told,
            unit=say("roas_axis_in_units", unit=unit.name(spoken_language()), currency=unit.currency),
            form=ratio,
        )
        dress(ax, _sentence(result, table), under)
        return ax
    dots(ax, table, result.told, unit=say("roas_axis"), form=ratio)
    ax.axvline(BREAK_EVEN, color=INK, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1)
    ax.set_ylim(top=1.05)
    even = say("break_even")
    ax.annotate(even, (BREAK_EVEN, 0.78), (4, 0), textcoords="offset points", va="center", fontsize=7.5, color=INK)
    dress(ax, _sentence(result, table), f"{_verdicts(table)} {under}")
    return ax


def dots(
    ax: Axes, table: pd.DataFrame, told: str, *, unit: str, form: Form = amount, colour: str | None = None
) -> None:
    """Draw one row a channel: the column it is told by as a dot, its interval as a bar, both in figures."""
    channels = [str(c) for c in table[CHANNEL]]
    colours = dict.fromkeys(channels, colour) if colour else channel_colours(channels)
    for k, (name, row) in enumerate(zip(channels, table.itertuples(index=False), strict=True)):
        at, lower, upper = (float(getattr(row, part)) for part in (told, LOWER, UPPER))
        whole = name == ALL_MEDIA
        ax.plot([lower, upper], [-k, -k], color=colours[name], linewidth=4.0 if whole else 3.2, solid_capstyle="butt")
        ax.plot(at, -k, marker="D" if whole else "o", markersize=7, color=colours[name], markeredgecolor="white")
        beside(ax, -k, spread(at, lower, upper, form))
        if whole and k > 0:
            ax.axhline(-k + 0.5, color=QUIET, linewidth=0.6)
    rows(ax, channels)
    ax.set_xlim(min(0.0, float(table[LOWER].min()) * 1.05), float(table[UPPER].max()) * 1.04)
    number_axis(ax, "x", most=8)
    grid_lines(ax, "x")
    ax.set_xlabel(unit)


def under_dots(result: Figures) -> str:
    """Return how dots and bars are to be read."""
    return say("best", what=say("dot"), told=say(result.told), interval=f"{result.interval:.0%}")


def _sentence(result: Figures, table: pd.DataFrame) -> str:
    unit = result.value_unit
    whole, what, one = table.loc[table[CHANNEL] == ALL_MEDIA], "", "1"
    if not unit.is_money:
        what, one = f" {unit.name(spoken_language())}", f"1 {unit.currency}"
    if whole.empty:
        return say("roas_each", one=one)
    row = whole.iloc[0]
    figure = spread(row[result.told], row[LOWER], row[UPPER], ratio)
    return say("roas_next" if result.name == MARGINAL_ROAS else "roas_all", figure=figure, what=what, one=one)


def _verdicts(table: pd.DataFrame) -> str:
    channels = table.loc[table[CHANNEL] != ALL_MEDIA]
    above = int((channels[LOWER] > BREAK_EVEN).sum())
    below = int((channels[UPPER] < BREAK_EVEN).sum())
    none = say("none")
    return say("roas_verdicts", count=len(channels), above=above or none, below=below or none)


@spoken
@checked
def response_curves(result: ResponseCurves, *, language: str = "en", ax: Axes | None = None) -> Drawn:
    """Draw the value each channel brings as its spend is scaled, with band, today's spend and what is extrapolated.

    Without ``ax`` every channel has a panel of its own and an array of axes comes back (one axes for one channel);
    with ``ax`` all curves are drawn on it. Words and figures are in ``language``, ``en`` or ``nl``.
    """
    table = result.table()
    unit, channels = result.value_unit, list(dict.fromkeys(table[CHANNEL]))
    colours, key = channel_colours(channels), _key(result)
    if ax is not None:
        for name in channels:
            _curve(ax, table.loc[table[CHANNEL] == name], colours[name], label=named(name), even=unit.is_money)
        _label(ax, unit)
        legend_beside(ax)
        dress(ax, say("curves"), key)
        return ax
    columns = min(3, len(channels))
    axes = sheets(None, len(channels), width=max(5.0, 3.1 * columns), height=2.7, columns=columns)
    for k, (name, one) in enumerate(zip(channels, axes, strict=True)):
        _curve(one, table.loc[table[CHANNEL] == name], colours[name], label=named(name), even=unit.is_money)
        _label(one, unit)
        one.set_xlabel(say("curves_spend") if k >= len(channels) - columns else "")
        one.set_ylabel(one.get_ylabel() if k % columns == 0 else "")
        dress(one, named(name), size=PANEL_SIZE)
    crown(axes, say("curves"), key)
    return as_drawn(axes)


def _key(result: ResponseCurves) -> str:
    even = say("curves_even") if result.value_unit.is_money else ""
    return say("curves_key", interval=f"{result.interval:.0%}", even=even)


def _curve(ax: Axes, table: pd.DataFrame, colour: str, *, label: str, even: bool) -> None:
    table = table.sort_values("factor")
    seen = table.loc[~table["extrapolated"]]
    beyond = pd.concat([seen.tail(1), table.loc[table["extrapolated"]]])
    ax.fill_between(seen[SPEND], seen[LOWER], seen[UPPER], color=colour, alpha=0.25, linewidth=0)
    ax.fill_between(beyond[SPEND], beyond[LOWER], beyond[UPPER], color=colour, alpha=0.12, linewidth=0)
    ax.plot(seen[SPEND], seen[MEAN], color=colour, linewidth=1.8, label=label)
    ax.plot(beyond[SPEND], beyond[MEAN], color=colour, linewidth=1.8, linestyle=(0, (3, 2)))
    if table["factor"].min() <= 1.0 <= table["factor"].max():
        x, y = (float(np.interp(1.0, table["factor"], table[column])) for column in (SPEND, MEAN))
        ax.plot(x, y, marker="o", markersize=6.5, color=colour, markeredgecolor=INK, zorder=3)
    if not even:
        return
    most = float(table[SPEND].max())
    ax.plot([0.0, most], [0.0, most], color=QUIET, linewidth=0.9, linestyle=":", zorder=1)


def _label(ax: Axes, unit: ValueUnit) -> None:
    number_axis(ax, "x", most=4)
    number_axis(ax, "y", most=5)
    grid_lines(ax, "y")
    ax.set_xlabel(say("curves_spend"))
    ax.set_ylabel(say("curves_value") if unit.is_money else unit.name(spoken_language()))
    ax.set_xlim(left=0)
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0] if ax.dataLim.y0 < 0 else 0.0))
