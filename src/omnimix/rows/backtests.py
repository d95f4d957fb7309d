"""A backtest as plain rows, and what noise and a placebo did."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from omnimix.backtests import Backtest, Fold, Perturbation, Placebo
from omnimix.labels import HORIZON, LOWER, OUTCOME, UPPER
from omnimix.rows.findings import check_rows
from omnimix.rows.table import records

SCHEMA = 1


def backtest_rows(found: Backtest, language: str = "en") -> dict[str, Any]:
    """Return how every fold went with its scores, the scores over all folds, and how far ROAS moved.

    ``overall`` is the mean over outcomes. Errors, CRPS too, are shares of what was observed; ``crps_units`` is in units
    of the outcome a week.
    """
    return {
        "schema": SCHEMA,
        "horizon": found.horizon,
        "seed": found.seed,
        "forecasts": found.forecasts,
        "folds": [_fold(found, fold) for fold in found.folds],
        "overall": found.overall,
        "outcomes": records(found.by_outcome.assign(stage=~found.by_outcome[OUTCOME].isin(found.outcomes))),
        "weekly": records(found.weekly),
        "stability": records(found.stability()),
        "sentences": found.sentences(language),
        **check_rows(found.findings),
    }


def _fold(found: Backtest, fold: Fold) -> dict[str, Any]:
    """Return how a fold went, its scores as the mean over outcomes, and those of every stage, outcome and horizon."""
    table = found.table()
    own = table[table["fold"] == fold.number]
    whole = own[(own[HORIZON] == found.horizon) & own[OUTCOME].isin(found.outcomes)]
    return {
        "fold": fold.number,
        **{k: v for k, v in asdict(fold).items() if k != "number"},
        HORIZON: found.horizon,
        **{key: float(whole[key].mean()) for key in found.overall},
        "scores": records(own.drop(columns=["fold", "origin"])),
    }


def perturbation_rows(found: Perturbation) -> dict[str, Any]:
    """Return how far ROAS moved with noise on the table."""
    return {
        "noise": found.noise,
        "outcome_noise": found.outcome_noise,
        "channels": records(found.table()),
        "remarks": list(found.remarks),
    }


def placebo_rows(found: Placebo, language: str = "en") -> dict[str, Any]:
    """Return what a channel that does nothing seems to earn, beside the real ones."""
    table = found.table().set_index("channel")
    return {
        "channel": found.channel,
        "copied": found.copied,
        "roas": {k: table.loc[found.channel, k] for k in ("mean", "median", LOWER, UPPER)},
        "share": table.loc[found.channel, "share"],
        "probability_above_hurdle": found.probability_above_hurdle,
        "hurdle": found.hurdle,
        "channels": records(found.table()),
        "sentence": found.sentence(language),
        "remarks": list(found.remarks),
    }
