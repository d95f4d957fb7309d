"""What results look like in a notebook: escaped, quick, with the digits that count, the verdict in sight."""

from __future__ import annotations

import re
import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix import notebook
from omnimix.findings import Finding
from omnimix.truth import recover
from omnimix.words import amount
from tests.conftest import small_frame
from tests.fits import fit

NASTY = "<script>alert('tv')</script>"
FEW = om.Outlook(draws=40)


def nasty_funnel() -> om.Funnel:
    return om.Funnel(
        channels=[om.Channel(NASTY, team="<b>brand</b>"), om.Channel("search", team="shop", pool="<i>pool</i>")],
        outcomes=[om.Outcome("sa<les", value=1.0)],
        controls=["price"],
    )


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """One of every result that a notebook may show, of a funnel with names that no page should take at their word."""
    frame = small_frame().rename(columns={"tv": NASTY, "sales": "sa<les"})
    panel = om.Panel(frame)
    posterior = fit(nasty_funnel(), panel, draws=200, tune=200, chains=2, seed=4, progress=False)
    chain = om.Chain("<u>spring</u>", links=[NASTY, "search"])
    certain: dict[str, Any] = {"allow_unconverged": True}
    plan = om.optimize_budget(posterior, weeks=8, outlook=FEW, progress=False, **certain)
    world = om.simulate(like=posterior)
    return {
        "panel": panel,
        "funnel": posterior.funnel,
        "posterior": posterior,
        "health": om.check(posterior),
        "roas": om.roas(posterior, **certain),
        "contributions": om.contributions(posterior, **certain),
        "paths": om.paths(posterior, **certain),
        "payback": om.payback(posterior, **certain),
        "curves": om.response_curves(posterior, **certain),
        "chain": om.evaluate_chain(posterior, chain, progress=False, **certain),
        "chains": om.compare_chains(posterior, [chain, chain.without("search")], **certain),
        "plan": plan,
        "plans": om.compare_plans(posterior, {"plan": plan, "<p>": plan.today}, outlook=FEW, **certain),
        "world": world,
        "truth": world.truth,
        "recovery": recover(posterior, world.truth, **certain),
        "sheet": om.CampaignSheet("<q>", pd.DataFrame({NASTY: [1.0, 2.0]}, index=frame.index[:2])),
    }


def test_no_name_reaches_a_page_as_markup(results: dict[str, Any]) -> None:
    for name, result in results.items():
        html = result._repr_html_()
        for tag in ("<script", "<b>brand", "<i>pool", "<u>spring", "<q>", "sa<les", "<p>"):
            assert tag not in html, f"{tag} in {name}"


def test_every_result_shows_itself_in_less_than_a_third_of_a_second_of_processor_time(results: dict[str, Any]) -> None:
    for name, result in results.items():
        began = time.process_time()
        result._repr_html_()
        assert time.process_time() - began < 0.3, name


def test_every_card_is_closed_and_asks_nothing_of_the_network(results: dict[str, Any]) -> None:
    for name, result in results.items():
        html = result._repr_html_()
        for tag in ("div", "table", "ul", "li", "span", "svg", "tr", "td", "th", "text"):
            opened = len(re.findall(rf"<{tag}[ >]", html))
            assert opened == html.count(f"</{tag}>"), f"{tag} in {name}"
        assert "url(" not in html
        assert "src=" not in html
        assert html.count("http") == html.count("http://www.w3.org/2000/svg"), name


def test_the_verdict_stands_in_the_title(results: dict[str, Any]) -> None:
    verdict = results["chain"]
    title = verdict._repr_html_().split("</div>")[0]
    assert title.endswith(notebook.chip(verdict.verdict))


def test_a_posterior_says_whether_it_is_usable_and_what_to_ask_next(results: dict[str, Any]) -> None:
    posterior = results["posterior"]
    words = "usable" if posterior.run.diagnostics.usable else "not usable"
    html = posterior._repr_html_()
    assert notebook.chip(words) in html
    assert "<code>om.check(posterior)</code>" in html


def test_returns_have_two_decimals_and_money_has_three_digits(results: dict[str, Any]) -> None:
    table = results["roas"].table()
    html = results["roas"]._repr_html_()
    assert f">{table['median'].iloc[0]:.2f}<" in html
    assert f">{amount(table['spend'].iloc[0])}<" in html
    assert "90% interval" in html


def test_long_tables_are_cut_and_say_where_the_rest_is() -> None:
    html = notebook.table(pd.DataFrame({"week": range(60)}), most=10)
    assert html.count("<tr") == 11
    assert "50 rows more in <code>.table()</code>" in html


def test_figures_that_are_not_known_are_dashes() -> None:
    frame = pd.DataFrame({"roas": [np.nan], "lower": [np.nan], "upper": [np.nan], "team": [None]})
    assert notebook.table(frame).count(">-<") == 2


def test_findings_say_how_bad_they_are_and_what_to_do() -> None:
    html = notebook.findings([Finding("gap", "blocks", "2 weeks & 1 day", "Call `om.to_weekly`.")])
    assert notebook.chip("blocks") in html
    assert "2 weeks &amp; 1 day" in html
    assert "<code>om.to_weekly</code>" in html
