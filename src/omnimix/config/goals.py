"""The tables [goals.*] of omnimix.toml become goals; what cannot be is told with its table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnimix.errors import SpecError, did_you_mean
from omnimix.spec import Goal


def declared_goals(raw: Mapping[str, Any], wrong: list[str]) -> tuple[Goal, ...]:
    """Return the goals of a file whose keys and types are right; what cannot be goes to ``wrong``."""
    nodes = [*raw.get("stages", {}), *raw.get("outcomes", {})]
    found = []
    for name, keys in raw.get("goals", {}).items():
        if keys["node"] not in nodes:
            near = did_you_mean(keys["node"], nodes) or f"; there is {', '.join(nodes)}"
            wrong.append(f"[goals.{name}] {keys['node']!r} is no stage or outcome{near}")
        try:
            found.append(Goal(name, **keys))
        except SpecError as problem:
            wrong.append(str(problem).rstrip(".").replace(f"goal {name!r}:", f"[goals.{name}]", 1))
    return tuple(found)
