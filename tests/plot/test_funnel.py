import itertools
from dataclasses import replace

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.colors import same_color
from matplotlib.patches import FancyArrowPatch, PathPatch

import omnimix as om
from omnimix.flows import Amount, Arrow, Flows, Spot, flows, structure
from omnimix.plot import channel_colours, funnels
from omnimix.posterior import Posterior
from omnimix.words import amount
from tests.plot.conftest import whole_funnel

BIG = om.Funnel(
    channels=[
        *(om.Channel(n, team="brand") for n in ("tv", "radio", "outdoor")),
        om.Channel("search_non_brand_generic_in_all_regions", team="ecommerce", responds_to="brand_searches"),
        *(om.Channel(n, team="ecommerce") for n in ("online_video", "social", "display")),
    ],
    stages=[
        om.Stage("brand_searches", drivers=["tv", "radio", "outdoor", "online_video", "social"]),
        om.Stage("visits", parents=["brand_searches"]),
    ],
    outcomes=[
        om.Outcome("online_sales", value=0.3, parents=["visits"]),
        om.Outcome("store_sales", value=0.2, parents=["visits"], signed=["visits"]),
    ],
)


@pytest.fixture(scope="module")
def flowing(funnelled: Posterior) -> Flows:
    return flows(funnelled, interval=0.9, allow_unconverged=True)


@pytest.fixture
def big_flows(monkeypatch: pytest.MonkeyPatch) -> Flows:
    """The flows of a made-up fit of seven channels, two stages and two outcomes, one link taking money away."""
    bare = structure(BIG)
    generator = np.random.default_rng(3)
    arrows = tuple(replace(a, mean=float(generator.gamma(1.0, 3e5))) for a in bare.arrows)
    arrows = tuple(replace(a, mean=-a.mean) if a.target == "store_sales" and a.channel is None else a for a in arrows)
    spots = tuple(replace(s, amount=Amount(12_345_678.0, 9_876_543.0, 23_456_789.0)) for s in bare.spots)
    spots = tuple(replace(s, spend=9_876_543.0) if s.column == 0 else s for s in spots)
    made = Flows(spots, arrows, Amount(12_345_678.0, 9_876_543.0, 23_456_789.0), together=-1e6)
    monkeypatch.setattr(funnels, "flows", lambda *_, **__: made)
    return made


def words(ax: Axes) -> str:
    return " ".join(text.get_text() for text in [*ax.texts, ax._left_title])


def sums(found: Flows, name: str) -> tuple[float, float]:
    """Return what flows into and out of a spot."""
    into = sum(a.mean for a in found.arrows if a.target == name and a.kind == "flow")
    return into, sum(a.mean for a in found.arrows if a.source == name)


def test_what_flows_into_a_stage_flows_out_of_it(flowing: Flows):
    into, out = sums(flowing, "visits")
    assert into == pytest.approx(out)
    spot = next(s for s in flowing.spots if s.name == "visits")
    assert spot.amount is not None
    assert spot.amount.mean == pytest.approx(into)


def test_arrows_and_what_none_of_them_shows_are_all_that_channels_bring(funnelled: Posterior, flowing: Flows):
    brought = sum(s.amount.mean for s in flowing.spots if s.column == 0 and s.amount)
    left = sum(sums(flowing, c)[1] for c in funnelled.funnel.channel_names)
    assert left + flowing.together == pytest.approx(brought)
    table = om.roas(funnelled, basis="gross", allow_unconverged=True).table().set_index("channel")
    assert flowing.total is not None
    assert flowing.total.mean == pytest.approx(table.loc["all_media", "mean"] * table.loc["all_media", "spend"])


def test_the_money_of_outcomes_adds_up_to_that_of_all_media(flowing: Flows):
    outcomes = [s.amount.mean for s in flowing.spots if s.name in ("online", "stores") and s.amount]
    assert flowing.total is not None
    assert sum(outcomes) == pytest.approx(flowing.total.mean)


def test_demand_flows_back_to_channels_that_answer_to_it_or_live_on_it(flowing: Flows):
    back = {(a.source, a.target, a.kind) for a in flowing.arrows if a.kind != "flow"}
    assert back == {("visits", "search", "answers"), ("visits", "retargeting", "fuels")}
    assert all(a.mean > 0 for a in flowing.arrows if a.kind == "answers")


