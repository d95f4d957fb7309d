"""Tables of the shell in a language: headings by the names of columns, figures in the form of the language."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import pandas as pd

from omnimix.cli.screen import TEXTS, show_table
from omnimix.labels import ALL_MEDIA, CHANNEL
from omnimix.words import MONEY, NOTHING, Form, Language, ValueUnit, texts

SECTION, LINES = "shell_tables", "shell_lines"
DAY = "%Y-%m-%d"


def line(language: str, key: str, **parts: object) -> str:
    """Return what the shell says beside its tables, with its parts filled in."""
    return texts(LINES, language)[key].format(**parts)


def speaking(language: str, unit: ValueUnit = MONEY) -> Language:
    """Return a language with what the tables of the shell say in it."""
    return Language.of(language, SECTION, unit)


def show(
    frame: pd.DataFrame,
    columns: Mapping[str, Form],
    words: Language,
    *,
    headings: Mapping[str, str] | None = None,
    last_apart: bool = False,
) -> None:
    """Print columns below what a language calls them; ``headings`` are those that depend on more than a name."""
    known = texts(SECTION, words.code)
    for name in (n for n, form in columns.items() if form in TEXTS):
        frame = frame.assign(**{name: [known.get(f"cell_{name}_{cell}", cell) for cell in frame[name]]})
    named = {name: known.get(f"column_{name}", name) for name in columns} | dict(headings or {})
    if CHANNEL in columns:
        frame = frame.assign(**{CHANNEL: frame[CHANNEL].replace(ALL_MEDIA, words.name(ALL_MEDIA))})
    written = {
        named[name]: form if form in TEXTS else functools.partial(form, language=words.code)
        for name, form in columns.items()
    }
    show_table(frame[list(columns)].rename(columns=named), written, last_apart=last_apart)


def spans(lower: pd.Series, upper: pd.Series, write: Form, words: Language) -> list[str]:
    """Write ranges in cells; where nothing is known there is none."""
    pairs = zip(lower, upper, strict=True)
    return [
        NOTHING if pd.isna(low) else words.say("to", low=write(low, words.code), high=write(high, words.code))
        for low, high in pairs
    ]
