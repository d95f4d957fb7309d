"""Witnesses as plain rows, for JSON and for the page."""

from __future__ import annotations

from typing import Any

from omnimix.rows.table import records
from omnimix.triangulation import Witnesses

SCHEMA = 1


def witnesses_rows(found: Witnesses, language: str = "en") -> dict[str, Any]:
    """Return what each witness says of every channel; ``sentences`` has one by channel under the channel's name."""
    return {
        "schema": SCHEMA,
        "method": found.method,
        "first": found.first,
        "last": found.last,
        "channels": records(found.table()),
        "without_spend": list(found.without_spend),
        "sentences": found.sentences(language),
    }
