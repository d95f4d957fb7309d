"""A little noise on the table."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.backtests.perturbation import noisy
from tests.conftest import small_frame, small_funnel
from tests.fits import fit, seed


def test_noise_keeps_silent_weeks_silent_and_prices_as_they_were() -> None:
    frame = small_frame().assign(tv_grp=lambda f: f["tv"] / 7)
    funnel = small_funnel(channels=[om.Channel("tv", exposure="tv_grp"), "search"])
    panel = om.Panel(frame)
    other = noisy(funnel, panel, 0.05, 0.01, np.random.default_rng(3)).frame
    ran = frame["tv"] > 0
    assert (other.loc[~ran, "tv"] == 0).all()
    np.testing.assert_allclose(other.loc[ran, "tv"] / other.loc[ran, "tv_grp"], 7)
    assert np.log(other.loc[ran, "tv"] / frame.loc[ran, "tv"]).std() == pytest.approx(0.05, rel=0.5)
    assert np.log(other["sales"] / frame["sales"]).std() == pytest.approx(0.01, rel=0.5)
    assert other["price"].equals(panel.frame["price"])
    assert panel.frame.equals(om.Panel(frame).frame)


def test_noise_that_is_none_is_refused() -> None:
    with pytest.raises(om.OmnimixError, match=r"`noise` .* not -0.1; `outcome_noise` .* not 2.0"):
        om.perturb(small_funnel(), om.Panel(small_frame()), noise=-0.1, outcome_noise=2.0)


def test_a_fit_of_something_else_is_refused() -> None:
    posterior = fit(small_funnel(), om.Panel(small_frame()), seed=3, draws=60, tune=80, chains=2, progress=False)
    with pytest.raises(om.FitError, match="another funnel and another table"):
        om.perturb(small_funnel(controls=[]), om.Panel(small_frame(seed=6)), posterior=posterior)


def test_every_channel_says_how_far_it_moved() -> None:
    panel, settings = om.Panel(small_frame()), {"draws": 60, "tune": 80, "chains": 2, "progress": False}
    before = fit(small_funnel(), panel, seed=3, **settings)
    found = om.perturb(small_funnel(), panel, posterior=before, seed=seed(3), **settings)
    table = found.table()
    assert table["channel"].tolist() == ["tv", "search", "all_media"]
    np.testing.assert_allclose(table["move"], table["roas"] / table["roas_before"] - 1)
    assert (table["marked"] == (table["move"].abs() > 0.08)).all()
    assert "moved by more than 8%" in repr(found)
    assert "noise" in found._repr_html_()
