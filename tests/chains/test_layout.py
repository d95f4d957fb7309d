"""Chains on the calendar: which money of which week belongs to which link."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.chains.layout import lay_out
from tests.chains.conftest import LINKS, SPAN, spring


def test_weeks_are_those_that_hold_the_first_and_the_last_day(plain_posterior: om.Posterior) -> None:
    laid = lay_out(plain_posterior, spring(start="2023-08-09", end="2023-10-31"))
    assert [str(laid.window[0].date()), str(laid.window[-1].date())] == [SPAN["start"], SPAN["end"]]
    assert laid.weeks == 13


def test_without_days_a_chain_runs_all_weeks(plain_posterior: om.Posterior) -> None:
    laid = lay_out(plain_posterior, om.Chain("all", links=LINKS))
    pd.testing.assert_index_equal(laid.window, plain_posterior.scaling.window_weeks)


def test_a_plan_that_keeps_all_links_is_what_was_carried_out(funnel_posterior: om.Posterior) -> None:
    laid = lay_out(funnel_posterior, spring())
    assert laid.keeping(LINKS) is laid.plan


def test_a_silent_link_spends_nothing_in_its_weeks_and_as_before_in_others(plain_posterior: om.Posterior) -> None:
    laid = lay_out(plain_posterior, spring())
    plan, was = laid.keeping([n for n in LINKS if n != "mail"]), laid.plan
    rows = slice(laid.first, laid.first + laid.weeks)
    assert not plan.spend_by_channel["mail"][rows].any()
    assert not plan.exposure_by_channel["mail"][rows].any()
    elsewhere = np.setdiff1d(np.arange(len(was.spend)), np.arange(rows.start, rows.stop))
    np.testing.assert_array_equal(plan.spend_by_channel["mail"][elsewhere], was.spend_by_channel["mail"][elsewhere])
    np.testing.assert_array_equal(plan.spend_by_channel["tv"], was.spend_by_channel["tv"])


def test_shares_and_own_days_take_their_part(plain_posterior: om.Posterior) -> None:
    link = om.Link("early", channels="mail", share=0.25, end="2023-08-20")
    laid = lay_out(plain_posterior, spring(links=[link, "tv"]))
    plan, rows = laid.keeping(["tv"]), slice(laid.first, laid.first + 2)
    np.testing.assert_allclose(plan.spend_by_channel["mail"][rows], 0.75 * laid.plan.spend_by_channel["mail"][rows])
    np.testing.assert_array_equal(
        plan.spend_by_channel["mail"][rows.stop :], laid.plan.spend_by_channel["mail"][rows.stop :]
    )
    assert laid.spent("early") == pytest.approx(0.25 * laid.plan.spend_by_channel["mail"][rows].sum())


def test_a_later_link_spends_the_same_money_later(plain_posterior: om.Posterior) -> None:
    chain = spring().later("mail", 3)
    laid = lay_out(plain_posterior, chain)
    plan, rows = laid.keeping(LINKS), np.arange(laid.first, laid.first + laid.weeks)
    assert plan.spend_by_channel["mail"].sum() == pytest.approx(laid.plan.spend_by_channel["mail"].sum())
    moved = laid.plan.spend_by_channel["mail"][rows]
    own = np.zeros(len(plan.spend))
    own[rows + 3] = moved
    rest = laid.plan.spend_by_channel["mail"].copy()
    rest[rows] = 0.0
    np.testing.assert_allclose(plan.spend_by_channel["mail"], own + rest)


def test_a_split_divides_the_money_of_the_chain(plain_posterior: om.Posterior) -> None:
    chain = spring(links=["tv", "mail"])
    was = lay_out(plain_posterior, chain)
    total = was.spent("tv") + was.spent("mail")
    laid = lay_out(plain_posterior, chain.with_split({"tv": 0.3, "mail": 0.7}))
    assert laid.spent("tv") == pytest.approx(0.3 * total)
    assert laid.spent("mail") == pytest.approx(0.7 * total)


def test_money_that_is_set_or_gone_answers_no_longer_and_all_else_does(funnel_posterior: om.Posterior) -> None:
    laid = lay_out(funnel_posterior, spring())
    rows = np.arange(laid.first, laid.first + laid.weeks)
    for plan in (laid.keeping(["tv"]), laid.keeping(LINKS, {"search": 1.1})):
        part = plan.parts["search"]
        assert not part[rows].any()
        assert (np.delete(part, rows) == 1).all()
    assert not laid.keeping(["tv", "search"]).parts.keys() & {"search"}
    half = lay_out(funnel_posterior, spring(links=["tv", om.Link("search", share=0.5)]))
    np.testing.assert_allclose(half.keeping(["tv"]).parts["search"][rows], 0.5)


def test_extrapolated_names_channels_that_would_run_higher_than_ever(plain_posterior: om.Posterior) -> None:
    assert lay_out(plain_posterior, spring()).extrapolated == ()
    assert lay_out(plain_posterior, spring().with_spend("mail", 3.0)).extrapolated == ("mail",)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"links": ["tv", "serach"]}, "link 'serach': 'serach' is no channel; did you mean 'search'?"),
        ({"start": "2020-01-06"}, "it starts 2020-01-06, outside the data window 2023-01-02 to 2024-09-22"),
        ({"end": "2024-09-23"}, "it ends 2024-09-23, outside the data window"),
        ({"links": [om.Link("tv", start="2023-01-02")]}, "link 'tv' starts 2023-01-02, outside the weeks of its chain"),
        (
            {"links": [om.Link("one", channels="tv", share=0.7), om.Link("two", channels="tv", share=0.6)]},
            "links 'one', 'two' take 130% of the spend of 'tv' in the week of 2023-08-07",
        ),
        ({"links": [om.Link("mail", weeks_later=-52)]}, "link 'mail' would start before the data window"),
        ({"links": [om.Link("mail", weeks_later=52)]}, "link 'mail' would end after the data window"),
    ],
)
def test_what_cannot_be_laid_on_the_calendar_is_refused(
    plain_posterior: om.Posterior, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(om.SpecError, match="chain 'spring': ") as refused:
        lay_out(plain_posterior, spring(**changes))
    assert said in str(refused.value)


def test_everything_wrong_is_said_at_once(plain_posterior: om.Posterior) -> None:
    with pytest.raises(om.SpecError) as refused:
        lay_out(plain_posterior, spring(links=["tvv", "mial", "search"]))
    assert "'tvv' is no channel" in str(refused.value)
    assert "'mial' is no channel" in str(refused.value)


def test_a_chain_without_any_spend_is_refused(plain_posterior: om.Posterior) -> None:
    silent = plain_posterior.panel.frame["tv"]
    week = silent.index[silent == 0][0]
    with pytest.raises(om.SpecError, match="none of its channels spent anything"):
        lay_out(plain_posterior, om.Chain("pause", links=["tv"], start=week, end=week))
