"""What a machine reads of a geo test."""

from __future__ import annotations

from typing import Any

from omnimix.geo_tests import GeoTest
from omnimix.labels import INTERVAL
from omnimix.rows.findings import check_rows
from omnimix.rows.table import records

SCHEMA = 1


def geo_test_rows(found: GeoTest, language: str = "en") -> dict[str, Any]:
    """Return the effect, which is the total over treated markets and test weeks in units of the outcome.

    ``experiment`` holds the result as evidence; what was not said of the test is null in it.
    """
    fields = found.experiment_fields()
    told = {key: str(value) if key in ("start", "end") else value for key, value in fields.items()}
    lists = {key: None if told[key] is None else list(told[key]) for key in ("channels", "geos")}
    power = found.power()
    return {
        "schema": SCHEMA,
        "effect": {**found.effect, "per_week": found.per_week},
        INTERVAL: found.interval,
        "method": found.method,
        "lift_share": found.lift_share,
        "p_value": found.p_value,
        "pre_fit": found.pre_fit,
        "incremental_spend": found.incremental_spend,
        "roas": found.roas,
        "experiment": {**told, **lists},
        "weights": {str(name): float(weight) for name, weight in found.controls.items()},
        "power": records(power, list(power.columns)),
        "sentence": found.sentence(language),
        **check_rows(found.notes),
    }
