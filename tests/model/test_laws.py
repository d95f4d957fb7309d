"""What holds for the density of every funnel: order, units, and that what is apart stays apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

import omnimix as om
from tests.model.compiled import Compiled, compiled
from tests.model.funnels import WHOLE, funnel_of, funnel_panel


def point(model: Compiled, seed: int = 4) -> np.ndarray:
    return model.middle + np.random.default_rng(seed).normal(0, 0.4, model.middle.size)


def same_point(model: Compiled, other: Compiled, z: np.ndarray) -> np.ndarray:
    """Return the point of another layout with the same parameters, by their labels."""
    by_label = dict(zip(model.labels, z, strict=True))
    return np.array([by_label[label] for label in other.labels])


def test_outcomes_without_parents_have_the_density_of_models_apart() -> None:
    panel, shared = funnel_panel(), {"channels": ["tv", "search"], "controls": ["price"]}
    names = ("online", "store", "visits")
    both = compiled(om.Funnel(outcomes=names, **shared), panel)
    z = point(both)
    by_label = dict(zip(both.labels, z, strict=True))
    total = 0.0
    for name in names:
        alone = compiled(om.Funnel(outcomes=[name], **shared), panel)
        total += alone.log_posterior(np.array([by_label[label] for label in alone.labels]))[0]
    assert both.log_posterior(z)[0] == pytest.approx(total, rel=1e-12)


def backwards[T](given: Sequence[T]) -> list[T]:
    return list(reversed(list(given)))


@pytest.mark.parametrize("turned", ["channels", "stages", "outcomes"])
@pytest.mark.parametrize("case", ["whole funnel", "whole funnel, priors of their own"])
def test_the_order_of_channels_and_nodes_changes_nothing(case: str, turned: str) -> None:
    funnel, panel = funnel_of(case), funnel_panel()
    parts = {**WHOLE, "channels": funnel.channels, "stages": funnel.stages, "outcomes": funnel.outcomes}
    other = om.Funnel(**{**parts, turned: backwards(parts[turned])})  # type: ignore[arg-type]
    first, second = compiled(funnel, panel), compiled(other, panel)
    z = point(first)
    assert second.log_posterior(same_point(first, second, z))[0] == pytest.approx(
        first.log_posterior(z)[0], rel=1e-11, abs=1e-9
    )


def test_the_order_of_parents_changes_nothing_where_no_curve_follows_one() -> None:
    panel, values = funnel_panel(), []
    channels = [om.Channel(c, adstock="none", saturation="none") for c in ("tv", "search", "social")]
    point_of: dict[str, float] = {}
    for parents in (["visits", "searches"], ["searches", "visits"]):
        online = om.Outcome("online", parents=parents, value=0.3)
        model = compiled(om.Funnel(**{**WHOLE, "channels": channels, "outcomes": [online]}), panel)  # type: ignore[arg-type]
        point_of = point_of or dict(zip(model.labels, point(model), strict=True))
        values.append(model.log_posterior(np.array([point_of[label] for label in model.labels]))[0])
    assert values[0] == pytest.approx(values[1], rel=1e-12)


def test_other_units_of_nodes_and_money_change_nothing() -> None:
    funnel, panel = funnel_of("whole funnel, priors of their own"), funnel_panel()
    frame = panel.frame.copy()
    frame[["tv", "search", "social"]] *= 100.0
    frame["online"] *= 100.0 / 7.0
    frame["store"] *= 100.0 / 3.0
    frame["visits"] *= 1e-3
    outcomes = [
        om.Outcome("online", parents=["visits", "searches"], value=0.3 * 7.0),
        om.Outcome("store", parents=["visits", "online"], value=0.25 * 3.0, adstock="none", confounding="none"),
    ]
    other = om.Funnel(**{**WHOLE, "channels": funnel.channels, "outcomes": outcomes})  # type: ignore[arg-type]
    first, second = compiled(funnel, panel), compiled(other, om.Panel(frame))
    z = point(first)
    assert second.log_posterior(z)[0] == pytest.approx(first.log_posterior(z)[0], rel=1e-9)


def test_a_parent_without_effect_and_confounding_leaves_its_child_alone() -> None:
    panel = funnel_panel()
    shared = {"channels": ["tv", "search"], "controls": ["price"]}
    inverse_link = compiled(
        om.Funnel(stages=["visits"], outcomes=[om.Outcome("online", parents=["visits"], confounding="none")], **shared),
        panel,
    )
    alone = compiled(om.Funnel(outcomes=["online"], **shared), panel)
    theta = inverse_link.parameters(point(inverse_link))
    theta[inverse_link.labels.index("online/visits/stage_effect")] = 0.0
    by_label = dict(zip(inverse_link.labels, theta, strict=True))  # parameters, not places: curves follow the parent's
    of_alone = np.array([by_label[label] for label in alone.labels])
    assert inverse_link.log_likelihood(theta, 1) == pytest.approx(alone.log_likelihood(of_alone), rel=1e-12)


def test_weeks_in_which_spend_was_stopped_are_no_answers() -> None:
    funnel, panel = funnel_of("whole funnel"), funnel_panel()
    running = int((panel.frame["search"].iloc[6:] > 0).sum())
    assert compiled(funnel, panel).layout.tables.cells["seen"][len(funnel.nodes)] == running == 62


def test_empty_weeks_are_parameters_where_others_read_them_and_left_out_elsewhere() -> None:
    funnel, panel = funnel_of("whole funnel"), funnel_panel()
    model = compiled(funnel, panel)
    assert [label for label in model.labels if label.endswith("missing_week")] == [
        "searches/2022-10-10/missing_week",
        "visits/2022-08-01/missing_week",
        "visits/2022-08-08/missing_week",
    ]
    seen = model.layout.tables.cells["seen"][: len(funnel.nodes)]
    assert dict(zip([n.name for n in funnel.nodes], seen, strict=True)) == {
        "searches": 64,
        "visits": 64,
        "online": 64,
        "store": 62,
    }
