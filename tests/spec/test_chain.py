"""Declaring chains."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import omnimix as om


def test_a_link_is_its_own_channel_unless_it_names_others() -> None:
    assert om.Link("tv").channels == ("tv",)
    assert om.Link("video", channels=["tv", "online_video"]).channels == ("tv", "online_video")
    assert om.Link("video", channels="tv").channels == ("tv",)


def test_links_may_be_given_by_name() -> None:
    assert om.Chain("spring", links=["tv", om.Link("search")]).link_names == ("tv", "search")


@pytest.mark.parametrize(
    "day",
    [
        "2025-03-03",
        dt.date(2025, 3, 3),
        dt.datetime(2025, 3, 3),
        pd.Timestamp("2025-03-03"),
        np.datetime64("2025-03-03"),
    ],
)
def test_days_come_as_text_or_dates(day: object) -> None:
    assert om.Chain("spring", links=["tv"], start=day).start == dt.date(2025, 3, 3)  # type: ignore[arg-type]


def test_shares_may_differ_by_channel() -> None:
    link = om.Link("video", channels=["tv", "online_video"], share={"tv": 0.4})
    assert (link.share_of("tv"), link.share_of("online_video")) == (0.4, 1.0)


def test_variants_leave_the_chain_as_it_was() -> None:
    chain = om.Chain("spring", links=["tv", "search"], hurdle=1.2)
    assert chain.without("tv").link("tv").factor == 0
    assert chain.with_spend("tv", 1.5).name == "spring with 1.5 times tv"
    assert chain.later("search", 2).link("search").weeks_later == 2
    assert chain.later("search", -1).name == "spring with search 1 week earlier"
    assert chain.with_split({"tv": 0.25, "search": 0.75}).name == "spring with 25% tv, 75% search"
    assert chain == om.Chain("spring", links=["tv", "search"], hurdle=1.2)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: om.Link("tv", share=1.2), "a share is a number from 0 to 1, not 1.2"),
        (lambda: om.Link("tv", share={"radio": 0.5}), "share names 'radio', which is no channel of it"),
        (
            lambda: om.Link("tv", job="leds"),
            "job is one of reach, leads, conversion, not 'leds'; did you mean 'leads'?",
        ),
        (
            lambda: om.Link("tv", start="2025-05-01", end="2025-04-01"),
            "it ends 2025-04-01, before it starts 2025-05-01",
        ),
        (lambda: om.Link("tv", start="May"), "start is a day such as 2025-03-03, not 'May'"),
        (lambda: om.Link("tv", order=1.5), "order is a whole number"),
        (lambda: om.Link("tv", factor=-1), "factor is a number from 0 to 100"),
        (lambda: om.Link("v", channels=["tv", "tv"]), "channel 'tv' stands in it twice"),
        (lambda: om.Link(""), "a link needs a name"),
        (lambda: om.Chain("spring", links=[]), "it has no links"),
        (lambda: om.Chain("spring", links=["tv", "tv"]), "two links are called 'tv'"),
        (lambda: om.Chain("spring", links=["tv"], hurdle=float("nan")), "hurdle is a ROAS of 0 or more"),
        (lambda: om.Chain("spring", links=["tv"], start="2025-05-01", end="2025-04-01"), "before it starts"),
        (lambda: om.Chain("spring", links=[f"c{k}" for k in range(13)]), "it has 13 links"),
        (lambda: om.Chain("spring", links=["tv", "mail"]).with_split({"tv": 1}), "split gives no share to 'mail'"),
        (lambda: om.Chain("spring", links=["tv"]).with_split({"tv": 0.5}), "add up to 0.5, not to 1"),
        (lambda: om.Chain("spring", links=["tv"]).without("tvv"), "no link 'tvv'; did you mean 'tv'?"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(make: object, said: str) -> None:
    with pytest.raises(om.SpecError) as refused:
        make()  # type: ignore[operator]
    assert said in str(refused.value)
