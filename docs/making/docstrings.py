"""Docstrings as the site needs them: examples in fences, and names of other objects as links to their place."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from griffe import Extension, Object

from docs.making.navigation import ROOT

DIRECTIVE = re.compile(r"^::: ([\w.]+)$", re.MULTILINE)
EXAMPLE = re.compile(r"^(?P<indent> *)>>> .*(?:\n(?P=indent)\S.*)*", re.MULTILINE)
NAMED = re.compile(r":(?:class|func|meth|attr|mod):`~?([\w.]+)`")


class Docstrings(Extension):
    """Rewrites every docstring as it is read from the sources."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Rewrite the docstring of one module, class, function or attribute."""
        if obj.docstring:
            obj.docstring.value = for_site(obj.docstring.value)


@cache
def places() -> frozenset[str]:
    """Return the objects that have a place in the reference, by their public path."""
    pages = (ROOT / "docs" / "reference").glob("*.md")
    return frozenset(name for page in pages for name in DIRECTIVE.findall(page.read_text(encoding="utf-8")))


def for_site(docstring: str) -> str:
    """Return a docstring with fenced examples and linked names; in a reader's editor it stays as it was written."""
    return NAMED.sub(_link, EXAMPLE.sub(_fence, docstring))


def _fence(example: re.Match[str]) -> str:
    indent = example["indent"]
    return f"{indent}```pycon\n{example.group()}\n{indent}```"


def _link(named: re.Match[str]) -> str:
    name = named[1]
    here = [p for p in places() if p in (name, f"omnimix.{name}") or name.rpartition(".")[2] == p.rpartition(".")[2]]
    meant = [p for p in here if p.startswith("omnimix.plot.") == name.startswith("omnimix.plot.")]
    return f"[`{name}`][{meant[0]}]" if len(meant) == 1 else f"`{name}`"
