"""Every figure of the page is the figure of the verb that it comes from."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.page.charts import Scale, sold_and_baseline
from omnimix.page.earnings import ways
from omnimix.words import Language

DATA = re.compile(r'<script type="application/json" id="omnimix-data">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def told(written: dict[str, Path]) -> dict[str, Any]:
    """The data block as a reader of the file finds it."""
    found = DATA.search(written["en"].read_text(encoding="utf-8"))
    assert found is not None
    return json.loads(found.group(1))  # type: ignore[no-any-return]


def same(rows: list[dict[str, Any]], table: pd.DataFrame, *labels: str) -> None:
    """Hold rows against a table, figure by figure."""
    ours = pd.DataFrame(rows)
    assert len(ours) == len(table) > 0
    for label in labels:
        assert ours[label].astype(str).tolist() == table[label].astype(str).tolist()
    for column in ("mean", "median", "lower", "upper"):
        assert ours[column].to_numpy(dtype=float) == pytest.approx(table[column].to_numpy(dtype=float), nan_ok=True)


def without_all(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["channel"] != "all_media"]


def test_roas_is_that_of_the_verb(told: dict[str, Any], usable: om.Posterior) -> None:
    table = om.roas(usable).table()
    same(told["effects"]["roas"], without_all(table), "channel")
    same([told["effects"]["all_media"]["roas"]], table[table["channel"] == "all_media"])


def test_paths_and_contributions_are_those_of_the_verbs(told: dict[str, Any], usable: om.Posterior) -> None:
    same(told["effects"]["paths"], om.paths(usable).table(), "channel", "path")
    same(told["effects"]["contributions"], om.contributions(usable).table(), "channel", "outcome")


def test_traffic_is_that_of_the_verb_as_a_share_of_all_and_of_what_media_bring(
    told: dict[str, Any], usable: om.Posterior
) -> None:
    same(told["effects"]["traffic_share"], without_all(om.traffic_share(usable).table()), "channel", "stage")
    same(told["traffic_share_of_media"], om.traffic_share(usable, of="media").table(), "channel", "stage")


def test_payback_is_followed_week_by_week_for_every_team(told: dict[str, Any], usable: om.Posterior) -> None:
    table = om.payback(usable, horizons=range(1, 53), by="team", common=True).table()
    same(told["payback_by_week"], table, "team", "horizon")
    same(told["effects"]["payback"], without_all(om.payback(usable, common=True).table()), "channel", "horizon")


def test_chains_are_those_of_the_verb(told: dict[str, Any], usable: om.Posterior) -> None:
    (chain,) = told["chains"]
    verdict = om.evaluate_chain(usable, usable.campaign_chains[0], progress=False)
    net = verdict.returns.table().set_index("basis").loc["net"]
    for key in ("mean", "median", "lower", "upper"):
        assert chain["combined_roas"][key] == pytest.approx(net[key])
    assert chain["verdict"] == verdict.verdict
    assert [link["verdict"] for link in chain["links"]] == [j.verdict for j in verdict.judgements.values()]


def test_the_plan_is_the_one_given(told: dict[str, Any], plan: om.BudgetPlan) -> None:
    budget = told["budget"]
    spend = pd.DataFrame(budget["plan"]).pivot_table(index="week", columns="channel", values="spend", sort=False)
    assert spend[list(plan.channels)].to_numpy() == pytest.approx(plan.spend.to_numpy())
    gain = plan.gain.table().set_index("versus").loc["today"]
    assert budget["gain"]["mean"] == pytest.approx(gain["mean"])
    assert budget["gain"]["probability_positive"] == pytest.approx(plan.probability_better)


def test_the_cost_of_silos_is_that_of_the_verb(told: dict[str, Any], usable: om.Posterior, plan: om.BudgetPlan) -> None:
    found = om.silo_cost(usable, plan.total, weeks=8, outlook=_outlook(plan), progress=False)
    row = found.table().set_index("part").loc["silo_cost"]
    assert told["budget"]["silo_cost"]["mean"] == pytest.approx(row["mean"], rel=1e-3, abs=1.0)


def test_pools_and_other_totals_are_those_of_the_verbs(
    told: dict[str, Any], usable: om.Posterior, plan: om.BudgetPlan
) -> None:
    (pool,) = told["pools"]
    same(pool["shares"], om.pool_split(usable, "reach", weeks=8, outlook=_outlook(plan), progress=False).table())
    levels = om.budget_levels(usable, plan, progress=False)
    same(told["levels"]["gain"], levels.table(), "total")


def test_what_the_gain_hangs_on_is_that_of_the_verb(
    told: dict[str, Any], usable: om.Posterior, plan: om.BudgetPlan
) -> None:
    table = om.plan_sensitivity(usable, plan).table()
    ours = pd.DataFrame(told["sensitivity"])
    assert ours["name"].tolist() == table["name"].tolist()
    assert ours["swing"].to_numpy() == pytest.approx(table["swing"].to_numpy())


def test_health_is_that_of_the_check(told: dict[str, Any], usable: om.Posterior) -> None:
    assert [f["name"] for f in told["health"]["findings"]] == [f.name for f in om.check(usable).findings]
    assert told["usable"] is True


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_is_read_is_what_the_verbs_say_written_in_the_language(
    written: dict[str, Path], usable: om.Posterior, plan: om.BudgetPlan, language: str
) -> None:
    text = html.unescape(written[language].read_text(encoding="utf-8").partition("<script")[0])
    text = text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")
    words = Language(language, "report", "EUR")
    for row in without_all(om.roas(usable).table()).to_dict("records"):
        named = {str(k): v for k, v in row.items()}
        figures = f"{words.ratio(named['median'])}</td><td>{words.span(words.ratio, named)}</td>"
        assert f'<th scope="row">{words.title(named["channel"])}</th><td>{figures}' in text
    for sentence in plan.sentences(language).values():
        assert sentence in text
    for row in plan.table().to_dict("records"):
        assert f"<td>{words.brief(row['today'])}</td><td>{words.brief(row['plan'])}</td>" in text


def test_the_ways_of_a_channel_add_up_to_its_roas_times_what_it_cost(usable: om.Posterior) -> None:
    worth = ways(om.paths(usable))
    returns = om.roas(usable)
    costs = returns.table().set_index("channel")
    gross = om.roas(usable, basis="gross").table().set_index("channel")
    for name, parts in worth.items():
        assert sum(parts.values()) == pytest.approx(gross.loc[name, "mean"] * costs.loc[name, "spend"], rel=1e-6)


def test_no_figure_is_told_that_is_not_one(told: dict[str, Any]) -> None:
    """A figure that is not finite is null in the data block; the rest are numbers."""
    assert "NaN" not in json.dumps(told)
    assert np.isfinite(told["budget"]["total"])


def _outlook(plan: om.BudgetPlan) -> om.Outlook:
    return om.Outlook(
        today=plan.today.drop(columns=list(plan.answering)),
        horizon=plan.assumptions.horizon,
        discount=plan.assumptions.discount,
        draws=plan.assumptions.draws,
    )


def test_a_broken_axis_begins_where_the_note_below_it_says() -> None:
    row = {"x": "2024-01-01", "base": 600.0, "lower": 580.0, "upper": 620.0, "all": 700.0, "seen": 690.0, "tip": ""}
    spec = sold_and_baseline([row], Scale("", ".0f"), 540.0, ["seen", "media", "base"], ("#000", "#00f"))
    assert '"domainMin": 540.0, "zero": false, "nice": false' in json.dumps(spec)
