from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import same_color
from matplotlib.patches import Rectangle
from matplotlib.text import Text

import omnimix as om
from omnimix.chains import ChainVerdict
from omnimix.plot import channel_colours
from omnimix.plot.canvas import spread
from omnimix.plot.triples import triple_of
from omnimix.words import amount, percent, ratio
from tests.plot.made_chains import made_comparison, made_verdict

LINKS = ("tv", "social", "retargeting", "search")
LONG = [f"a_rather_long_link_name_number_{k}_nl" for k in range(12)]
PICTURES = (om.plot.chain_waterfall, om.plot.chain_links, om.plot.chain_contradictions)


@pytest.fixture(scope="module")
def feeder() -> ChainVerdict:
    """A chain in which tv sells little by itself and feeds the other links."""
    return made_verdict(
        {"tv": 40e3, "social": 90e3, "retargeting": 30e3, "search": 220e3},
        {"tv": 150e3, "social": 80e3, "retargeting": 20e3, "search": 120e3},
        pairs={("tv", "search"): 260e3, ("tv", "social"): 60e3, ("social", "retargeting"): 50e3},
    )


@pytest.fixture(scope="module")
def rivals() -> ChainVerdict:
    """A chain of which one link takes value away and others do each other's work."""
    return made_verdict(
        {"tv": -60e3, "social": 90e3, "search": 220e3, "comparison": 150e3},
        {"tv": 100e3, "social": 80e3, "search": 120e3, "comparison": 60e3},
        pairs={("search", "comparison"): -120e3, ("tv", "social"): -50e3},
    )


@pytest.fixture(scope="module")
def twelve() -> ChainVerdict:
    return made_verdict(
        {n: 20e3 * (k + 1) for k, n in enumerate(LONG)},
        {n: 60e3 + 8e3 * k for k, n in enumerate(LONG)},
        pairs={(LONG[k], LONG[k + 3]): 30e3 for k in range(9)},
        hurdle=1.5,
        noise=0.5,
    )


@pytest.fixture(scope="module")
def silent() -> ChainVerdict:
    """A chain with a link on two channels and a link that spent nothing."""
    return made_verdict(
        {"video": 150e3, "social": 0.0, "search": 90e3},
        {"video": 100e3, "social": 0.0, "search": 110e3},
        links=[om.Link("video", channels=["tv", "online_video"]), "social", "search"],
    )


@pytest.fixture(scope="module")
def lonely() -> ChainVerdict:
    return made_verdict({"tv": 240e3}, {"tv": 200e3})


@pytest.fixture(scope="module")
def vast() -> ChainVerdict:
    """A chain with a link that spent next to nothing, of which next to nothing is known."""
    return made_verdict({"tv": 150e3, "social": 5e3}, {"tv": 100e3, "social": 1.5e3}, noise=1.0)


def words(ax: Axes) -> str:
    """Return all that a picture says, in one line."""
    return " ".join(" ".join(text.get_text() for text in [*ax.texts, ax._left_title]).split())


def bars(ax: Axes, row: float, *, hatched: bool | None = None) -> list[Rectangle]:
    """Return the bars whose middle lies on a row, from top to bottom."""
    found = [p for p in ax.patches if isinstance(p, Rectangle) and abs(p.get_y() + p.get_height() / 2 - row) < 0.45]
    found = [p for p in found if hatched is None or bool(p.get_hatch()) == hatched]
    return sorted(found, key=lambda p: -p.get_y())


