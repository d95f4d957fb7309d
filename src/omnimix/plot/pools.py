"""How a shared pool is best divided as it grows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation

from omnimix.arguments import checked
from omnimix.budget import PoolSplit
from omnimix.colours import INK, PALE, channel_colours
from omnimix.labels import CHANNEL, LOWER, UPPER
from omnimix.mechanics import Array
from omnimix.plot.canvas import TEXT_SIZE, dress, grid_lines, in_lines, number_axis, share_axis, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.plot.triples import Triple, apart, capital, plain, stretches, triple_of, weeks_of
from omnimix.words import amount, between, money, odds, percent

SIZE, SHARE, EXTRAPOLATED = "pool_spend", "share", "extrapolated"
LIKELY = 0.5
UNDER = 28.0  # points from the top to the range of the crossover, under its label
LINE = 0.19  # inches that a line of text takes
CLEAR = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}  # so that lines do not run through text
FEW = 3  # sizes: fewer are marked by dots


@spoken
@checked
def pool_split(result: PoolSplit, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw the best share of every member as the pool grows, today's size, and where the order changes.

    Args:
        result: the result of :func:`omnimix.pool_split`.
        language: of words and figures, ``en`` or ``nl``.
        ax: where to draw; by default on a new figure.
    """
    table = result.table().sort_values(SIZE, kind="stable")
    members = [str(c) for c in result.shares.draws[CHANNEL].to_numpy()]
    colours = channel_colours([*result.channels, *members])
    sizes = np.unique(table[SIZE].to_numpy(dtype=float))
    crossing = _crossing(result)
    lines = sum(in_lines(m).count("\n") + 1 for m in members)
    ax = sheet(ax, width=9.0, height=max(4.6, 1.8 + 1.3 * LINE * lines))
    _wide_enough(ax, sizes, result.now)
    curves = {m: table.loc[table[CHANNEL] == m] for m in members}
    _shade(ax, sizes, table.groupby(SIZE)[EXTRAPOLATED].any())
    for k, (name, curve) in enumerate(curves.items()):
        _curve(ax, curve, colours[name], aside=0.012 * (k - (len(curves) - 1) / 2))
    ax.set_ylim(0.0, 1.18 * max(float(table[UPPER].max()), 0.01))
    _names(ax, {m: curve.iloc[-1] for m, curve in curves.items()}, colours)
    _lines(ax, result, crossing)
    number_axis(ax, "x", most=7)
    share_axis(ax, "y")
    grid_lines(ax, "y")
    weeks = weeks_of(result.weeks)
    ax.set_xlabel(say("pool_axis", pool=plain(result.pool), currency=result.currency, weeks=weeks))
    ax.set_ylabel(say("pool_share"))
    can_cross = len(members) == 2 and sizes.size > 1
    under = _under(result, crossing, can_cross=can_cross, unseen=bool(table[EXTRAPOLATED].any()))
    dress(ax, _sentence(result, curves, crossing), under)
    return ax


def _crossing(result: PoolSplit) -> Triple | None:
    """Return where the order changes, in draws in which it does; ``None`` where it does in none."""
    draws = np.asarray(result.crossover.draws, dtype=float).ravel()
    draws = draws[np.isfinite(draws)]
    return triple_of(draws, result.shares.interval, result.crossover.name) if draws.size else None


def _wide_enough(ax: Axes, sizes: Array, now: float) -> None:
    low, high = min(sizes[0], now), max(sizes[-1], now)
    if sizes.size == 1:
        low, high = 0.5 * low, 1.5 * high
    space = 0.02 * (high - low)
    ax.set_xlim(max(low - space, 0.0), high + space)


def _shade(ax: Axes, sizes: Array, unseen: Iterable[bool]) -> None:
    """Shade sizes at which any member runs outside what the data have seen, and say so."""
    for part, beyond in stretches(unseen):
        if beyond:
            low, high = sizes[part][0], sizes[part][-1]
            ax.axvspan(low, high, facecolor=PALE, alpha=0.4, linewidth=0, zorder=0)
            ax.annotate(
                say("extrapolated"), ((low + high) / 2, 0.0), (0, 4), xycoords=ax.get_xaxis_transform(),
                textcoords="offset points", ha="center", va="bottom", fontsize=7.5, color=INK, rotation=90, zorder=5,
                bbox=CLEAR,
            )  # fmt: skip


def _curve(ax: Axes, curve: pd.DataFrame, colour: str, *, aside: float) -> None:
    """Draw the best share of a member with its band, dashed where it was never seen so high.

    Where there are few sizes, dots with bars stand ``aside`` of them by that part of the axis, not upon each other.
    """
    size, share, lower, upper = (curve[c].to_numpy(dtype=float) for c in (SIZE, SHARE, LOWER, UPPER))
    for part, beyond in stretches(curve[EXTRAPOLATED].astype(bool)):
        ax.fill_between(size[part], lower[part], upper[part], color=colour, alpha=0.12 if beyond else 0.25, linewidth=0)
        ax.plot(size[part], share[part], color=colour, linewidth=2.0, linestyle=(0, (3, 2)) if beyond else "-")
    if size.size <= FEW:
        low, high = ax.get_xlim()
        size = size + aside * (high - low)
        ax.vlines(size, lower, upper, color=colour, linewidth=3.4)
        ax.plot(size, share, linestyle="none", marker="o", markersize=7, color=colour, markeredgecolor="white")


