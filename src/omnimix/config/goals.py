"""The tables [goals.*] of omnimix.toml become goals; what cannot be is told with its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnimix.errors import SpecError
from omnimix.spec import Goal, Names


def declared_goals(raw: Mapping[str, Any], wrong: list[str]) -> tuple[Goal, ...]:
    """Return the goals of a file whose keys and types are right; what cannot be goes to ``wrong``."""
    names, found = Names.of_file(raw), []
    for name, keys in raw.get("goals", {}).items():
        why = names.no_node(keys["node"])
        if why:
            wrong.append(f"[goals.{name}] {why}")
        try:
            found.append(Goal(name, **keys))
        except SpecError as problem:
            wrong.append(str(problem).rstrip(".").replace(f"goal {name!r}:", f"[goals.{name}]", 1))
    return tuple(found)
