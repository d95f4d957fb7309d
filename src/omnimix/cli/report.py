"""`omnimix report`: the page that two managers read together."""

from __future__ import annotations

import argparse
from contextlib import nullcontext
from dataclasses import replace

from omnimix.cli.arguments import UsageError
from omnimix.cli.budget import asked_budget
from omnimix.cli.places import require_writable
from omnimix.cli.screen import complain, has_room_for_progress, say, waiting
from omnimix.cli.stored import stored
from omnimix.page import report
from omnimix.rows.json_file import write_json


def run_report(given: argparse.Namespace) -> bool:
    """Write the page; one of a fit that failed its checks says so, gives no advice and blocks."""
    require_writable(given.out, given.json)
    if given.out.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"{given.out} is no page; let its name end in .html.")
    posterior = stored(given)
    budget, chains = asked_budget(given, posterior), posterior.campaign_chains
    if given.project is not None:
        from omnimix.config import read_config

        chains = read_config(given.project).chains
    posterior = replace(posterior, budget=budget, campaign_chains=chains)
    bar = has_room_for_progress()
    with nullcontext() if bar else waiting("Working out the page", after=2.0):
        page = report(
            posterior,
            given.out,
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