def dots(ax: Axes, marker: str = "o") -> list[tuple[float, float]]:
    return [
        (float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in ax.lines if line.get_marker() == marker
    ]


# The waterfall.


def test_steps_of_links_add_up_to_the_value_of_the_chain(feeder: ChainVerdict):
    ax = om.plot.chain_waterfall(feeder)
    value = float(feeder.totals.draws.sel(measure="value").mean())
    steps = [bars(ax, -k)[1:] for k in range(1, 5)]
    assert sum(bar.get_width() for step in steps for bar in step) == pytest.approx(value)
    assert sum(bar.get_width() for bar in bars(ax, -5)) == pytest.approx(value)


def test_a_step_has_what_the_link_got_what_it_brings_alone_and_with_others(feeder: ChainVerdict):
    ax = om.plot.chain_waterfall(feeder)
    end = 0.0
    for k, name in enumerate(LINKS, start=1):
        money, alone, others = bars(ax, -k)
        share = float(feeder.draws("shapley_value", name).mean())
        assert money.get_width() == pytest.approx(feeder.spend[name])
        assert alone.get_width() == pytest.approx(float(feeder.draws("value_standalone", name).mean()))
        assert alone.get_width() + others.get_width() == pytest.approx(share)
        assert money.get_x() == pytest.approx(end)
        assert f"{amount(feeder.spend[name])} in, {amount(share)} (" in words(ax)
        end += share


def test_profit_lies_between_the_money_put_in_and_the_value_that_came_out(feeder: ChainVerdict):
    for verdict in (feeder, replace(feeder, chain=replace(feeder.chain, hurdle=0.5))):
        ax = om.plot.chain_waterfall(verdict)
        target = verdict.chain.hurdle * float(verdict.totals.draws.sel(measure="cost").mean())
        (profit,) = bars(ax, -6)
        assert profit.get_x() == pytest.approx(target)
        assert profit.get_x() + profit.get_width() == pytest.approx(
            float(verdict.totals.draws.sel(measure="value").mean())
        )
        assert any(list(line.get_xdata()) == [target, target] for line in ax.lines)


def test_the_waterfall_tells_money_in_value_out_and_profit_with_its_interval(feeder: ChainVerdict):
    told = words(om.plot.chain_waterfall(feeder))
    totals = feeder.totals.table().set_index("measure")
    profit = spread(*totals.loc["profit", ["mean", "lower", "upper"]])
    assert f"EUR {amount(totals.loc['cost', 'mean'])} in, {amount(totals.loc['value', 'mean'])} out" in told
    assert f"profit {profit}" in told
    assert "90% interval" in told


def test_links_that_earn_their_money_only_through_others_are_named(feeder: ChainVerdict, rivals: ChainVerdict):
    assert "By itself tv would not earn the money it gets; with the others it does." in words(
        om.plot.chain_waterfall(feeder)
    )
    assert "would not earn the money" not in words(om.plot.chain_waterfall(rivals))


def test_what_takes_value_away_points_left_and_is_inside_the_axes(rivals: ChainVerdict):
    ax = om.plot.chain_waterfall(rivals)
    assert all(bar.get_width() < 0 for k in range(1, 5) for bar in bars(ax, -k, hatched=True))
    low, high = ax.get_xlim()
    ends = [x for bar in bars(ax, -1) + bars(ax, -2) for x in (bar.get_x(), bar.get_x() + bar.get_width())]
    assert low < min(ends) < 0 < max(ends) < high
    assert "loss" in [label.get_text() for label in ax.get_yticklabels()]


def test_a_hurdle_other_than_break_even_is_named_in_the_waterfall(twelve: ChainVerdict):
    ax = om.plot.chain_waterfall(twelve)
    assert "hurdle: 1.50 times the money in" in words(ax)
    assert ax.get_yticklabels()[-1].get_text().replace("\n", " ") == "short of the hurdle of 1.50"


# Returns of links.


def test_every_link_has_its_own_roas_and_its_roas_in_the_chain(feeder: ChainVerdict):
    ax = om.plot.chain_links(feeder)
    told, figures = words(ax), feeder.links.table().set_index(["measure", "link"])
    whole = feeder.returns.table().set_index("basis").loc["net"]
    parts = ["median", "lower", "upper"]
    expected = []
    for name in LINKS:
        for measure in ("roas_direct", "roas"):
            row = figures.loc[(measure, name), parts]
            assert spread(*row, ratio) in told
            expected.append(row["median"])
    assert [x for x, _ in dots(ax)] == pytest.approx(expected)
    assert dots(ax, "D") == [(pytest.approx(whole["median"]), -4.0)]
    assert f"Spring returns {spread(*whole[parts], ratio)} for every 1 spent: {feeder.verdict}" in told


def test_every_verdict_stands_with_its_probability(feeder: ChainVerdict):
    told = [text.get_text() for text in om.plot.chain_links(feeder).texts]
    for judgement in [*feeder.judgements.values(), feeder.judgement]:
        assert judgement.verdict in told
        assert any(percent(judgement.probability) in text for text in told)


def test_a_test_says_which_verdict_is_likeliest(lonely: ChainVerdict):
    judgement = lonely.judgements["tv"]
    likeliest = max(judgement.probabilities, key=lambda state: judgement.probabilities[state])
    assert judgement.verdict == "test"
    assert f"{likeliest}? {percent(judgement.probability)}" in words(om.plot.chain_links(lonely))


def test_the_hurdle_is_a_line(twelve: ChainVerdict):
    ax = om.plot.chain_links(twelve)
    assert any(list(line.get_xdata()) == [1.5, 1.5] for line in ax.lines)
    assert "hurdle 1.5" in words(ax)


def test_links_stand_from_first_to_last_however_they_are_listed(feeder: ChainVerdict):
    turned = replace(feeder, spend=dict(reversed(feeder.spend.items())))
    for picture in (om.plot.chain_links, om.plot.chain_waterfall):
        names = [label.get_text() for label in picture(turned).get_yticklabels()]
        assert [n for n in names if n in LINKS] == list(LINKS)


def test_a_vast_interval_ends_in_an_arrow_and_its_figures_stay(vast: ChainVerdict):
    ax = om.plot.chain_links(vast)
    figure = triple_of(vast.draws("roas", "social"), 0.9, "roas")
    assert ax.get_xlim()[1] < figure.upper
    assert spread(*figure, ratio) in words(ax)
    assert "an arrow: the interval goes on" in words(ax)


# Contradictions.


def test_links_lie_where_their_two_returns_meet(feeder: ChainVerdict):
    ax = om.plot.chain_contradictions(feeder)
    for (x, y), name in zip(dots(ax), LINKS, strict=True):
        assert (x, y) == (
            pytest.approx(float(np.median(feeder.draws("roas_direct", name)))),
            pytest.approx(float(np.median(feeder.draws("roas", name)))),
        )
        assert f"{name}\nrule wrong: {percent(feeder.link_rule.wrong[name])}" in [t.get_text() for t in ax.texts]


def test_the_four_corners_are_named_and_the_money_the_rule_loses_is_told(feeder: ChainVerdict):
    ax = om.plot.chain_contradictions(feeder)
    told = words(ax)
    for corner in (
        "both agree: runs",
        "rule stops what the chain needs",
        "rule keeps what the chain does not need",
        "weak and not needed",
    ):
        assert corner in told
    assert "would stop tv, which the best set of links runs" in told
    assert f"expected to lose EUR {spread(*triple_of(feeder.link_rule.regret, 0.9, 'regret'))}" in told


def test_dots_are_filled_where_the_rule_and_the_best_set_disagree(feeder: ChainVerdict):
    ax = om.plot.chain_contradictions(feeder)
    markers = [line for line in ax.lines if line.get_marker() == "o"]
    filled = [n for n, line in zip(LINKS, markers, strict=True) if not same_color(line.get_color(), "white")]
    assert filled == [n for n in LINKS if feeder.link_rule.contradicts(n)] == ["tv"]


def test_no_loss_is_told_where_the_rule_runs_the_best_set(lonely: ChainVerdict):
    told = words(om.plot.chain_contradictions(lonely))
    assert "would run the best set of links too" in told
    assert "expected to lose" not in told


def test_at_a_hurdle_of_zero_nothing_is_called_weak(lonely: ChainVerdict):
    free = replace(lonely, chain=replace(lonely.chain, hurdle=0.0))
    assert "weak and not needed" not in words(om.plot.chain_contradictions(free))


# Comparisons.


def test_gains_over_the_first_chain_stand_with_their_probability():
    found = made_comparison({"spring with 1.5 times tv": 40e3, "spring without social": -30e3}, {})
    ax = found.plot()
    table = found.table().iloc[1:]
    assert [x for x, _ in dots(ax)] == pytest.approx(list(table["gain"]))
    assert [label.get_text() for label in ax.get_yticklabels()] == ["with 1.5 times tv", "without social"]
    for row in table.itertuples():
        assert spread(row.gain, row.gain_lower, row.gain_upper) in words(ax)
        assert f"better: {percent(row.probability_better)}" in words(ax)
    assert "Spring with 1.5 times tv would earn" in words(ax)


def test_what_was_never_seen_is_called_extrapolated():
    found = made_comparison({"spring with 3 times tv": 40e3, "summer": 10e3}, {"spring with 3 times tv": ("tv",)})
    told = words(om.plot.chain_comparison(found))
    assert told.count("extrapolated: tv") == 1
    assert "were it to go as extrapolated" in told
    assert "in a week than was ever seen" in told
    plain = made_comparison({"summer": 10e3}, {})
    assert "extrapolated" not in words(om.plot.chain_comparison(plain))
    first = made_comparison({"summer": 10e3}, {"spring": ("tv", "radio", "outdoor")})
    assert "So does spring itself, on tv, radio and 1 more." in words(om.plot.chain_comparison(first))


def test_where_nothing_gains_the_title_says_so():
    found = made_comparison({"spring without social": -30e3}, {})
    assert "None of these is expected to earn more than spring" in words(om.plot.chain_comparison(found))


# All pictures.


def test_a_link_on_one_channel_has_the_colour_of_that_channel(silent: ChainVerdict):
    funnel = ("radio", "search", "tv", "online_video", "social")
    ax = om.plot.chain_links(replace(silent, channels=funnel))
    solid = {round(float(line.get_ydata()[0])): line.get_color() for line in ax.lines if line.get_linewidth() == 3.4}
    assert same_color(solid[-2], channel_colours(funnel)["search"])
    assert solid[0] not in channel_colours(funnel).values()


def test_a_link_that_spent_nothing_has_a_row_and_no_figures(silent: ChainVerdict):
    links, waterfall, field = (picture(silent) for picture in PICTURES[1::-1] + PICTURES[2:])
    assert "spent nothing" in words(links)
    assert "spent nothing" in words(waterfall)
    assert len(dots(links)) == 4
    assert len(dots(field)) == 2
    assert "Not shown, for it spent nothing: social." in words(field)
    assert "keep social" not in words(field)


def test_a_chain_that_spent_nothing_is_refused_in_words():
    nothing = made_verdict({"tv": 0.0}, {"tv": 0.0})
    for picture in PICTURES:
        with pytest.raises(om.OmnimixError, match="no link of chain 'spring' spent anything"):
            picture(nothing)


@pytest.mark.parametrize("name", ["feeder", "rivals", "twelve", "silent", "lonely", "vast"])
@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.__name__)
def test_nothing_lies_outside_the_figure_and_no_texts_overlap(picture, name: str, request: pytest.FixtureRequest):
    _require_tidy(picture(request.getfixturevalue(name)))


