"""How likely the result of a test is under what was expected of it, and whether results fit together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from omnimix.mechanics import Array
from omnimix.spec import Experiment
from omnimix.spec.experiment import BREADTH, DOUBT

SURPRISE = 2.0  # standard deviations from which a result is in conflict with what was expected
UNLIKELY = 0.05  # odds below which results of one thing contradict each other
PLAIN = 0.2  # a prediction within so many of its standard deviations of 0 cannot be divided by


def log_likelihood(one: Experiment, found: Array) -> Array:
    """Return the log density of a test's result for every draw of what it should find, shape (draws,).

    A result counts as what it says: normal around the truth with its standard error. With a probability of 1 in 20 it
    is five times as far off as it says, so that a single wrong test cannot carry everything away.
    """
    z = (one.result - found) / one.standard_error
    inside = np.log1p(-DOUBT) - 0.5 * z**2
    outside = np.log(DOUBT) - np.log(BREADTH) - 0.5 * (z / BREADTH) ** 2
    return np.asarray(np.logaddexp(inside, outside))


def surprise(one: Experiment, mean: float, spread: float) -> float:
    """Return by how many standard deviations a result lies from what was expected.

    >>> e = Experiment("a", channels="tv", start="2026-03-02", end="2026-03-08", scale=0.0, outcome="sales",
    ...                metric="increment", value=10.0, error=3.0, tail_weeks=0)
    >>> surprise(e, 5.0, 4.0)
    1.0
    """
    return float((one.result - mean) / np.hypot(spread, one.standard_error))


@dataclass(frozen=True)
class Contradiction:
    """Tests of the same channels that cannot all be right.

    Attributes:
        names: the tests.
        odd: the test without which the others agree best.
        q: Cochran's Q of them all.
        odds: how likely so large a Q is where all tests measure one thing.
        without: the same odds once the odd one is left out; nan where then only one is left.
    """

    names: tuple[str, ...]
    odd: str
    q: float
    odds: float
    without: float


def contradictions(experiments: Sequence[Experiment], expected: Sequence[float], spread: Sequence[float]) -> list[
    Contradiction
]:  # fmt: skip
    """Return which tests of the same channels contradict each other, by Cochran's Q.

    Tests differ in window, size and metric; what each found is held against what the model expected of it: tests of one
    effect then tell the same ratio, each with its own error.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for k, one in enumerate(experiments):
        if abs(expected[k]) > PLAIN * spread[k]:
            groups.setdefault((tuple(sorted(one.levers)), one.outcome), []).append(k)
    found = []
    for group in groups.values():
        ratios = np.array([experiments[k].result / expected[k] for k in group])
        errors = np.array([experiments[k].standard_error / abs(expected[k]) for k in group])
        q, odds = cochran(ratios, errors)
        if len(group) < 2 or odds >= UNLIKELY:
            continue
        others = [cochran(np.delete(ratios, k), np.delete(errors, k)) for k in range(len(group))]
        odd = int(np.argmin([other for other, _ in others])) if len(group) > 2 else int(np.argmax(errors))
        names = tuple(experiments[k].name for k in group)
        without = others[odd][1] if len(group) > 2 else float("nan")
        found.append(Contradiction(names, names[odd], q, odds, without))
    return found


def cochran(values: Array, errors: Array) -> tuple[float, float]:
    """Return Cochran's Q of measurements of one thing, and the odds of one so large by chance.

    >>> cochran(np.array([1.0, 1.0]), np.array([0.5, 0.5]))
    (0.0, 1.0)
    """
    weights = 1.0 / errors**2
    q = float(np.sum(weights * (values - np.sum(weights * values) / np.sum(weights)) ** 2))
    return q, float(chdtrc(len(values) - 1, q)) if len(values) > 1 else 1.0
