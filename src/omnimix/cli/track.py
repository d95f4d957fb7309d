"""`omnimix track`: what a plan promised, what happened, and the bridge between them."""

from __future__ import annotations

import argparse

from omnimix.cli.arguments import UsageError
from omnimix.cli.places import require_writable
from omnimix.cli.refit import weekly_table
from omnimix.cli.screen import heading, say, waiting, word
from omnimix.cli.spoken import line, show, speaking
from omnimix.cli.stored import stored
from omnimix.labels import CHANNEL
from omnimix.model.native import machine
from omnimix.promises import track
from omnimix.promises.record import CAUSE, PART, TEAM, WITHIN
from omnimix.rows.json_file import write_json
from omnimix.rows.promises import tracking_rows
from omnimix.words import Form, amount, change, texts
from omnimix.workbook import read_plan

SHOWN: dict[str, Form] = {
    TEAM: word,
    CHANNEL: word,
    "promised": amount,
    "happened": amount,
    CAUSE: word,
    PART: change,
    WITHIN: str,
}


def run_track(given: argparse.Namespace) -> bool:
    """Read plan and table, hold one against the other, and print the bridge."""
    require_writable(given.out, given.json)
    if given.out is not None and given.out.suffix.lower() != ".xlsx":
        raise UsageError(f"{given.out} is no workbook; let its name end in .xlsx.")
    posterior = stored(given)
    if not given.plan.is_file():
        raise UsageError(f"there is no file {given.plan}; `omnimix budget posterior.nc --out plan.xlsx` writes one.")
    plan, panel = read_plan(given.plan), weekly_table(given, posterior)
    with waiting("Preparing the sampler (once per installation)", after=2.0):
        machine()
    with waiting("Holding what happened against the plan"):
        found = track(plan, posterior, panel, allow_unconverged=True)
    heading(texts("promises", given.language)["heading"])
    rows = found.table()
    show(rows.assign(**{WITHIN: ["" if w is None else w for w in rows[WITHIN]]}), SHOWN, speaking(given.language))
    say()
    for sentence in found.sentences(given.language).values():
        say(sentence)
    if given.out is not None:
        found.to_excel(given.out, language=given.language)
        say("\n" + line(given.language, "bridge", file=given.out))
    if given.json:
        write_json(tracking_rows(found, given.language), given.json)
    return False
