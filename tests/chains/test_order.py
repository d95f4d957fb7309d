"""Which links come later."""

from __future__ import annotations

import pytest

import omnimix as om
from omnimix.chains.order import later_links
from tests.funnel_fits import whole_funnel


def after(links: list[om.Link | str]) -> dict[str, set[str]]:
    chain = om.Chain("spring", links=links)  # type: ignore[arg-type]
    return {n: set(k) for n, k in later_links(whole_funnel(), chain).items()}


def test_the_funnel_says_who_works_on_what_others_bring() -> None:
    found = after(["retargeting", "search", "tv"])
    assert found == {"tv": {"search", "retargeting"}, "search": {"retargeting"}, "retargeting": set()}


def test_a_stated_order_goes_first() -> None:
    found = after([om.Link("tv", order=2), om.Link("search", order=1), om.Link("mail", order=2)])
    assert found == {"search": {"tv", "mail"}, "tv": set(), "mail": set()}


def test_jobs_order_links_that_have_no_order() -> None:
    found = after([om.Link("search", job="conversion"), om.Link("tv", job="reach"), om.Link("mail", job="leads")])
    assert found == {"tv": {"mail", "search"}, "mail": {"search"}, "search": set()}


def test_links_of_the_same_channel_run_side_by_side() -> None:
    halves = [om.Link("one", channels="search", share=0.5), om.Link("two", channels="search", share=0.5)]
    assert after([*halves, "tv"]) == {"one": set(), "two": set(), "tv": {"one", "two"}}


def test_levers_without_audience_have_no_order() -> None:
    assert after(["tv", "mail"]) == {"tv": set(), "mail": set()}


def test_a_link_feeds_another_over_a_chain_of_stages() -> None:
    funnel = om.Funnel(
        channels=["tv", om.Channel("mail", fuelled_by="leads"), om.Channel("call", fuelled_by="quotes")],
        stages=[
            om.Stage("leads", drivers=["tv"]),
            om.Stage("quotes", parents=["leads"], drivers=["mail"]),
        ],
        outcomes=[om.Outcome("orders", parents=["quotes"], drivers=["call"])],
    )
    found = later_links(funnel, om.Chain("sales", links=["call", "mail", "tv"]))
    assert found == {"tv": {"mail", "call"}, "mail": {"call"}, "call": frozenset()}


def test_order_for_some_links_alone_is_refused() -> None:
    with pytest.raises(om.SpecError, match="order is given for tv alone"):
        om.Chain("spring", links=[om.Link("tv", order=1), om.Link("mail")])
