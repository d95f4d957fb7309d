"""What was believed before the data beside what is believed after them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from scipy import stats

from omnimix.arguments import checked
from omnimix.checks import prior_posterior as total_priors
from omnimix.checks.believed import shares_after, shares_before
from omnimix.colours import INK, QUIET, channel_colours
from omnimix.labels import ALL_MEDIA, CHANNEL, DEFAULT_INTERVAL, LOWER, NODE, UPPER
from omnimix.mechanics import Array
from omnimix.plot.canvas import Drawn, as_drawn, chosen, dress, number_axis, rows, sheets
from omnimix.plot.spoken import named, say, spoken, spoken_language
from omnimix.posterior import Posterior
from omnimix.words import percent, told

PERCENT = 100.0
HEIGHT = 0.68
HALF = 0.5
PRIOR_DRAWS = 4000
TOLD = told("share")  # of a typical week


@spoken
@checked
def prior_posterior(
    posterior: Posterior,
    *,
    outcome: str | None = None,
    interval: float = DEFAULT_INTERVAL,
    language: str = "en",
    ax: Axes | None = None,
) -> Drawn:
    """Draw prior and posterior of what every channel brings by all paths, as a share of a typical week of the outcome.

    Where the two look alike the figure rests on the prior, not on the data. Returns the axes, or an array of them
    where there are several outcomes or stages and none is named. Words and figures are in ``language``, ``en`` or
    ``nl``.
    """
    names = chosen([n.name for n in posterior.funnel.nodes], outcome)
    count = len(posterior.funnel.channels)
    axes = sheets(ax, len(names), width=8.0, height=1.6 + 0.55 * count)
    for name, one in zip(names, axes, strict=True):
        _node(one, posterior, name, interval)
    return as_drawn(axes)


def _node(ax: Axes, posterior: Posterior, node: str, interval: float) -> None:
    table = total_priors(posterior, interval=interval)
    table = table.loc[table[NODE] == node].set_index(CHANNEL)
    channels = table.drop(index=ALL_MEDIA, errors="ignore")
    before, after = shares_before(posterior, size=PRIOR_DRAWS), shares_after(posterior)
    colours = channel_colours(posterior.funnel.channel_names)
    low = min(0.0, channels["prior_lower"].min(), 1.05 * channels[LOWER].min())
    grid = np.linspace(low, max(channels["prior_upper"].max(), 1.05 * channels[UPPER].max()), 600)
    for k, channel in enumerate(channels.index):
        densities = [_density(shares[node, channel], grid) for shares in (before, after)]
        _ridge(ax, -k, grid, densities[0], densities[1], colours[channel])
        _bars(ax, -k, channels.loc[channel], colours[channel])
        ax.axhline(-k, color=QUIET, linewidth=0.4, zorder=0)
    rows(ax, list(channels.index))
    ax.set_ylim(-len(channels) + 0.65, 0.95)
    ax.set_xlim(PERCENT * grid[0], PERCENT * grid[-1])
    number_axis(ax, "x", most=8)
    ax.set_xlabel(say("prior_axis", node=named(node)))
    narrow = int((channels["spread_ratio"] < HALF).sum())
    title = say("prior_title", node=named(node), narrow=narrow, count=len(channels))
    dress(ax, title, _key(table, interval))
    ax.spines["left"].set_visible(False)


def _key(table: pd.DataFrame, interval: float) -> str:
    key = say("prior_key", interval=f"{interval:.0%}", told=say(TOLD))
    if ALL_MEDIA not in table.index:
        return key
    row = {end: float(table[end].to_dict()[ALL_MEDIA]) for end in ("prior_lower", "prior_upper", LOWER, UPPER)}
    before, after = (
        say("to", low=percent(row[low], spoken_language()), high=percent(row[high], spoken_language()))
        for low, high in (("prior_lower", "prior_upper"), (LOWER, UPPER))
    )
    return f"{key} {say('prior_all', before=before, after=after)}"


def _ridge(ax: Axes, foot: float, grid: Array, before: Array, after: Array, colour: str) -> None:
    top = max(after.max(), before[np.isfinite(before)][1:].max())
    ax.fill_between(PERCENT * grid, foot, foot + HEIGHT * after / top, color=colour, alpha=0.75, linewidth=0)
    ax.plot(PERCENT * grid, foot + HEIGHT * np.minimum(before / top, 1.0), color=INK, linewidth=1.0)


def _bars(ax: Axes, foot: float, row: pd.Series, colour: str) -> None:
    before, after = row[["prior_lower", "prior_upper"]], row[[LOWER, UPPER]]
    for ends, away, ink, width in ((before, 0.09, INK, 1.0), (after, 0.17, colour, 2.6)):
        ax.plot(PERCENT * ends, [foot - away] * 2, color=ink, linewidth=width, solid_capstyle="butt")
    ax.plot(PERCENT * row[TOLD], foot - 0.17, marker="o", markersize=4.5, color=colour, markeredgecolor="white")


def _density(values: Array, grid: Array) -> Array:
    """Return a smooth density; where no value is negative it is mirrored at zero, so that no mass is lost there."""
    values = values[np.isfinite(values)]
    if values.size < 3 or np.ptp(values) == 0:
        return np.zeros_like(grid)
    smooth = stats.gaussian_kde(values)
    return np.asarray(smooth(grid) + (smooth(-grid) if values.min() >= 0 else 0.0))
