"""The best frequency: found where the truth has it, told in both languages, and not told where nobody knows it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import omnimix as om
from omnimix.cli.tables import show_results
from omnimix.frequency.verb import best_draws
from omnimix.rows.fits import effects_rows
from omnimix.rows.json_file import write_json
from omnimix.rows.results import results
from omnimix.truth import Medium, frequency_truth, simulate
from tests.truth.posteriors import one_outcome, reached, true_posterior

TV = om.Channel("tv", reach="tv_reach", frequency="tv_frequency")


def world_of(slope: float, half: float) -> om.truth.World:
    tv = Medium(TV, style="flighted", parameters={"frequency_slope": slope, "half_frequency": half})
    return simulate(seed=2, weeks=80, channels=[tv, "radio"], outcome=om.Outcome("sales", value=0.4))


@pytest.mark.parametrize(("slope", "half"), [(0.8, 3.0), (1.6, 3.0), (2.2, 4.0)])
def test_the_true_parameters_have_the_true_best_frequency(slope: float, half: float) -> None:
    world = world_of(slope, half)
    found = om.best_frequency(true_posterior(world)).table()
    assert found["best_frequency"][0] == pytest.approx(frequency_truth(world.truth)["best_frequency"][0], rel=1e-4)
    assert found["gain"][0] > 0
    assert found["lowest_seen"][0] <= found["advised"][0] <= found["highest_seen"][0]


def test_of_several_nodes_it_is_the_best_of_all_they_are_worth() -> None:
    world = reached()
    posterior = true_posterior(world)
    true = frequency_truth(world.truth).set_index("channel")["best_frequency"]
    for channel in ("tv", "video"):
        found = best_draws(posterior, posterior.funnel.channel(channel))
        np.testing.assert_allclose(found, true[channel], rtol=0.01)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_it_is_said_drawn_and_shown_in_both_languages(language: str) -> None:
    found = om.best_frequency(true_posterior(world_of(2.0, 3.0)))
    said = found.sentences(language)
    assert {"how", "best_tv", "gain_tv"} <= set(said)
    mark = "," if language == "nl" else "."
    assert f"3{mark}0" in said["best_tv"]
    assert not any("{" in sentence for sentence in said.values())
    assert found.plot(language=language).get_xlabel()
    assert "The best frequency" in found._repr_html_()
    assert repr(found).startswith("The best frequency")


def test_beyond_what_was_seen_nothing_is_advised() -> None:
    posterior = true_posterior(world_of(2.0, 90.0))
    found = om.best_frequency(posterior)
    row = found.table().iloc[0]
    assert row["best_frequency"] > row["highest_seen"] == pytest.approx(row["advised"])
    assert "seen_tv" in found.sentences()


def test_nothing_is_promised_where_the_data_did_not_speak() -> None:
    found = om.best_frequency(true_posterior(world_of(2.0, 3.0)))
    unsure = replace(found, rows=[{**found.rows[0], "learned": 0.95, "told": "prior"}])
    assert {"prior_tv", "gain_tv"} & set(unsure.sentences()) == {"prior_tv"}
    assert "*" in unsure.plot().get_yticklabels()[0].get_text()


def test_without_reach_and_frequency_there_is_none() -> None:
    posterior = true_posterior(one_outcome("gamma", "hill"))
    with pytest.raises(om.OmnimixError, match="no channel has reach and frequency"):
        om.best_frequency(posterior)
    found = results(posterior)
    assert found.best_frequency is None
    assert "best_frequency" not in effects_rows(found)


def test_the_shell_tells_it_where_there_is_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    posterior = true_posterior(world_of(2.0, 3.0))
    found = results(posterior)
    write_json(effects_rows(found), tmp_path / "effects.json")
    rows = json.loads((tmp_path / "effects.json").read_text())["best_frequency"]
    assert rows[0]["channel"] == "tv"
    assert rows[0]["best_frequency"] == pytest.approx(3.0, rel=1e-6)
    for language, heading in (("en", "How often to reach people"), ("nl", "Hoe vaak mensen bereiken")):
        show_results(posterior, found, language)
        assert heading in capsys.readouterr().out
