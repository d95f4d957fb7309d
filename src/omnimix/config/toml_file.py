"""The text of a project file becomes plain tables, or one refusal: no file takes long, and none breaks the parser."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from omnimix.config import toml_mistakes
from omnimix.errors import SpecError

MOST_BYTES = 1_000_000
MOST_PARTS = 16  # of a dotted key; the deepest that a project file has is three
MOST_DEPTH = 16  # of lists and tables in one another
LARGEST = 2**63  # TOML has whole numbers of 64 bits
_key = r"(?:[\w-]+|\"[^\"\n]*\"|'[^'\n]*')"
_long_key = re.compile(rf"(?:^|[\[{{,])[ \t]*{_key}(?:[ \t]*\.[ \t]*{_key}){{{MOST_PARTS}}}", re.MULTILINE)
NESTED = f"lists or tables stand in one another more than {MOST_DEPTH} deep; a project file needs three or four"


def read_toml(file: Path) -> dict[str, Any]:
    """Return the tables of a project file.

    Raises :class:`SpecError` for a file that is missing, too large, not UTF-8 or not TOML, and for keys, numbers and
    nesting that are longer than any project file has.
    """
    text = _text(file)
    long_key = _long_key.search(text)
    if long_key:
        line = text.count("\n", 0, long_key.end()) + 1
        raise SpecError(f"{file}: the key in line {line} has more than {MOST_PARTS} parts; the longest has three.")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise SpecError(f"{file} is not TOML: {problem}.{toml_mistakes.told(text, str(problem))}") from None
    except (RecursionError, MemoryError):
        raise SpecError(f"{file}: {NESTED}.") from None
    except ValueError as problem:  # a whole number that Python refuses to read
        raise SpecError(f"{file} holds a value that cannot be read ({str(problem).split(';')[0]}).") from None
    wrong = _beyond(raw)
    if wrong:
        raise SpecError(f"{file}: {'; '.join(wrong[:5])}.")
    return raw


def _text(file: Path) -> str:
    if file.is_dir():
        raise SpecError(f"{file} is a folder; name the project file in it, such as {file / 'omnimix.toml'}.")
    try:
        with file.open("rb") as handle:
            content = handle.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise SpecError(f"there is no file {file}; `omnimix init DIR` writes a project file to start from.") from None
    except OSError as problem:
        raise SpecError(f"{file} cannot be read: {problem.strerror or problem}.") from None
    except ValueError as problem:  # a path that no file can have
        raise SpecError(f"{str(file)!r} cannot be read: {problem}.") from None
    if len(content) > MOST_BYTES:
        raise SpecError(
            f"{file} has more than {MOST_BYTES:,} bytes, and a project file a few thousand; is it the data?"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SpecError(f"{file} is not written in UTF-8; save it as UTF-8 text.") from None


def _beyond(raw: dict[str, Any]) -> list[str]:
    """Return what is nested too deep or too large a number, by key; walked without recursion."""
    wrong: list[str] = []
    waiting: list[tuple[str, Any, int]] = [("", raw, 0)]
    while waiting:
        place, value, depth = waiting.pop()
        if depth > MOST_DEPTH:
            return [NESTED]
        if isinstance(value, dict):
            waiting += [(f"{place}.{key}" if place else key, below, depth + 1) for key, below in value.items()]
        elif isinstance(value, list):
            waiting += [(place, below, depth + 1) for below in value]
        elif isinstance(value, int) and abs(value) >= LARGEST:
            name = toml_mistakes.short(place)
            wrong.append(f"`{name}` holds a whole number that needs more than 64 bits; write fewer digits")
    return wrong
