"""`omnimix readiness`: what a team says of itself beside what can be shown; `--init` writes the questions."""

from __future__ import annotations

import argparse
import functools
from pathlib import Path

from omnimix.cli.arguments import UsageError
from omnimix.cli.places import require_writable
from omnimix.cli.screen import heading, say, show_table, waiting, word
from omnimix.cli.spoken import line
from omnimix.maturity import Readiness, readiness, starter_text
from omnimix.maturity.record import EVIDENCE_SCORE, PART, SELF_SCORE
from omnimix.rows.json_file import write_json
from omnimix.rows.readiness import readiness_rows
from omnimix.whole_file import write_whole
from omnimix.words import exact, texts


def run_readiness(given: argparse.Namespace) -> bool:
    """Read the answers, measure what can be measured, and print where the team stands; or write the questions."""
    if given.init:
        _write_questions(given.answers, given.language)
        return False
    require_writable(given.json)
    with waiting("Working out the figures", after=2.0):
        found = _found(given)
    _show(found, given.language)
    if given.json:
        write_json(readiness_rows(found, given.language), given.json)
    return False


def _found(given: argparse.Namespace) -> Readiness:
    """Answers beside what the posterior, the project's table and the orders show; each only where it is given."""
    from omnimix.config import read_config
    from omnimix.posterior import load

    for path, made_by in ((given.posterior, "omnimix fit"), (given.project, "omnimix init"), (given.orders, "")):
        if path is not None and not path.exists():
            raise UsageError(f"there is no file {path}{f'; `{made_by}` writes one.' if made_by else '.'}")
    posterior = load(given.posterior) if given.posterior else None
    config = read_config(given.project) if given.project else None
    orders = None
    if given.orders:
        from omnimix.tracking import read_orders

        orders = read_orders(given.orders)
    return readiness(
        given.answers,
        panel=config.panel() if config else None,
        funnel=config.funnel if config else None,
        posterior=posterior,
        orders=orders,
    )


def _write_questions(place: Path, language: str) -> None:
    if place.exists():
        raise UsageError(f"{place} is there already; name another file, nothing was written.")
    write_whole(starter_text(language), place, kind="questions", error=UsageError)
    say(line(language, "questions", file=place))
    say(line(language, "questions_next", file=place))


def _show(found: Readiness, language: str) -> None:
    say_of = texts("readiness", language)
    told = found.sentences(language)
    heading(say_of["title"])
    table = found.table(language)
    named = table.assign(**{PART: [say_of[part] for part in table[PART]]})
    columns = {name: say_of[f"column_{name}"] for name in (PART, SELF_SCORE, EVIDENCE_SCORE)}
    scores = functools.partial(exact, language=language)
    show_table(named.rename(columns=columns), dict(zip(columns.values(), (word, scores, scores), strict=True)))
    for key, sentence in told.items():
        if key == next((k for k in told if k.startswith("width_")), None):
            heading(say_of["widths"])
        say()
        say(sentence)