def _names(ax: Axes, last: Mapping[str, pd.Series], colours: Mapping[str, str]) -> None:
    """Name the members right of their curves, with their share of the largest pool."""
    figure = ax.get_figure(root=True)
    ranked = sorted(last, key=lambda name: -float(last[name][SHARE]))
    lines = max(in_lines(name).count("\n") + 2.6 for name in ranked)
    height = ax.bbox.height / figure.dpi if figure else 4.0
    top = ax.get_ylim()[1]
    places = apart([float(last[n][SHARE]) / top for n in ranked], min(LINE * lines / height, 1.0 / len(ranked)))
    for name, place in zip(ranked, places, strict=True):
        row = last[name]
        share, lower, upper = (percent(float(row[c]), spoken_language()) for c in (SHARE, LOWER, UPPER))
        size = amount(float(row[SIZE]), spoken_language())
        ax.annotate(
            f"{in_lines(name)}\n{say('pool_of', share=share, lower=lower, upper=upper, size=size)}",
            (float(row[SIZE]), float(row[SHARE])), (1.04, place), textcoords="axes fraction", va="center", ha="left",
            fontsize=TEXT_SIZE, color=INK, annotation_clip=False,
            arrowprops={
                "arrowstyle": "-", "color": colours[name], "linewidth": 1.0, "linestyle": ":", "relpos": (0.0, 0.5),
            },
        )  # fmt: skip


def _lines(ax: Axes, result: PoolSplit, crossing: Triple | None) -> None:
    """Draw today's size and where the order changes."""
    _line(ax, result.now, say("pool_today", amount=amount(result.now, spoken_language())), line=1)
    if crossing is None:
        return
    _line(ax, crossing.middle, say("pool_crossover", told=crossing.told()), line=2)
    low, high = ax.get_xlim()
    figure = ax.get_figure(root=True)
    at = ax.get_xaxis_transform()
    if figure is not None:
        at = at + ScaledTranslation(0.0, -UNDER / 72.0, figure.dpi_scale_trans)
    ends = [max(crossing.lower, low), min(crossing.upper, high)]
    ax.plot(ends, [1.0, 1.0], color=INK, linewidth=1.3, marker="|", markersize=6, transform=at, zorder=5)


def _line(ax: Axes, at: float, label: str, *, line: int) -> None:
    low, high = ax.get_xlim()
    right = at > low + 0.7 * (high - low)
    ax.axvline(at, color=INK, linewidth=0.9, linestyle=(0, (4, 2)) if line == 1 else ":", zorder=2)
    ax.annotate(
        label, (at, 1.0), (-4 if right else 4, 1 - 11 * line), xycoords=ax.get_xaxis_transform(),
        textcoords="offset points", va="bottom", ha="right" if right else "left", fontsize=7.5, color=INK, zorder=5,
        bbox=CLEAR,
    )  # fmt: skip


def _sentence(result: PoolSplit, curves: Mapping[str, pd.DataFrame], crossing: Triple | None) -> str:
    """Return from which size on whom the order changes for, or else who gets what of today's pool."""
    code, pool = spoken_language(), plain(result.pool)
    first, last = (max(curves, key=lambda n: float(curves[n][SHARE].iloc[k])) for k in (0, -1))
    if crossing is not None and result.crosses >= LIKELY and first != last:
        start, lower, upper = (money(value, result.currency, code) for value in crossing)
        limits = between(lower, upper, code)
        return say("pool_from", start=start, range=limits, last=plain(last), first=plain(first), pool=pool)
    sizes = curves[first][SIZE].astype(float)
    size = float(np.clip(result.now, sizes.min(), sizes.max()))
    at = say("pool_at_today") if size == result.now else say("pool_at", size=money(size, result.currency, code))
    shares = {n: float(np.interp(size, c[SIZE], c[SHARE])) for n, c in curves.items()}
    most = max(shares, key=lambda n: shares[n])
    return say("pool_best", channel=capital(most), share=percent(shares[most], code), pool=pool, at=at)


def _under(result: PoolSplit, crossing: Triple | None, *, can_cross: bool, unseen: bool) -> str:
    told = [say("pool_order", odds=odds(result.crosses, spoken_language()))] if can_cross else []
    whisker = say("pool_whisker") if crossing else ""
    told.append(say("pool_under", whisker=whisker, interval=f"{result.shares.interval:.0%}"))
    if unseen:
        told.append(say("pool_unseen"))
    return " ".join(told)
