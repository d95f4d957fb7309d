"""Fits for the tests: each is made once a run and shared by all tests, in whichever process they run.

A run of the tests has one folder of posteriors (see ``conftest.py``). The first test that asks for a fit makes it
there, the next one that asks for the same (same funnel, data and settings) reads it. Nothing is kept between runs.

``OMNIMIX_TEST_SEED=3`` moves the seed of every fit, so that tests that hang on the luck of one draw can be found.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import omnimix as om

FOLDER = "OMNIMIX_TEST_FITS"
MOVED_BY = "OMNIMIX_TEST_SEED"
LONGEST = 900.0  # seconds to wait for a process that fits or compiles on a busy machine; longer, and it has died


def seed(usual: int) -> int:
    """Return a seed, moved where the run asks for other draws."""
    return usual + 1_000 * int(os.environ.get(MOVED_BY, "0"))


def fit(funnel: om.Funnel, panel: om.Panel, **settings: Any) -> om.Posterior:
    """Fit once a run: like ``om.fit``, with the seed moved where the run asks for it.

    It may stand in the place of ``om.fit``: a model of one's own, and a fit that names no seed, are made as ever.
    """
    from omnimix.model import fit as make

    if "model" in settings or "seed" not in settings:
        return make(funnel, panel, **settings)
    settings["seed"] = seed(settings["seed"])
    name = hashlib.sha256(pickle.dumps((funnel, panel, sorted(settings.items())))).hexdigest()
    if name not in _read:
        file = shared_folder() / f"{name}.nc"
        _compile_once()
        with _alone(file):
            if not file.exists():
                make(funnel, panel, **settings).save(file)
        _read[name] = om.load(file)
    return _read[name]


def converged(posterior: om.Posterior) -> om.Posterior:
    """Return a posterior whose run is said to have converged: for laws that hold whatever the draws are."""
    good = {"rhat_max": 1.0, "ess_bulk_min": 1_000.0, "ess_tail_min": 1_000.0, "divergences": 0, "divergent_share": 0.0}
    return replace(posterior, run=replace(posterior.run, diagnostics=replace(posterior.run.diagnostics, **good)))


_read: dict[str, om.Posterior] = {}  # what this process has read


@functools.cache
def shared_folder() -> Path:
    """Return the folder of this run; one of its own for a process that no run of the tests has started."""
    return Path(os.environ.get(FOLDER) or tempfile.mkdtemp(prefix="omnimix-fits-"))


@functools.cache
def _compile_once() -> None:
    """Let one process compile what all of them need, a fit and a plan; the others wait and read it from disk."""
    from omnimix.model import fit as make

    done = shared_folder() / "compiled"
    with _alone(done):
        if not done.exists():
            world = om.simulate("retailer", seed=1, weeks=40)
            posterior = make(world.funnel, world.panel, draws=5, tune=5, chains=1, seed=1, progress=False)
            few = om.Outlook(draws=4)
            om.optimize_budget(posterior, weeks=1, outlook=few, progress=False, allow_unconverged=True)
            done.touch()


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    """Wait until no other process is at work here."""
    lock, began = place.with_suffix(".lock"), time.monotonic()
    while True:
        try:
            lock.mkdir()
            break
        except FileExistsError:
            if time.monotonic() - began > LONGEST:
                raise
            time.sleep(0.05)
    try:
        yield
    finally:
        lock.rmdir()
