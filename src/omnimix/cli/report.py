"""`omnimix report`: the page that two managers read together."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from omnimix.checks import check
from omnimix.cli.arguments import UsageError
from omnimix.cli.budget import asked_budget
from omnimix.cli.places import require_writable
from omnimix.cli.screen import complain, has_room_for_progress, say, waiting
from omnimix.cli.stored import stored
from omnimix.experiments import design_tests
from omnimix.maturity import readiness
from omnimix.page import report
from omnimix.posterior import Posterior
from omnimix.rows.json_file import write_json
from omnimix.steering import goals as goals_of
from omnimix.tracking import customers, read_orders


def run_report(given: argparse.Namespace) -> bool:
    """Write the page; one of a fit that failed its checks says so, gives no advice and blocks."""
    require_writable(given.out, given.json)
    if given.out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{given.out} is no page; let its name end in .html.")
    posterior = stored(given)
    budget, chains, goals = asked_budget(given, posterior), posterior.campaign_chains, posterior.goals
    if given.project is not None:
        from omnimix.config import read_config

        project = read_config(given.project)
        chains, goals = project.chains, project.goals
    posterior = replace(posterior, budget=budget, campaign_chains=chains, goals=goals)
    if given.goals and not goals:
        raise UsageError(
            "no goal is declared, so `--goals` has none to tell; declare one below [goals] in omnimix.toml."
        )
    bar = has_room_for_progress()
    with nullcontext() if bar else waiting("Working out the page", after=2.0):
        records = _records(given, posterior)
        page = report(
            posterior,
            given.out,
            **records,
            language=given.language,
            title=given.title,
            subtitle=given.subtitle,
            logo=given.logo,
            labels=dict(given.label),
            accent=given.accent,
            template=given.template,
            progress=bar,
        )
    if given.json:
        write_json(page.figures, given.json)
    say(f"The shared page, one file that needs no network: {given.out}")
    if not page.usable:
        complain("the fit is not usable, so the page gives no advice; it says what to mend.")
    return not page.usable


def _records(given: argparse.Namespace, posterior: Posterior) -> dict[str, Any]:
    """Make what was asked to be told beside the fit; a fit that is not usable has no tests and no goals to tell."""
    records: dict[str, Any] = {}
    usable = check(posterior).usable
    if given.next_test and usable:
        records["tests"] = design_tests(posterior)
    if given.goals and usable:
        records["goals"] = goals_of(posterior, progress=False)
    if given.readiness is not None:
        records["readiness"] = readiness(given.readiness, posterior=posterior)
    if given.orders is not None:
        records["customers"] = customers(read_orders(given.orders), progress=False)
    return records
