"""Which way value comes, and where traffic comes from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from omnimix.arguments import checked
from omnimix.colours import INK, QUIET, channel_colours
from omnimix.effects import Figures
from omnimix.effects.paths import DIRECT, INTERACTION, KIND
from omnimix.labels import ALL_MEDIA, CHANNEL, MEAN, PATH, STAGE
from omnimix.plot.canvas import (
    TEXT_SIZE,
    Drawn,
    as_drawn,
    beside,
    chosen,
    dress,
    grid_lines,
    number_axis,
    rows,
    share_axis,
    sheet,
    sheets,
)
from omnimix.plot.spoken import named, say, spoken, spoken_language
from omnimix.plot.triples import Triple, triples_of
from omnimix.words import percent

# Kinds of ways, by the names of their words.
BY_STAGES, BY_CHANNELS, TOGETHER = "by_stages", "by_channels", "with_others"
KINDS = (DIRECT, BY_STAGES, BY_CHANNELS, TOGETHER)
LOOKS = {DIRECT: (0.0, None), BY_STAGES: (0.5, None), BY_CHANNELS: (0.5, "////"), TOGETHER: (0.85, "....")}
NOTHING = 1e-6  # of the largest bar
ARROW = " -> "


@spoken
@checked
def paths(result: Figures, *, currency: str = "", language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw what each channel brings directly, by way of stages and through other channels, stacked, with its total.

    ``currency`` is of all money; words and figures are in ``language``, ``en`` or ``nl``.
    """
    channels = list(dict.fromkeys(str(c) for c in result.draws[CHANNEL].to_numpy()))
    parts = _parts(result, channels)
    parts = parts.loc[:, parts.abs().max() > NOTHING * parts.abs().to_numpy().max()]
    whole = result.draws.groupby(CHANNEL).sum(PATH)
    totals = triples_of(Figures("paths", whole, result.unit, result.interval).table(), CHANNEL)
    ax = sheet(ax, width=8.5, height=2.1 + 0.38 * len(channels))
    colours = channel_colours(channels)
    for k, name in enumerate(channels):
        _stack(ax, -k, parts.loc[name], colours[name])
        _whisker(ax, -k, *totals[name][1:])
        beside(ax, -k, totals[name].told())
    ax.axvline(0.0, color=QUIET, linewidth=0.8)
    rows(ax, channels)
    number_axis(ax, "x", most=7)
    grid_lines(ax, "x")
    unit = result.value_unit
    ax.set_xlabel(say("paths_axis", unit=currency or say("money") if unit.is_money else unit.name(spoken_language())))
    handles = [_patch(kind, (0.35, 0.35, 0.35)) for kind in parts.columns]
    ax.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.0, -0.48 / (0.38 * len(channels))),
        ncols=2 if len(handles) > 2 else len(handles), frameon=False, fontsize=TEXT_SIZE,
    )  # fmt: skip
    dress(ax, _sentence(result, channels), say("paths_under", interval=f"{result.interval:.0%}"))
    return ax


def _parts(result: Figures, channels: Sequence[str]) -> pd.DataFrame:
    """Return the mean of every channel's paths by kind, one row a channel."""
    table = result.table()
    inner = [str(path).split(ARROW)[1:-1] for path in table[PATH]]
    through = [any(name in channels for name in names) for names in inner]
    kinds = np.where(table[KIND] == DIRECT, DIRECT, np.where(through, BY_CHANNELS, BY_STAGES))
    table["part"] = np.where(table[KIND] == INTERACTION, TOGETHER, kinds)
    wide = table.pivot_table(index=CHANNEL, columns="part", values=MEAN, aggfunc="sum", fill_value=0.0)
    return wide.reindex(index=list(channels), columns=[k for k in KINDS if k in wide.columns])


