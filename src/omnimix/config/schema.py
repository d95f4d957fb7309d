"""The JSON Schema of omnimix.toml, made from the table of keys, for editors.

The published copy beside this file is ``schema_text()``; a test holds both equal and says how to write it anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from omnimix.config.keys import FILE, Key, Section
from omnimix.config.kinds import PRIOR_SCHEMA

PUBLISHED = Path(__file__).with_name("omnimix.schema.json")


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of omnimix.toml.

    >>> schema()["properties"]["currency"]["type"]
    'string'
    """
    top = _section(FILE)
    top["required"] = ["data", "channels", "outcomes"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "omnimix.toml",
        **top,
        "$defs": {"prior": PRIOR_SCHEMA},
    }


def schema_text() -> str:
    """Return the schema as the published file holds it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _section(section: Section) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "object", "description": section.note}
    if section.values is not None:
        return made | {"additionalProperties": dict(section.values.schema)}
    if section.named is not None:
        return made | {"additionalProperties": _section(section.named)}
    made["properties"] = {name: _key(key) for name, key in section.keys.items()}
    made["properties"] |= {name: _section(below) for name, below in section.sections.items()}
    required = [name for name, key in section.keys.items() if key.required]
    return made | ({"required": required} if required else {}) | {"additionalProperties": False}


def _key(key: Key) -> dict[str, Any]:
    return {**key.kind.schema, "description": key.note}