def test_comparisons_with_long_names_are_tidy():
    long = "spring with " + ", ".join(f"12% {n}" for n in ("tv", "online_video", "radio", "outdoor", "search"))
    names = {long: 5e3, "spring with retargeting 2 weeks later": -40e3, "a_chain_of_a_quite_different_name": 90e3}
    _require_tidy(om.plot.chain_comparison(made_comparison(names, dict.fromkeys(names, ("tv", "radio", "outdoor")))))


def _require_tidy(ax: Axes) -> None:
    figure = ax.figure
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    labels = [*_seen(ax.yaxis, ax.get_ylim()), *_seen(ax.xaxis, ax.get_xlim())]
    legend = ax.get_legend()
    boxes = {id(t): t.get_window_extent() for t in [*ax.texts, ax._left_title, *labels] if t.get_text()}
    if legend is not None:
        boxes[id(legend)] = legend.get_window_extent()
    for box in boxes.values():
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= width + 1
        assert box.y1 <= height + 1
    beside = [t.get_window_extent() for t in ax.texts if t.get_window_extent().x0 > ax.bbox.x1]
    named = [label.get_window_extent() for label in _seen(ax.yaxis, ax.get_ylim())]
    for one, other in [*itertools.combinations(beside, 2), *itertools.combinations(named, 2)]:
        assert not one.overlaps(other)


