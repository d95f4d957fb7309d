"""The glossary holds each term once; its names exist, and names that were given up do not come back."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, ROOT, files, rooms

PAGE = (ROOT / "docs/reference/glossary.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?!---|term |instead )(.+?) \| (.+?) \| ?(.*?) ?\|$", re.MULTILINE)
TERMS, GONE = (ROW.findall(part) for part in PAGE.split("## Instead of"))


def identifiers(tree: ast.AST) -> Iterator[str]:
    """Give every name that a module defines, takes, reads or reaches for."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.keyword(arg=str(name)):
                yield name
            case ast.alias(name=name):
                yield from name.split(".")


def names_in(paths: list[Path]) -> set[str]:
    return {n for path in paths for n in identifiers(ast.parse(path.read_text(encoding="utf-8")))}


def of_room(room: str) -> list[Path]:
    return [f for f in files() if f.relative_to(PACKAGE).parts[0] in (room, f"{room}.py")]


def test_terms_stand_once_and_in_the_order_of_the_alphabet() -> None:
    terms = [term.casefold() for term, _, _ in TERMS]
    assert len(terms) > 40
    assert terms == sorted(terms)
    assert len(set(terms)) == len(terms)


def test_every_name_of_the_glossary_exists() -> None:
    known = names_in(files())
    named = {name for _, _, code in TERMS for name in re.findall(r"`(\w+)`", code)}
    assert len(named) > 60
    assert not named - known


@pytest.mark.parametrize("row", [row for row in GONE if row[2]], ids=lambda row: row[0].strip("`"))
def test_a_name_that_was_given_up_does_not_come_back(row: tuple[str, str, str]) -> None:
    name, gone_from = row[0].strip("`"), row[2].split(", ")
    assert set(gone_from) <= rooms(), "the third column names rooms"
    for room in gone_from:
        paths = of_room(room)
        found = {p.name for p in paths} if name.endswith(".py") else names_in(paths)
        assert name not in found, f"{room} has {name} again; the glossary says {row[1]}"
