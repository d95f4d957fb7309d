"""`omnimix backtest`: how well the funnel of a project forecasts weeks that were held back."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from omnimix.backtests import Backtest, backtest, perturb, placebo
from omnimix.cli.messages import require_shown, show_data_findings, show_panel
from omnimix.cli.places import require_writable
from omnimix.cli.project import checked
from omnimix.cli.screen import has_room_for_progress, heading, say, show_findings, waiting, word
from omnimix.cli.spoken import DAY, line, show, speaking
from omnimix.config import read_config
from omnimix.data import Panel
from omnimix.labels import ALL_MEDIA, CHANNEL, HORIZON, LOWER, MEDIAN, OUTCOME, UPPER
from omnimix.model.native import machine
from omnimix.rows.backtests import backtest_rows, perturbation_rows, placebo_rows
from omnimix.rows.json_file import write_json
from omnimix.spec import Funnel
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
MOVES_BETWEEN_FOLDS: dict[str, Form] = {"fold": exact, "weeks_added": exact, **MOVES}
SHARES: dict[str, Form] = {"plan_share_before": percent, "plan_share": percent}
PLACEBO: dict[str, Form] = {
    CHANNEL: word,
    MEDIAN: ratio,
    LOWER: ratio,
    UPPER: ratio,
    "share": percent,
    "probability_placebo_larger": percent,
    "probability_placebo_higher": percent,
}


def run_backtest(given: argparse.Namespace) -> bool:
    """Fit a project once a fold, forecast the weeks after it, and print how far off that was."""
    require_writable(given.json)
    config = read_config(given.project)
    panel, findings = checked(config, None, fitting=True)
    show_panel(panel, config.funnel, given.language)
    show_data_findings(findings, given.language)
    require_shown(findings)
    typed = {name: getattr(given, name) for name in SAMPLING if getattr(given, name) is not None}
    settings: dict[str, Any] = {**config.fit, **typed, "progress": has_room_for_progress()}
    asked = {name: getattr(given, name) for name in ("folds", "horizon", "every", "plans")}
    with waiting("Preparing the sampler (once per installation)", after=2.0):
        machine()
    with _at_work(f"Fitting up to {given.folds} folds and forecasting {given.horizon} weeks after each"):
        found = backtest(config.funnel, panel, **asked, **settings)
    told = backtest_rows(found, given.language)
    _show(found, given.language)
    settings["seed"] = found.seed
    if given.perturb:
        told["perturbation"] = _perturbed(config.funnel, panel, settings, given.language)
    if given.placebo:
        told["placebo"] = _with_placebo(config.funnel, panel, settings, given.language)
    if given.json:
        write_json(told, given.json)
    return False


def _at_work(text: str) -> AbstractContextManager[None]:
    """Say what takes time, unless a bar of its own will."""
    return nullcontext() if has_room_for_progress() else waiting(text)


def _perturbed(funnel: Funnel, panel: Panel, settings: dict[str, Any], language: str) -> dict[str, Any]:
    with _at_work("Fitting twice, without noise and with it"):
        found = perturb(funnel, panel, **settings)
    noise, outcome_noise = (percent(share, language) for share in (found.noise, found.outcome_noise))
    heading(line(language, "noise", noise=noise, outcome_noise=outcome_noise))
    show(found.table(), MOVES, speaking(language), last_apart=True)
    for text in (found.sentence(language), *found.remarks):
        say(text)
    return perturbation_rows(found)


def _with_placebo(funnel: Funnel, panel: Panel, settings: dict[str, Any], language: str) -> dict[str, Any]:
    with _at_work("Fitting with a channel that does nothing"):
        found = placebo(funnel, panel, **settings)
    heading(line(language, "placebo"))
    show(found.table(), PLACEBO, speaking(language), last_apart=True)
    for text in (found.sentence(language), *found.remarks):
        say(text)
    return placebo_rows(found, language)


def _show(found: Backtest, language: str) -> None:
    words, table = speaking(language), found.table()
    heading(line(language, "forecasts"))
    show(table.assign(origin=table["origin"].dt.strftime(DAY)), SCORES, words)
    if found.forecasts > 1:
        moved = found.stability()
        heading(line(language, "moves"))
        shown = MOVES_BETWEEN_FOLDS | (SHARES if moved["plan_share"].notna().any() else {})
        show(moved[moved[CHANNEL] != ALL_MEDIA], shown, words)
    say()
    for sentence in found.sentences(language).values():
        say(sentence)
    if found.findings:
        heading(line(language, "on_forecasts"))
        show_findings(found.findings, language)
