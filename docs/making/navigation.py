"""The navigation of the site: which pages it names, and what is wrong with it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "zensical.toml"


def pages_in_docs(docs: Path) -> set[str]:
    """Return every page below a folder, by its path in that folder."""
    return {page.relative_to(docs).as_posix() for page in docs.rglob("*.md")}


def pages_in_navigation(settings: Path = SETTINGS) -> list[str]:
    """Return the pages that the navigation names, in its order."""
    return list(_leaves(tomllib.loads(settings.read_text(encoding="utf-8"))["project"]["nav"]))


def faults(settings: Path = SETTINGS) -> list[str]:
    """Say what is wrong with the navigation: pages that are missing, left out or named twice.

    The builder checks links and anchors in pages, but not its own navigation.
    """
    named, there = pages_in_navigation(settings), pages_in_docs(settings.parent / "docs")
    missing = [f"the navigation names {page}, and docs/ has no such page" for page in named if page not in there]
    left_out = [f"docs/{page} is in no navigation; name it in {settings.name}" for page in sorted(there - set(named))]
    twice = [f"the navigation names {page} {n} times" for page, n in Counter(named).items() if n > 1]
    return [*missing, *left_out, *twice]


def _leaves(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    else:
        for inner in entry.values() if isinstance(entry, dict) else entry:
            yield from _leaves(inner)
