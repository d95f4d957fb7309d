"""Formulas of the built pages as MathML, which browsers draw themselves: no script, no font from elsewhere."""

from __future__ import annotations

import html
import re
from pathlib import Path

from math_core import LatexError, LatexToMathML

FORMULA = re.compile(r'<(span|div) class="arithmatex">\\([(\[])(.*?)\\[)\]]</\1>', re.DOTALL)
CONVERTER = LatexToMathML(annotation=True, fancy_error=False)  # the TeX goes along, to be copied


def write_formulas(site: Path) -> int:
    """Turn the TeX of every built page into MathML, in place, and return how many formulas there were.

    Raises the converter's ``LatexError``, with the page, for TeX that it cannot read.
    """
    return sum(_write(page) for page in sorted(site.rglob("*.html")))


def _write(page: Path) -> int:
    text, count = FORMULA.subn(lambda found: _mathml(found, page), page.read_text(encoding="utf-8"))
    if count:
        page.write_text(text, encoding="utf-8")
    return count


def _mathml(found: re.Match[str], page: Path) -> str:
    tag, bracket, tex = found.groups()
    try:
        drawn = CONVERTER.convert_with_local_state(html.unescape(tex).strip(), displaystyle=bracket == "[")
    except LatexError as error:
        error.add_note(f"in {page}: {tex}")
        raise
    return f'<{tag} class="formula">{drawn}</{tag}>'
