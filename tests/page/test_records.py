"""Finished records on the page: each has one block, tells its own figures, and is of this fit."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import omnimix as om
from omnimix.chains import ChainVerdict
from omnimix.page import tests as page_tests
from omnimix.page.compose import page as composed
from omnimix.page.given import Given
from omnimix.page.monday import monday
from omnimix.page.moved import moved
from omnimix.page.parts import Block, Page
from omnimix.words import LANGUAGES, Language, texts
from tests.page.test_figures import DATA
from tests.page.test_page import read

BLOCKS = {"moved", "witnesses", "goals", "promises", "customers", "tested", "next-test", "readiness"}


@pytest.fixture(scope="module", params=LANGUAGES)
def told(request: pytest.FixtureRequest, whole: om.Report) -> tuple[str, Page]:
    """The page in a language, as blocks."""
    return request.param, composed(whole.found, request.param, "0.1.0")


@pytest.fixture(scope="module", params=LANGUAGES)
def data(request: pytest.FixtureRequest, whole_written: dict[str, Path]) -> tuple[str, dict[str, Any]]:
    """The data block in a language, as a reader of the file finds it."""
    found = DATA.search(whole_written[request.param].read_text(encoding="utf-8"))
    assert found is not None
    return request.param, json.loads(found.group(1))


def named(told: Page, name: str) -> Block:
    return next(block for block in told.blocks if block.name == name)


def cells(block: Block) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the table of a block, or of that behind its picture."""
    table = block.more["table"] or block.charts[0].table
    assert table is not None
    return tuple(table.rows)


def test_every_record_has_a_block_of_its_own_and_without_records_there_are_none(
    whole: om.Report, page: om.Report
) -> None:
    assert all(getattr(whole.found.given, f.name) is not None for f in fields(Given))
    assert {b.name for b in composed(whole.found, "en", "0.1.0").blocks} >= BLOCKS
    assert not {b.name for b in composed(page.found, "en", "0.1.0").blocks} & BLOCKS


def test_blocks_have_one_form(told: tuple[str, Page]) -> None:
    for name in BLOCKS:
        block = named(told[1], name)
        shown = [block.more["table"], block.more["tracks"], *block.charts]
        assert sum(part is not None for part in shown) == 1, name
        assert block.kind == "record"
        finding = block.folded or block.more["finding"] or block.charts[0].title
        assert len(finding) > 20, name
        assert block.more["means"], name
        assert block.more["sure"], name
        assert all("{" not in text and "nan" not in text.split() for text in (finding, *block.more["means"]))


def test_both_languages_have_the_same_blocks_in_the_same_order(whole_written: dict[str, Path]) -> None:
    english, dutch = (read(whole_written[language]) for language in LANGUAGES)
    assert english.ids == dutch.ids
    assert set(english.ids) >= BLOCKS
    assert set(texts("page_blocks", "en")) == set(texts("page_blocks", "nl"))
    for key, text in texts("page_blocks", "en").items():
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", texts("page_blocks", "nl")[key])), key


def test_the_data_block_holds_the_rows_of_every_record(data: tuple[str, dict[str, Any]], whole: om.Report) -> None:
    language, held = data
    assert set(whole.found.given.rows(language)) == {f.name for f in fields(Given)} <= set(held)
    given = whole.found.given
    assert given.tests is not None
    assert given.promises is not None
    assert given.goals is not None
    assert given.customers is not None
    assert given.clv is not None
    assert given.witnesses is not None
    assert given.readiness is not None
    assert given.tree is not None
    assert [row["net_value"] for row in held["tests"]["tests"]] == pytest.approx(given.tests.rows["net_value"].tolist())
    assert [row["part"] for row in held["promises"]["bridge"]] == given.promises.table()["part"].tolist()
    assert [row["probability"] for row in held["goals"]["goals"]] == given.goals.table()["probability"].tolist()
    assert [row["customers"] for row in held["customers"]["kinds"]] == given.customers.kinds["customers"].tolist()
    assert held["clv"]["figures"][0]["mean"] == pytest.approx(float(given.clv))
    model = given.witnesses.table()["model_roas"].tolist()
    assert [row["model_roas"] for row in held["witnesses"]["channels"]] == pytest.approx(model)
    scores = given.readiness.table(language)["evidence_score"].tolist()
    assert [row["evidence_score"] for row in held["readiness"]["parts"]] == scores
    assert [row["mean"] for row in held["tree"]["tree"]] == pytest.approx(given.tree.table()["mean"].tolist())
    assert held["promises"]["sentences"] == given.promises.sentences(language)


