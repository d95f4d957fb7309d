"""How far figures move."""

from __future__ import annotations

import pandas as pd

from omnimix.backtests.stability import moves, named


def returns(**medians: float) -> pd.DataFrame:
    return pd.DataFrame({"channel": list(medians), "median": list(medians.values()), "sd": 0.2})


def test_a_move_is_relative_to_what_a_figure_was_and_both_ways_count() -> None:
    found = moves(returns(tv=1.0, radio=2.0, search=1.0), returns(tv=1.2, radio=1.6, search=1.1), 0.15)
    assert found["move"].round(6).tolist() == [0.2, -0.2, 0.1]
    assert found["marked"].tolist() == [True, True, False]
    assert named(found) == ["tv", "radio"]


def test_a_channel_that_only_one_fit_has_is_left_out() -> None:
    assert moves(returns(tv=1.0), returns(tv=1.0, placebo=0.2), 0.15)["channel"].tolist() == ["tv"]


def test_a_return_of_nothing_has_no_relative_move() -> None:
    found = moves(returns(tv=0.0), returns(tv=0.3), 0.15)
    assert found["move"].isna().all()
    assert not found["marked"].any()
