"""Campaigns in the density: its gradient, and what splitting a campaign may not change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.mechanics.campaigns import CAMPAIGN_AWAY, CAMPAIGN_LOOSENESS
from tests.conftest import small_frame
from tests.model.compiled import Compiled, compiled
from tests.model.funnels import funnel_of, funnel_panel

HALF_LOG = 0.5 * np.log(2 * np.pi)


def _frame() -> pd.DataFrame:
    frame, generator = small_frame(weeks=70), np.random.default_rng(4)
    frame["lead"], frame["sale"] = generator.gamma(2.0, 400.0, 70), generator.gamma(3.0, 200.0, 70)
    frame["first"] = frame["second"] = frame["lead"] / 2
    return frame


def _of(*campaigns: str, frame: pd.DataFrame | None = None) -> Compiled:
    channels = ["tv", om.Channel("social", campaigns=campaigns)]
    funnel = om.Funnel(channels=channels, outcomes=[om.Outcome("sales", value=1.0)])
    return compiled(funnel, om.Panel(_frame() if frame is None else frame))


def _place(model: Compiled, **values: float) -> np.ndarray:
    """Return a point by labels: shared ones drawn by their name, those of campaigns as given."""
    z = np.array([np.sin(sum(map(ord, label))) * 0.4 for label in model.labels]) + model.middle
    for name, value in values.items():
        z[model.labels.index(f"{name}/{CAMPAIGN_AWAY}")] = value
    return z


def test_two_equal_halves_leave_prior_and_likelihood_of_the_channel_as_they_were() -> None:
    whole, split = _of("lead", "sale"), _of("first", "second", "sale")
    for lead, sale in ((0.0, 0.0), (1.3, -0.4), (-2.0, 0.9)):
        one, one_slope = whole.log_posterior(_place(whole, lead=lead, sale=sale))
        half = lead / np.sqrt(2)
        two, two_slope = split.log_posterior(_place(split, first=half, second=half, sale=sale))
        assert two == pytest.approx(one - HALF_LOG, abs=1e-8)  # one standard normal number more: how the halves differ
        shared = [label for label in whole.labels if not label.startswith("lead/")]
        np.testing.assert_allclose(
            [two_slope[split.labels.index(k)] for k in shared],
            [one_slope[whole.labels.index(k)] for k in shared],
            rtol=1e-7, atol=1e-7,
        )  # fmt: skip
        along = sum(two_slope[split.labels.index(f"{k}/{CAMPAIGN_AWAY}")] for k in ("first", "second")) / np.sqrt(2)
        assert along == pytest.approx(one_slope[whole.labels.index(f"lead/{CAMPAIGN_AWAY}")], rel=1e-7, abs=1e-7)


def test_campaigns_alike_are_the_channel_without_campaigns() -> None:
    frame = _frame().assign(social=lambda f: f["lead"] + f["sale"])
    plain = compiled(om.Funnel(channels=["tv", "social"], outcomes=[om.Outcome("sales", value=1.0)]), om.Panel(frame))
    mixed = _of("lead", "sale", frame=frame)
    there, here = mixed.parameters(_place(mixed, lead=0.0, sale=0.0)), plain.parameters(_place(plain))
    assert mixed.log_likelihood(there) == pytest.approx(plain.log_likelihood(here), rel=1e-12)


def test_the_order_in_which_campaigns_are_named_changes_nothing() -> None:
    one, other = _of("lead", "sale"), _of("sale", "lead")
    values = {"lead": 0.7, "sale": -1.1}
    there = other.log_posterior(_place(other, **values))[0]
    assert one.log_posterior(_place(one, **values))[0] == pytest.approx(there, rel=1e-12)


def test_the_unit_of_money_changes_nothing() -> None:
    frame = _frame()
    cents = frame.assign(lead=frame["lead"] * 100, sale=frame["sale"] * 100)
    one, other = _of("lead", "sale"), _of("lead", "sale", frame=cents)
    theta = one.parameters(_place(one, lead=0.5, sale=-0.5))
    assert one.log_likelihood(theta) == pytest.approx(other.log_likelihood(theta), rel=1e-10)


@pytest.mark.parametrize("case", ["campaigns", "campaigns in a whole funnel"])
def test_looseness_and_multipliers_are_sampled(case: str) -> None:
    ours = compiled(funnel_of(case), funnel_panel())
    assert {CAMPAIGN_LOOSENESS, f"rare/{CAMPAIGN_AWAY}"} <= set(ours.labels)


def test_several_geos_are_refused_with_a_sentence() -> None:
    frame = pd.concat([_frame().assign(geo=geo).reset_index() for geo in ("north", "south")])
    panel = om.Panel(frame, geo="geo")
    funnel = om.Funnel(channels=["tv", om.Channel("social", campaigns=("lead", "sale"))], outcomes=["sales"])
    with pytest.raises(om.SpecError, match=r"several geos does not know this yet: channel social has campaigns"):
        om.fit(funnel, panel, progress=False, pooling="none")
