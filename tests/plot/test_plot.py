import itertools
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import same_color

import omnimix as om
from omnimix.effects import Figures
from omnimix.labels import ALL_MEDIA
from omnimix.plot import channel_colours
from omnimix.plot.canvas import in_lines, spread
from omnimix.posterior import Posterior
from omnimix.words import ratio

CHANNELS = ("tv", "radio", "search_non_brand_generic_nl")


@pytest.fixture(scope="module")
def parts(fitted: Posterior) -> om.effects.Contributions:
    return om.contributions(fitted, allow_unconverged=True)


@pytest.fixture(scope="module")
def returns(fitted: Posterior) -> Figures:
    return om.roas(fitted, allow_unconverged=True)


@pytest.fixture(scope="module")
def curves(fitted: Posterior) -> om.effects.ResponseCurves:
    return om.response_curves(fitted, factors=(0.0, 0.5, 1.0, 1.5), allow_unconverged=True)


def words(ax: Axes) -> str:
    return " ".join(text.get_text() for text in [*ax.texts, ax.title, ax._left_title])


def test_a_channel_has_the_same_colour_in_every_chart(returns, parts):
    dots = om.plot.roas(returns)
    lines = [line for line in dots.lines if line.get_marker() in ("o", "D")]
    bars = om.plot.waterfall(parts, outcome="sales")
    by_name = dict(zip([t.get_text() for t in bars.get_yticklabels()], bars.patches, strict=True))
    colours = channel_colours(CHANNELS)
    assert all(same_color(line.get_color(), colours[c]) for line, c in zip(lines, CHANNELS, strict=False))
    assert all(same_color(by_name[in_lines(c)].get_facecolor(), colours[c]) for c in CHANNELS)


def test_the_colour_of_a_channel_does_not_depend_on_all_media_or_the_baseline():
    plain = channel_colours(CHANNELS)
    assert {k: v for k, v in channel_colours(["baseline", *CHANNELS, ALL_MEDIA]).items() if k in plain} == plain


def test_twenty_one_channels_have_distinct_colours():
    assert len(set(channel_colours(f"c{k}" for k in range(21)).values())) == 21


def test_the_fit_chart_shades_weeks_without_observation_and_names_its_interval(fitted):
    ax = om.plot.fit(fitted, outcome="sales", interval=0.8)
    labels = ax.get_legend_handles_labels()[1]
    assert "no observation (1 week)" in labels
    assert any("80% interval" in label for label in labels)
    observed = next(line for line in ax.lines if line.get_label() == "observed")
    assert int(np.isnan(np.asarray(observed.get_ydata(), dtype=float)).sum()) == 1


def test_several_outcomes_give_an_array_of_axes_and_one_ax_for_them_is_refused(fitted, parts):
    assert [ax.get_ylabel() for ax in om.plot.fit(fitted)] == ["sales, units a week", "store_sales, units a week"]
    with pytest.raises(om.OmnimixError, match="one `ax` came for 2 outcomes"):
        om.plot.waterfall(parts, ax=plt.subplots()[1])
    with pytest.raises(om.OmnimixError, match="did you mean 'sales'"):
        om.plot.waterfall(parts, outcome="slaes")


def test_the_fit_chart_shows_stages_too(funnelled):
    axes = om.plot.fit(funnelled)
    assert [ax.get_ylabel().split(",")[0] for ax in axes] == ["visits", "online", "stores"]
    assert isinstance(om.plot.fit(funnelled, outcome="visits"), Axes)


def test_the_stack_adds_up_to_the_mean_prediction(parts):
    ax = om.plot.contributions(parts, outcome="sales")
    top = np.max([c.get_paths()[0].vertices[:, 1].max() for c in ax.collections])
    assert top == pytest.approx(float(parts.prediction.sel(outcome="sales").mean("draw").max()), rel=1e-6)


def test_contributions_without_baseline_start_at_zero(parts):
    ax = om.plot.contributions(parts, outcome="sales", baseline=False)
    assert "baseline" not in ax.get_legend_handles_labels()[1]
    assert ax.get_ylim()[0] == 0


def test_the_waterfall_ends_at_the_expected_total(parts):
    bars = om.plot.waterfall(parts, outcome="store_sales").patches
    assert bars[-2].get_x() + bars[-2].get_width() == pytest.approx(bars[-1].get_width())


