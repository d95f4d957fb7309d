"""Small fits, made once: one with two outcomes, a missing week and a long name, one of a whole funnel."""

from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.posterior import Posterior
from tests.fits import fit

mpl.use("Agg")
CHANNELS = ("tv", "radio", "search_non_brand_generic_nl")


@pytest.fixture(scope="session")
def fitted() -> Posterior:
    world = om.simulate(seed=4, weeks=60, channels=CHANNELS)
    frame = world.panel.frame
    frame["store_sales"] = 1.7 * frame["sales"] + np.random.default_rng(1).normal(0, 0.05 * frame["sales"].mean(), 60)
    frame.loc[frame.index[20], "sales"] = np.nan
    funnel = om.Funnel(
        channels=CHANNELS,
        outcomes=[om.Outcome("sales", value=0.3), om.Outcome("store_sales", value=0.2)],
        controls=world.funnel.controls,
    )
    return fit(funnel, om.Panel(frame.reset_index()), draws=50, tune=100, chains=2, seed=1, progress=False)


@pytest.fixture(scope="session")
def funnelled() -> Posterior:
    """A funnel in which search answers to visits and retargeting works on visitors; made with plain NumPy."""
    weeks, generator = 70, np.random.default_rng(8)
    tv = np.where(generator.random(weeks) < 0.4, generator.gamma(6.0, 2_000.0, weeks), 0.0)
    demand = 30_000 + 0.9 * np.convolve(tv, 0.5 ** np.arange(8) / 2.0)[:weeks] + generator.normal(0, 1_500, weeks)
    search = 0.1 * demand * np.exp(generator.normal(0, 0.15, weeks))
    frame = pd.DataFrame({"tv": tv, "search": search, "retargeting": generator.gamma(9.0, 300.0, weeks)})
    frame["visits"] = demand + 1.5 * search
    for name, level in (("online", 1.2), ("stores", 0.6)):
        frame[name] = 20_000 + level * frame["visits"] + frame["retargeting"] + generator.normal(0, 2_000, weeks)
    frame["week"] = pd.date_range("2023-01-02", periods=weeks, freq="7D")
    return fit(whole_funnel(), om.Panel(frame, currency="GBP"), draws=200, tune=200, chains=2, seed=1, progress=False)


def whole_funnel() -> om.Funnel:
    """Return the funnel of the fit above."""
    return om.Funnel(
        channels=[
            om.Channel("tv", team="brand"),
            om.Channel("search", team="ecommerce", responds_to="visits"),
            om.Channel("retargeting", team="ecommerce", fuelled_by="visits"),
        ],
        stages=["visits"],
        outcomes=[
            om.Outcome("online", value=0.3, parents=["visits"]),
            om.Outcome("stores", value=0.2, parents=["visits"]),
        ],
    )


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    from matplotlib import pyplot as plt

    plt.close("all")
