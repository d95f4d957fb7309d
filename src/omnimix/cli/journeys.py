"""`omnimix journeys`: where journeys start and what every attribution method credits, from touches and orders."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from typing import Any

from omnimix.attribution import Journeys, journeys
from omnimix.attribution.credit import METHODS, REMOVAL_EFFECT
from omnimix.cli.arguments import UsageError
from omnimix.cli.places import require_writable
from omnimix.cli.screen import has_room_for_progress, heading, say, show_findings, waiting, word
from omnimix.cli.spoken import line, show, speaking
from omnimix.labels import CHANNEL
from omnimix.rows.journeys import journeys_rows
from omnimix.rows.json_file import write_json
from omnimix.tracking import read_orders, read_touches
from omnimix.words import Form, exact, percent, texts

STARTS: dict[str, Form] = {CHANNEL: word, "journeys": exact, "orders": exact, "share": percent}
CREDIT: dict[str, Form] = {CHANNEL: word, **dict.fromkeys(METHODS, exact), REMOVAL_EFFECT: percent}


def run_journeys(given: argparse.Namespace) -> bool:
    """Read touches and orders, follow customers from one to the other, and print what that comes to."""
    require_writable(given.json)
    for path in (given.touches, given.orders):
        if not path.exists():
            raise UsageError(f"there is no file {path}; give touches and orders as csv or parquet.")
    bar = has_room_for_progress()
    of_touches, of_orders = _columns(given)
    how: dict[str, Any] = {
        "timezone": given.timezone,
        "unusable": "leave_out" if given.leave_out else "refuse",
        "progress": bar,
    }
    with nullcontext() if bar else waiting("Reading touches and orders", after=2.0):
        touches = read_touches(given.touches, **of_touches, **how)
        orders = read_orders(given.orders, **of_orders, **how, decimal=given.decimal)
    found = journeys(touches, orders, window=given.window, progress=bar)
    _show(found, given.language)
    if given.json:
        write_json(journeys_rows(found, given.language), given.json)
    return False


def _columns(given: argparse.Namespace) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns that touches and orders call otherwise, by part."""
    named: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for part in ("customer", "time", "channel"):
        if typed := getattr(given, part):
            first, _, second = typed.partition(",")
            named[0][part], named[1][part] = first.strip(), (second or first).strip()
    if given.revenue:
        named[1]["revenue"] = given.revenue
    return named


def _show(found: Journeys, language: str) -> None:
    said = texts("journeys", language)
    heading(said["heading_starts"])
    show(found.starts, STARTS, speaking(language))
    heading(said["heading_credit"])
    show(found.table(), CREDIT, speaking(language))
    heading(said["heading_said"])
    for sentence in found.sentences(language).values():
        say(sentence)
    if found.findings:
        heading(line(language, "findings"))
        show_findings(found.findings, language)
