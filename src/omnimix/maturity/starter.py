"""A file to fill in: parts with the signs of their levels as comments, and questions without answers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from omnimix.maturity.signs import HIGHEST, LOWEST, PARTS, Sign, signs_of
from omnimix.words import capital, texts

WIDTH = 112


def starter_text(language: str = "en") -> str:
    """Return a file of answers to fill in, in a language. Raises :class:`OmnimixError` for an unknown language.

    >>> "self_score" in starter_text("nl")
    True
    """
    say = texts("readiness", language)
    lines = [f"# {line}" for line in say["starter_head"].splitlines()]
    lines += [f"# {line}" for line in textwrap.wrap(say["starter_measured"], WIDTH)]
    for part in PARTS:
        lines += ["", *_part(part, language)]
    lines += ["", "[data]", *_comment(say["starter_data"])]
    for name, example in (
        ("total_spend", "2500000"),
        ("spend", '["tv", "search"]'),
        ("outcomes", '["online_sales", "store_sales"]'),
    ):
        lines += [*_comment(say[f"starter_{name}"]), f"# {name} = {example}"]
    return "\n".join(lines) + "\n"


def _part(part: str, language: str) -> Iterator[str]:
    levels = texts("readiness_levels", language)
    yield f"[{part}]"
    yield f"# {capital(texts('readiness', language)[part])}:"
    for level in range(LOWEST, HIGHEST + 1):
        yield from _comment(f"{level}  {levels[f'{part}_{level}']}", inner="   ")
    yield 'self_score = ""'
    for sign in signs_of(part):
        yield from _question(sign, language)


def _question(sign: Sign, language: str) -> Iterator[str]:
    say = texts("readiness", language)
    asked = say["ask"].format(sign=texts("readiness_signs", language)[sign.name])
    yield from _comment(f"{asked} {say['measured_mark']}" if sign.measured else asked)
    yield f'{sign.name} = ""'


def _comment(text: str, inner: str = "") -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, WIDTH, subsequent_indent=inner)]
