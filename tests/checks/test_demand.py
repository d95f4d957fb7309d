"""A channel bought on demand is named, and silence is kept where the funnel or a control says it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.checks.demand import demand_check
from omnimix.findings import Finding
from tests.conftest import small_frame
from tests.fits import fit

QUICK = {"seed": 3, "draws": 30, "tune": 60, "chains": 1, "progress": False}


def world() -> pd.DataFrame:
    """Return a table in which clicks are bought as people search, and the budget of radio is set by hand."""
    generator = np.random.default_rng(4)
    frame = small_frame()
    demand = np.exp(np.convolve(generator.normal(0, 0.15, len(frame) + 3), [0.5, 0.3, 0.15, 0.05], "valid"))
    frame["searches"] = 9_000 * demand + 400 * generator.normal(size=len(frame))
    frame["clicks"] = 3_000 * demand * np.exp(generator.normal(0, 0.05, len(frame)))
    frame["radio"] = generator.gamma(9.0, 300.0, len(frame))
    frame["sales"] += 30_000 * (demand - demand.mean())
    return frame


def found(channels: list[object], controls: list[str]) -> list[Finding]:
    sales = om.Outcome("sales", parents=["searches"])
    funnel = om.Funnel(channels=channels, stages=["searches"], outcomes=[sales], controls=controls)
    posterior = fit(funnel, om.Panel(world()), **QUICK)
    return list(demand_check(posterior))


def test_a_channel_bought_on_demand_is_named_with_its_correlation_and_remedy() -> None:
    [finding] = found(["tv", "radio", "clicks"], ["price"])
    assert (finding.name, finding.severity, finding.where) == ("spend_follows_demand", "warns", "clicks")
    assert finding.figure is not None
    assert finding.figure > 0.7
    assert "moves with searches from week to week" in finding.message
    assert "responds_to='searches'" in finding.remedy
    assert finding in om.check(fit(**_fit_of(["tv", "radio", "clicks"]))).findings


def _fit_of(channels: list[object]) -> dict[str, object]:
    sales = om.Outcome("sales", parents=["searches"])
    funnel = om.Funnel(channels=channels, stages=["searches"], outcomes=[sales], controls=["price"])
    return {"funnel": funnel, "panel": om.Panel(world()), **QUICK}


def test_where_the_funnel_says_so_nothing_is_said() -> None:
    assert not found(["tv", "radio", om.Channel("clicks", responds_to="searches")], ["price"])


def test_where_a_control_measures_demand_nothing_is_said() -> None:
    funnel = om.Funnel(channels=["tv", "radio", "clicks"], outcomes=["sales"], controls=["price", "searches"])
    assert not list(demand_check(fit(funnel, om.Panel(world()), **QUICK)))
    bare = om.Funnel(channels=["tv", "radio", "clicks"], outcomes=["sales"], controls=["price"])
    [finding] = demand_check(fit(bare, om.Panel(world()), **QUICK))
    assert finding.where == "clicks"
    assert "the stage it answers to" in finding.remedy


def test_a_channel_that_is_switched_by_hand_is_not_suspected() -> None:
    frame = world()
    frame["bursts"] = np.where(np.random.default_rng(1).random(len(frame)) < 0.4, frame["clicks"], 0.0)
    frame["sales"] += 8 * frame["bursts"]
    funnel = om.Funnel(channels=["tv", "bursts"], outcomes=["sales"], controls=["price", "searches"])
    assert not list(demand_check(fit(funnel, om.Panel(frame), **QUICK)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_levers_with_usual_effects_are_not_suspected(seed: int) -> None:
    panel = om.Panel(small_frame(seed=seed))
    funnel = om.Funnel(channels=["tv", "search"], outcomes=["sales"], controls=["price"])
    assert not list(demand_check(fit(funnel, panel, **QUICK)))
