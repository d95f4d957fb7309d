"""One function a verb. Each returns whether a finding blocks; what is refused is raised."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omnimix.cli import screen
from omnimix.cli.messages import (
    require_shown,
    say_if_blocked,
    show_data_findings,
    show_health,
    show_panel,
    show_true_gain,
    show_truth,
)
from omnimix.cli.pictures import pictures
from omnimix.cli.places import a_folder, require_writable
from omnimix.cli.project import checked
from omnimix.cli.screen import heading, say, show_findings, waiting
from omnimix.cli.spoken import speaking
from omnimix.cli.stored import stored
from omnimix.cli.tables import show_results
from omnimix.config import read_config
from omnimix.data import Panel
from omnimix.findings import Finding, blocking
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.rows.fits import effects_rows, fit_rows
from omnimix.rows.json_file import write_json
from omnimix.rows.results import Results, results
from omnimix.spec import Funnel
from omnimix.words import Language

if TYPE_CHECKING:
    from omnimix.budget import BudgetPlan, SiloCost

SAMPLING = ("draws", "tune", "chains", "seed")
DEMO_SEED = 7


def run_fit(given: argparse.Namespace) -> bool:
    """Fit a project and save its posterior; what is not usable is saved too, and told."""
    require_writable(given.out, given.json)
    config = read_config(given.project)
    panel, findings = checked(config, given.json, fitting=True)
    show_panel(panel, config.funnel)
    show_data_findings(findings)
    if given.json and blocking(findings):
        write_json(fit_rows(len(panel), None, findings), given.json)
    require_shown(findings)
    settings = {**config.fit, **_sampling(given)}
    posterior = _fit(config.funnel, panel, {**settings, "experiments": config.experiments})
    posterior = replace(posterior, campaign_chains=config.chains, budget=config.budget, goals=config.goals)
    posterior.save(given.out)
    health = show_health(posterior)
    told = fit_rows(len(posterior.scaling.window_weeks), posterior, (*findings, *health))
    if given.json:
        write_json(told, given.json)
    say(f"\nSaved to {given.out}.")
    blocked = say_if_blocked(health)
    if not blocked:
        say(f"Next: omnimix effects {given.out}")
    if not blocked:
        if config.chains:
            say(f"      omnimix chains {given.out}")
        if config.budget is not None:
            say(f"      omnimix budget {given.out}")
        if config.goals and not isinstance(posterior, GeoPosterior):
            say(f"      omnimix goals {given.out}")
        say(f"      omnimix report {given.out}")
    return blocked


def run_effects(given: argparse.Namespace) -> bool:
    """Print every figure of a saved posterior."""
    from omnimix.checks import check

    require_writable(given.json)
    posterior = stored(given)
    found = _results(posterior)
    show_results(posterior, found, given.language)
    warned = [f for f in check(posterior).findings if f.severity != "notes"]
    if warned:
        heading(speaking(given.language, posterior.value_unit).say("read_first"))
        _show_warned(warned, given.language)
    if given.json:
        write_json(effects_rows(found), given.json)
    return False


def run_demo(given: argparse.Namespace) -> bool:
    """Fit the shipped example and leave everything in a folder, with the truth beside the estimate."""
    from omnimix.cli.budget import planned
    from omnimix.truth import QUARTER, SPRING, example

    require_writable(given.json)
    folder = a_folder(given.out)
    say("The data of this demo are SIMULATED: a made-up retailer whose true ROAS is known.")
    world = example()
    show_panel(world.panel, world.funnel)
    posterior = _fit(world.funnel, world.panel, {"seed": DEMO_SEED, **_sampling(given)})
    posterior = replace(posterior, campaign_chains=(SPRING,), budget=QUARTER)
    health = show_health(posterior)
    found = _results(posterior)
    show_results(posterior, found)
    truth = show_truth(world.truth.table(), found.roas)
    plan, silos, budget = planned(posterior, QUARTER, workbook=folder / "plan.xlsx")
    budget["true_gain"] = show_true_gain(world.truth, plan)
    told = effects_rows(found) | {
        "simulated": True,
        "truth": truth,
        "budget": budget,
        "fit": fit_rows(len(posterior.scaling.window_weeks), posterior, health),
    }
    for path in filter(None, (folder / "results.json", given.json)):
        write_json(told, path)
    posterior.save(folder / "posterior.nc")
    pages = _pages(posterior, plan, silos, folder)
    with waiting("Drawing"):
        drawn = pictures(posterior, found, folder)
    heading(f"In {folder}")
    say("results.json         every figure of the tables above")
    say("\n".join(pages))
    say("plan.xlsx            the joint budget by week and channel, to look at and to edit")
    say("posterior.nc         the fit, for `omnimix effects`, `chains`, `budget` and, in Python, omnimix.load")
    say("\n".join(drawn))
    say("\nYour own data: omnimix init my-project")
    return say_if_blocked(health)


def _pages(posterior: Posterior, plan: BudgetPlan, silos: SiloCost | None, folder: Path) -> list[str]:
    """Write the shared page in every language; return a line on each."""
    from omnimix.page import report
    from omnimix.words import LANGUAGES, texts

    bar = screen.has_room_for_progress()
    with nullcontext() if bar else waiting("Working out the shared page", after=2.0):
        page = report(posterior, plan=plan, silos=silos, progress=bar)
    told = {"en": "the shared page, in English", "nl": "the same in Dutch"}
    lines = []
    for language in LANGUAGES:
        path = folder / f"report.{language}.html"
        page.write(path, language=language, subtitle=texts("report", language)["simulated"])
        lines.append(path.name.ljust(21) + told[language])
    return lines


def _show_warned(findings: Sequence[Finding], language: str) -> None:
    """Print findings: in English with their figures, in other languages as the shared page tells them."""
    if language == "en":
        show_findings(findings)
        return
    from omnimix.page.reliability import told

    for sentence in dict.fromkeys(told(finding, Language(language, "report")) for finding in findings):
        say(f"- {sentence}")


def _sampling(given: argparse.Namespace) -> dict[str, int]:
    return {name: getattr(given, name) for name in SAMPLING if getattr(given, name) is not None}


def _fit(funnel: Funnel, panel: Panel, settings: Mapping[str, Any]) -> Posterior:
    with waiting("Loading", after=1.0):
        from omnimix.model import fit
        from omnimix.model.native import machine
    with waiting("Preparing the sampler (once per installation)", after=2.0):
        machine()
    if screen.has_room_for_progress():
        return fit(funnel, panel, **settings, progress=True)
    with waiting("Sampling"):
        return fit(funnel, panel, **settings, progress=False)


def _results(posterior: Posterior) -> Results:
    with waiting("Working out the figures", after=1.0):
        return results(posterior)
