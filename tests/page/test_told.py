"""One figure a quantity on every surface: returns by their median, money that adds up by its mean."""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib import pyplot as plt

import omnimix as om
from omnimix.chains import WHOLE, ChainVerdict
from omnimix.cli import main
from omnimix.labels import ALL_MEDIA
from omnimix.page.compose import page as compose
from omnimix.plot.canvas import spread
from omnimix.rows.chains import chain_rows
from omnimix.rows.fits import effects_rows
from omnimix.rows.results import results
from omnimix.words import Language, percent, ratio
from tests.page.conftest import SPRING


@dataclass(frozen=True)
class Shown:
    """What one fit shows everywhere."""

    posterior: om.Posterior
    verdict: ChainVerdict
    report: om.Report
    folder: Path

    def page(self, language: str) -> str:
        """Return what is read of the page, without charts and data."""
        text = html.unescape((self.folder / f"report.{language}.html").read_text(encoding="utf-8"))
        return text.partition("<script")[0].replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")

    def chart(self, name: str, language: str = "en") -> dict[str, float]:
        """Return where the dots of a chart of the page lie, by the name of their row."""
        blocks = compose(self.report.found, language, "1").blocks
        spec = next(c.spec for b in blocks for c in b.charts if c.name == name)
        return {row["label"]: row["told"] for row in spec["data"]["values"]}

    def shell(self, verb: str) -> str:
        """Return what a verb of the shell prints."""
        file = self.folder / "posterior.nc"
        if not file.exists():
            self.posterior.save(file)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            assert main([verb, str(file)]) == 0
        return out.getvalue()


@pytest.fixture(scope="module")
def shown(usable: om.Posterior, page: om.Report, written: dict[str, Path]) -> Shown:
    verdict = om.evaluate_chain(usable, SPRING, progress=False)
    return Shown(usable, verdict, page, next(iter(written.values())).parent)


@pytest.fixture(scope="module")
def medians(usable: om.Posterior) -> dict[str, float]:
    """ROAS of every channel and of all media, from the draws."""
    draws = om.roas(usable).draws
    return {str(n): float(np.median(draws.sel(channel=n))) for n in draws["channel"].to_numpy()}


def _texts(picture: Any) -> list[str]:
    found = [text.get_text() for text in picture.texts]
    plt.close("all")
    return found


def _roas_with_its_range(shown: Shown, name: str, median: float) -> tuple[float, float, float]:
    row = om.roas(shown.posterior).table().set_index("channel").loc[name]
    return median, float(row["lower"]), float(row["upper"])


def _row(printed: str, heading: str, name: str) -> list[str]:
    """Return the words of a row of a table in the shell, below a heading."""
    lines = printed[printed.index(heading) :].splitlines()
    first = name.replace("_", " ")
    return next(line for line in lines if line.startswith(f"{first} ")).removeprefix(first).split()


def on_the_table(shown: Shown, name: str, median: float) -> bool:
    found = om.roas(shown.posterior)
    return float(found.table().set_index("channel").loc[name, found.told]) == pytest.approx(median)


def on_the_card(shown: Shown, name: str, median: float) -> bool:
    label = "all media" if name == ALL_MEDIA else name
    cells = re.sub(r"<[^>]+>", "|", om.roas(shown.posterior)._repr_html_())
    return re.search(rf"\|{label}\|+{re.escape(ratio(median))}\|", cells) is not None and "|median|" in cells


def on_the_chart(shown: Shown, name: str, median: float) -> bool:
    figure = spread(*_roas_with_its_range(shown, name, median), ratio)
    return figure in _texts(om.roas(shown.posterior).plot())


def in_the_shell(shown: Shown, name: str, median: float) -> bool:
    return _row(shown.shell("effects"), "ROAS", name)[0] == ratio(median)


def in_json(shown: Shown, name: str, median: float) -> bool:
    rows = effects_rows(results(shown.posterior))
    found = {r["channel"]: r for r in rows["roas"]} | {ALL_MEDIA: rows[ALL_MEDIA]["roas"]}
    return found[name]["median"] == pytest.approx(median) and "mean" in found[name]


