"""The page as one HTML text: template, style, figures, pictures and the code that brings them to life."""

from __future__ import annotations

import functools
import importlib.metadata
import re
from pathlib import Path
from typing import Any

from markupsafe import Markup

from omnimix.page.branding import PAGE, Branding
from omnimix.page.compose import figures, page
from omnimix.page.drawing import CONFIG, as_data, library, locale, picture
from omnimix.page.gather import Gathered
from omnimix.words import called_by, texts

HERE = Path(__file__).parent
KEPT = "\N{NO-BREAK SPACE}"


def html_of(found: Gathered, language: str, subtitle: str, look: Branding | None = None) -> str:
    """Return the page as HTML that needs no other file."""
    look = look or Branding()
    with called_by(look.labels):
        return _html(found, language, subtitle, look)


def _html(found: Gathered, language: str, subtitle: str, look: Branding) -> str:
    version = importlib.metadata.version("omnimix")
    told = page(found, language, version, subtitle, look.title)
    charts = {c.name: c.spec for b in told.blocks for c in b.charts}
    rooms = _rooms(look.template)
    text: str = rooms.get_template(PAGE).render(
        page=told,
        look=look,
        language=language,
        version=version,
        words=texts("report", language),
        css=Markup(_css(rooms)),
        pictures={name: Markup(picture(spec, language)) for name, spec in charts.items()},
        data=Markup(as_data(figures(found, language))),
        charts=Markup(as_data({"charts": charts, "config": CONFIG, "locale": locale(language)})),
        library=Markup(library()) if charts else "",
        script=Markup(_file("page.js")),
    )
    return _kept_together(text, found.posterior.value_unit.name(language), found.posterior.panel.currency)


def _kept_together(text: str, unit: str, currency: str) -> str:
    """Return the page in which amounts have a true minus sign and stay on one line; data and scripts are left alone."""
    before, seen, after = text.partition("<script")
    amount = rf"(?<=\b{re.escape(currency)}) (?=[-+\d])"
    before = re.sub(amount, KEPT, before)
    before = re.sub(rf"(?<![\w-])-(?={re.escape(currency)}{KEPT}\d)", "\N{MINUS SIGN}", before)
    counted = rf"(?<![\w-])-(?=\d[\d.,]*(?:k|m|bn|tn| mln| mld| bln)? {re.escape(unit)}\b)"
    before = re.sub(counted, "\N{MINUS SIGN}", before)
    before = re.sub(r"\b(between|tussen|and|en) -(?=\d)", "\\1 \N{MINUS SIGN}", before)
    sizes = "mln|mld|bln|miljoen|miljard|biljoen|million|billion|trillion"
    return re.sub(rf"(?<=\d) (?=(?:{sizes})\b)", KEPT, before) + seen + after


@functools.cache
def _rooms(template: Path | None) -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    places = [place for place in (template, HERE) if place is not None]
    return Environment(
        loader=FileSystemLoader(places),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _css(rooms: Any) -> str:
    """Return the style of the page, a firm's own where its folder has one."""
    text, _, _ = rooms.loader.get_source(rooms, "page.css")
    return str(text)


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
