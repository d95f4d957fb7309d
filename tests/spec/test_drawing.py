"""The drawing of a funnel: all names, all arrows, well-formed, and nothing in it runs."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

import omnimix as om
from omnimix.colours import channel_colours

SVG = "{http://www.w3.org/2000/svg}"
FUNNELS = {
    "one outcome": om.Funnel(channels=["tv"], outcomes=["sales"]),
    "retailer": om.example().funnel,
    "two stages": om.simulate("two_stages", weeks=104).funnel,
    "chained": om.simulate("chained", weeks=104).funnel,
}


def drawn(funnel: om.Funnel) -> ET.Element:
    return ET.fromstring(funnel.drawing())


def texts(funnel: om.Funnel) -> list[str]:
    return [t.text or "" for t in drawn(funnel).iter(f"{SVG}text")]


@pytest.mark.parametrize("funnel", FUNNELS.values(), ids=FUNNELS)
def test_every_name_stands_in_the_drawing_once(funnel: om.Funnel) -> None:
    names = [*funnel.channel_names, *(n.name for n in funnel.nodes)]
    assert [texts(funnel).count(n) for n in names] == [1] * len(names)


@pytest.mark.parametrize("funnel", FUNNELS.values(), ids=FUNNELS)
def test_there_is_a_line_for_every_arrow(funnel: om.Funnel) -> None:
    arrows = sum(len(funnel.drivers(n)) + len(n.parents) for n in funnel.nodes)
    assert len(list(drawn(funnel).iter(f"{SVG}path"))) == arrows


@pytest.mark.parametrize("funnel", FUNNELS.values(), ids=FUNNELS)
def test_all_of_it_lies_on_the_paper(funnel: om.Funnel) -> None:
    root = drawn(funnel)
    width, height = (float(root.attrib[k]) for k in ("width", "height"))
    for bar in root.iter(f"{SVG}rect"):
        assert 0 <= float(bar.attrib["x"]) <= width
        assert 0 <= float(bar.attrib["y"]) <= height - float(bar.attrib["height"]) + 1e-6


def test_a_channel_has_its_colour_of_every_chart() -> None:
    funnel = FUNNELS["retailer"]
    fills = {bar.attrib["fill"] for bar in drawn(funnel).iter(f"{SVG}rect")}
    assert set(channel_colours(funnel.channel_names).values()) <= fills


def test_what_answers_and_what_has_an_audience_says_so() -> None:
    funnel = om.Funnel(
        channels=["tv", om.Channel("search", responds_to="visits"), om.Channel("retargeting", fuelled_by="visits")],
        stages=["visits"],
        outcomes=[om.Outcome("sales", parents=["visits"])],
    )
    assert {"spend answers to visits", "audience: visits"} <= set(texts(funnel))


def test_names_are_texts_and_long_ones_are_cut() -> None:
    nasty = "<script>'&\""
    found = texts(om.Funnel(channels=[nasty, "x" * 60], outcomes=["sales"]))
    assert nasty in found
    assert "x" * 25 + "..." in found


def test_a_funnel_prints_as_one_line() -> None:
    assert repr(FUNNELS["one outcome"]) == "Funnel(tv -> sales)"
    assert len(repr(FUNNELS["retailer"]).splitlines()) == 1