def _on_the_page(language: str) -> Callable[[Shown, str, float], bool]:
    def on_the_page(shown: Shown, name: str, median: float) -> bool:
        words = Language(language, "report", "EUR")
        if name == ALL_MEDIA:
            return f"ROAS {'of' if language == 'en' else 'van'} {words.ratio(median)} (" in shown.page(language)
        return f'<th scope="row">{words.title(name)}</th><td>{words.ratio(median)}</td><td>' in shown.page(language)

    return on_the_page


def on_the_chart_of_the_page(shown: Shown, name: str, median: float) -> bool:
    title = Language("en", "report").title(name)
    return name == ALL_MEDIA or shown.chart("roas")[title] == pytest.approx(median)


SURFACES: dict[str, Callable[[Shown, str, float], bool]] = {
    "table": on_the_table,
    "card": on_the_card,
    "chart": on_the_chart,
    "shell": in_the_shell,
    "json": in_json,
    "page": _on_the_page("en"),
    "page in Dutch": _on_the_page("nl"),
    "chart of the page": on_the_chart_of_the_page,
}


@pytest.mark.parametrize("surface", SURFACES)
def test_the_roas_of_every_surface_is_the_median_of_the_draws(
    surface: str, shown: Shown, medians: dict[str, float]
) -> None:
    assert [n for n, median in medians.items() if not SURFACES[surface](shown, n, median)] == []


def test_the_draws_of_these_tests_lean_to_one_side(usable: om.Posterior, medians: dict[str, float]) -> None:
    """Else a surface that told means would pass."""
    means = om.roas(usable).table().set_index("channel")["mean"]
    assert any(ratio(means[n]) != ratio(median) for n, median in medians.items())


def in_a_sentence(shown: Shown, link: str, median: float) -> bool:
    return f"{ratio(median)} " in shown.verdict.sentences()[link]


def in_the_table_of_a_chain(shown: Shown, link: str, median: float) -> bool:
    table = shown.verdict.table().set_index("link")
    return float(table.loc[link, shown.verdict.returns.told]) == pytest.approx(median)


def at_the_prompt(shown: Shown, link: str, median: float) -> bool:
    return re.search(rf"^ *{link} .* {re.escape(ratio(median))} ", repr(shown.verdict), re.MULTILINE) is not None


def in_the_shell_of_a_chain(shown: Shown, link: str, median: float) -> bool:
    return ratio(median) in _row(shown.shell("chains"), "Chain spring", link)


def in_the_json_of_a_chain(shown: Shown, link: str, median: float) -> bool:
    rows = chain_rows(shown.verdict)
    if link == WHOLE:
        return all(rows["combined_roas"][k] == pytest.approx(median) for k in ("net", "median"))
    return next(r for r in rows["links"] if r["link"] == link)["roas_incremental"] == pytest.approx(median)


def on_the_chart_of_a_chain(shown: Shown, link: str, median: float) -> bool:
    return any(text.startswith(f"{ratio(median)} (") for text in _texts(shown.verdict.plot()))


def on_the_chart_of_a_chain_of_the_page(shown: Shown, link: str, median: float) -> bool:
    title = "The chain together" if link == WHOLE else Language("en", "report").title(link)
    return shown.chart("chain-0")[title] == pytest.approx(median)


OF_A_CHAIN: dict[str, Callable[[Shown, str, float], bool]] = {
    "sentence": in_a_sentence,
    "table": in_the_table_of_a_chain,
    "prompt": at_the_prompt,
    "shell": in_the_shell_of_a_chain,
    "json": in_the_json_of_a_chain,
    "chart": on_the_chart_of_a_chain,
    "chart of the page": on_the_chart_of_a_chain_of_the_page,
}


@pytest.mark.parametrize("surface", OF_A_CHAIN)
def test_the_roas_of_a_chain_is_the_median_on_every_surface(surface: str, shown: Shown) -> None:
    found = {link: float(np.median(shown.verdict.draws("roas", link))) for link in shown.verdict.spend}
    found[WHOLE] = float(np.median(shown.verdict.returns.draws.sel(basis="net")))
    assert [n for n, median in found.items() if not OF_A_CHAIN[surface](shown, n, median)] == []


