"""The page as a file: whole, in both languages, without a request, and honest about a fit that failed."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
import xarray as xr

import omnimix as om
from omnimix.checks import CHECKS
from omnimix.findings import Finding
from omnimix.page.advice import advise
from omnimix.page.reliability import told
from omnimix.posterior import Posterior
from omnimix.words import Language, texts
from omnimix.words.found import ONE_SENTENCE
from tests.fits import converged, fit

LANGUAGES = ("en", "nl")
MOST = 1_500_000  # bytes
HEADINGS = {
    "en": ["What we advise", "What the next euro brings", "What to do on Monday morning", "What changes per team",
           "How it works", "What media did", "What each channel really earns", "Total budget",
           "What brings people online", "The chain as a whole", "What separate budgets cost",
           "How to divide the reach budget", "When it pays back", "How sure we are", "How this was made"],
    "nl": ["Wat we adviseren", "Wat de volgende euro oplevert", "Wat we maandagochtend doen",
           "Wat er per team verandert", "Hoe het werkt", "Wat media hebben gedaan", "Wat elk kanaal echt oplevert",
           "Totaal budget", "Wat bezoekers online brengt", "De keten als geheel", "Wat gescheiden budgetten kosten",
           "De beste verdeling van het reachbudget", "Wanneer het zich terugverdient", "Hoe zeker we zijn",
           "Hoe dit is gemaakt"],
}  # fmt: skip
UNTOLD = ("half_saturation", "retention", "slope", "R-hat", "posterior", "prior", "None", "nan")
GREEK = re.compile("[\u0370-\u03ff]")


class Reader(HTMLParser):
    """What a reader sees: text by tag, and everything that a page could load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.headings: list[str] = []
        self.loads: list[str] = []
        self.ids: list[str] = []
        self.folded = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.loads += [str(v) for k, v in attrs if k in ("src", "href", "action", "data", "poster") and v]
        self.ids += [str(given["id"])] if given.get("id") else []
        if tag not in ("meta", "link", "input", "br", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.text.append(data)
            if self.open and self.open[-1] == "h2":
                self.headings.append(data)


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


@pytest.mark.parametrize("language", LANGUAGES)
def test_blocks_stand_in_their_order(written: dict[str, Path], language: str) -> None:
    assert read(written[language]).headings == HEADINGS[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_one_small_file_that_loads_nothing(written: dict[str, Path], language: str) -> None:
    assert written[language].stat().st_size < MOST
    reader = read(written[language])
    assert all(place.startswith(("#", "data:")) for place in reader.loads), reader.loads
    assert "default-src 'none'" in written[language].read_text(encoding="utf-8")
    addresses = set(re.findall(r"https?://[\w.]+", written[language].read_text(encoding="utf-8")))
    assert addresses <= {"http://www.w3.org"}  # the language of pictures, which nothing is loaded from
    assert "@import" not in written[language].read_text(encoding="utf-8").partition("</style>")[0]


def test_both_languages_have_the_same_parts(written: dict[str, Path]) -> None:
    ours, theirs = (read(written[language]) for language in LANGUAGES)
    assert ours.ids == theirs.ids
    assert len(set(ours.ids)) == len(ours.ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_is_left_to_fill_in_and_no_parameter_is_named(written: dict[str, Path], language: str) -> None:
    text = " ".join(read(written[language]).text)
    readers = text.partition({"en": "In technical words", "nl": "In technische woorden"}[language])[0]
    assert not re.search(r"\{\w*\}", text)
    assert not GREEK.search(text)
    for word in UNTOLD:
        assert not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", readers), word


def test_the_dutch_page_has_no_english_sentence(written: dict[str, Path]) -> None:
    dutch = " ".join(" ".join(read(written["nl"]).text).split())
    mine, theirs = texts("report", "nl"), texts("report", "en")
    for key, sentence in theirs.items():
        start = sentence.partition("{")[0].strip()
        if len(start) > 12 and not mine[key].startswith(start):
            assert start not in dutch, key


@pytest.mark.parametrize(
    "section",
    [
        "report",
        "findings",
        "names",
        "glossary",
        "budget",
        "chains",
        "verdicts",
        "campaigns",
        "campaign_findings",
        "campaign_remedies",
        "campaign_tables",
    ],
)
def test_both_languages_say_the_same_things_with_the_same_parts(section: str) -> None:
    ours, theirs = texts(section, "en"), texts(section, "nl")
    if section in ("names", "glossary"):
        assert len(ours) > 3
        assert len(theirs) > 3
        return
    assert set(ours) == set(theirs)
    for key in ours:
        assert sorted(re.findall(r"\{\w+\}", ours[key].lower())) == sorted(re.findall(r"\{\w+\}", theirs[key].lower()))


def test_numbers_are_written_in_the_form_of_the_language(written: dict[str, Path], plan: om.BudgetPlan) -> None:
    english, dutch = (" ".join(read(written[language]).text) for language in LANGUAGES)
    week = plan.weeks[0]
    assert f"{week.day} {week:%B} {week.year}" in english
    assert f"{week:%B} {week.year}" not in dutch
    assert re.search(r"\d\.\d", english)
    assert re.search(r"\d,\d", dutch)


def test_what_a_user_wrote_is_text_and_not_markup(written: dict[str, Path]) -> None:
    assert "A company &lt;of one&#39;s&gt; own" in written["en"].read_text(encoding="utf-8")


def test_every_chart_has_its_figures_in_words_and_as_a_table(written: dict[str, Path]) -> None:
    text = written["en"].read_text(encoding="utf-8")
    charts = re.findall(r'<div class="chart" data-chart="([^"]+)" role="img" aria-label="([^"]*)"><svg', text)
    assert len(charts) > 8
    assert all(len(words) > 40 for _, words in charts)
    assert text.count("<figure>") == len(charts)
    figures = re.findall(r"<figure>.*?</figure>", text, re.DOTALL)
    assert all("<table>" in figure for figure in figures)


def test_the_page_of_a_failed_fit_says_so_and_gives_no_advice(
    small_posterior: Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = replace(small_posterior.run.diagnostics, rhat_max=1.4, ess_bulk_min=7.0)
    failed = replace(small_posterior, run=replace(small_posterior.run, diagnostics=broken))
    page = om.report(failed, tmp_path / "report.html", language="nl", progress=False)
    assert not page.usable
    known = {"schema", "language", "currency", "counted_in", "unit", "interval", "usable", "fit", "health"}
    assert set(page.figures) == known
    reader = read(tmp_path / "report.html")
    text = " ".join(reader.text)
    assert reader.headings == ["Hoe zeker we zijn", "Hoe dit is gemaakt"]
    assert "Er is nog geen advies mogelijk" in text
    assert not re.search(r"EUR\s+[\d-]", text.partition("Hoe dit is gemaakt")[0])


def test_a_company_with_one_outcome_and_no_teams_has_a_page_too(tmp_path: Path) -> None:
    world = om.simulate(seed=1, weeks=104, channels=["tv", "search"])
    posterior = converged(fit(world.funnel, world.panel, draws=500, tune=500, chains=2, seed=1, progress=False))
    plan = om.optimize_budget(posterior, weeks=4, outlook=om.Outlook(draws=60), progress=False)
    page = om.report(posterior, tmp_path / "report.html", plan=plan, progress=False)
    reader = read(tmp_path / "report.html")
    assert page.usable
    assert "What brings people online" not in reader.headings
    assert "What separate budgets cost" not in reader.headings
    assert "e-commerce" not in " ".join(reader.text).replace("\N{NON-BREAKING HYPHEN}", "-").partition("Glossary")[0]
    assert page.figures["budget"]["silo_cost"] is None


def test_every_finding_of_a_check_has_words_in_both_languages() -> None:
    sources = Path(om.__file__).parent / "checks"
    written = "".join(file.read_text(encoding="utf-8") for file in sources.glob("*.py"))
    named = set(re.findall(r'Finding\(\s*f?"(\w+)"', written))
    assert len(CHECKS) > 5
    assert len(named) > 8
    for name in named - {"ess_"}:
        for language in LANGUAGES:
            assert ONE_SENTENCE.get(name, name) in texts("findings", language), name
    unknown = told(Finding("something_new", "warns", "m", "r", where="tv"), Language("en", "report", "EUR"))
    assert "something_new" in unknown


def test_a_language_that_is_not_spoken_is_refused_before_any_work(usable: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="language is one of en, nl"):
        om.report(usable, language="fr")


def test_chains_that_are_none_are_refused(usable: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match=r"each is an om\.Chain"):
        om.report(usable, chains=["spring"], progress=False)  # type: ignore[list-item]


def test_a_place_that_cannot_be_written_to_is_named(page: om.Report, tmp_path: Path) -> None:
    with pytest.raises(om.OmnimixError, match="cannot be written to"):
        page.write(tmp_path / "no" / "such" / "report.html")


def test_a_total_that_is_clearly_better_is_told_with_the_advice(page: om.Report, plan: om.BudgetPlan) -> None:
    advice = page.found.advice
    assert advice is not None
    assert advice.levels is not None
    levels, words = advice.levels, Language("en", "report", "EUR")
    draws, own = levels.gain.draws.copy(), {"total": plan.total}
    less = levels.totals[1]
    draws.loc[{"total": less}] = draws.sel(own) + plan.total
    better = replace(
        levels, gain=replace(levels.gain, draws=draws, known={**levels.gain.known, "extrapolated": _inside(levels)})
    )
    (said,) = [s for s in advise(plan, better, words).more["first"] if s.startswith("Mind the total")]
    assert words.total(less) in said
    assert "in all of 100 cases" in said
    draws.loc[{"total": less}] = draws.sel(own) - 1.0
    same = replace(
        levels, gain=replace(levels.gain, draws=draws.where(draws.total == plan.total, draws.sel(own) - 1.0))
    )
    assert not [s for s in advise(plan, same, words).more["first"] if s.startswith("Mind the total")]


def _inside(levels: om.BudgetLevels) -> xr.DataArray:
    return xr.zeros_like(levels.gain.known["extrapolated"])
