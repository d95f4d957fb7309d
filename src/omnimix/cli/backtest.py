"""`omnimix backtest`: how well the funnel of a project forecasts weeks that were held back."""

from __future__ import annotations

import argparse
from typing import Any

from omnimix.backtests import Backtest, backtest, perturb, placebo
from omnimix.cli.messages import require_shown, show_data_findings, show_panel
from omnimix.cli.places import require_writable
from omnimix.cli.project import checked
from omnimix.cli.screen import has_room_for_progress, heading, say, show_findings, show_table, waiting, word
from omnimix.config import read_config
from omnimix.labels import ALL_MEDIA, CHANNEL, HORIZON, LOWER, MEDIAN, OUTCOME, UPPER
from omnimix.rows.backtests import backtest_rows, perturbation_rows, placebo_rows
from omnimix.rows.json_file import write_json
from omnimix.words import Form, exact, percent, rate, ratio

SAMPLING = ("draws", "tune", "chains", "seed")
SCORES: dict[str, Form] = {
    "fold": exact,
    "origin": str,
    OUTCOME: word,
    HORIZON: exact,
    "crps": rate,
    "wape": rate,
    "coverage_50": percent,
    "coverage_80": percent,
    "coverage_90": percent,
    "seasonal_naive_wape": rate,
    "ridge_wape": rate,
}
MOVES: dict[str, Form] = {CHANNEL: word, "roas_before": ratio, "roas": ratio, "move": rate, "move_in_sds": ratio}
PLACEBO: dict[str, Form] = {
    CHANNEL: word,
    MEDIAN: ratio,
    LOWER: ratio,
    UPPER: ratio,
    "share": percent,
    "probability_placebo_larger": percent,
}


def run_backtest(given: argparse.Namespace) -> bool:
    """Fit a project once a fold, forecast the weeks after it, and print how far off that was."""
    require_writable(given.json)
    config = read_config(given.project)
    panel, findings = checked(config, None, fitting=True)
    show_panel(panel, config.funnel)
    show_data_findings(findings)
    require_shown(findings)
    settings: dict[str, Any] = dict(config.fit)
    settings |= {name: getattr(given, name) for name in SAMPLING if getattr(given, name) is not None}
    bar = has_room_for_progress()
    with waiting(
        f"Fitting {given.folds} folds and forecasting {given.horizon} weeks after each", after=0.5 if bar else 0.0
    ):
        found = backtest(
            config.funnel,
            panel,
            folds=given.folds,
            horizon=given.horizon,
            every=given.every,
            plans=given.plans,
            progress=bar,
            **settings,
        )
    told = backtest_rows(found, given.language)
    _show(found, given.language)
    settings["seed"] = found.seed
    if given.perturb:
        with waiting("Fitting twice, without and with noise"):
            moved = perturb(config.funnel, panel, progress=bar, **settings)
        heading(f"ROAS with {percent(moved.noise)} noise on spend and {percent(moved.outcome_noise)} on outcomes")
        show_table(moved.table(), MOVES, last_apart=True)
        told["perturbation"] = perturbation_rows(moved)
    if given.placebo:
        with waiting("Fitting with a channel that does nothing"):
            nothing = placebo(config.funnel, panel, progress=bar, **settings)
        heading("A channel that does nothing, beside the real ones: ROAS and share")
        show_table(nothing.table(), PLACEBO, last_apart=True)
        say(nothing.sentence(given.language))
        told["placebo"] = placebo_rows(nothing, given.language)
    if given.json:
        write_json(told, given.json)
    return False


def _show(found: Backtest, language: str) -> None:
    heading("Forecasts of weeks that were held back")
    table = found.table()
    show_table(table.assign(origin=table["origin"].dt.strftime("%Y-%m-%d")), SCORES)
    moved = found.stability()
    if found.forecasts > 1:
        heading("How far ROAS moved from fold to fold")
        show_table(moved[moved[CHANNEL] != ALL_MEDIA], {**{"fold": exact, "weeks_added": exact}, **MOVES})
    say()
    for sentence in found.sentences(language).values():
        say(sentence)
    if found.findings:
        heading("Findings on the forecasts")
        show_findings(found.findings)
