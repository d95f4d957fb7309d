"""`omnimix goals`: how likely the declared goals are reached, and the cheapest plan for each."""

from __future__ import annotations

import argparse
from dataclasses import replace

from omnimix.cli.arguments import UsageError
from omnimix.cli.places import require_writable
from omnimix.cli.screen import heading, say, waiting
from omnimix.cli.spoken import DAY, SECTION, show
from omnimix.cli.stored import stored
from omnimix.labels import LOWER, MEAN, SPEND, UPPER
from omnimix.rows.goals import goal_rows
from omnimix.rows.json_file import write_json
from omnimix.steering import goals
from omnimix.steering.record import PROBABILITY, TARGET
from omnimix.words import Form, Language, amount, exact, percent, texts

SHOWN: dict[str, Form] = {
    "goal": str,
    TARGET: exact,
    "by": str,
    "plan": str,
    SPEND: amount,
    MEAN: amount,
    LOWER: amount,
    UPPER: amount,
    PROBABILITY: percent,
}


def run_goals(given: argparse.Namespace) -> bool:
    """Judge the goals that were declared with the fit, or in a project file."""
    require_writable(given.json)
    posterior = stored(given)
    if given.project is not None:
        from omnimix.config import read_config

        posterior = replace(posterior, goals=read_config(given.project).goals)
    if not posterior.goals:
        raise UsageError(
            "no goal is declared; write a table such as [goals.online_revenue] with node, target and by in "
            "omnimix.toml, and name it with --project."
        )
    with waiting("Judging goals", after=2.0):
        found = goals(posterior, progress=False, allow_unconverged=True)
    said = texts("goals", given.language)
    heading(said["heading"])
    table = found.table()
    words = Language(given.language, SECTION)
    plans = table["plan"].map({plan: words.say(f"plan_{plan}") for plan in table["plan"].unique()})
    show(table.assign(by=table["by"].dt.strftime(DAY), plan=plans), SHOWN, words)
    say()
    for sentence in found.sentences(given.language).values():
        say(sentence)
    if found.assumed_controls:
        say(said["controls"])
    if given.json:
        write_json(goal_rows(found, given.language), given.json)
    return False
