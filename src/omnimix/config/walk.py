"""Hold a raw TOML table against the table of keys and say everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from omnimix.config.keys import Section
from omnimix.config.kinds import shown
from omnimix.errors import did_you_mean


def problems(section: Section, raw: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """Yield one sentence for every unknown key, wrong type and missing key, at any depth."""
    for name, value in raw.items():
        yield from _entry(section, name, value, place)
    for name, key in section.keys.items():
        if key.required and name not in raw:
            yield f"{_where(place)}needs `{name}`: {key.note}, such as {name} = {key.example}"


def _entry(section: Section, name: str, value: object, place: str) -> Iterator[str]:
    inner = f"{place}.{name}" if place else name
    below = section.named or section.sections.get(name)
    if section.values is not None:
        yield from _value(section.values.complaint(value), name, place)
    elif name in section.keys:
        yield from _value(section.keys[name].kind.complaint(value), name, place)
    elif below is None:
        known = [*section.keys, *section.sections]
        what = "table" if isinstance(value, dict) and not place else "key"
        near = did_you_mean(name, known) or f"; the {what}s here are {', '.join(known)}"
        yield f"{_where(place)}`{name}` is no {what} of omnimix.toml{near}"
    elif not isinstance(value, dict):
        yield f"{_where(place)}`{name}` must be a table [{inner}], not {shown(value)}"
    else:
        yield from problems(below, value, inner)


def _value(complaint: str, name: str, place: str) -> Iterator[str]:
    if complaint:
        yield f"{_where(place)}`{name}` {complaint}"


def _where(place: str) -> str:
    return f"[{place}] " if place else ""
