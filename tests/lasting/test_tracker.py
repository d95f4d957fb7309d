"""A survey that follows the stock: what is fitted of it, what is foreseen and what is told are one thing."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

import omnimix as om
from omnimix.cli import main
from omnimix.effects.slow_part import stock_path
from omnimix.effects.survey import survey_table
from omnimix.mechanics.parameters import TRACKER_SLOPE
from omnimix.model.build import build_layout
from omnimix.model.native import machine
from omnimix.page.lasting import short_and_long
from omnimix.posterior.sampled import parameters_of, sampled_numbers
from omnimix.rows.long_run import long_run_rows
from omnimix.words import LANGUAGES, Language
from tests.fits import converged, fit
from tests.funnel_fits import SETTINGS, WEEKS, funnel_frame, plain_funnel

BRAND = om.Stage("brand", drivers=["tv", "mail"], stock=om.Stock(half_life=(10, 60)), tracker="aware", tracker_n="n")


def surveyed_panel() -> om.Panel:
    generator, asked = np.random.default_rng(8), np.arange(WEEKS) % 2 == 0
    share = 0.3 + 0.04 * np.sin(np.arange(WEEKS) / 15) + generator.normal(0, 0.02, WEEKS)
    return om.Panel(funnel_frame().assign(aware=np.where(asked, share, np.nan), n=np.where(asked, 300.0, np.nan)))


@pytest.fixture(scope="module")
def posterior() -> om.Posterior:
    outcomes = [
        om.Outcome("online", value=0.3, parents=["visits", "brand"]),
        om.Outcome("store", value=0.2, parents=["visits", "brand"], drivers=["tv", "mail", "search"]),
    ]
    funnel = plain_funnel(stages=["visits", BRAND], outcomes=outcomes)
    return converged(fit(funnel, surveyed_panel(), **{**SETTINGS, "draws": 30, "tune": 80}))


def test_the_path_of_the_stock_is_that_of_the_density(posterior: om.Posterior) -> None:
    layout = build_layout(posterior.funnel, posterior.panel, posterior.scaling)
    theta, path = sampled_numbers(posterior), stock_path(posterior)
    slope = posterior.numbers(TRACKER_SLOPE, node=posterior.funnel.slow_nodes()[0])
    columns = np.empty(layout.tables.tracker_design.shape)
    mean, scales = np.empty(columns.shape[1]), np.empty(columns.shape[0])
    assert parameters_of(posterior) == layout.parameters
    for draw in (0, 17):
        machine().linear_parts(layout.packed, len(layout.tables.cells), theta[draw], mean, columns, scales)
        np.testing.assert_allclose(slope[draw] * path[draw], mean, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(path[:, posterior.scaling.window :].mean(axis=1), 0.0, atol=1e-12)


def test_what_is_foreseen_of_surveys_holds_most_of_them(posterior: om.Posterior) -> None:
    table = survey_table(posterior, 0.9)
    assert table is not None
    asked = table.dropna(subset="share")
    assert len(asked) == WEEKS // 2
    assert asked["share"].between(asked["lower"], asked["upper"]).mean() > 0.7
    assert (table["lower"] <= table["upper"]).all()
    assert table["lower"].ge(0).all()


def test_a_fit_without_a_tracker_has_none_to_show(posterior: om.Posterior) -> None:
    found = replace(om.long_run(posterior), survey=None)
    assert "tracker" not in found.sentences()
    with pytest.raises(om.OmnimixError, match="no brand tracker"):
        found.survey_table()


def test_the_half_life_is_told_only_where_the_data_narrow_it(posterior: om.Posterior) -> None:
    found = om.long_run(posterior)
    assert (found.half_life is None) == (found.half_life_learned > 0.8)
    silent = replace(found, half_life=None)
    assert "data do not say" in silent.sentences()["half_life"]
    told = replace(found, half_life=(40.0, 20.0, 60.0))
    assert "40" in told.sentences()["half_life"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_alike_in_rows_on_the_page_and_in_pictures(posterior: om.Posterior, language: str) -> None:
    found = om.long_run(posterior)
    rows = long_run_rows(found, language)
    assert rows["sentences"]["tracker"]
    assert len(rows["tracker"]) == len(posterior.scaling.weeks)
    block = short_and_long(found, Language.of(language, "report", posterior.value_unit))
    assert block is not None
    assert [t for t in block.more["rest"] if "Sethuraman" in t]
    assert len(block.charts[0].table.rows) == len(rows["long_run"])
    texts = (found.plot(tracker=tracker, language=language) for tracker in (False, True))
    assert all(axes.get_title(loc="left") or axes.texts or axes.figure.texts for axes in texts)


def test_there_is_no_block_without_a_stock() -> None:
    assert short_and_long(None, Language("en", "report")) is None


def test_the_shell_tells_it_and_writes_the_same_as_json(posterior: om.Posterior, tmp_path, capsys) -> None:
    posterior.save(tmp_path / "posterior.nc")
    where = tmp_path / "long_run.json"
    asked = ["long-run", str(tmp_path / "posterior.nc"), "--allow-unconverged", "--json", str(where)]
    assert main([*asked, "--language", "nl", "--discount", "0.05"]) == 0
    shown = capsys.readouterr().out
    assert "Netto contante waarde" in shown
    assert "merkmeting" in shown
    written = json.loads(where.read_text(encoding="utf-8"))
    assert written["discount"] == 0.05
    assert {r["channel"] for r in written["long_run"]} == {"tv", "mail", "retargeting", "search", "all_media"}


def test_a_plan_says_for_how_long_what_comes_slowly_is_counted(posterior: om.Posterior) -> None:
    outlook = om.Outlook(horizon=104, discount=0.1, draws=20)
    plan = om.optimize_budget(posterior, weeks=4, outlook=outlook, progress=False, allow_unconverged=True)
    (remark,) = [r for r in plan.assumptions.remarks if "brand" in r]
    assert "104 weeks at a yearly rate of 10%" in remark
    assert plan.assumptions.horizon == 104
