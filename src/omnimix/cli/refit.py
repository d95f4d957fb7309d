"""`omnimix refit`: the same funnel on a table that goes on, and why figures moved."""

from __future__ import annotations

import argparse
import warnings
from contextlib import nullcontext

from omnimix.cli.arguments import UsageError
from omnimix.cli.messages import say_if_blocked, show_health
from omnimix.cli.places import require_writable
from omnimix.cli.screen import has_room_for_progress, heading, say, show_findings, waiting, word
from omnimix.cli.spoken import line, show, speaking
from omnimix.cli.stored import stored
from omnimix.data import Panel, read_panel
from omnimix.errors import OmnimixWarning
from omnimix.labels import CHANNEL
from omnimix.model import refit
from omnimix.model.native import machine
from omnimix.posterior import Posterior
from omnimix.refits import compare_fits
from omnimix.refits.record import CAUSE, ERROR, NEW, OLD, PART
from omnimix.rows.json_file import write_json
from omnimix.rows.refits import moved_rows, refit_rows
from omnimix.words import Form, ratio, texts

SHOWN: dict[str, Form] = {CHANNEL: word, OLD: ratio, NEW: ratio, CAUSE: word, PART: ratio, ERROR: ratio, "real": str}
TYPED = ("draws", "tune", "seed")


def run_refit(given: argparse.Namespace) -> bool:
    """Refit, save, and say what moved and why."""
    out = given.out or given.posterior.with_suffix(".new.nc")
    require_writable(out, given.json)
    old = stored(given)
    panel = weekly_table(given, old)
    settings = {name: getattr(given, name) for name in TYPED if getattr(given, name) is not None}
    with waiting("Preparing the sampler (once per installation)", after=2.0):
        machine()
    bar = has_room_for_progress()
    with nullcontext() if bar else waiting("Fitting what came"), warnings.catch_warnings():
        warnings.simplefilter("ignore", OmnimixWarning)  # revised weeks are told below, in the language asked for
        new = refit(old, panel, progress=bar, **settings)
    new.save(out)
    health = show_health(new, given.language)
    said = texts("refits", given.language)
    assert new.refitted is not None
    say(said[new.refitted.method])
    with waiting("Saying why figures moved", after=2.0):
        found = compare_fits(old, new, plans=given.plans, progress=False, allow_unconverged=True)
    heading(said["heading"])
    show(found.table(), SHOWN, speaking(given.language))
    say()
    for sentence in found.sentences(given.language).values():
        say(sentence)
    if found.findings:
        show_findings(found.findings, given.language)
    if given.json:
        write_json({"refit": refit_rows(new), **moved_rows(found, given.language)}, given.json)
    say("\n" + line(given.language, "saved", file=out))
    return say_if_blocked(health)


def weekly_table(given: argparse.Namespace, posterior: Posterior) -> Panel:
    """Read the weekly table that was named, as the one that was fitted was read where the project says how."""
    if not given.table.is_file():
        raise UsageError(f"there is no file {given.table}.")
    reading = {}
    if given.project is not None:
        from omnimix.config import read_config

        reading = dict(read_config(given.project).reading)
    reading = {"currency": posterior.panel.currency, **reading}
    return read_panel(given.table, **reading)
