"""`omnimix analyze-test`: what a test in some markets did there."""

from __future__ import annotations

import argparse

from omnimix.cli.places import require_writable
from omnimix.cli.screen import heading, say, show_findings, waiting, word
from omnimix.cli.spoken import line, show, speaking
from omnimix.geo_tests import GeoTest, analyze_test
from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.rows.geo_tests import geo_test_rows
from omnimix.rows.json_file import write_json
from omnimix.words import Form, amount, percent, rate

EFFECT: dict[str, Form] = {
    "outcome": word,
    "method": word,
    MEAN: amount,
    LOWER: amount,
    UPPER: amount,
    "per_week": amount,
    "lift_share": rate,
    "p_value": percent,
    "pre_fit": percent,
}
POWER: dict[str, Form] = {"lift_share": rate, "power": percent}


def run_analyze_test(given: argparse.Namespace) -> bool:
    """Read a test in some markets and print what it did."""
    require_writable(given.json)
    with waiting("Reading the test", after=2.0):
        found = analyze_test(
            given.table,
            treated=_parts(given.treated),
            start=given.start,
            end=given.end,
            outcome=given.outcome,
            method=given.method,
            geo=given.geo,
            week=given.week,
            tail_weeks=given.tail_weeks,
            spend=given.spend,
            channels=_parts(given.channels),
            scale=given.scale,
        )
    _show(found, given.language)
    if given.json:
        write_json(geo_test_rows(found, given.language), given.json)
    return False


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _show(found: GeoTest, language: str) -> None:
    words, places = speaking(language), ", ".join(found.treated)
    heading(line(language, "geo_test", places=places, start=found.start, end=found.end))
    say(found.sentence(language))
    say()
    show(found.table(), EFFECT, words)
    heading(line(language, "would_find"))
    show(found.power(), POWER, words)
    if found.notes:
        heading(line(language, "noticed"))
        show_findings(found.notes, language)
