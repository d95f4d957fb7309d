"""Where today's plan and the planned one lie on what every channel brings as its money grows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, PALE, QUIET, channel_colours
from omnimix.effects import Figures
from omnimix.labels import CHANNEL, LOWER, MEAN, SPEND, UPPER
from omnimix.plot.canvas import (
    PANEL_SIZE,
    Drawn,
    as_drawn,
    chosen,
    crown,
    dress,
    grid_lines,
    legend_beside,
    number_axis,
    sheets,
)
from omnimix.plot.spoken import named, say, spoken, spoken_language
from omnimix.plot.triples import capital, plain, stretches
from omnimix.words import ValueUnit, amount, money

MONEY = "money"  # where no currency is known
SAME = 1e-6  # of the money of all channels: less is no change
EXTRAPOLATED, IS_PLAN, IS_TODAY = "extrapolated", "is_plan", "is_today"


@spoken
@checked
def plan_response(
    result: Figures,
    *,
    channel: str | None = None,
    channels: Sequence[str] = (),
    currency: str | None = None,
    language: str = "en",
    ax: Axes | None = None,
) -> Drawn:
    """Draw the value that every channel's money brings, with today's money and the plan's marked on it.

    Without ``ax`` every channel has a panel of its own and an array of axes comes back (one axes for one channel);
    with ``ax`` all curves are drawn on it.

    Args:
        result: the result of :func:`omnimix.plan_response`.
        channel: draw only this one.
        channels: all channels as the funnel lists them, for the colours, such as ``plan.channels``; by default what the
            draws name in their attribute ``channels``, or else the channels drawn.
        currency: of all money, for the labels; by default that of the figures.
        language: of words and figures, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.

    Raises :class:`OmnimixError` for a channel that is not there.
    """
    table, unit = result.table(), result.value_unit
    if unit.is_money:
        unit = replace(unit, currency=currency or unit.currency or result.unit.split()[0])
    every = list(dict.fromkeys(str(c) for c in table[CHANNEL]))
    known = channels or result.draws.attrs.get("channels", ())
    names, colours = chosen(every, channel, what="channel"), channel_colours([*known, *every])
    curves = {n: table.loc[table[CHANNEL] == n].sort_values(SPEND, kind="stable") for n in names}
    title, under = _sentence(curves, unit), _under(result.interval, unit, shaded=ax is None or len(names) == 1)
    if ax is not None:
        for name in names:
            _curve(ax, curves[name], colours[name], label=name, shaded=len(names) == 1)
        _label(ax, unit, table.loc[table[CHANNEL].isin(names)])
        if len(names) > 1:
            legend_beside(ax)
        dress(ax, title, under)
        return ax
    columns = min(3, len(names))
    axes = sheets(None, len(names), width=max(5.5, 3.1 * columns), height=2.8, columns=columns)
    for k, (name, one) in enumerate(zip(names, axes, strict=True)):
        _curve(one, curves[name], colours[name], label=name, shaded=True)
        _label(one, unit, curves[name])
        one.set_xlabel(one.get_xlabel() if k >= len(names) - columns else "")
        one.set_ylabel(one.get_ylabel() if k % columns == 0 else "")
        dress(one, plain(name), _moved(curves[name]), size=PANEL_SIZE)
    crown(axes, title, under)
    return as_drawn(axes)


def _curve(ax: Axes, table: pd.DataFrame, colour: str, *, label: str, shaded: bool) -> None:
    """Draw a curve in stretches, those that were never seen dashed, and mark both plans."""
    for part, beyond in stretches(table[EXTRAPOLATED].astype(bool)):
        money, lower, mean, upper = (table[c].to_numpy(dtype=float)[part] for c in (SPEND, LOWER, MEAN, UPPER))
        ax.fill_between(money, lower, upper, color=colour, alpha=0.12 if beyond else 0.25, linewidth=0)
        ax.plot(money, mean, color=colour, linewidth=1.8, linestyle=(0, (3, 2)) if beyond else "-", zorder=3)
        if beyond and shaded and money[-1] > money[0]:
            ax.axvspan(money[0], money[-1], facecolor=PALE, alpha=0.35, linewidth=0, zorder=0)
    ax.plot([], [], color=colour, linewidth=1.8, label=named(label))
    for mark, face, size in ((IS_TODAY, "white", 8.0), (IS_PLAN, colour, 6.5)):
        at = table.loc[table[mark].astype(bool)]
        ax.plot(
            at[SPEND], at[MEAN], linestyle="none", marker="o", markersize=size, color=face,
            markeredgecolor=INK, markeredgewidth=1.2, zorder=4, clip_on=False,
        )  # fmt: skip


def _label(ax: Axes, unit: ValueUnit, drawn: pd.DataFrame) -> None:
    """Name both axes; the upward one shows every band, and break-even, if value is money, as far as that goes."""
    if unit.is_money:
        most = float(drawn[SPEND].max())
        ax.plot([0.0, most], [0.0, most], color=QUIET, linewidth=0.9, linestyle=":", zorder=1)
    number_axis(ax, "x", most=4)
    number_axis(ax, "y", most=5)
    grid_lines(ax, "y")
    ax.set_xlabel(say("response_spend", currency=_unit(unit.currency)))
    ax.set_ylabel(say("response_value", unit=_unit(unit.name(spoken_language()))))
    ax.set_xlim(left=0.0)
    low, high = min(0.0, float(drawn[LOWER].min())), max(0.0, float(drawn[UPPER].max()))
    space = 0.06 * ((high - low) or 1.0)
    ax.set_ylim(low - space if low < 0 else 0.0, high + space)


def _unit(currency: str) -> str:
    """Return a currency, or the word for money where none is known."""
    return say("money") if currency == MONEY else currency


def _under(interval: float, unit: ValueUnit, *, shaded: bool) -> str:
    even = say("curves_even") if unit.is_money else ""
    too = say("response_shaded") if shaded else ""
    return say("response_under", interval=f"{interval:.0%}", shaded=too, even=even)


def _points(table: pd.DataFrame) -> tuple[float, float, float, float]:
    """Return money and value today and in the plan; nan where a plan lies beyond the curve."""
    found = []
    for mark in (IS_TODAY, IS_PLAN):
        at = table.loc[table[mark].astype(bool)]
        found += [float(at[c].iloc[0]) if len(at) else float("nan") for c in (SPEND, MEAN)]
    return found[0], found[1], found[2], found[3]


def _moved(table: pd.DataFrame) -> str:
    """Return what a channel gets and brings, before and after."""
    today, before, planned, after = _points(table)
    if not np.isfinite([today, planned]).all():
        return ""
    if np.isclose(today, planned, rtol=SAME, atol=0.0):
        return say("response_same", amount=amount(planned, spoken_language()), value=amount(after, spoken_language()))
    change = after - before
    first, last, moved = (amount(value, spoken_language()) for value in (today, planned, abs(change)))
    return say("response_more" if change >= 0 else "response_less", before=first, after=last, change=moved)


def _sentence(curves: dict[str, pd.DataFrame], unit: ValueUnit) -> str:
    """Return what the largest move costs and brings, as a sentence."""
    points = {n: _points(table) for n, table in curves.items()}
    moves = {n: (p[2] - p[0], p[3] - p[1]) for n, p in points.items() if np.isfinite(p).all()}
    whole = sum(p[2] for p in points.values())
    largest = max(moves, key=lambda n: abs(moves[n][0]), default=None)
    if largest is None or abs(moves[largest][0]) <= SAME * whole:
        return say("response_each")
    spend, value = moves[largest]
    more, brings = (say("word_more" if change >= 0 else "word_less") for change in (spend, value))
    gets, told = money(abs(spend), unit.currency, spoken_language()), unit.told(abs(value), spoken_language())
    gets, told = (figure.removeprefix(f"{MONEY} ") for figure in (gets, told))
    return say("response_title", channel=capital(largest), money=gets, more=more, value=told, brings=brings)
