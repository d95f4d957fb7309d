"""A backtest in sentences that a manager reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from omnimix.backtests.stability import LARGE_MOVE, MARKED, MOVE_IN_SDS
from omnimix.labels import ALL_MEDIA, CHANNEL, OUTCOME
from omnimix.words import Language

if TYPE_CHECKING:
    from omnimix.backtests.record import Backtest

CLEARLY = 1.1  # times as far off: what is called better by less may be luck
STEADY, FAILED, UNSETTLED = "steady", "failed", "unsettled"  # beside the names of outcomes


def sentences(found: Backtest, language: str) -> dict[str, str]:
    """Return a sentence an outcome, one on how steady ROAS is from fold to fold, and one on folds that failed."""
    words = Language(language, "backtest")
    scores = {str(row[OUTCOME]): row for row in found.by_outcome.to_dict("records")}
    said = {name: _of_outcome(found, name, scores[name], words) for name in found.outcomes}
    if found.forecasts > 1:
        said[STEADY] = _steady(found, words)
    counts = {
        FAILED: sum(not f.fitted for f in found.folds),
        UNSETTLED: sum(f.fitted and not f.converged for f in found.folds),
    }
    for key, count in counts.items():
        if count:
            said[key] = words.say(key, count=count, folds=len(found.folds))
    return said


def _of_outcome(found: Backtest, name: str, score: Mapping[Any, Any], words: Language) -> str:
    text = words.say(
        "one" if found.forecasts == 1 else "many",
        forecasts=found.forecasts,
        horizon=found.horizon,
        outcome=words.name(name),
        inside=words.percent(score["coverage_90"]),
        error=words.rate(score["wape"]),
        last_year=words.rate(score["seasonal_naive_wape"]),
        ridge=words.rate(score["ridge_wape"]),
    )
    if score["wape"] >= score["seasonal_naive_wape"]:
        return f"{text} {words.say('worse')}"
    clearly = score["wape"] > CLEARLY * score["ridge_wape"]
    return f"{text} {words.say('worse_than_ridge')}" if clearly else text


def _steady(found: Backtest, words: Language) -> str:
    moved = found.stability()
    marked = moved[moved[MARKED] & (moved[CHANNEL] != ALL_MEDIA)]
    beyond = marked[marked[MOVE_IN_SDS].abs() > 1]
    for key, rows in (("moved", beyond), ("moved_in_noise", marked)):
        if len(rows):
            return words.say(key, names=words.names(dict.fromkeys(rows[CHANNEL])), most=words.percent(LARGE_MOVE))
    return words.say("steady", most=words.percent(LARGE_MOVE))