def test_roas_has_a_line_at_break_even_and_sets_all_media_apart(returns):
    ax = om.plot.roas(returns)
    assert any(list(line.get_xdata()) == [1.0, 1.0] for line in ax.lines)
    assert ax.get_yticklabels()[-1].get_text() == "all media"
    row = returns.table().set_index("channel").loc[ALL_MEDIA]
    assert spread(row["median"], row["lower"], row["upper"], ratio) in words(ax)
    assert "90% interval" in " ".join(words(ax).split())


def test_marginal_roas_is_drawn_with_its_own_title(fitted):
    assert "The next 1 spent" in words(om.marginal_roas(fitted, allow_unconverged=True).plot())


def test_response_curves_have_a_panel_a_channel_with_the_extrapolated_part_dashed(curves):
    axes = om.plot.response_curves(curves)
    assert len(axes) == len(CHANNELS)
    dashed = [line for line in axes[0].lines if line.get_linestyle() == "--"]
    assert min(np.asarray(dashed[0].get_xdata())) == pytest.approx(float(curves.spend.sel(channel="tv", factor=1.0)))
    dot = next(line for line in axes[0].lines if line.get_marker() == "o")
    assert float(np.asarray(dot.get_xdata())[0]) == pytest.approx(float(curves.spend.sel(channel="tv", factor=1.0)))


def test_response_curves_fit_on_one_axes(curves):
    ax = plt.subplots()[1]
    assert om.plot.response_curves(curves, ax=ax) is ax
    assert ax.get_legend_handles_labels()[1] == list(CHANNELS)


def test_a_title_over_panels_covers_none_of_them(curves):
    for result in (curves, replace(curves, draws=curves.draws[:, :1], spend=curves.spend[:1])):
        axes = np.atleast_1d(om.plot.response_curves(result))
        figure = axes[0].figure
        figure.canvas.draw()
        lowest = min(text.get_window_extent().y0 for text in figure.texts if text.get_text())
        assert lowest >= max(ax._left_title.get_window_extent().y1 for ax in axes)


def test_prior_and_posterior_are_drawn_for_every_channel_of_a_node(fitted):
    ax = om.plot.prior_posterior(fitted, outcome="sales")
    assert len(ax.get_yticklabels()) == len(CHANNELS)
    assert "% of a typical week of sales" in ax.get_xlabel()


def test_draw_finds_the_picture_of_every_result(fitted, parts, returns, curves):
    results = [returns, parts, parts.total, parts.all_media, curves, om.predict(fitted)]
    results += [om.paths(fitted, allow_unconverged=True), om.payback(fitted, allow_unconverged=True)]
    results.append(replace(returns, name="patience", unit="weeks"))
    for result in results:
        drawn = result.plot()
        first = drawn if isinstance(drawn, Axes) else drawn[0]
        first.figure.canvas.draw()


def test_draw_refuses_what_it_does_not_know():
    with pytest.raises(om.OmnimixError, match="no picture of dict"):
        om.plot.draw({})  # type: ignore[arg-type]


def test_figures_without_rows_are_refused_in_words(returns):
    with pytest.raises(om.OmnimixError, match="nothing to draw"):
        replace(returns, draws=returns.draws[:, :0], known={}).plot()


def test_labels_of_seven_long_names_do_not_overlap(returns):
    names = [f"a_rather_long_channel_name_number_{k}" for k in range(7)]
    draws = returns.draws.isel(channel=[0] * 7).assign_coords(channel=names)
    ax = om.plot.roas(replace(returns, draws=draws, known={}))
    figure = ax.figure
    figure.canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert all(upper.y0 >= lower.y1 for upper, lower in itertools.pairwise(boxes))
    assert min(box.x0 for box in boxes) >= 0


def test_a_picture_needs_no_screen_and_importing_the_room_loads_no_pyplot():
    code = "import sys, omnimix.plot; sys.exit('matplotlib.pyplot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_dates_of_the_fit_chart_are_weeks_of_the_data_window(fitted):
    line = next(line for line in om.plot.fit(fitted, outcome="sales").lines if line.get_label() == "observed")
    assert list(pd.DatetimeIndex(line.get_xdata())) == list(fitted.scaling.window_weeks)
