"""Small worlds and fits that several rooms' tests share; made without the package's own formulas."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

# The processes of a run load the same thousand modules: let them keep what Python compiles of these.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from tests.fits import FOLDER, fit
from tests.funnel_fits import funnel_posterior, plain_posterior  # noqa: F401  fixtures that several rooms share

WEEKS = 104


def pytest_configure(config: pytest.Config) -> None:
    """Give the processes of this run one folder for the fits that they share."""
    if FOLDER not in os.environ:  # the first process: those that it starts inherit its name
        shared = tempfile.TemporaryDirectory(prefix="omnimix-fits-")
        os.environ[FOLDER] = shared.name
        config.add_cleanup(shared.cleanup)
        config.add_cleanup(lambda: os.environ.pop(FOLDER))


def small_frame(seed: int = 5, weeks: int = WEEKS) -> pd.DataFrame:
    """Return a weekly table with two channels, a control and a season; plain NumPy."""
    generator = np.random.default_rng(seed)
    index = pd.date_range("2022-01-03", periods=weeks, freq="7D", name="week")
    tv = np.where(generator.random(weeks) < 0.4, generator.gamma(4.0, 5_000.0, weeks), 0.0)
    search = generator.gamma(9.0, 800.0, weeks)
    price = generator.normal(10.0, 0.5, weeks)
    carried = np.convolve(tv, 0.5 ** np.arange(6) / (0.5 ** np.arange(6)).sum())[:weeks]
    media = 9_000 * carried / (carried + 15_000) + 8_000 * search / (search + 6_000)
    season = 2_500 * np.sin(2 * np.pi * np.arange(weeks) / 52.18)
    sales = 30_000 + 15 * np.arange(weeks) + season + media - 1_500 * (price - 10) + generator.normal(0, 900, weeks)
    return pd.DataFrame({"tv": tv, "search": search, "price": price, "sales": sales}, index=index)


def small_funnel(**changes: object) -> om.Funnel:
    """Return the funnel of :func:`small_frame`."""
    parts: dict[str, object] = {
        "channels": ["tv", "search"],
        "outcomes": [om.Outcome("sales", value=1.0)],
        "controls": ["price"],
    }
    return om.Funnel(**{**parts, **changes})


@pytest.fixture(scope="session")
def small_posterior() -> om.Posterior:
    """A real fit of the small world."""
    return fit(small_funnel(), om.Panel(small_frame()), seed=9, progress=False)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of other people's data sets beside the checkout; absent on most machines."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data sets are not on this machine")
    return folder
