"""A firm makes the page its own; what cannot be used is refused, all at once, before any work."""

from __future__ import annotations

import base64
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import omnimix as om
from omnimix.page.branding import HERE, Branding, branding, contrast_with_white
from omnimix.page.compose import page as compose

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def looked_at(posterior: om.Posterior, **given: object) -> Branding:
    asked = {"title": "", "logo": None, "labels": None, "accent": None, "template": None} | given
    return branding(posterior, **asked)  # type: ignore[arg-type]


def test_everything_that_is_wrong_is_told_at_once(usable: om.Posterior, tmp_path: Path) -> None:
    text = tmp_path / "logo.png"
    text.write_text("not a picture")
    with pytest.raises(om.OmnimixError) as refused:
        looked_at(usable, logo=text, labels={"tvv": "TV"}, accent="#ffe680", template=tmp_path / "none")
    told = str(refused.value)
    for part in (
        "logo.png is no picture",
        "no channel, stage",
        "'tvv'",
        "did you mean",
        "contrast of 1.2",
        "is no folder",
    ):
        assert part in told, part


def test_a_refused_accent_comes_with_a_shade_that_can_be_read(usable: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="such as #") as refused:
        looked_at(usable, accent="#56b4e9")
    shade = str(refused.value).rpartition("such as ")[2].rstrip(".")
    assert contrast_with_white(shade) >= 4.5
    assert looked_at(usable, accent=shade).accent == shade


@pytest.mark.parametrize("accent", ["blue", "#fff", "0072b2", ""])
def test_a_colour_is_written_one_way(usable: om.Posterior, accent: str) -> None:
    with pytest.raises(om.OmnimixError, match="written as #rrggbb"):
        looked_at(usable, accent=accent)


def test_a_logo_that_is_not_there_is_named(usable: om.Posterior, tmp_path: Path) -> None:
    with pytest.raises(om.OmnimixError, match=r"gone\.png cannot be read"):
        looked_at(usable, logo=tmp_path / "gone.png")


def test_a_template_folder_without_any_of_the_files_says_which_there_are(usable: om.Posterior, tmp_path: Path) -> None:
    (tmp_path / "pag.html.jinja").write_text("")
    with pytest.raises(om.OmnimixError, match=r"none of the files that make the page.*page\.css"):
        looked_at(usable, template=tmp_path)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_what_a_firm_gives_stands_on_the_page(page: om.Report, tmp_path: Path, language: str) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(PNG)
    shutil.copy(HERE / "page.css", tmp_path / "page.css")
    with (tmp_path / "page.css").open("a") as style:
        style.write("\n.of-our-own { color: red; }\n")
    look = looked_at(
        page.found.posterior,
        title="Our <plan>",
        logo=logo,
        labels={"tv": "T & V", "brand": "Merkteam"},
        accent="#7A1F5C",
        template=tmp_path,
    )
    told = replace(page, language=language, look=look).html()
    before = told.partition("<script")[0]
    for part in (
        "<h1>Our &lt;plan&gt;</h1>",
        "data:image/png;base64,",
        "T &amp; V",
        "Merkteam",
        "#7a1f5c",
        ".of-our-own",
    ):
        assert part in before, part
    assert "T &amp; V" not in replace(page, language=language).html()
    assert '"channel":"tv"' in told


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_heading_is_the_finding_unless_another_is_given(page: om.Report, language: str) -> None:
    plain = compose(page.found, language, "1")
    other = compose(page.found, language, "1", title="Other")
    assert (other.title, other.finding) == ("Other", plain.title)
    assert plain.finding == ""
    assert plain.title != plain.kind