def test_every_spot_is_named_with_its_money_and_interval(funnelled: Posterior, flowing: Flows):
    shown = words(om.plot.funnel(funnelled, allow_unconverged=True))
    for spot in flowing.spots:
        assert spot.amount is not None
        assert spot.name in shown
        assert f"GBP {amount(spot.amount.mean)}" in shown
        assert f"between {amount(spot.amount.lower)} and {amount(spot.amount.upper)}" in shown
    for part in ("90% interval", "mean money (GBP)", "Dashed", "brand", "ecommerce", "of it through visits"):
        assert part in shown


def test_a_channel_keeps_its_colour_in_the_funnel(funnelled: Posterior):
    ax = om.plot.funnel(funnelled, allow_unconverged=True)
    colour = channel_colours(funnelled.funnel.channel_names)["tv"]
    ribbons = [p for p in ax.patches if isinstance(p, PathPatch)]
    assert sum(same_color(p.get_facecolor()[:3], colour) for p in ribbons) == 3  # to visits, online and stores
    dashed = [p for p in ax.patches if isinstance(p, FancyArrowPatch)]
    assert len(dashed) == 2


def test_a_fit_that_is_not_usable_is_not_drawn_as_money(funnelled: Posterior):
    diagnostics = replace(funnelled.run.diagnostics, rhat_max=2.0)
    doubtful = replace(funnelled, run=replace(funnelled.run, diagnostics=diagnostics))
    with pytest.raises(om.FitError, match="not usable"):
        om.plot.funnel(doubtful)


def test_a_funnel_without_a_fit_is_drawn_as_its_structure():
    ax = om.plot.funnel(whole_funnel())
    assert len([p for p in ax.patches if isinstance(p, PathPatch)]) == 3 + 3 + 3 - 1 + 2  # visits fuels retargeting
    assert "spend answers to visits" in words(ax)
    assert "audience: visits" in words(ax)
    assert "interval" not in words(ax)


def test_a_funnel_needs_no_stages_and_no_teams():
    ax = om.plot.funnel(om.Funnel(channels=["tv", "search"], outcomes=["sales"]))
    assert [t.get_text() for t in ax.texts if t.get_text() in ("tv", "search", "sales", "other")] == [
        "tv",
        "search",
        "sales",
    ]


@pytest.mark.parametrize("fit", [True, False])
def test_labels_of_seven_channels_two_stages_and_two_outcomes_do_not_overlap(funnelled, big_flows, fit):
    ax = om.plot.funnel(replace(funnelled, funnel=BIG) if fit else BIG)
    figure = ax.figure
    figure.canvas.draw()
    boxes = [(t.get_text(), t.get_window_extent()) for t in ax.texts if t.get_text()]
    assert len(boxes) > 11
    edge = figure.get_size_inches() * figure.dpi
    for _, box in boxes:
        assert box.x0 >= 0
        assert box.x1 <= edge[0]
        assert box.y0 >= 0
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 + 1 or b.y1 <= a.y0 + 1
        assert apart, f"{one!r} lies on {other!r}"


def test_what_takes_money_away_is_hatched_and_what_no_arrow_shows_is_told(funnelled, big_flows):
    ax = om.plot.funnel(replace(funnelled, funnel=BIG))
    assert [p.get_hatch() for p in ax.patches if isinstance(p, PathPatch)].count("////") == 1
    assert "Hatched: takes money away." in words(ax)
    assert "bring only together" in words(ax)


def test_a_funnel_fits_on_axes_of_the_callers_own(funnelled: Posterior):
    ax = plt.subplots(figsize=(5, 3))[1]
    assert om.plot.funnel(funnelled, allow_unconverged=True, ax=ax) is ax
    assert max(t.get_fontsize() for t in ax.texts if t.get_fontweight() == "bold") < funnels.NAME


def test_an_outcome_that_drives_another_stands_before_it():
    funnel = om.Funnel(
        channels=["tv"],
        stages=["visits"],
        outcomes=[om.Outcome("online", parents=["visits"]), om.Outcome("stores", parents=["online"])],
    )
    columns = {s.name: s.column for s in structure(funnel).spots}
    assert columns == {"tv": 0, "visits": 1, "online": 2, "stores": 3}


def test_arrows_of_one_kind_between_two_spots_are_one():
    found = structure(whole_funnel()).arrows
    assert len({(a.source, a.target, a.kind) for a in found}) == len(found)
    assert Arrow("visits", "online", 1.0) in found
    assert all(isinstance(s, Spot) and s.amount is None for s in structure(whole_funnel()).spots)
