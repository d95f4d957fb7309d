"""Why a result moved: branches add up, definitions hold, and what cannot be asked is refused."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.spec import Identity
from omnimix.steering.kpi_tree import product_weights
from omnimix.steering.tree import KpiTree
from tests.fits import converged
from tests.funnel_fits import funnel_frame
from tests.plot.dutch import assert_dutch

BEFORE, AFTER = ("2023-01-02", "2023-12-31"), ("2024-01-01", "2024-09-01")


@pytest.fixture(scope="module")
def posterior(funnel_posterior: om.Posterior) -> om.Posterior:
    frame = funnel_frame()
    orders = frame["visits"] * (0.02 + 0.005 * np.sin(np.arange(len(frame)) / 9.0))
    return converged(replace(funnel_posterior.thinned(60), panel=om.Panel(frame.assign(orders=orders))))


@pytest.fixture(scope="module")
def tree(posterior: om.Posterior) -> KpiTree:
    identity = Identity("online", through=["visits", "orders"], names=["conversion", "basket"])
    return om.kpi_tree(posterior, before=BEFORE, after=AFTER, outcome="online", identities=[identity])


def test_every_branch_adds_up_to_what_is_above_it(tree: KpiTree) -> None:
    by_place = {r.place: r for r in tree.rows}
    for parent in {r.parent for r in tree.rows if r.parent}:
        below = sum(r.change for r in tree.rows if r.parent == parent)
        np.testing.assert_allclose(below, by_place[parent].change, rtol=1e-9, atol=1e-6)


def test_leaves_add_up_to_the_change_that_was_observed(tree: KpiTree) -> None:
    online = funnel_frame()["online"]
    change = online.loc["2024-01-01":"2024-08-26"].mean() - online.loc[:"2023-12-25"].mean()
    np.testing.assert_allclose(sum(r.change for r in tree.leaves), change)


def test_factors_multiply_to_the_result_in_both_periods(tree: KpiTree) -> None:
    factors = [r for r in tree.rows if r.kind == "formula"]
    assert [r.name for r in factors] == ["visits", "conversion", "basket"]
    for side in ("before", "after"):
        assert np.prod([getattr(r, side) for r in factors]) == pytest.approx(getattr(tree.result, side))


def test_a_factor_that_the_model_has_learned_is_divided_over_channels(tree: KpiTree) -> None:
    under = [r.name for r in tree.rows if r.parent == "online > visits"]
    assert under == ["tv", "mail", "retargeting", "search", "season", "level", "unexplained"] or set(under) >= {
        "tv",
        "mail",
        "season",
        "unexplained",
    }


def test_without_an_identity_the_model_divides_the_outcome_itself(posterior: om.Posterior) -> None:
    tree = om.kpi_tree(posterior, before=BEFORE, after=AFTER, outcome="store")
    assert {r.kind for r in tree.rows} == {"result", "channel", "level", "season", "demand", "unexplained"}
    np.testing.assert_allclose(sum(r.change for r in tree.leaves), tree.result.change)


def test_the_same_period_twice_moves_nothing(posterior: om.Posterior) -> None:
    tree = om.kpi_tree(posterior, before=BEFORE, after=BEFORE)
    assert all(np.allclose(r.change, 0.0) for r in tree.rows)


def test_periods_turned_round_turn_every_part_round(posterior: om.Posterior) -> None:
    one = om.kpi_tree(posterior, before=BEFORE, after=AFTER)
    other = om.kpi_tree(posterior, before=AFTER, after=BEFORE)
    for a, b in zip(one.rows, other.rows, strict=True):
        np.testing.assert_allclose(a.change, -b.change, atol=1e-6)


@pytest.mark.parametrize("size", [2, 3, 4])
def test_weights_of_factors_give_shapley_values_of_the_product(size: int) -> None:
    generator = np.random.default_rng(size)
    one, other = generator.uniform(1, 3, size), generator.uniform(1, 3, size)
    parts = np.zeros(size)
    orders = list(itertools.permutations(range(size)))
    for order in orders:
        now = one.copy()
        for k in order:
            was = now.prod()
            now[k] = other[k]
            parts[k] += (now.prod() - was) / len(orders)
    np.testing.assert_allclose(np.array(product_weights(one, other)) * (other - one), parts)
    assert parts.sum() == pytest.approx(other.prod() - one.prod())


@pytest.mark.parametrize(
    ("before", "told"),
    [
        (("2020-01-01", "2020-02-01"), "and the data are 2023-01-02 to 2024-09-22"),
        (("2023-05-01", "2023-02-01"), "begins 2023-05-01, after it ends 2023-02-01"),
        (("1 May", "2023-02-01"), "is a pair of days"),
    ],
)
def test_a_period_that_cannot_be_is_refused(posterior: om.Posterior, before: tuple[str, str], told: str) -> None:
    with pytest.raises(om.OmnimixError, match=told):
        om.kpi_tree(posterior, before=before, after=AFTER)


def test_empty_weeks_of_a_period_are_named(posterior: om.Posterior) -> None:
    frame = posterior.panel.frame
    frame.loc[pd.Timestamp("2023-03-06"), "online"] = np.nan
    with pytest.raises(om.OmnimixError, match=r"online are not all known \(2023-03-06\)"):
        om.kpi_tree(replace(posterior, panel=om.Panel(frame)), before=BEFORE, after=AFTER)


def test_an_identity_on_no_column_and_an_unknown_outcome_are_refused_together(posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match=r"'onlin' is no stage.*'online'.*'order', which is no column"):
        om.kpi_tree(
            posterior, before=BEFORE, after=AFTER, outcome="onlin", identities=[Identity("online", through=["order"])]
        )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"through": []}, "at least one count"),
        ({"through": ["online"]}, "stands there twice"),
        ({"through": ["visits"], "names": ["a", "b"]}, "1 rates have 2 names"),
    ],
)
def test_an_identity_that_cannot_be_is_refused(changes: dict[str, list[str]], told: str) -> None:
    with pytest.raises(om.SpecError, match=told):
        Identity("online", **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_tree_is_told_and_drawn(tree: KpiTree, language: str) -> None:
    assert {"result", "formula", "parts", "unexplained"} == set(tree.sentences(language))
    assert "Online went from" in tree.plot().get_title(loc="left")
    assert_dutch(tree)
