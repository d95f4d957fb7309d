"""How large an effect looks where there was none: placebos in time give a scale, placebos in space the odds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb

import numpy as np
from scipy.special import ndtr, stdtr, stdtrit

from omnimix.geo_tests.methods import Learned, Weigh, expected, learned
from omnimix.mechanics import Array

FEWEST_CONTROLS = 6
MOST_BLOCKS, FEWEST_BLOCKS = 6, 3
MOST_SETS = 75


@dataclass(frozen=True)
class History:
    """The rows before a test, learned from as a whole and with every block of them left out.

    Attributes:
        series: shape (rows, markets).
        whole: learned from all rows.
        blocks: first and last row of every block, and what the other rows teach.
    """

    series: Array
    whole: Learned
    blocks: tuple[tuple[slice, Learned], ...]


@dataclass(frozen=True)
class Read:
    """Some markets held against others.

    Attributes:
        weights: of the controls.
        path: observed less expected in the rows of the test, shape (rows,), the mean of the treated markets.
        scale: root mean square of the same in rows before it that were left out; what chance does in a row.
        held_out: the same in all rows before it, each block by what the others teach.
        level: the mean of the treated markets before the test.
    """

    weights: Array
    path: Array
    scale: float
    held_out: Array
    level: float

    @property
    def ratio(self) -> float:
        """The mean effect in the scale of chance."""
        return float(self.path.mean() / self.scale) if self.scale > 0 else float(np.sign(self.path.mean()) * np.inf)


def history(values: Array, test_rows: int) -> History:
    """Learn from the rows before a test."""
    count = len(values)
    number = int(np.clip(count // max(test_rows, 1), FEWEST_BLOCKS, MOST_BLOCKS))
    ends = np.linspace(0, count, number + 1).astype(int)
    blocks = []
    for first, stop in pairwise(ends):
        kept = np.ones(count, dtype=bool)
        kept[first:stop] = False
        blocks.append((slice(int(first), int(stop)), learned(values[kept])))
    return History(values, learned(values), tuple(blocks))


def read(past: History, test: Array, weigh: Weigh, treated: Sequence[int], controls: Sequence[int]) -> Read:
    """Hold treated markets against controls in the rows of a test, and in rows before it that were left out."""
    weights = weigh(past.whole, treated, controls)
    path = _gap(test, past.whole, weights, treated, controls)
    held_out = np.concatenate(
        [
            _gap(past.series[rows], known, weigh(known, treated, controls), treated, controls)
            for rows, known in past.blocks
        ]
    )
    level = abs(float(past.whole.mean[list(treated)].mean()))
    return Read(weights, path, float(np.sqrt(np.mean(held_out**2))), held_out, level)


def _gap(values: Array, known: Learned, weights: Array, treated: Sequence[int], controls: Sequence[int]) -> Array:
    return values[:, list(treated)].mean(axis=1) - expected(values, known, treated, weights, controls)


def placebo_sets(controls: Sequence[int], size: int, generator: np.random.Generator) -> list[tuple[int, ...]]:
    """Return different sets of controls to be held against the others as if they had been treated.

    Every control alone, and sets of as many as were treated, at most half of the controls.
    """
    wanted = min(size, len(controls) // 2)
    found: list[tuple[int, ...]] = [(int(c),) for c in controls]
    if wanted == 1:
        return found
    if comb(len(controls), wanted) <= MOST_SETS:
        return [*found, *combinations([int(c) for c in controls], wanted)]
    drawn = {tuple(sorted(generator.choice(controls, wanted, replace=False))) for _ in range(MOST_SETS)}
    return [*found, *(tuple(int(c) for c in one) for one in sorted(drawn))]


@dataclass(frozen=True)
class Chance:
    """How large effects look where there is none: Student's t with the spread of the placebos.

    Attributes:
        ratios: mean effects of the placebos in their own scale, shape (placebos,).
        spread: their root mean square; they have no mean, as nothing was done.
        freedom: degrees of freedom: half as many as there are controls, which sets share, and two.
    """

    ratios: Array
    spread: float
    freedom: float

    def limit(self, mass: float) -> float:
        """Return the size that a ratio of chance stays below with a probability of ``mass``."""
        return float(self.spread * stdtrit(self.freedom, 0.5 + mass / 2))

    def odds(self, ratio: float) -> float:
        """Return the p-value of a ratio; it is below 1 less the mass exactly where the interval leaves out 0."""
        return float(2.0 * stdtr(self.freedom, -abs(ratio) / self.spread)) if self.spread > 0 else float(ratio == 0)

    def beyond(self, size: float, moved: float) -> float:
        """Return how likely a ratio of chance, moved by an effect, is larger than ``size`` either way.

        What chance does is normal here, as its spread is known; the t of the interval is for a spread that is not.
        """
        return float(ndtr((moved - size) / self.spread) + ndtr((-moved - size) / self.spread))


def chance(ratios: Array, controls: int) -> Chance:
    """Return what placebos say of chance.

    >>> round(chance(np.array([1.0, -1.0]), 1_000).limit(0.9), 2)
    1.65
    """
    return Chance(ratios, float(np.sqrt(np.mean(ratios**2))), controls / 2.0 + 2.0)
