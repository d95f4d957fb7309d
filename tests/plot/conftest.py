"""One small fit, made once, with two outcomes, a missing week and a channel with a long name."""

from collections.abc import Iterator

import matplotlib as mpl
import numpy as np
import pytest

import omnimix as om
from omnimix.posterior import Posterior

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
    return om.fit(funnel, om.Panel(frame.reset_index()), draws=50, tune=100, chains=2, seed=1, progress=False)


@pytest.fixture(autouse=True)
def closed_figures() -> Iterator[None]:
    yield
    from matplotlib import pyplot as plt

    plt.close("all")
