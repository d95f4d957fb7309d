"""What comes soon and in the long run, as plain rows."""

from __future__ import annotations

from typing import Any

from omnimix.lasting import LongRun
from omnimix.rows.table import records

SCHEMA = 1


def long_run_rows(found: LongRun, language: str = "en") -> dict[str, Any]:
    """Return what every channel brings soon and in the long run, the tracker where there is one, and the sentences."""
    half_life = dict(zip(("median", "lower", "upper"), found.half_life, strict=True)) if found.half_life else None
    return {
        "schema": SCHEMA,
        "currency": found.currency,
        "interval": found.interval,
        "discount": found.discount,
        "campaign_weeks": found.weeks,
        "horizons": list(found.horizons),
        "stock": found.stock,
        "half_life": half_life,
        "half_life_learned": found.half_life_learned,
        "long_run": records(found.table()),
        "tracker": None if found.survey is None else records(found.survey_table()),
        "sentences": found.sentences(language),
    }
