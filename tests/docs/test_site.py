"""The site has every page in its navigation, every public name in its reference and every picture in its gallery."""

from __future__ import annotations

import ast
import inspect
import pkgutil
from pathlib import Path
from typing import Any

import pytest

import omnimix
from docs.making.navigation import ROOT, faults
from docs.making.notebooks import take_notebooks
from docs.making.pictures import GALLERY, steps
from docs.making.site import requests_elsewhere

REFERENCE = sorted((ROOT / "docs" / "reference").glob("*.md"))
PLACED = [
    line.removeprefix("::: ").strip()
    for page in REFERENCE
    for line in page.read_text(encoding="utf-8").splitlines()
    if line.startswith("::: ")
]
WITHOUT_A_PLACE = {"plot", "__version__"}  # a module whose names have places, and a text
COLOURS_AND_DOORS = {"Drawn", "channel_colours", "draw"}  # what is in om.plot and draws no picture of its own


def thing(path: str) -> Any:
    """Return what a dotted path names."""
    return pkgutil.resolve_name(path)


def public() -> dict[str, Any]:
    names = {f"om.{name}": getattr(omnimix, name) for name in omnimix.__all__ if name not in WITHOUT_A_PLACE}
    return names | {f"om.plot.{name}": getattr(omnimix.plot, name) for name in omnimix.plot.__all__}


def test_the_navigation_names_every_page_once() -> None:
    assert not faults()


def test_the_navigation_says_which_page_is_missing_left_out_or_named_twice(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for page in ("index.md", "forgotten.md"):
        (tmp_path / "docs" / page).touch()
    settings = tmp_path / "zensical.toml"
    settings.write_text('[project]\nnav = [{Start = "index.md"}, {More = [{Again = "index.md"}, {Gone = "gone.md"}]}]')
    said = "\n".join(faults(settings))
    assert "gone.md" in said
    assert "forgotten.md is in no navigation" in said
    assert "index.md 2 times" in said


@pytest.mark.parametrize("name", public())
def test_a_public_name_has_one_place_in_the_reference(name: str) -> None:
    wanted = public()[name]
    places = [p for p in PLACED if p.rpartition(".")[2] == name.rpartition(".")[2] and thing(p) is wanted]
    assert len(places) == 1, f"write `::: omnimix{name.removeprefix('om')}` on one page of docs/reference"


@pytest.mark.parametrize("path", PLACED)
def test_a_place_in_the_reference_holds_something_documented(path: str) -> None:
    found = thing(path)
    assert not inspect.ismodule(found)
    assert inspect.getdoc(found)


def test_the_gallery_shows_every_picture() -> None:
    drawn = {
        node.attr
        for step in steps()
        for node in ast.walk(ast.parse(step.program))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "om.plot"
    }
    assert drawn == set(omnimix.plot.__all__) - COLOURS_AND_DOORS


def test_every_picture_of_the_gallery_has_a_program_and_a_name_of_its_own() -> None:
    pictures = [step.picture for step in steps() if step.picture]
    assert len(set(pictures)) == len(pictures) == GALLERY.read_text(encoding="utf-8").count("\n![")


def test_docstrings_of_the_site_link_to_places_and_fence_examples() -> None:
    docstrings = pytest.importorskip("docs.making.docstrings", reason="needs the dependency group docs")
    assert docstrings.for_site("Raises :class:`FitError`.") == "Raises [`FitError`][omnimix.FitError]."
    assert docstrings.for_site(":func:`nowhere`") == "`nowhere`"
    assert docstrings.for_site("Say.\n\n>>> 1 + 1\n2\n\nMore.") == "Say.\n\n```pycon\n>>> 1 + 1\n2\n```\n\nMore."


def test_formulas_are_drawn_without_a_script(tmp_path: Path) -> None:
    formulas = pytest.importorskip("docs.making.formulas", reason="needs the dependency group docs")
    page = tmp_path / "page.html"
    page.write_text(r'<p>A <span class="arithmatex">\(a &lt; b\)</span></p><div class="arithmatex">\[x^2\]</div>')
    assert formulas.write_formulas(tmp_path) == 2
    assert page.read_text().count("<math") == 2
    page.write_text(r'<span class="arithmatex">\(\nonsense\)</span>')
    with pytest.raises(formulas.LatexError, match="nonsense"):
        formulas.write_formulas(tmp_path)


def test_what_a_page_would_fetch_from_another_host_is_named_and_links_are_not(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<link rel="canonical" href="https://a.org"><a href="https://b.org"><img src="here.png">')
    assert not requests_elsewhere(tmp_path)
    page.write_text('<script async src="https://c.org/x.js"></script><link rel=stylesheet href=https://d.org/y.css>')
    assert requests_elsewhere(tmp_path) == ["https://c.org/x.js", "https://d.org/y.css"]


def test_the_site_takes_the_notebooks_along_that_it_links_to(tmp_path: Path) -> None:
    page, notebook = tmp_path / "site" / "learn" / "page.html", tmp_path / "notebooks" / "one.ipynb"
    for file, text in ((page, '<a href="../../notebooks/one.ipynb">'), (notebook, "{}")):
        file.parent.mkdir(parents=True)
        file.write_text(text)
    assert take_notebooks(tmp_path / "site", tmp_path) == 1
    assert page.read_text() == '<a href="../notebooks/one.ipynb">'
    assert (page.parent / "../notebooks/one.ipynb").exists()