def _seen(axis: Axis, ends: tuple[float, float]) -> list[Text]:
    return [tick.label1 for tick in axis.get_major_ticks() if ends[0] <= tick.get_loc() <= ends[1]]


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.__name__)
def test_a_picture_of_a_chain_is_drawn_on_the_axes_given(picture, feeder: ChainVerdict):
    ax = plt.subplots()[1]
    assert picture(feeder, ax=ax) is ax


def test_verdicts_and_comparisons_draw_themselves(feeder: ChainVerdict):
    ax = plt.subplots()[1]
    assert feeder.plot(ax=ax) is ax
    assert ax.get_xlabel() == "value for one unit of money spent"
    other = plt.subplots()[1]
    assert made_comparison({"summer": 10e3}, {}).plot(ax=other) is other
    assert other.get_xlabel().startswith("gain over spring")


def test_a_verdict_of_a_fitted_chain_is_drawn(funnelled: om.Posterior):
    chain = om.Chain("autumn", links=["tv", "search", "retargeting"], start="2023-08-07", end="2023-10-30")
    verdict = om.evaluate_chain(funnelled, chain, allow_unconverged=True)
    for picture in PICTURES:
        _require_tidy(picture(verdict))
    variants = [chain, chain.without("tv"), chain.with_spend("search", 4.0)]
    _require_tidy(om.compare_chains(funnelled, variants, allow_unconverged=True).plot())
