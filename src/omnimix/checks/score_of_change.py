r"""A score test of effects that never change, on the weeks that a fit without change leaves unexplained.

With f_c what a channel brings to a node directly, middle over draws, and r the weeks less their mean, the columns
x_h = f_c (1[week in h] - share of f_c that falls in h) say how the node would move with the effect of half-year h. The
covariance of r is S = noise^2 I + Z D^2 Z'; what was fitted along is taken out by P = S^-1 less its part along M, the
directions in which f_c differs between draws. Under effects that never change P r ~ N(0, P), so that::

    Q = sum_h (x_h' P r)^2 ~ sum_i lambda_i chi^2_1        lambda the eigenvalues of X' P X

which is the score by the variance of the effects at 0, whatever that variance is.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from omnimix.comparison.week_densities import parts_of_cell
from omnimix.effects.engine import Engine
from omnimix.labels import NODE
from omnimix.mechanics import Array
from omnimix.mechanics.parameters import NOISE
from omnimix.mechanics.periods import PERIOD_WEEKS, Period, stretches
from omnimix.model.build import build_layout
from omnimix.posterior import Posterior
from omnimix.posterior.sampled import sampled_numbers

HALF_YEAR = PERIOD_WEEKS["half_year"]
DRAWS = 200  # spread over all, for middles of mean and columns
DIRECTIONS = 3  # in which a channel's response differs between draws: level and shape
DRAWN = 50_000  # of a sum of chi-squares, for the chance of what was seen


@dataclass(frozen=True)
class Change:
    """How one channel's effect on a node looks over time: the chance under no change, and where it stands out most."""

    channel: str
    node: str
    chance: float
    period: Period
    more: bool


def changes(posterior: Posterior) -> list[Change]:
    """Return a row a channel and node that it drives; none for data shorter than a year, and for Student-t nodes."""
    window = posterior.scaling.window_weeks
    if len(window) < 2 * HALF_YEAR:
        return []
    few, found = posterior.thinned(DRAWS), stretches(HALF_YEAR, window)
    engine, theta = Engine(few, few.scaling.weeks), np.ascontiguousarray(sampled_numbers(few))
    layout = build_layout(posterior.funnel, posterior.panel, posterior.scaling)
    out: list[Change] = []
    for number, node in enumerate(posterior.funnel.nodes):
        drivers = [c.name for c in posterior.funnel.drivers(node)]
        if node.likelihood == "student_t" or not drivers:
            continue
        residual, columns, scales = (a.mean(axis=0) for a in parts_of_cell(layout, number, theta))
        noise = float(posterior.numbers(NOISE, **{NODE: node.name}).mean())
        seen = layout.tables.seen[number] > 0
        seen[: posterior.scaling.window] = False
        brought = {c: engine.direct_effect(node.name, c)[:, seen] for c in drivers}
        along = np.vstack([_directions(f) for f in brought.values()])
        holds = np.full(len(seen), -1)
        for k, period in enumerate(found):
            holds[posterior.scaling.window + period.first : posterior.scaling.window + period.stop] = k
        whitened, left = _left(residual[seen], columns[:, seen] * scales[:, None], noise, along)
        out += [
            _change(name, node.name, np.median(f, axis=0), holds[seen], found, left, whitened)
            for name, f in brought.items()
        ]
    return out


def _directions(brought: Array) -> Array:
    """Return the mean of what a channel brings and the directions in which draws differ most, shape (rows, weeks)."""
    middle = brought.mean(axis=0)
    _, _, directions = np.linalg.svd(brought - middle, full_matrices=False)
    return np.vstack([middle / max(float(np.linalg.norm(middle)), 1e-300), directions[:DIRECTIONS]])


def _left(residual: Array, columns: Array, noise: float, along: Array) -> tuple[Array, Array]:
    """Return P and P r."""
    covariance = noise**2 * np.eye(len(residual)) + columns.T @ columns
    inverse = np.linalg.inv(covariance)
    moved = inverse @ along.T
    whitened = inverse - moved @ np.linalg.pinv(along @ moved, rcond=1e-10, hermitian=True) @ moved.T
    return whitened, whitened @ residual


@functools.cache
def _chi_squares(count: int) -> Array:
    """Return draws of as many chi-squares, always the same ones, shape (draws, count)."""
    return np.random.default_rng(0).chisquare(1.0, (DRAWN, count))


def _change(
    channel: str,
    node: str,
    brought: Array,
    holds: Array,
    found: tuple[Period, ...],
    left: Array,
    whitened: Array,
) -> Change:
    inside = (holds[None, :] == np.arange(len(found))[:, None]).astype(float)
    shares = inside @ brought / brought.sum() if brought.sum() != 0 else np.zeros(len(found))
    columns = (inside - shares[:, None]) * brought
    scores, spread = columns @ left, columns @ whitened @ columns.T
    weights = np.maximum(np.linalg.eigvalsh(spread), 0.0)
    chance = float(((_chi_squares(len(weights)) @ weights >= scores @ scores).sum() + 1) / (DRAWN + 1))
    z = scores / np.sqrt(np.maximum(np.diag(spread), 1e-300))
    most = int(np.argmax(np.abs(z)))
    return Change(channel, node, chance, found[most], bool(z[most] > 0))
