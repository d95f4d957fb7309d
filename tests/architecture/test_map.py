"""ARCHITECTURE.md holds a map of the rooms; it must be the map of this package."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ORDER, PACKAGE, ROOT, rooms
from tests.architecture.test_arrows import DOORS

TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def drawn() -> list[str]:
    """Return the rooms named at the start of a line of the map, in its order."""
    fence = re.search(r"```text\n(src/omnimix/\n.*?)```", TEXT, re.DOTALL)
    assert fence, "ARCHITECTURE.md has no map that starts with src/omnimix/"
    names = re.findall(r"^  (\w+)(?:\.py|/)", fence.group(1), re.MULTILINE)
    return [n for n in names if n != "__init__"]


def test_the_map_names_exactly_the_rooms_that_exist() -> None:
    assert set(drawn()) == rooms()
    assert len(drawn()) == len(set(drawn()))


def test_the_map_lists_rooms_in_the_order_of_the_arrows() -> None:
    assert drawn() == [room for room in ORDER if room in drawn()]


@pytest.mark.parametrize("door", sorted(DOORS))
def test_every_declared_door_stands_in_the_text(door: tuple[str, str]) -> None:
    place = door[0].split("::")[1]
    assert f"`{place}`" in TEXT


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:src|tests|docs|benchmarks|examples)/[\w./-]+)`", TEXT))))
def test_every_path_that_the_text_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_room_says_its_job_in_one_line() -> None:
    for room in rooms():
        module = PACKAGE / room / "__init__.py"
        text = (module if module.exists() else PACKAGE / f"{room}.py").read_text(encoding="utf-8")
        assert re.match(r'r?"""[A-Z][^"]+', text), f"{room} has no docstring"
