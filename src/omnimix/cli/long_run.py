"""`omnimix long-run`: what every channel brings soon and in years, or that the data cannot say."""

from __future__ import annotations

import argparse

from omnimix.cli.places import require_writable
from omnimix.cli.screen import heading, say, waiting
from omnimix.cli.spoken import SECTION, show
from omnimix.cli.stored import stored
from omnimix.labels import CHANNEL, SPEND
from omnimix.lasting import long_run
from omnimix.rows.json_file import write_json
from omnimix.rows.long_run import long_run_rows
from omnimix.words import Form, Language, amount, percent, ratio, texts

SHOWN: dict[str, Form] = {
    CHANNEL: str,
    SPEND: amount,
    "short_roas": ratio,
    "break_even_multiplier": ratio,
    "long_roas": ratio,
    "npv": amount,
    "probability_above_break_even": percent,
    "told": str,
}


def run_long_run(given: argparse.Namespace) -> bool:
    """Say what comes soon, what has to come later, and what does where the data say it."""
    require_writable(given.json)
    posterior = stored(given)
    with waiting("Following effects for years", after=2.0):
        found = long_run(posterior, discount=given.discount, weeks=given.weeks, allow_unconverged=True)
    said = texts("long_run", given.language)
    heading(said["heading"])
    table = found.table()
    table["told"] = [said[f"told_{told}"] for told in table["told"]]
    headings = {name: said[f"column_{name}"] for name in SHOWN if f"column_{name}" in said}
    show(table, SHOWN, Language(given.language, SECTION), headings=headings, last_apart=True)
    say()
    for sentence in found.sentences(given.language).values():
        say(sentence)
    if given.json:
        write_json(long_run_rows(found, given.language), given.json)
    return False
