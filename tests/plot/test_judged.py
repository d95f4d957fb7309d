"""Every result that is judged has a picture and a card, and prints no figure in powers of ten."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib import pyplot as plt

import omnimix as om
from omnimix.checks import Health
from omnimix.checks.unseen_demand import Sensitivity
from omnimix.findings import Finding
from omnimix.truth import Recovery

CHANNELS = ["tv", "search", "all_media"]


def made_recovery() -> Recovery:
    scores = pd.DataFrame(
        {
            "channel": CHANNELS,
            "truth": [1.0, 2.0, 1.4],
            "mean": [1.1, 1.0, 1.2],
            "median": [1.1, 1.0, 1.2],
            "lower": [0.8, 0.7, 1.0],
            "upper": [1.4, 1.5, 1.6],
            "covered": [True, False, True],
            "relative_error": [0.1, -0.5, -0.1],
            "relative_width": [0.6, 0.4, 0.4],
            "crps": [0.1, 0.4, 0.1],
            "spend": [4.95036e6, 2.4e6, 7.35e6],
        }
    )
    return Recovery(scores, 0.9)


def made_sensitivity() -> Sensitivity:
    draws = np.random.default_rng(1).normal(1.0, 0.2, (200, 2))
    labelled = xr.DataArray(draws, coords={"channel": CHANNELS[:2]}, dims=("draw", "channel"))
    known = pd.Series([0.3, np.nan], index=CHANNELS[:2])
    return Sensitivity({"none": labelled, "some": labelled - 0.3}, known, pd.Series("data", index=CHANNELS[:2]), 1.0)


def made_campaigns() -> om.CampaignVerdict:
    table = pd.DataFrame(
        {
            "chain": "spring",
            "step": [1, 2],
            "campaign": ["reach", "sell"],
            "spend": [1000.0, 500.0],
            "impressions": [90_000, 20_000],
            "clicks": [900, 400],
            "visits": [800, 350],
            "orders": [4, 40],
            "revenue": [200.0, 4_000.0],
        }
    )
    return om.evaluate_campaigns(table)


MADE = {
    "recovery": made_recovery,
    "sensitivity": made_sensitivity,
    "campaigns": made_campaigns,
    "health": lambda: Health((Finding("r_hat", "warns", "It moves.", "Run longer.", where="tv"),)),
    "healthy": lambda: Health(()),
    "chain": lambda: om.Chain("spring", links=["tv", "search"], start="2024-01-01").later("search", 2),
}


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.mark.parametrize("name", MADE)
def test_it_draws_itself_with_a_sentence_above(name: str) -> None:
    drawn = MADE[name]().plot()
    drawn.figure.canvas.draw()
    assert len(drawn.get_title(loc="left")) > 10


@pytest.mark.parametrize("name", MADE)
def test_it_has_a_card_and_prints_no_power_of_ten(name: str) -> None:
    result = MADE[name]()
    card = result._repr_html_()
    assert card.startswith("<div style='font-family:system-ui")
    assert "e+0" not in card
    assert "e+0" not in repr(result)
