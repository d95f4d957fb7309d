from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import same_color

import omnimix as om
from omnimix.effects import Figures
from omnimix.plot import channel_colours
from omnimix.plot.balance import even_odds
from omnimix.posterior import Posterior


@pytest.fixture(scope="module")
def ways(funnelled: Posterior) -> Figures:
    return om.paths(funnelled, allow_unconverged=True)


@pytest.fixture(scope="module")
def shares(funnelled: Posterior) -> Figures:
    return om.traffic_share(funnelled, allow_unconverged=True)


@pytest.fixture(scope="module")
def balance(funnelled: Posterior) -> Figures:
    return om.payback(funnelled, horizons=range(1, 27), allow_unconverged=True)


def words(ax: Axes) -> str:
    return " ".join(text.get_text() for text in [*ax.texts, ax._left_title])


def test_the_parts_of_a_channel_add_up_to_what_it_brings(ways: Figures):
    ax = om.plot.paths(ways, currency="GBP")
    table = ways.table().groupby("channel")["mean"].sum()
    for k, channel in enumerate(("tv", "search", "retargeting")):
        bars = [p for p in ax.patches if abs(p.get_y() + p.get_height() / 2 + k) < 0.01]
        assert sum(p.get_width() for p in bars) == pytest.approx(table[channel])
    assert ax.get_xlabel().startswith("GBP brought")
    assert "by way of visits" in words(ax)
    assert "90% interval" in words(ax)


def test_kinds_of_paths_are_told_apart_without_colour(ways: Figures):
    legend = om.plot.paths(ways).get_legend()
    assert legend is not None
    kinds = [text.get_text() for text in legend.get_texts()]
    assert kinds[:2] == ["direct", "by way of stages"]
    looks = {(h.get_hatch(), tuple(h.get_facecolor())) for h in legend.legend_handles}
    assert len(looks) == len(kinds)


def test_what_takes_money_away_lies_left_of_zero(ways: Figures):
    turned = ways.draws.copy()
    turned[:, turned["kind"].to_numpy() == "direct"] *= -1
    ax = om.plot.paths(replace(ways, draws=turned))
    assert min(p.get_x() + p.get_width() for p in ax.patches) < 0


def test_traffic_shares_are_bars_in_the_colours_of_the_channels(shares: Figures):
    ax = om.plot.traffic_share(shares)
    colours = channel_colours(["tv", "search", "retargeting"])
    table = shares.table().set_index("channel")
    names = [t.get_text() for t in ax.get_yticklabels()]
    assert names == ["tv", "search"]  # retargeting lives on visits and brings none
    for bar, name in zip(ax.patches, names, strict=True):
        assert bar.get_width() == pytest.approx(table.loc[name, shares.told])
        assert same_color(bar.get_facecolor(), colours[name])
    assert "Media bring" in words(ax)
    assert "90% interval" in words(ax)
    assert ax.get_xlabel() == "share of visits"


def test_shares_of_what_media_bring_are_drawn_as_such(funnelled: Posterior):
    ax = om.plot.traffic_share(om.traffic_share(funnelled, of="media", allow_unconverged=True))
    assert ax.get_xlabel() == "share of what media bring to visits"
    assert "Which channels bring" in words(ax)


def test_several_stages_have_axes_of_their_own(shares: Figures):
    twice = replace(shares, draws=shares.draws.isel(stage=[0, 0]).assign_coords(stage=["visits", "leads"]))
    assert len(om.plot.traffic_share(twice)) == 2
    assert "leads" in words(om.plot.traffic_share(twice, stage="leads"))
    with pytest.raises(om.OmnimixError, match="one `ax` came for 2 stages"):
        om.plot.traffic_share(twice, ax=plt.subplots()[1])
    with pytest.raises(om.OmnimixError, match="did you mean 'visits'"):
        om.plot.traffic_share(twice, stage="vists")


def test_the_balance_of_every_channel_begins_at_zero_and_has_a_zero_line(balance: Figures):
    axes = om.plot.payback(balance, currency="GBP")
    assert len(axes) == 4
    for ax in axes:
        line = ax.lines[0]
        assert (float(line.get_xdata()[0]), float(line.get_ydata()[0])) == (0.0, 0.0)
        assert any(list(other.get_ydata()) == [0.0, 0.0] for other in ax.lines)
    assert axes[0].get_ylabel() == "GBP brought less spent"
    shown = " ".join(t.get_text() for t in axes[0].figure.texts)
    assert "90% interval" in shown
    assert "more likely than not" in shown


def test_the_dotted_line_stands_where_it_is_paid_back_more_likely_than_not(balance: Figures):
    table = balance.table()
    for ax, channel in zip(om.plot.payback(balance), ("tv", "search", "retargeting", "all_media"), strict=True):
        week = even_odds(table.loc[table["channel"] == channel])
        dotted = [float(line.get_xdata()[0]) for line in ax.lines if line.get_linestyle() == ":"]
        upright = [x for x in dotted if x > 0]
        assert upright == ([] if week is None else [week])
        assert (f"paid back by week {week}" if week else "not paid back") in words(ax)


@pytest.mark.parametrize(
    ("chances", "week"),
    [
        ([0.6, 0.7, 0.9], 1),
        ([0.1, 0.5, 0.9], 2),
        ([0.6, 0.4, 0.5], 3),
        ([0.6, 0.6, 0.49], None),
        ([0.0, 0.0, 0.0], None),
    ],
)
def test_a_campaign_is_paid_back_from_the_week_on_that_it_stays_so(chances, week):
    table = pd.DataFrame({"horizon": np.arange(1, 4), "probability_paid_back": chances})
    assert even_odds(table) == week


def test_all_balances_fit_on_one_axes_and_one_channel_can_be_named(balance: Figures):
    ax = plt.subplots()[1]
    assert om.plot.payback(balance, ax=ax) is ax
    assert ax.get_legend_handles_labels()[1] == ["tv", "search", "retargeting", "all media"]
    assert isinstance(om.plot.payback(balance, channel="tv"), Axes)


def test_figures_of_a_funnel_draw_themselves(ways: Figures, shares: Figures, balance: Figures):
    assert "by way of visits" in words(ways.plot())
    assert "Media bring" in words(shares.plot())
    assert len(balance.plot()) == 4