def test_tables_show_the_figures_of_the_records(told: tuple[str, Page], whole: om.Report) -> None:
    language, found = told
    given, words = whole.found.given, Language(language, "report", "EUR")
    assert given.witnesses is not None
    assert given.promises is not None
    assert given.goals is not None
    assert given.customers is not None
    claims = given.witnesses.table()["platform_roas"]
    assert [row[1] for row in cells(named(found, "witnesses"))] == [words.ratio(v) for v in claims]
    parts = given.promises.table()["part"]
    assert [row[4] for row in cells(named(found, "promises"))] == [words.change_of_value(v) for v in parts]
    odds = given.goals.table()["probability"]
    assert [row[-1] for row in cells(named(found, "goals"))] == [words.percent(v) for v in odds]
    kinds = given.customers.kinds["share"]
    assert [row[2] for row in cells(named(found, "customers"))] == [words.percent(v) for v in kinds]


def test_the_next_test_is_told_by_channel_with_its_best(told: tuple[str, Page], whole: om.Report) -> None:
    language, found = told
    tests, words = whole.found.given.tests, Language(language, "report", "EUR")
    assert tests is not None
    rows = cells(named(found, "next-test"))
    assert len(rows) == tests.rows["channel"].nunique()
    assert rows[0][0] == words.title(tests.best.channel)
    assert rows[0][5] == words.change_of_value(tests.best.net_value) or tests.best.net_value == 0


def test_a_bridge_ends_where_its_parts_add_up_to(told: tuple[str, Page], whole: om.Report) -> None:
    for name in ("promises", "moved"):
        bars = named(told[1], name).charts[0].spec["data"]["values"]
        *parts, whole_bar = bars
        np.testing.assert_allclose(sum(b["to"] - b["from"] for b in parts), whole_bar["to"], rtol=1e-6)
        assert all(a["to"] == b["from"] for a, b in itertools.pairwise(parts))
        assert len({b["label"] for b in bars}) == len(bars)
    tree = whole.found.given.tree
    assert tree is not None
    assert moved(None, Language("en", "report", "EUR")) is None


def test_a_test_that_was_taken_in_stands_with_what_was_expected_and_what_it_found(
    told: tuple[str, Page], whole: om.Report
) -> None:
    language, found = told
    (evidence,) = whole.found.posterior.evidence
    words = Language(language, "report", "EUR")
    (row,) = cells(named(found, "tested"))
    value = 0.2  # of a unit of store
    assert row[2].startswith(words.brief(evidence.predicted * value) + " (")
    assert row[3].startswith(words.brief(evidence.experiment.result * value) + " (")
    (tested,) = page_tests.tested_of(whole.found.posterior)
    assert row[4].startswith(words.brief(tested.now["told"] * value) + " (")


def test_a_channel_that_was_tested_and_what_platforms_claim_stand_in_the_table_of_channels(
    told: tuple[str, Page],
) -> None:
    language, found = told
    table = named(found, "earns").more["table"]
    words = Language(language, "report", "EUR")
    rows = {row["name"]: row for row in table["rows"]}
    assert rows["Mail"]["source"] == words.say("rests_test")
    assert rows["Search"]["platform"] == words.ratio(4.2)
    assert rows["Tv" if language == "nl" else "TV"]["platform"] == "-"
    assert words.say("platform") in table["head"]


