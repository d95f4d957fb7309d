"""The page as one HTML text: template, style, figures, pictures and the code that brings them to life."""

from __future__ import annotations

import functools
import importlib.metadata
import re
from pathlib import Path
from typing import Any

from omnimix.page.compose import figures, page
from omnimix.page.drawing import CONFIG, as_data, library, locale, picture
from omnimix.page.gather import Gathered
from omnimix.words import texts

HERE = Path(__file__).parent
KEPT = "\N{NO-BREAK SPACE}"


def html_of(found: Gathered, language: str, subtitle: str) -> str:
    """Return the page as HTML that needs no other file."""
    version = importlib.metadata.version("omnimix")
    told = page(found, language, version, subtitle)
    charts = {c.name: c.spec for b in told.blocks for c in b.charts}
    text: str = _template().render(
        page=told,
        language=language,
        version=version,
        words=texts("report", language),
        css=_file("page.css"),
        pictures={name: picture(spec, language) for name, spec in charts.items()},
        data=as_data(figures(found, language)),
        charts=as_data({"charts": charts, "config": CONFIG, "locale": locale(language)}),
        library=library() if charts else "",
        script=_file("page.js"),
    )
    return _kept_together(text, found.posterior.value_unit.name(language), found.posterior.panel.currency)


def _kept_together(text: str, unit: str, currency: str) -> str:
    """Return the page in which amounts have a true minus sign and stay on one line; data and scripts are left alone."""
    before, seen, after = text.partition("<script")
    amount = rf"(?<=\b{re.escape(currency)}) (?=[-+\d])"
    before = re.sub(amount, KEPT, before)
    before = re.sub(rf"(?<=\b{re.escape(currency)}{KEPT})-(?=\d)", "\N{MINUS SIGN}", before)
    counted = rf"(?<![\w-])-(?=\d[\d.,]*(?:k|m|bn|tn| mln| mld| bln)? {re.escape(unit)}\b)"
    before = re.sub(counted, "\N{MINUS SIGN}", before)
    before = re.sub(r"\b(between|tussen|and|en) -(?=\d)", "\\1 \N{MINUS SIGN}", before)
    sizes = "mln|mld|bln|miljoen|miljard|biljoen|million|billion|trillion"
    return re.sub(rf"(?<=\d) (?=(?:{sizes})\b)", KEPT, before) + seen + after


@functools.cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    rooms = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return rooms.get_template("page.html.jinja")


def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
