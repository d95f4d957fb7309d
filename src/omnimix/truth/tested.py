"""A test done in a simulated world: its true answer, and a result that is off by its error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from omnimix.errors import SpecError, did_you_mean
from omnimix.spec import Experiment, told_together
from omnimix.truth.counterfactuals import Counterfactuals
from omnimix.truth.mechanism import Trajectory
from omnimix.truth.truth import Truth

ONE_DAY, ONE_WEEK = pd.Timedelta(days=1), pd.Timedelta(weeks=1)


def true_result(truth: Truth, experiment: Experiment) -> float:
    """Return what a test would find without any error, in its own metric.

    Raises :class:`SpecError` for a test of a chain or of markets, or outside the simulated weeks.
    """
    return result_of([truth], experiment)


def result_of(truths: Sequence[Truth], experiment: Experiment) -> float:
    """Return what a test would find over geos together, or in the one world there is; see :func:`true_result`."""
    wrong = [*_wrong(truths[0], experiment)]
    if wrong:
        raise SpecError(f"experiment {experiment.name!r}: {told_together(wrong)}")
    above, below = np.sum([_parts(truth, experiment) for truth in truths], axis=0)
    return float(above / below) if experiment.metric != "increment" else float(above)


def _parts(truth: Truth, experiment: Experiment) -> tuple[float, float]:
    """Return what the metric of a test puts above and below the line, in one world: both add up over geos."""
    lived, scale = truth.counterfactuals, float(experiment.scale or 0.0)
    weeks = lived.calendar
    start, end = pd.Timestamp(str(experiment.start)), pd.Timestamp(str(experiment.end))
    cover = np.clip([(min(end + ONE_DAY, w + ONE_WEEK) - max(start, w)) / ONE_WEEK for w in weeks], 0.0, 1.0)
    first, last = np.flatnonzero(cover)[[0, -1]]
    counted = slice(int(first), int(last) + 1 + int(experiment.tail_weeks or 0))
    factor = 1.0 + (scale - 1.0) * cover
    usual = {c: lived.spent(c) for c in experiment.levers}
    tested = lived.mechanism.follow(lived.plan({c: m * factor for c, m in usual.items()}), lived.demand)
    arms = (lived.as_it_was, tested) if scale < 1 else (tested, lived.as_it_was)
    if experiment.metric == "roas":
        value = sum(
            n.value * _gap(lived, arms, n.name, counted)
            for n in lived.mechanism.nodes
            if n.name in truth.outcomes and experiment.outcome in (None, n.name)
        )
        cost = sum(float((arms[0].spend[c] - arms[1].spend[c])[counted].sum()) for c in lived.bought)
        return float(value), cost
    increment = _gap(lived, arms, str(experiment.outcome), counted)
    if experiment.metric == "increment":
        return increment, 1.0
    node = next(n for n in lived.mechanism.nodes if n.name == experiment.outcome)
    return increment, float(lived.mean(lived.as_it_was, node)[counted].sum())


def run_test(truths: Sequence[Truth], experiment: Experiment, seed: int) -> Experiment:
    """Return the test with a result: the true answer, off by a normal error of its standard error."""
    noise = float(np.random.default_rng(seed).normal(0.0, experiment.stated_error))
    return replace(
        experiment, value=result_of(truths, experiment) + noise, error=experiment.stated_error, interval=None
    )


def _gap(lived: Counterfactuals, arms: tuple[Trajectory, Trajectory], node: str, counted: slice) -> float:
    asked = next(n for n in lived.mechanism.nodes if n.name == node)
    more, less = (lived.mean(arm, asked) for arm in arms)
    return float((more - less)[counted].sum())


def _wrong(truth: Truth, one: Experiment) -> Iterator[str]:
    nodes = [n.name for n in truth.nodes]
    if one.chain is not None or one.geos is not None:
        yield "a simulated world is experimented on by channels, everywhere"
    for channel in one.channels:
        if channel not in truth.channels:
            yield f"{channel!r} is no channel{did_you_mean(channel, truth.channels)}"
    if one.outcome is not None and one.outcome not in nodes:
        yield f"{one.outcome!r} is no stage and no outcome{did_you_mean(one.outcome, nodes)}"
    first, last = truth.window[0], truth.window[-1] + ONE_WEEK - ONE_DAY
    if not first <= pd.Timestamp(str(one.start)) <= pd.Timestamp(str(one.end)) <= last:
        yield (
            f"it lasts from {one.start} to {one.end}, and the world was simulated from {first.date()} to "
            f"{last.date()}; simulate more weeks and fit the first of them"
        )