def test_on_monday_a_test_is_asked_for_only_where_it_is_worth_its_cost(whole: om.Report) -> None:
    advice, tests, words = whole.found.advice, whole.found.given.tests, Language("en", "report", "EUR")
    assert advice is not None
    assert tests is not None
    rows = tests.rows.head(1)
    pays = replace(tests, rows=rows.assign(evsi=9_000.0, cost=2_000.0, net_value=7_000.0))
    not_worth = replace(tests, rows=rows.assign(evsi=1_000.0, cost=2_000.0, net_value=-1_000.0))
    asked = [a["what"][0] for a in monday(advice, words, pays).more["actions"] if a["when"].startswith("Test")]
    assert len(asked) == 1
    assert "EUR 7,000 more than the test costs" in asked[0]
    assert not [a for a in monday(advice, words, not_worth).more["actions"] if a["when"].startswith("Test")]


def test_a_page_without_designs_says_that_the_worth_of_tests_is_not_known(page: om.Report, whole: om.Report) -> None:
    advice = page.found.advice
    assert advice is not None
    words, key = Language("en", "report", "EUR"), "was not worked out here"
    losses = om.Losses.with_test(0.0)
    chains = tuple(replace(chain, losses=losses).at(1.0) for chain in advice.chains)
    found = replace(page.found, advice=replace(advice, chains=chains))
    assert key in named(composed(found, "en", "0.1.0"), "chain").more["note"]
    assert whole.found.given.tests is not None
    priced = tuple(chain.priced(whole.found.given.tests) for chain in chains)
    found = replace(page.found, advice=replace(advice, chains=priced))
    assert key not in named(composed(found, "en", "0.1.0"), "chain").more["note"]
    assert words.say("test_not_priced").endswith(f"{key}.")


def test_records_of_another_fit_are_refused_all_at_once(usable: om.Posterior, whole: om.Report) -> None:
    given = whole.found.given
    assert given.tests is not None
    assert given.promises is not None
    strange = replace(given.tests, rows=given.tests.rows.assign(channel="radio"))
    other = replace(given.promises, currency="USD")
    with pytest.raises(om.OmnimixError, match=r"`tests` speaks of radio.*`promises` is in USD and the fit in EUR"):
        om.report(usable, tests=strange, promises=other, progress=False)


def test_records_of_other_data_are_refused_though_every_name_agrees(
    usable: om.Posterior, plan: om.BudgetPlan, whole: om.Report
) -> None:
    frame = usable.panel.frame
    later = replace(usable, panel=usable.panel.with_frame(frame.assign(store=frame["store"] * 1.01)))
    given, chains = whole.found.given, page_chains(whole)
    records = {"tests": given.tests, "goals": given.goals, "witnesses": given.witnesses, "tree": given.tree}
    with pytest.raises(om.OmnimixError) as refused:
        om.report(later, **records, chains=chains, plan=plan, progress=False)  # type: ignore[arg-type]
    named = ("`tests`", "`goals`", "`witnesses`", "`tree`", "the verdict on 'spring' in `chains`", "`plan`")
    assert all(f"{name} was made of another fit" in str(refused.value) for name in named)
    assert "Make them anew from this posterior" in str(refused.value)


def test_a_fit_that_was_saved_and_read_takes_the_records_made_before(usable: om.Posterior, tmp_path: Path) -> None:
    read = om.load(usable.save(tmp_path / "p.nc"))
    assert read.fingerprint == usable.fingerprint
    alone = [replace(c, team=None) for c in usable.funnel.channels]
    other = replace(usable, funnel=replace(usable.funnel, channels=alone))
    assert other.fingerprint != usable.fingerprint


def page_chains(page: om.Report) -> tuple[ChainVerdict, ...]:
    assert page.found.advice is not None
    return page.found.advice.chains


def test_a_record_is_asked_for_by_its_kind(usable: om.Posterior) -> None:
    with pytest.raises(om.ArgumentError, match=r"`readiness` is an om\.Readiness.*om\.readiness\("):
        om.report(usable, readiness="readiness.toml", progress=False)  # type: ignore[arg-type]
