"""How ready a team is as plain rows, for JSON and for the page."""

from __future__ import annotations

from typing import Any

from omnimix.maturity import Readiness
from omnimix.rows.table import records

SCHEMA = 1


def readiness_rows(found: Readiness, language: str = "en") -> dict[str, Any]:
    """Return where a team stands: by part both scores and the next step; what was measured, what is open, sentences.

    ``sentences`` has one by part under the part's name; ``widths`` what one more source would leave of each range.
    """
    return {
        "schema": SCHEMA,
        "parts": records(found.table(language)),
        "measured": [{"sign": m.name, "figure": m.figure, "counts": m.counts} for m in found.measured],
        "unanswered": list(found.unanswered),
        "widths": records(found.widths),
        "sentences": found.sentences(language),
    }
