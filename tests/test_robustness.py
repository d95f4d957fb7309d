"""Hostile inputs at every door: each is read right or refused in words. `python -m benchmarks.robustness` has more."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

import omnimix as om
from benchmarks.robustness import campaigns, posteriors, projects, weekly, workbooks
from benchmarks.robustness.trial import Trial, judged
from tests.budget.made_plans import made_plan
from tests.fits import seed

DOORS: dict[str, tuple[int, Callable[[np.random.Generator, Path, om.Posterior], Iterator[Trial]]]] = {
    "weekly tables": (60, lambda generator, folder, posterior: weekly.trials(generator, folder)),
    "campaign tables": (80, lambda generator, folder, posterior: campaigns.trials(generator, folder)),
    "project files": (120, lambda generator, folder, posterior: projects.trials(generator, folder)),
    "saved posteriors": (60, posteriors.trials),
    "workbooks": (9, lambda generator, folder, posterior: workbooks.trials(generator, folder, made_plan())),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_input_ends_in_another_exception_or_in_other_figures_without_a_word(
    door: str, small_posterior: om.Posterior, tmp_path: Path
) -> None:
    count, trials = DOORS[door]
    found = [
        judged(t) for t in itertools.islice(trials(np.random.default_rng(seed(5)), tmp_path, small_posterior), count)
    ]
    harm = [f"{r.door}, {r.kind}, {r.outcome}: {r.told}" for r in found if r.outcome in ("foreign", "silent")]
    assert not harm, "\n".join(harm)
    assert {"right", "refused"} <= {r.outcome for r in found}  # neither door is always open, nor always shut
