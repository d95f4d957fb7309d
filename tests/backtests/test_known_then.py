"""What an analyst could have declared at an origin."""

from __future__ import annotations

import omnimix as om
from omnimix.backtests.known_then import known_then
from tests.conftest import small_frame, small_funnel
from tests.funnel_fits import funnel_frame, whole_funnel


def test_a_funnel_of_which_everything_had_begun_stays_as_it_is() -> None:
    assert known_then(small_funnel(), small_frame()) == (small_funnel(), ())


def test_a_channel_that_had_not_run_goes_from_every_node_that_names_it() -> None:
    funnel = whole_funnel()
    then, left_out = known_then(funnel, funnel_frame().assign(mail=0.0))
    assert left_out == ("mail",)
    assert then.channel_names == ("tv", "retargeting", "search")
    assert all("mail" not in [c.name for c in then.drivers(n)] for n in then.nodes)
    assert then.baseline == funnel.baseline
    assert then.media_share == funnel.media_share


def test_what_ran_before_the_first_outcome_alone_had_not_run() -> None:
    frame = small_frame()
    frame.iloc[:10, frame.columns.get_loc("sales")] = float("nan")
    frame.iloc[10:, frame.columns.get_loc("search")] = 0.0
    assert known_then(small_funnel(), frame)[1] == ("search",)


def test_exposure_that_had_not_begun_leaves_its_channel_out() -> None:
    funnel = small_funnel(channels=[om.Channel("tv", exposure="grp"), "search"])
    assert known_then(funnel, small_frame().assign(grp=0.0))[1] == ("tv",)


def test_without_any_channel_there_is_nothing_to_declare_and_the_fit_says_so() -> None:
    frame = small_frame().assign(tv=0.0, search=0.0)
    assert known_then(small_funnel(), frame) == (small_funnel(), ())
