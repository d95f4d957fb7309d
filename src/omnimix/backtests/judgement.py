"""What to know of a backtest before its figures are used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from omnimix.backtests.folds import LEAST_TRAINING, Fold
from omnimix.backtests.scores import pooled
from omnimix.findings import SEVERITIES, Finding
from omnimix.labels import OUTCOME

FAR_BELOW = 0.75  # coverage of the 90 % interval; what four forecasts of 13 weeks seldom have by chance


def judge(
    folds: Sequence[Fold],
    weekly: pd.DataFrame,
    outcomes: Sequence[str],
    *,
    asked: int,
    fallen_back: Mapping[str, int],
) -> tuple[Finding, ...]:
    """Return the findings on folds and forecasts, worst first."""
    found = [*_folds(folds, asked), *_baselines(fallen_back), *_forecasts(weekly, outcomes)]
    return tuple(sorted(found, key=lambda f: SEVERITIES.index(f.severity)))


def _folds(folds: Sequence[Fold], asked: int) -> Iterator[Finding]:
    if len(folds) < asked:
        message = f"{len(folds)} of the {asked} folds asked for were made: earlier ones would learn from less than "
        yield Finding(
            "fewer_folds",
            "notes",
            f"{message}{LEAST_TRAINING} weeks.",
            "Give more weeks, a shorter horizon, or origins nearer to each other (every).",
            float(len(folds)),
        )
    for fold in folds:
        where = f"fold {fold.number}"
        upto = f"Fold {fold.number}, up to {fold.origin.date()},"
        if fold.left_out:
            names = ", ".join(fold.left_out)
            message = f"{upto} was fitted without {names}: until then they had not run, or not moved."
            remedy = "Its forecast knows nothing of what they did in the weeks ahead."
            yield Finding("left_out_of_fold", "warns", message, remedy, where=where)
        if not fold.fitted:
            message = f"{upto} could not be fitted and has no forecast: {fold.complaint}"
            yield Finding("fold_not_fitted", "warns", message, "", where=where)
        elif not fold.converged:
            message = f"{upto} did not converge, its forecast counts all the same: {fold.complaint}."
            yield Finding("fold_not_converged", "warns", message, "Ask for more tune and draws.", where=where)


def _baselines(fallen_back: Mapping[str, int]) -> Iterator[Finding]:
    for name, weeks in fallen_back.items():
        if weeks:
            message = f"{weeks} weeks of {name} have no same week in an earlier year; the last value stands there."
            yield Finding("no_year_before", "notes", message, "", float(weeks), name)


def _forecasts(weekly: pd.DataFrame, outcomes: Sequence[str]) -> Iterator[Finding]:
    for name in outcomes:
        score = pooled(weekly[weekly[OUTCOME] == name])
        if score["coverage_90"] < FAR_BELOW:
            message = f"{score['coverage_90']:.0%} of the weeks of {name} lay inside the 90 % interval."
            remedy = "Forecasts are surer than they may be: look for what moves it and is not in the table."
            yield Finding("forecasts_too_sure", "warns", message, remedy, score["coverage_90"], name)
        if score["wape"] > score["seasonal_naive_wape"]:
            message = (
                f"{name} was forecast {score['wape']:.1%} off, and {score['seasonal_naive_wape']:.1%} by last year's "
                "weeks alone."
            )
            remedy = "The model adds nothing to these forecasts; judge its returns by tests, not by its fit."
            yield Finding("worse_than_last_year", "warns", message, remedy, score["wape"], name)
