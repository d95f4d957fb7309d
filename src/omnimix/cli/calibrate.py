"""`omnimix calibrate`: a saved posterior takes in results of tests."""

from __future__ import annotations

import argparse

import pandas as pd

from omnimix.cli.messages import show_health
from omnimix.cli.places import require_writable
from omnimix.cli.screen import heading, say, waiting, word
from omnimix.cli.spoken import line, show, speaking
from omnimix.cli.stored import stored
from omnimix.effects import roas
from omnimix.experiments import calibrate, read_experiments
from omnimix.labels import CHANNEL, LOWER, MEDIAN, UPPER
from omnimix.posterior import Posterior
from omnimix.rows.experiments import calibration_rows
from omnimix.rows.json_file import write_json
from omnimix.words import Form, amount, exact, ratio

TESTS: dict[str, Form] = {
    "test": word,
    "metric": word,
    "predicted": amount,
    "value": amount,
    "error": amount,
    "z": ratio,
    "k_hat": ratio,
    "effective_draws": exact,
}


def run_calibrate(given: argparse.Namespace) -> bool:
    """Take tests into a posterior, save it, and print what every test found and what that changed."""
    require_writable(given.out, given.json)
    before = stored(given)
    tests = read_experiments(given.tests, sheet=given.sheet)
    with waiting("Taking tests in", after=2.0):
        after = calibrate(before, tests, refit=given.refit, allow_unconverged=given.allow_unconverged)
    after.save(given.out)
    _show_tests(after, given.language)
    _show_change(before, after, given)
    health = show_health(after, given.language)
    if given.json:
        write_json(calibration_rows(before, after, health), given.json)
    say("\n" + line(given.language, "saved_calibrated", file=given.out))
    return False


def _show_tests(after: Posterior, language: str) -> None:
    words = speaking(language)
    heading(line(language, "taken_in"))
    rows = [
        {
            "test": e.experiment.name,
            "metric": e.experiment.metric,
            "predicted": e.predicted,
            "value": e.experiment.result,
            "error": e.experiment.standard_error,
            "z": e.z,
            "k_hat": e.k_hat,
            "effective_draws": e.effective,
        }
        for e in after.evidence
    ]
    show(pd.DataFrame(rows), TESTS, words, headings={"value": words.say("column_measured")})


def _show_change(before: Posterior, after: Posterior, given: argparse.Namespace) -> None:
    tables = [
        roas(p, allow_unconverged=given.allow_unconverged).table().set_index(CHANNEL)[[MEDIAN, LOWER, UPPER]]
        for p in (before, after)
    ]
    both = tables[0].add_suffix("_before").join(tables[1]).reset_index()
    heading(line(given.language, "before_after"))
    names = [CHANNEL, *(f"{n}_before" for n in (MEDIAN, LOWER, UPPER)), MEDIAN, LOWER, UPPER]
    forms: dict[str, Form] = {n: word if n == CHANNEL else ratio for n in names}
    show(both, forms, speaking(given.language), last_apart=True)