def _sentence(result: Figures, channels: Sequence[str]) -> str:
    """Return how much comes by way of stages, as one sentence."""
    table = result.table()
    mediated = table.loc[~table[KIND].isin([DIRECT, INTERACTION])]
    whole = float(table[MEAN].sum())
    if mediated.empty or whole <= 0:
        return say("paths_each")
    passed = {name for path in mediated[PATH] for name in str(path).split(ARROW)[1:-1]} - set(channels)
    way = named(next(iter(passed))) if len(passed) == 1 else say("stages")
    return say("paths_way", share=percent(float(mediated[MEAN].sum()) / whole, spoken_language()), way=way)


def _stack(ax: Axes, row: float, parts: pd.Series, colour: str) -> None:
    """Draw the parts of a channel side by side; what takes away lies left of zero."""
    right = left = 0.0
    for kind, value in parts.items():
        start = right if value >= 0 else left
        lightness, hatch = LOOKS[str(kind)]
        ax.barh(
            row, value, left=start, height=0.6, hatch=hatch,
            facecolor=_lighter(colour, lightness), edgecolor=colour, linewidth=0.6,
        )  # fmt: skip
        right, left = (right + value, left) if value >= 0 else (right, left + value)


def _patch(kind: str, colour: tuple[float, float, float]) -> Patch:
    lightness, hatch = LOOKS[kind]
    return Patch(facecolor=_lighter(colour, lightness), edgecolor=colour, hatch=hatch, linewidth=0.6, label=say(kind))


def _lighter(colour: str | tuple[float, float, float], lightness: float) -> tuple[float, float, float]:
    red, green, blue = (part + (1.0 - part) * lightness for part in to_rgb(colour))
    return red, green, blue


def _whisker(ax: Axes, row: float, lower: float, upper: float) -> None:
    ends = [lower, upper]
    ax.plot(ends, [row, row], color=INK, linewidth=1.1, solid_capstyle="butt", marker="|", markersize=5, zorder=4)


@spoken
@checked
def traffic_share(result: Figures, *, stage: str | None = None, language: str = "en", ax: Axes | None = None) -> Drawn:
    """Draw the share of a stage that each channel brings; channels that cannot reach it are left out.

    Returns the axes, or an array of them where there are several stages and no ``stage`` is named. Words and
    figures are in ``language``, ``en`` or ``nl``.
    """
    names = chosen([str(n) for n in result.draws[STAGE].to_numpy()], stage, what="stage")
    table = result.table()
    colours = channel_colours(str(c) for c in result.draws[CHANNEL].to_numpy())
    axes = sheets(ax, len(names), width=8.0, height=1.6 + 0.36 * table[CHANNEL].nunique(), what="stage")
    for name, one in zip(names, axes, strict=True):
        _shares(one, triples_of(table.loc[table[STAGE] == name], CHANNEL, result.told), name, result, colours)
    return as_drawn(axes)


def _shares(ax: Axes, shares: dict[str, Triple], stage: str, result: Figures, colours: dict[str, str]) -> None:
    channels = [n for n, (_, lower, upper) in shares.items() if n != ALL_MEDIA and lower != upper]
    for k, name in enumerate(channels):
        ax.barh(-k, shares[name][0], height=0.6, color=colours[name])
        _whisker(ax, -k, *shares[name][1:])
        beside(ax, -k, shares[name].told(percent))
    rows(ax, channels)
    ax.set_xlim(left=min([0.0, *(lower for _, lower, _ in shares.values())]))
    share_axis(ax)
    grid_lines(ax, "x")
    of_media = "_of_media" if "media" in result.unit else ""
    ax.set_xlabel(say(f"traffic_axis{of_media}", stage=named(stage)))
    title = say("traffic_which", stage=named(stage))
    _, lower, upper = shares.get(ALL_MEDIA, (1.0, 1.0, 1.0))
    if lower != upper:
        share, low, high = (percent(value, spoken_language()) for value in shares[ALL_MEDIA])
        title = say("traffic_all", share=share, stage=named(stage), low=low, high=high)
    dress(ax, title, say("traffic_under", told=say(result.told), interval=f"{result.interval:.0%}"))
