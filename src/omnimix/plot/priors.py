"""What was believed before the data beside what is believed after them."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from scipy import stats

from omnimix.effects import summarise
from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, DEFAULT_INTERVAL, LOWER, MEAN, NODE, UPPER
from omnimix.mechanics import Array, slots
from omnimix.plot.canvas import Drawn, as_drawn, chosen, dress, number_axis, rows, sheets
from omnimix.plot.colours import INK, QUIET, channel_colours
from omnimix.posterior import Posterior
from omnimix.spec import Prior, frozen_distribution

PERCENT = 100.0
HEIGHT = 0.68


def prior_posterior(
    posterior: Posterior, *, outcome: str | None = None, interval: float = DEFAULT_INTERVAL, ax: Axes | None = None
) -> Drawn:
    """Draw prior and posterior of every channel's contribution, as a share of a typical week of the outcome.

    Where the two look alike the figure rests on the prior, not on the data. Returns the axes, or an array of them
    where there are several outcomes or stages and none is named.
    """
    names = chosen([n.name for n in posterior.funnel.nodes], outcome)
    count = len(posterior.funnel.channels)
    axes = sheets(ax, len(names), width=8.0, height=1.6 + 0.55 * count)
    for name, one in zip(names, axes, strict=True):
        _node(one, posterior, name, interval)
    return as_drawn(axes)


def share_priors(posterior: Posterior, node: str) -> dict[str, Prior]:
    """Return the prior of every driver's contribution to a node, as a share of a typical week."""
    design = posterior.design(posterior.learned.window_weeks)
    found = slots(posterior.funnel, posterior.learned, design)
    return {s.channel: s.prior for s in found if s.name == CONTRIBUTION_SHARE and s.node == node and s.channel}


def _node(ax: Axes, posterior: Posterior, node: str, interval: float) -> None:
    priors = share_priors(posterior, node)
    colours = channel_colours(posterior.funnel.channel_names)
    draws = posterior.flat(CONTRIBUTION_SHARE).sel({NODE: node})
    found = summarise(draws, interval)
    tail = ((1 - interval) / 2, (1 + interval) / 2)
    believed = {k: np.asarray(frozen_distribution(p).ppf(tail)) for k, p in priors.items()}  # type: ignore[attr-defined]
    ends = {k: np.array([float(found[e].sel({CHANNEL: k})) for e in (LOWER, UPPER)]) for k in priors}
    most = PERCENT * max(max(float(believed[k][1]), 1.05 * float(ends[k][1])) for k in priors)
    grid = np.linspace(0.0, most, 600)
    for k, (channel, prior) in enumerate(priors.items()):
        before = np.asarray(frozen_distribution(prior).pdf(grid / PERCENT))  # type: ignore[attr-defined]
        after = _density(draws.sel({CHANNEL: channel}).to_numpy(), grid / PERCENT)
        top = max(after.max(), before[np.isfinite(before)][1:].max())
        first = k == 0
        ax.fill_between(
            grid, -k, -k + HEIGHT * after / top, color=colours[channel], alpha=0.75, linewidth=0,
            label="posterior" if first else None,
        )  # fmt: skip
        ax.plot(
            grid, -k + HEIGHT * np.minimum(before / top, 1), color=INK, linewidth=1.0, label="prior" if first else None
        )
        for height, (low, high), colour, width in (
            (-0.09, believed[channel], INK, 1.0),
            (-0.17, ends[channel], colours[channel], 2.6),
        ):
            ax.plot(
                PERCENT * np.array([low, high]), [-k + height] * 2, color=colour, linewidth=width, solid_capstyle="butt"
            )
        mean = PERCENT * float(found[MEAN].sel({CHANNEL: channel}))
        ax.plot(mean, -k - 0.17, marker="o", markersize=4.5, color=colours[channel], markeredgecolor="white")
    rows(ax, list(priors))
    ax.set_ylim(-len(priors) + 0.65, 0.95)
    ax.set_xlim(0.0, most)
    number_axis(ax, "x", most=8)
    ax.set_xlabel(f"contribution, % of a typical week of {node}")
    ratio = [float(np.ptp(ends[k]) / np.ptp(believed[k])) for k in priors]
    narrow = sum(r < 0.5 for r in ratio)
    title = f"Data on {node} narrowed the prior by more than half for {narrow} of {len(priors)} channels"
    under = (
        f"Black line: prior; colour: posterior; bars below: {interval:.0%} intervals of both, dot: posterior mean. "
        "Alike means: that figure rests on the prior."
    )
    ax.spines["left"].set_visible(False)
    dress(ax, title, under)
    ax.tick_params(axis="y", labelcolor=INK)
    for k in range(len(priors)):
        ax.axhline(-k, color=QUIET, linewidth=0.4, zorder=0)


def _density(values: Array, grid: Array) -> Array:
    """Return a smooth density of positive values, mirrored at zero so that no mass is lost there."""
    values = values[np.isfinite(values)]
    if values.size < 3 or np.ptp(values) == 0:
        return np.zeros_like(grid)
    smooth = stats.gaussian_kde(values)
    return np.asarray(smooth(grid) + smooth(-grid))
