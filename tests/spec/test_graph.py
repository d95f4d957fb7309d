"""Who acts on whom: the order of nodes, the channels by default, and what cannot be."""

from __future__ import annotations

import pytest

import omnimix as om


def names(funnel: om.Funnel, node: str) -> list[str]:
    return [c.name for c in funnel.drivers(funnel.node(node))]


def test_whatever_acts_comes_before_what_it_acts_on() -> None:
    funnel = om.Funnel(
        channels=["tv", om.Channel("search", responds_to="visits"), om.Channel("retargeting", fuelled_by="carts")],
        stages=[om.Stage("carts", parents=["visits"]), om.Stage("visits", parents=["searches"]), "searches"],
        outcomes=["store", om.Outcome("online", parents=["carts"])],
    )
    order = [n.name for n in funnel.nodes]
    for earlier, later in (("searches", "visits"), ("visits", "carts"), ("carts", "online"), ("carts", "store")):
        if earlier in order:
            assert order.index(earlier) < order.index(later)


def test_without_drivers_named_no_channel_closes_a_circle() -> None:
    funnel = om.Funnel(
        channels=["tv", om.Channel("search", responds_to="visits"), om.Channel("social", fuelled_by="searches")],
        stages=["searches", om.Stage("visits", parents=["searches"])],
        outcomes=[om.Outcome("sales", parents=["visits"])],
    )
    assert names(funnel, "searches") == ["tv"]
    assert names(funnel, "visits") == ["tv", "search", "social"]
    assert names(funnel, "sales") == ["tv", "search", "social"]
    assert [c.name for c in funnel.responding] == ["search"]


def test_an_outcome_may_be_the_parent_of_another() -> None:
    funnel = om.Funnel(
        channels=["tv"], outcomes=[om.Outcome("store", parents=["online"]), om.Outcome("online")], stages=[]
    )
    assert [n.name for n in funnel.nodes] == ["online", "store"]


@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (
            {
                "stages": [om.Stage("searches", parents=["visits"]), om.Stage("visits", parents=["searches"])],
                "outcomes": [om.Outcome("sales", parents=["visits"])],
            },
            ["it runs in a circle", "searches -> visits -> searches", "own cause"],
        ),
        (
            {
                "channels": ["tv", om.Channel("search", responds_to="visits")],
                "stages": [om.Stage("searches", drivers=["search"]), om.Stage("visits", parents=["searches"])],
                "outcomes": [om.Outcome("sales", parents=["visits"])],
            },
            ["it runs in a circle", "search answers to visits"],
        ),
        (
            {
                "channels": ["tv", om.Channel("social", fuelled_by="visits")],
                "stages": [om.Stage("visits", drivers=["tv", "social"])],
                "outcomes": [om.Outcome("sales", parents=["visits"])],
            },
            ["it runs in a circle", "social is fuelled by visits"],
        ),
        ({"stages": ["visits"], "outcomes": ["sales"]}, ["nobody reads stage visits"]),
        (
            {"channels": ["tv", "radio"], "outcomes": [om.Outcome("sales", drivers=["tv"])]},
            ["channel radio acts on nothing"],
        ),
        ({"outcomes": ["sales", om.Outcome("orders", drivers=[])]}, ["orders has no drivers and no parents"]),
        (
            {"channels": ["tv", om.Channel("search", responds_to="sales")], "outcomes": ["sales"]},
            ["search responds to 'sales', which is no stage"],
        ),
        (
            {"channels": ["tv", om.Channel("social", fuelled_by="visit")], "stages": ["visits"]},
            ["social is fuelled by 'visit'", "did you mean 'visits'"],
        ),
    ],
    ids=[
        "parents",
        "answer",
        "fuel",
        "unread stage",
        "idle channel",
        "orphan",
        "answers to an outcome",
        "typing error",
    ],
)
def test_a_funnel_that_cannot_be_is_refused(arguments: dict[str, object], messages: list[str]) -> None:
    with pytest.raises(om.SpecError) as refused:
        om.Funnel(**{"channels": ["tv"], "outcomes": ["sales"], **arguments})  # type: ignore[arg-type]
    for message in messages:
        assert message in str(refused.value)


def test_a_channel_that_answers_to_a_stage_may_drive_that_stage() -> None:
    funnel = om.Funnel(
        channels=["tv", om.Channel("search", responds_to="visits")],
        stages=[om.Stage("visits", drivers=["tv", "search"])],
        outcomes=[om.Outcome("sales", parents=["visits"])],
    )
    assert names(funnel, "visits") == ["tv", "search"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"parents": ["visits", "visits"]}, "'visits' is named twice"),
        ({"parents": ["visits"], "signed": ["visit"]}, "did you mean 'visits'"),
        ({"confounding": "weak"}, "confounding is one of none, some, strong"),
        ({"adstock": "geometrc"}, "did you mean 'geometric'"),
        ({"max_lag": 200}, "from 0 to 104"),
    ],
)
def test_a_wrong_link_of_a_node_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(om.SpecError) as refused:
        om.Outcome("sales", **arguments)  # type: ignore[arg-type]
    assert message in str(refused.value)


def test_a_stage_has_no_value() -> None:
    with pytest.raises(om.SpecError, match="earns nothing itself"):
        om.Stage("visits", value=2.0)


@pytest.mark.parametrize("weeks", [0, 53, 2.5])
def test_an_audience_gathers_over_whole_weeks(weeks: object) -> None:
    with pytest.raises(om.SpecError, match="fuel_weeks"):
        om.Channel("social", fuelled_by="visits", fuel_weeks=weeks)  # type: ignore[arg-type]


def test_unseen_demand_can_be_set_for_all_nodes_at_once() -> None:
    funnel = om.Funnel(
        channels=["tv"],
        stages=["visits"],
        outcomes=[om.Outcome("sales", parents=["visits"]), om.Outcome("orders", confounding="none")],
    )
    assert {n.confounding for n in funnel.with_confounding("strong").nodes} == {"strong"}
