"""What pages say of findings, of exports and of examples, held against what is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.docs.snippets import FENCE, ROOT

DOCS, SOURCES = ROOT / "docs", ROOT / "src" / "omnimix"
PLATFORMS = {
    file["name"]: file
    for file in (
        tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((SOURCES / "campaigns/platforms").glob("*.toml"))
    )
    if file["name"]
}
# A figure that comes from an example: money, decimals, percentages, counts of simulated companies.
FIGURE = re.compile(r"EUR \d[\d.,]*\d|\b\d+[.,]\d+(?: ?%)?|\b\d+ (?=simulated companies|gesimuleerde bedrijven)")
# Where each figure of a page is made: the page whose programs print it, or the one that names the study.
ILLUSTRATION = ""
CHAINS, PAYBACK, SILOS = "docs/concepts/chains.md", "docs/concepts/payback.md", "docs/concepts/silo_cost.md"
MANAGERS = {
    "0.8": (ILLUSTRATION, ""),
    "1.6": (ILLUSTRATION, ""),
    "0.68": (CHAINS, r"lead_ads +0\.68 +1\.44"),
    "1.44": (CHAINS, r"lead_ads +0\.68 +1\.44"),
    "135000": (PAYBACK, r"tv +-135\.0 "),
    "145000": (PAYBACK, r"tv +-135\.0 +\S+ +145\.0 "),
    "95": (SILOS, r"Over 95 simulated companies"),
    "5.9%": (SILOS, r"truly was 5\.9 %"),
    "4.4%": (SILOS, r"came out at 4\.4 % of spend"),
}
README = {
    "150000": ("README.md", r"\nMove EUR 150,000 from "),
    "56000": ("README.md", r" expect EUR 56,000 more "),
}


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


def figures(text: str, *, dutch: bool) -> set[str]:
    """Return the figures of a text in one form: no currency, no marks of thousands, a decimal point."""
    found = [f.removeprefix("EUR ").replace(" ", "") for f in FIGURE.findall(text)]
    marks = str.maketrans(",.", ".,") if dutch else {}
    return {f.translate(marks).replace(",", "") for f in found}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_pages_for_managers_quote_what_examples_give(language: str) -> None:
    page = DOCS / f"for_managers.{language}.md"
    assert figures(prose(page), dutch=language == "nl") == set(MANAGERS)


def test_the_readme_quotes_in_prose_what_its_programs_print() -> None:
    quoted = {f for f in figures(prose(ROOT / "README.md"), dutch=False) if len(f) > 4}
    assert quoted == set(README)


@pytest.mark.parametrize("figure", sorted(f for f, (where, _) in {**MANAGERS, **README}.items() if where))
def test_a_quoted_figure_stands_where_it_is_made(figure: str) -> None:
    where, line = {**MANAGERS, **README}[figure]
    assert re.search(line, (ROOT / where).read_text(encoding="utf-8"))


def test_figures_are_read_in_the_form_of_their_language() -> None:
    assert figures("EUR 135.000 of 5,7% in 94 gesimuleerde bedrijven", dutch=True) == {"135000", "5.7%", "94"}
    assert figures("EUR 135,000 or 5.7 % in 94 simulated companies", dutch=False) == {"135000", "5.7%", "94"}


def blocking_names() -> set[str]:
    """Return the names of all findings that can block, as far as the sources write them out."""
    names: set[str] = set()
    for path in sorted(SOURCES.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        names |= set(re.findall(r'Finding\(\s*"(\w+)",\s*"blocks"', text))
        names |= set(re.findall(r'_blocks\("(\w+)"', text))
    return names


def test_every_finding_that_blocks_is_explained_to_whoever_meets_it() -> None:
    page = (DOCS / "how_to/questions_and_trouble.md").read_text(encoding="utf-8")
    known = set(re.findall(r"`(\w+)`", page))
    assert len(blocking_names()) > 12
    assert not blocking_names() - known


EXPORT = (DOCS / "how_to/export_from_platforms.md").read_text(encoding="utf-8")
TICKED = [
    (section.split("\n", 1)[0].strip(), part, heading)
    for section in EXPORT.split("\n## ")[1:]
    for part, heading in re.findall(r"^\| (\w+) \| `([^`]+)` \|$", section, re.MULTILINE)
]


@pytest.mark.parametrize(("platform", "part", "heading"), TICKED)
def test_a_column_to_tick_is_read_as_the_part_that_the_page_says(platform: str, part: str, heading: str) -> None:
    known = PLATFORMS[platform]
    words = [*known["parts"][part], *(known["period_starts"] if part == "period" else [])]
    words += known["conversions"] if part == "orders" else []
    assert heading.casefold() in words


def test_the_six_platforms_each_have_their_columns() -> None:
    assert {platform for platform, _, _ in TICKED} == {
        "Google Ads", "Meta Ads", "Google Analytics 4", "Microsoft Advertising", "LinkedIn Ads", "TikTok Ads"
    }  # fmt: skip


def test_the_tables_of_the_lab_are_those_of_its_results() -> None:
    rows = [line for line in (DOCS / "lab.md").read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    made = (ROOT / "benchmarks/results/lab.md").read_text(encoding="utf-8").splitlines()
    assert len(rows) > 25
    assert not set(rows) - set(made)
