"""Outcomes without a value are counted in units on every surface; money stands beside what is spent, and nowhere else.

The fit is that of the page's tests: what a unit is worth plays no part in it, so it is taken off afterwards.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from matplotlib import pyplot as plt

import omnimix as om
from omnimix import words
from omnimix.cli import main
from omnimix.effects.roas import marginal_roas, response_curves
from omnimix.page.gather import Advice
from omnimix.rows.json_file import plain
from omnimix.spec import Budget
from tests.fits import converged, fit
from tests.funnel_fits import funnel_frame, whole_funnel
from tests.page.conftest import FEW, SPRING, TEAMS

CODE = "XTS"  # the currency reserved for tests: no other word has it
SIZES = "k|m|bn| (?:million|billion|mln|mld|miljoen|miljard)"
AMOUNT = re.compile(rf"{CODE}[ \N{{NO-BREAK SPACE}}][-+\N{{MINUS SIGN}}]?\d[\d.,]*(?:{SIZES})?\b")


def worth(posterior: om.Posterior, value: float | None) -> om.Posterior:
    """Return a posterior whose outcomes all have one value, or none."""
    funnel = posterior.funnel
    outcomes = [replace(o, value=value) for o in funnel.outcomes]
    parts = {"channels": funnel.channels, "stages": funnel.stages, "outcomes": outcomes}
    return replace(posterior, funnel=om.Funnel(**parts))


@pytest.fixture(scope="module")
def valued() -> om.Posterior:
    funnel = whole_funnel()
    pools = {"tv": "reach", "mail": "reach"}
    channels = [replace(c, team=TEAMS[c.name], pool=pools.get(c.name)) for c in funnel.channels]
    panel = om.Panel(funnel_frame(), currency="EUR")
    settings = {"seed": 5, "draws": 500, "tune": 500, "chains": 2, "progress": False}
    posterior = converged(fit(replace(funnel, channels=channels), panel, **settings))
    return replace(posterior, panel=om.Panel(funnel_frame(), currency=CODE), campaign_chains=(SPRING,))


@pytest.fixture(scope="module")
def counted(valued: om.Posterior) -> om.Posterior:
    return worth(valued, None)


@pytest.fixture(scope="module")
def plan(counted: om.Posterior) -> om.BudgetPlan:
    return om.optimize_budget(counted, weeks=8, outlook=FEW, progress=False)


@pytest.fixture(scope="module")
def report(counted: om.Posterior, plan: om.BudgetPlan) -> om.Report:
    return om.report(counted, plan=plan, progress=False)


@pytest.fixture(scope="module")
def saved(counted: om.Posterior, tmp_path_factory: pytest.TempPathFactory) -> Path:
    few = replace(counted.thinned(100), budget=Budget(weeks=4))
    return few.save(tmp_path_factory.mktemp("no_value") / "posterior.nc")


def spent(advice: Advice) -> set[str]:
    """Return all money on a page that is spent or a price, in every form of both languages."""
    plan, levels = advice.plan, advice.levels
    assert levels is not None
    table, weeks = plan.table(), len(plan.spend)
    amounts = [0.0, plan.total, *plan.region.to_numpy().ravel()]
    for column in ("today", "plan", "change", "free_lower", "free_upper"):
        amounts += [x / part for x in table[column] for part in (1, weeks)]
    for group in (plan.teams, plan.pools):
        for name in set(group.values()):
            own = table[table["channel"].map(group) == name]
            amounts += [own[c].sum() / part for c in ("today", "plan", "change") for part in (1, weeks)]
    change = table["change"]
    amounts += [change[change > 0].sum(), change[change < 0].sum(), *change.abs(), table[["today", "plan"]].sum().sum()]
    for some in (change[~table["answers"] & (change.abs() >= 0.01 * plan.total)], change[~table["answers"]]):
        amounts += [some[some > 0].sum(), -some[some < 0].sum()]
    amounts += (
        list(plan.spend[list(plan.answering)].sum()) + list(levels.totals) + list(levels.spend.to_numpy().ravel())
    )
    roas = advice.results.roas.table()
    amounts += [*roas["spend"], *roas["induced_spend"], *(1 / roas["median"])]
    for chain in advice.chains:
        totals = chain.totals.table().set_index("measure")[chain.totals.told]
        amounts += [
            *chain.spend.values(),
            sum(chain.spend.values()),
            totals["cost"],
            totals["cost"] - sum(chain.spend.values()),
        ]
    for pool in advice.pools:
        amounts += [
            pool.now,
            *pool.table()["pool_spend"],
            *pool.crossover.table()[["median", "lower", "upper"]].to_numpy().ravel(),
        ]
    assert advice.silos is not None
    amounts += list(advice.silos.budgets.to_numpy().ravel())
    return {
        form(sign * x, language)
        for language in words.LANGUAGES
        for x in map(float, amounts)
        for sign in (1, -1)
        for form in (words.amount, words.change, _in_text, lambda v, code: _in_text(v, code, 3))
    }


def spent_in_parts(advice: Advice, language: str) -> list[tuple[float, float]]:
    """Return money that is told so that parts add up, and the ends of axes, with how far rounding may take them."""
    plan = advice.plan
    table, weeks = plan.table(), len(plan.spend)
    step = 0.001 * plan.total  # of the amounts of a window, which are told in three digits
    parts = [table[c] for c in ("today", "plan", "change")]
    parts += [table.groupby(by)[c].sum() for by in ("team", "pool") for c in ("today", "plan", "change")]
    found = [(sign * x / part, step / part) for p in parts for x in p for part in (1, weeks) for sign in (1, -1)]
    axes = advice.response.table()["spend"]
    return found + [(float(x), 0.01 * float(x)) for x in axes]


def value_of(told: str, language: str) -> float:
    """Return an amount that was told."""
    plain = told.replace("+", "").replace(".", "" if language == "nl" else ".")
    plain = plain.replace(",", "." if language == "nl" else "")
    return float(plain.removesuffix("k")) * (1000.0 if plain.endswith("k") else 1.0)


def _in_text(value: float, language: str, digits: int = 2) -> str:
    return words.money(value, "", language, digits).strip()


def money_in(text: str) -> Iterator[str]:
    """Give the amounts that stand behind the currency."""
    for found in AMOUNT.findall(text):
        yield found.removeprefix(CODE)[1:].replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_all_money_on_the_page_is_spent(report: om.Report, language: str) -> None:
    assert report.found.advice is not None
    known = spent(report.found.advice)
    page = replace(report, language=language).html().partition("<script")[0]
    text = html.unescape(re.sub(r"<[^>]+>", " ", page))
    told = set(money_in(re.sub(rf"\N{{MULTIPLICATION SIGN}} {CODE}\s1\S*", "", text)))  # in what a calendar counts
    assert len(told) > 10
    rounded = spent_in_parts(report.found.advice, language)
    assert {t for t in told - known if not any(abs(value_of(t, language) - x) <= most for x, most in rounded)} == set()
    assert words.called("units", language) in text
    for word in ("ROAS", "hurdle", "drempel", "break-even", "terugverdiend", "paid back"):
        assert word not in text.replace("in proportion to ROAS", "")


def test_the_figures_of_the_page_are_null_where_only_money_could_judge(report: om.Report) -> None:
    told = report.figures
    assert (told["counted_in"], told["unit"]) == ("units", f"units per {CODE}")
    assert {row["money"] for row in told["effects"]["contributions"]} == {None}
    assert told["effects"]["payback"] == []
    assert told["payback_by_week"] == []
    (chain,) = told["chains"]
    assert chain["unit"] == f"units per {CODE}"
    for row in (chain, *chain["links"]):
        assert row["verdict"] is None
        assert row["probability_above_hurdle"] is None
        assert set(row["probabilities"].values()) == {None}
    assert chain["link_rule"]["probability_regret"] is None
    assert chain["runs"] is None
    assert chain["profit"]["mean"] is None
    assert chain["combined_roas"]["mean"] > 0
    assert {row["profit"] for row in told["budget"]["value"].values()} == {None}
    brought = told["budget"]["value"]
    more = brought["plan"]["mean"] - brought["today"]["mean"]
    assert told["budget"]["gain"]["mean"] == pytest.approx(more)
    assert "no_value" in {f["name"] for f in told["health"]["findings"]}
    assert "value" not in {row["assumption"] for row in told["sensitivity"]}


@pytest.mark.parametrize("verb", ["effects", "chains", "budget"])
def test_the_shell_names_units(saved: Path, verb: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "told.json"
    assert main([verb, str(saved), "--allow-unconverged", "--json", str(target)]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    told = json.loads(target.read_text(encoding="utf-8"))
    rows = told["chains"][0] if verb == "chains" else told
    assert rows["unit"] == f"units per {CODE}"
    assert f"in {CODE}," not in printed
    assert "units" in printed
    assert "Paid back:" not in printed
    assert "value = 12.50 below [outcomes.online]" in printed or verb == "budget"


def test_a_table_of_a_chain_without_a_verdict_fits_a_narrow_screen(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["chains", str(saved), "--allow-unconverged"]) == 0
    printed = capsys.readouterr().out
    assert all(len(line) <= 80 for line in printed.splitlines())
    for name in SPRING.link_names:
        assert re.search(rf"\n{name} +- +- ", printed)


def test_units_are_value_at_one_each_with_no_money_taken_off(valued: om.Posterior, counted: om.Posterior) -> None:
    one = worth(valued, 1.0)
    for verb in (om.roas, marginal_roas, om.paths, response_curves):
        np.testing.assert_allclose(verb(counted).draws, verb(one).draws)  # type: ignore[operator]
    money = {"tv": 200_000.0, "mail": 30_000.0, "retargeting": 20_000.0}
    units, euros = (om.evaluate_plan(p, money, weeks=6, outlook=FEW) for p in (counted, one))
    np.testing.assert_allclose(units.value.draws, euros.value.draws)
    np.testing.assert_allclose(units.gain.draws, units.value.draws - units.value.draws.isel(plan=0))
    assert np.isnan(units.table()["profit"]).all()
    whole = [om.evaluate_chain(p, SPRING, progress=False) for p in (counted, one)]
    np.testing.assert_allclose(whole[0].returns.draws, whole[1].returns.draws)


def test_the_search_for_units_does_not_hang_on_how_many_a_euro_brings(
    counted: om.Posterior, valued: om.Posterior
) -> None:
    """Counting in dozens changes nothing: the best plan of a total is that of value at any price, money left on it."""
    problems = [
        om.optimize_budget(p, 150_000.0, weeks=4, outlook=FEW, progress=False) for p in (counted, worth(valued, 1.0))
    ]
    units, euros = (p.value.table().set_index("plan").loc["plan", "mean"] for p in problems)
    assert units == pytest.approx(euros, rel=2e-3)


def test_what_holds_value_against_money_is_refused_with_the_remedy(counted: om.Posterior) -> None:
    verdict = om.evaluate_chain(counted, SPRING, progress=False)
    compared = om.compare_chains(counted, [SPRING, SPRING.without("tv")])
    for ask in (
        lambda: om.payback(counted),
        lambda: om.contributions(counted).money,
        lambda: om.optimize_budget(counted, weeks=4, objective="profit", progress=False),
        lambda: verdict.at(0.5),
        lambda: om.plot.chain_waterfall(verdict),
        lambda: om.plot.chain_contradictions(verdict),
        compared.plot,
    ):
        with pytest.raises(om.OmnimixError, match=r"value is not given.*om\.Outcome\('online', value=12\.50\)"):
            ask()
    assert np.isnan(compared.table()[["profit", "gain", "probability_best"]].to_numpy(dtype=float)).all()
    assert compared.table()["mean"].gt(0).all()


def test_pictures_and_cards_name_units(counted: om.Posterior, plan: om.BudgetPlan, report: om.Report) -> None:
    advice = report.found.advice
    assert advice is not None
    known = spent(advice)
    results = [
        om.roas(counted), om.paths(counted), response_curves(counted), om.plan_response(counted, plan, outlook=FEW),
        advice.chains[0], advice.levels, advice.silos, om.evaluate_plan(counted, plan),
    ]  # fmt: skip
    for result in results:
        drawn = result.plot() if hasattr(result, "plot") else om.plot.draw(result)
        figure = np.ravel(np.asarray(drawn, dtype=object))[0].get_figure()
        texts = [t.get_text() for t in figure.findobj(match=lambda a: hasattr(a, "get_text"))]
        assert any("units" in t for t in texts), type(result)
        assert not any("break-even" in t or "hurdle" in t for t in texts)
        plt.close("all")
        card = html.unescape(re.sub(r"<[^>]+>", " ", result._repr_html_()))
        assert "units" in card, type(result)
        assert set(money_in(card)) <= known
    assert om.plot.plan_gain(plan).get_xlabel() == "gain in units"
    plt.close("all")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_workbook_has_no_currency_above_its_gains(plan: om.BudgetPlan, tmp_path: Path, language: str) -> None:
    book = openpyxl.load_workbook(plan.to_excel(tmp_path / "plan.xlsx", language=language))
    cells = [str(c.value) for page in book for row in page.iter_rows() for c in row if c.value is not None]
    unit = words.called("units", language)
    (title,) = (c for c in cells if c.startswith(("Expected gain", "Verwacht voordeel")))
    assert title.endswith(f"in {unit}")
    assert any(c.startswith(f"{unit}: ") for c in cells)
    read = om.read_plan(tmp_path / "plan.xlsx")
    assert read.total == pytest.approx(plan.total)


def test_the_door_says_that_value_is_not_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    frame = funnel_frame()[["tv", "mail", "online"]]
    frame.to_csv(tmp_path / "weekly.csv")
    project = tmp_path / "omnimix.toml"
    declared = f'currency = "{CODE}"\n[data]\nfile = "weekly.csv"\n[channels.tv]\n[channels.mail]\n[outcomes.online]\n'
    project.write_text(declared, encoding="utf-8")
    target = tmp_path / "check.json"
    assert main(["check", str(project), "--json", str(target)]) == 0
    found = {f["name"]: f for f in json.loads(target.read_text(encoding="utf-8"))["findings"]}
    assert found["no_value"]["message"].startswith("Value is not given: nothing says what a unit of online is worth.")
    assert f"online per {CODE}" in found["no_value"]["message"]
    project.write_text(declared + "value = 0.3\n", encoding="utf-8")
    assert main(["check", str(project), "--json", str(target)]) == 0
    assert "no_value" not in target.read_text(encoding="utf-8")
    capsys.readouterr()


def test_a_stored_fit_without_a_value_is_read_as_units(saved: Path) -> None:
    assert om.load(saved).value_unit.unvalued == ("online", "store")
    assert plain({"verdict": om.load(saved).value_unit.is_money}) == {"verdict": False}
