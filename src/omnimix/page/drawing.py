"""Charts as pictures that stand in the page without any script, and the chart library that brings them to life.

Vega-Lite draws both: once here, through vl-convert, and in the reader's browser, by the same library's code inside the
page.
"""

from __future__ import annotations

import functools
import json
import re
from typing import Any

from omnimix.colours import INK, QUIET
from omnimix.page.parts import Spec

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
LOCALES = {"en": "en-GB", "nl": "nl-NL"}
PLACES = re.compile(r'\b(?:d|transform)="[^"]*"')  # what says where lines go, and no text
DECIMALS = re.compile(r"(\.\d\d)\d+")  # a hundredth of a pixel is enough
CONFIG: Spec = {
    "font": FONT,
    "background": "transparent",
    "aria": False,
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "domainColor": QUIET,
        "tickColor": QUIET,
        "gridColor": "#E4E4E4",
    },
    "text": {"fontSize": 12},
}


def picture(spec: Spec, language: str) -> str:
    """Return a chart as SVG that scales with its place."""
    vega, whole = _vega(), {**spec, "config": CONFIG}
    svg: str = vega.vegalite_to_svg(whole, vl_version=_version(), format_locale=LOCALES[language])
    svg = PLACES.sub(lambda place: DECIMALS.sub(r"\1", place[0]), svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def locale(language: str) -> dict[str, Any]:
    """Return how a language writes numbers, for the chart library."""
    return dict(_vega().get_format_locale(LOCALES[language]))


@functools.cache
def library() -> str:
    """Return the code of the chart library, as one script that asks nothing of the network.

    It names places on the web (its editor, its manual) that a page from a disk has no use for: they are taken out, so
    that the page names no address at all but that of the language of its pictures.
    """
    code: str = _vega().javascript_bundle(vl_version=_version())
    return re.sub(r"https://[^\s\"'`)]+", "", code).replace("</script", "<\\/script")


@functools.cache
def _version() -> str:
    """Return the newest version of Vega-Lite that there is."""
    return str(_vega().get_vegalite_versions()[-1])


def _vega() -> Any:
    import vl_convert

    return vl_convert


def as_data(value: object) -> str:
    """Return a value as JSON that can stand inside a script element."""
    tight = (",", ":")
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=tight).replace("<", "\\u003c")
