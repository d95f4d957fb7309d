"""A channel that does nothing: as tempting as a real one, and without its weeks."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.backtests.made_up_channel import reordered, with_placebo
from omnimix.data import check_panel
from omnimix.findings import blocking
from omnimix.words import LANGUAGES, called
from tests.conftest import small_frame, small_funnel
from tests.fits import seed
from tests.funnel_fits import funnel_frame, whole_funnel


@pytest.mark.parametrize("weeks", [24, 104, 111])
@pytest.mark.parametrize("block", [1, 4, 8])
def test_blocks_keep_their_weeks_and_none_stays_in_its_place(weeks: int, block: int) -> None:
    spend = np.arange(weeks, dtype=float)
    made = reordered(spend, block, np.random.default_rng(weeks))
    assert sorted(made) == sorted(spend)
    inside = np.flatnonzero(np.diff(made) != 1)
    assert len(inside) <= weeks // block
    assert np.corrcoef(spend, made)[0, 1] < 0.9
    first = spend[: block * (weeks // block)].reshape(-1, block)[:, 0]
    at = {week: k for k, week in enumerate(made)}
    order = np.argsort([at[w] for w in first])
    assert (order != np.arange(len(first))).all()


def test_blocks_that_cannot_be_reordered_are_refused() -> None:
    with pytest.raises(om.OmnimixError, match=r"at least 3 blocks .* from 1 to 3 weeks"):
        reordered(np.ones(9), 4, np.random.default_rng(1))


def test_the_made_up_channel_works_where_the_copied_one_does_and_is_nobodys() -> None:
    funnel, panel = whole_funnel(), om.Panel(funnel_frame())
    more, table = with_placebo(funnel, panel, funnel.channel("tv"), 8, np.random.default_rng(2))
    assert more.channel_names == (*funnel.channel_names, "placebo")
    for node in more.nodes:
        names = [c.name for c in more.drivers(node)]
        assert ("placebo" in names) == ("tv" in names)
    assert table.series("placebo").sum() == pytest.approx(panel.series("tv").sum())
    assert more.channel("placebo").curves == funnel.channel("tv").curves
    assert not blocking(check_panel(table, more.roles))
    assert panel.columns == om.Panel(funnel_frame()).columns


def test_what_is_believed_of_the_copied_channel_is_not_believed_of_nothing() -> None:
    funnel = small_funnel(channels=[om.Channel("tv", roas_prior=(1.0, 2.0), team="brand", pool="video"), "search"])
    more, _ = with_placebo(funnel, om.Panel(small_frame()), funnel.channel("tv"), 8, np.random.default_rng(2))
    made = more.channel("placebo")
    assert (made.roas_prior, made.team, made.pool) == (None, None, None)


def test_a_name_that_is_taken_is_not_taken_again() -> None:
    panel = om.Panel(small_frame().assign(placebo=1.0))
    more, _ = with_placebo(small_funnel(), panel, small_funnel().channel("tv"), 8, np.random.default_rng(2))
    assert more.channel_names[-1] == "placebo_2"


def test_a_channel_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(om.SpecError, match="did you mean 'search'"):
        om.placebo(small_funnel(), om.Panel(small_frame()), channel="serach")


def test_a_placebo_is_told_beside_the_real_channels() -> None:
    found = om.placebo(
        small_funnel(), om.Panel(small_frame()), seed=seed(3), draws=60, tune=80, chains=2, progress=False
    )
    table = found.table()
    assert table["channel"].tolist() == ["tv", "search", "placebo"]
    assert found.copied == "tv"
    assert table["share"].between(0, 1).all()
    odds = table[["probability_placebo_larger", "probability_placebo_higher"]]
    assert odds.iloc[:2].notna().all(axis=None)
    assert odds.iloc[2].isna().all()
    assert 0 <= found.probability_above_hurdle <= 1
    for language in LANGUAGES:
        assert called("tv", language) in found.sentence(language)
    assert "placebo" in repr(found)
    assert "placebo" in found._repr_html_()
