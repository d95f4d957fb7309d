"""What a funnel learns before sampling: audiences, scales of spend, empty weeks."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.mechanics import fit_scaling
from omnimix.mechanics.audience import audience, gathered
from tests.model.funnels import funnel_of, funnel_panel


@pytest.mark.parametrize("weeks", [1, 3, 8])
def test_an_audience_is_the_mean_of_the_known_weeks(weeks: int) -> None:
    generator = np.random.default_rng(weeks)
    stage = generator.uniform(0.5, 1.5, 30)
    stage[[0, 1, 12, 13, 14]] = np.nan
    expected = []
    for t in range(30):
        last = stage[max(0, t - weeks + 1) : t + 1]
        expected.append(last[np.isfinite(last)].mean() if np.isfinite(last).any() else 1.0)
    np.testing.assert_allclose(gathered(stage, weeks), expected, atol=1e-12)


def test_audiences_of_several_draws_are_gathered_at_once() -> None:
    stage = np.random.default_rng(0).uniform(0.5, 1.5, (3, 20))
    np.testing.assert_allclose(gathered(stage, 4)[1], gathered(stage[1], 4))


def test_before_the_stage_is_known_an_audience_is_taken_to_be_typical() -> None:
    funnel, panel = funnel_of("whole funnel"), funnel_panel()
    found = audience(fit_scaling(funnel, panel), panel, funnel.channel("social"))
    np.testing.assert_allclose(found[:6], 1.0)
    assert found[6:].std() > 0.01


def test_answering_spend_is_scaled_by_its_running_weeks() -> None:
    funnel, panel = funnel_of("whole funnel"), funnel_panel()
    scale = fit_scaling(funnel, panel).scale("spend of search")
    running = panel.frame["search"].iloc[6:]
    running = running[running > 0]
    assert scale.level == pytest.approx(running.mean())
    assert scale.spread == pytest.approx(running.std() / running.mean())


def test_only_nodes_that_others_read_have_missing_weeks() -> None:
    scaling = fit_scaling(funnel_of("whole funnel"), funnel_panel())
    assert scaling.missing == {"searches": ("2022-10-10",), "visits": ("2022-08-01", "2022-08-08")}


def test_all_stages_that_are_empty_too_often_are_named_at_once() -> None:
    frame = funnel_panel().frame
    frame.loc[frame.index[20:40], ["searches", "visits"]] = np.nan
    with pytest.raises(om.DataError) as refused:
        fit_scaling(funnel_of("whole funnel"), om.Panel(frame))
    for part in ("`searches` is empty in 21 of the 64 weeks", "`visits` is empty in 20", "Nothing was filled"):
        assert part in str(refused.value)
