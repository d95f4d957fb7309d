"""Checks of a fit of several geos: a world in which each speaks, and one in which it is silent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import omnimix as om
from omnimix.checks.geos import geo_check
from omnimix.posterior import GeoPosterior
from omnimix.words import LANGUAGES, texts
from tests.geo_worlds import geo_frame, geo_panel, late_fit


@pytest.fixture(scope="module")
def posterior() -> GeoPosterior:
    return late_fit()


def changed(posterior: GeoPosterior, **variables: Any) -> GeoPosterior:
    held, draws = posterior.draws["posterior"].to_dataset(), posterior.draws.copy()
    draws["posterior"] = held.assign({name: change(held[name], held["geo"]) for name, change in variables.items()})
    return replace(posterior, draws=draws)


def found(posterior: GeoPosterior, name: str) -> list[om.Finding]:
    return [f for f in geo_check(posterior) if f.name == name]


def alike(posterior: GeoPosterior) -> GeoPosterior:
    return changed(posterior, contribution_share=lambda x, _: 0.0 * x + x.mean("geo"))


def test_a_geo_that_stands_out_is_named_with_its_channel(posterior: GeoPosterior) -> None:
    assert not found(alike(posterior), "geo_stands_out")
    far = changed(alike(posterior), contribution_share=lambda x, geo: x * (1.0 + 4.0 * (geo == "geo 2")))
    seen = found(far, "geo_stands_out")
    assert {f.where for f in seen} >= {"geo 2, radio", "geo 2, tv"}
    assert all(f.figure == pytest.approx(5.0) for f in seen)


def test_a_geo_that_is_far_noisier_than_the_others_is_named(posterior: GeoPosterior) -> None:
    calm = changed(posterior, noise=lambda x, _: 0.0 * x + x.mean("geo"))
    assert not found(calm, "geo_noisy")
    loud = changed(calm, noise=lambda x, geo: x * (1.0 + 9.0 * (geo == "geo 1")))
    assert {f.where for f in found(loud, "geo_noisy")} == {"geo 1, visits", "geo 1, sales"}


def test_a_channel_that_never_ran_in_a_geo_is_a_note(posterior: GeoPosterior) -> None:
    assert not found(posterior, "geo_without_channel")
    frame = geo_frame()
    frame.loc[frame["region"] == "geo 1", "radio"] = 0.0
    silent = replace(posterior, panel=geo_panel(frame))
    (one,) = found(silent, "geo_without_channel")
    assert one.severity == "notes"
    assert "radio never ran in geo 1" in one.message


def test_the_health_of_several_geos_has_words_in_every_language(posterior: GeoPosterior) -> None:
    assert om.check(posterior).table() is not None
    for language in LANGUAGES:
        assert {"geo_stands_out", "geo_noisy", "geo_without_channel"} <= set(texts("findings", language))
