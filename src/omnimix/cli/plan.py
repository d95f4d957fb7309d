"""`omnimix plan`: what an edited workbook is worth, what the edit costs, and which limits it breaks."""

from __future__ import annotations

import argparse
from typing import Any

import pandas as pd

from omnimix.budget import PlansCompared, PlanSheet, evaluate_plan
from omnimix.cli.places import require_writable
from omnimix.cli.screen import heading, say, show_table, waiting, word
from omnimix.cli.stored import stored
from omnimix.labels import LOWER, UPPER
from omnimix.rows.json_file import write_json
from omnimix.rows.table import records, value_rows
from omnimix.words import NOTHING, Form, Language
from omnimix.workbook import read_plan

SCHEMA = 1


def run_plan(given: argparse.Namespace) -> bool:
    """Read a workbook back, say what was edited and what it breaks, and value it against the advised plan."""
    require_writable(given.json)
    sheet = read_plan(given.workbook)
    posterior = stored(given)
    with waiting("Valuing the plan", after=2.0):
        found = evaluate_plan(posterior, sheet, allow_unconverged=True)
    _show(sheet, found, Language.of(given.language, "shell", found.value_unit))
    if given.json:
        write_json({"schema": SCHEMA, **plan_rows(sheet, found, given.language)}, given.json)
    return False


def plan_rows(sheet: PlanSheet, found: PlansCompared, language: str) -> dict[str, Any]:
    """Return an edited plan and what it is worth as plain rows."""
    return {
        "currency": sheet.currency,
        **value_rows(found.value_unit),
        "total": sheet.total,
        "difference": sheet.difference,
        "edited": records(sheet.edited),
        "channels": records(sheet.table()),
        "broken": [vars(b) for b in sheet.broken],
        "plans": records(found.table()),
        "sentences": {**dict(enumerate(sheet.sentences(language))), **found.sentences(language)},
    }


def _show(sheet: PlanSheet, found: PlansCompared, words: Language) -> None:
    heading(words.say("edited_plan", total=words.total(sheet.total), weeks=len(sheet.spend)))
    for sentence in (*sheet.sentences(words.code), *found.sentences(words.code).values()):
        say(sentence)
    heading(words.say("plans", unit=found.value_unit.name(words.code)))
    table = found.table()
    names = {k: words.say(k) for k in ("plan", "spend", "value", "gain", "range", "odds")}
    ends = zip(table[LOWER], table[UPPER], strict=True)
    shown = pd.DataFrame(
        {
            names["plan"]: [words.say(f"plan_{p}") for p in table["plan"]],
            names["spend"]: table["spend"],
            names["value"]: table["value"],
            names["gain"]: table["gain"],
            names["range"]: [_span(low, high, words) for low, high in ends],
            names["odds"]: table["probability_positive"],
        }
    )
    columns: dict[str, Form] = {
        names["plan"]: word,
        **dict.fromkeys((names[k] for k in ("spend", "value", "gain")), words.amount),
        names["range"]: str,
        names["odds"]: words.percent,
    }
    show_table(shown, columns)


def _span(low: float, high: float, words: Language) -> str:
    return NOTHING if pd.isna(low) else words.between(words.amount(low), words.amount(high))
