"""Pages point at files that exist, and the reference names the public names and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import omnimix
from tests.docs.snippets import PAGES, ROOT

MORE = [ROOT / name for name in ("ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/README.md")]
LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")
FOREIGN = ("http://", "https://", "mailto:")
MADE = "pictures/"  # made when the site is built; see test_site.py


@pytest.mark.parametrize("page", [*PAGES, *MORE], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    links = [m.group(1) for m in LINK.finditer(page.read_text(encoding="utf-8"))]
    assert not [link for link in links if not link.startswith((*FOREIGN, MADE)) and not (page.parent / link).exists()]


@pytest.mark.parametrize("page", [p for p in PAGES if "docs" in p.parts], ids=lambda page: page.stem)
def test_every_page_is_reached_from_the_index(page: Path) -> None:
    index = ROOT / "docs" / "index.md"
    links = {(index.parent / m.group(1)).resolve() for m in LINK.finditer(index.read_text(encoding="utf-8"))}
    assert page == index or page.resolve() in links


def test_the_reference_lists_exactly_the_public_names() -> None:
    text = (ROOT / "docs" / "reference" / "index.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| `om\.(\w+)[^`]*` \|", text, re.MULTILINE)
    assert sorted(named) == sorted(omnimix.__all__)