@pytest.mark.parametrize("measure", ["roas_direct", "roas_standalone", "roas_marginal"])
def test_every_other_roas_of_a_link_is_a_median_too(measure: str, shown: Shown) -> None:
    table = shown.verdict.table().set_index("link")
    rows = {r["link"]: r for r in chain_rows(shown.verdict)["links"]}
    for link in shown.verdict.spend:
        median = np.median(shown.verdict.draws(measure, link))
        assert table.loc[link, measure] == pytest.approx(median)
        assert rows[link][measure] == pytest.approx(median)


def test_shares_of_traffic_are_medians_in_words_and_on_charts(shown: Shown) -> None:
    share = om.traffic_share(shown.posterior)
    stage = str(share.draws["stage"].to_numpy()[0])
    of_media = om.traffic_share(shown.posterior, of="media").draws.sel(stage=stage)
    for name, at in shown.chart(f"traffic-{stage}").items():
        label = next(str(c) for c in of_media["channel"].to_numpy() if Language("en", "report").title(str(c)) == name)
        assert at == pytest.approx(float(np.median(of_media.sel(channel=label))))
    whole = float(np.median(share.draws.sel(stage=stage, channel=ALL_MEDIA)))
    assert f"Media bring {percent(whole)} of all" in shown.page("en")


def test_rows_of_charts_on_the_page_fall_by_the_figure_that_is_told(shown: Shown) -> None:
    stage = str(om.traffic_share(shown.posterior).draws["stage"].to_numpy()[0])
    for name in ("roas", f"traffic-{stage}"):
        places = list(shown.chart(name).values())
        assert places == sorted(places, reverse=True)


def test_a_campaign_is_in_the_black_by_its_median_where_it_is_likelier_than_not_paid_back(usable: om.Posterior) -> None:
    """So that the line of a chart crosses zero in the week that the sentence names."""
    found = om.payback(usable)
    table = found.table()
    told, odds = table[found.told], table["probability_paid_back"]
    assert ((told > 0) == (odds > 0.5))[odds != 0.5].all()


def test_what_is_split_into_parts_is_told_by_what_adds_up(shown: Shown) -> None:
    parts = om.contributions(shown.posterior)
    told = parts.money.table()[parts.money.told].sum() + float(parts.remainder.sum("week").mean("draw") @ parts.value)
    whole = ((parts.prediction - parts.baseline).sum("week").mean("draw") * parts.value).sum()
    assert told == pytest.approx(float(whole))
    ways = om.paths(shown.posterior)
    assert (parts.money.told, ways.told) == ("mean", "mean")
    assert ways.table()[ways.told].sum() == pytest.approx(float(ways.draws.mean("draw").sum()))
    links = [r["shapley_value"] for r in chain_rows(shown.verdict)["links"]]
    assert sum(links) == pytest.approx(float(shown.verdict.totals.draws.sel(measure="value").mean()))
    for part in ("gain", "profit", "silo_cost", "value", "regret", "shapley_share"):
        assert om.words.told(part) == "mean"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_page_says_once_which_figure_is_which(shown: Shown, language: str) -> None:
    once = {"en": "are middle estimates: the truth is as likely above as below", "nl": "zijn middelste schattingen"}
    assert shown.page(language).count(once[language]) == 1


@pytest.mark.parametrize("language", ["en", "nl"])
def test_money_in_running_text_is_never_cut_to_thousands(shown: Shown, language: str) -> None:
    """Tables have room for EUR 88.2k; sentences and cards write EUR 88,200 throughout."""
    blocks = compose(shown.report.found, language, "1").blocks
    told = [s for b in blocks for s in (*b.said, *(c.title for c in b.charts))]
    told += json.dumps([b.more for b in blocks if b.name in ("advice", "whom")], ensure_ascii=False).split('"')
    assert not [text for text in told if re.search(r"EUR [-+]?[\d.,]+ ?(k|m|mln)\b", text)]
