"""The page of a fit of several geos: it is whole, and one block tells which regions differ."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import omnimix as om
from omnimix.effects.geo_differences import geo_differences, own_share
from omnimix.page.compose import page as composed
from omnimix.page.regions import regions
from omnimix.posterior import GeoPosterior
from omnimix.rows.results import Results, results
from omnimix.words import LANGUAGES, Language
from tests.geo_worlds import late_fit

FEW = om.Outlook(draws=30)


@pytest.fixture(scope="module")
def posterior() -> GeoPosterior:
    return late_fit()


@pytest.fixture(scope="module")
def found(posterior: GeoPosterior) -> Results:
    return results(posterior)


def shifted(found: Results, geo: str, factor: float) -> Results:
    """Return figures in which every channel returns so many times as much in one geo."""
    assert found.by_geo is not None
    draws = found.by_geo.draws.copy()
    draws.loc[{"geo": geo}] = factor * found.roas.draws
    return replace(found, by_geo=replace(found.by_geo, draws=draws))


def test_the_page_of_several_geos_has_every_block_in_both_languages(posterior: GeoPosterior, tmp_path: Path) -> None:
    plan = om.optimize_budget(posterior, weeks=4, outlook=FEW, progress=False)
    page = om.report(posterior, tmp_path / "page.html", plan=plan, progress=False)
    for language in LANGUAGES:
        blocks = [b.name for b in composed(page.found, language, "0.1.0").blocks]
        assert {"advice", "how", "did", "earns", "regions", "traffic", "payback", "sure"} <= set(blocks)
    figures = json.loads(json.dumps(page.figures))
    assert {r["geo"] for r in figures["regions"]} == set(posterior.geos)
    by_geo = om.optimize_budget(posterior, weeks=4, by="geo", outlook=FEW, progress=False)
    assert "Radio (geo 1)" in om.report(posterior, plan=by_geo, progress=False).html()


def test_regions_stand_from_the_highest_to_the_lowest_beside_all_of_them(found: Results) -> None:
    assert found.by_geo is not None
    rows = geo_differences(found.roas, found.by_geo)
    for channel, own in rows.groupby("channel"):
        assert own["roas"].is_monotonic_decreasing
        whole = found.roas.table().set_index("channel").loc[channel]
        assert (own["all_geos"] == whole["median"]).all()


def test_only_a_region_that_differs_in_nearly_every_draw_is_named(posterior: GeoPosterior, found: Results) -> None:
    words = Language.of("en", "report", posterior.value_unit)
    same = shifted(shifted(shifted(found, "geo 0", 1.0), "geo 1", 1.0), "geo 2", 1.0)
    told = regions(posterior, same, words)
    assert told is not None
    assert told.said[0].startswith("No region differs clearly")
    assert told.folded
    told = regions(posterior, shifted(same, "geo 2", 3.0), words)
    assert told is not None
    assert "more in geo 2" in told.said[0]
    assert "geo 1" not in told.said[0]
    assert not told.folded


def test_what_regions_lean_on_is_between_nothing_and_all_and_follows_the_draws(posterior: GeoPosterior) -> None:
    share = own_share(posterior)
    assert ((share >= 0) & (share <= 1)).all()
    held = posterior.draws["posterior"].to_dataset()
    far = held["contribution_share"].mean() * (1.0 + 9.0 * (held["geo"] == "geo 1"))
    apart = held.assign(contribution_share=held["contribution_share"] * 0.0 + far)
    draws = posterior.draws.copy()
    draws["posterior"] = apart
    np.testing.assert_allclose(own_share(replace(posterior, draws=draws)), 1.0)
    assert own_share(replace(posterior, pooling="full")).isna().all()


def test_a_region_without_spend_is_said_and_not_shown(posterior: GeoPosterior, found: Results) -> None:
    assert found.by_geo is not None
    spend = found.by_geo.known["spend"].copy()
    spend.loc[{"geo": "geo 0", "channel": "radio"}] = 0.0
    silent = replace(found, by_geo=replace(found.by_geo, known={**found.by_geo.known, "spend": spend}))
    told = regions(posterior, silent, Language.of("nl", "report", posterior.value_unit))
    assert told is not None
    assert any("niets uitgegeven" in text and "radio: geo 0" in text for text in told.said)


def test_a_fit_of_one_series_has_no_block_on_regions(posterior: GeoPosterior, found: Results) -> None:
    words = Language.of("en", "report", posterior.value_unit)
    assert regions(posterior.of("geo 0"), found, words) is None
