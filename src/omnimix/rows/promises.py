"""What a plan promised beside what happened, as plain rows."""

from __future__ import annotations

from typing import Any

from omnimix.labels import CHANNEL, LOWER, UPPER
from omnimix.promises import Tracking
from omnimix.rows.table import records, value_rows

SCHEMA = 1


def tracking_rows(found: Tracking, language: str = "en") -> dict[str, Any]:
    """Return the bridge by channel and cause and by team, with what was to be expected and its sentences."""
    return {
        "schema": SCHEMA,
        "currency": found.currency,
        **value_rows(found.value_unit),
        "start": found.weeks[0],
        "weeks": len(found.weeks),
        "planned_weeks": found.planned_weeks,
        "interval": found.interval,
        "promised": found.promised,
        "happened": found.happened,
        "expected": {LOWER: found.expected[0], UPPER: found.expected[1]},
        "within": found.within,
        "bridge": records(found.table()),
        "causes": {str(c): round(float(v), 2) for c, v in found.by_cause.items()},
        "teams": records(found.by_team),
        "spend": records(found.spend.reset_index(names=CHANNEL)),
        "sentences": found.sentences(language),
    }
