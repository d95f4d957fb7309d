"""`omnimix tests`: which test to do next."""

from __future__ import annotations

import argparse

from omnimix.cli.places import require_writable
from omnimix.cli.screen import heading, say, waiting, word
from omnimix.cli.spoken import line, show, speaking
from omnimix.cli.stored import stored
from omnimix.errors import OmnimixError
from omnimix.experiments import design_tests
from omnimix.rows.experiments import design_rows
from omnimix.rows.json_file import write_json
from omnimix.whole_file import write_whole
from omnimix.words import Form, amount, percent, ratio

SHOWN = 12
TESTS: dict[str, Form] = {
    "test": word,
    "mde": ratio,
    "power": percent,
    "cost": amount,
    "evsi": amount,
    "net_value": amount,
}


def run_tests(given: argparse.Namespace) -> bool:
    """Design tests and print them, the one worth most first."""
    require_writable(given.json, given.out)
    posterior = stored(given)
    with waiting("Designing tests", after=2.0):
        found = design_tests(
            posterior, weeks=given.weeks, quarters=given.quarters, allow_unconverged=given.allow_unconverged
        )
    words = speaking(given.language, found.value_unit)
    heading(line(given.language, "next_tests"))
    say(found.sentence(given.language))
    say()
    shown = found.table().head(SHOWN)
    show(shown.assign(test=[found.called(k, given.language) for k in range(len(shown))]), TESTS, words)
    unit, count = found.value_unit.name(given.language), len(found.rows)
    quarters = words.figure(found.quarters, 0 if float(found.quarters).is_integer() else 1)
    say(line(given.language, "tests_note", quarters=quarters, unit=unit, count=count))
    if given.json:
        write_json(design_rows(found, given.language), given.json)
    if given.out:
        write_whole(found.toml().encode("utf-8"), given.out, kind="the tests", error=OmnimixError)
    return False
