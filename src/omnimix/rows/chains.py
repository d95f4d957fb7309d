"""A verdict on a chain as plain rows."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from omnimix.chains import WHOLE, ChainVerdict
from omnimix.effects.figures import middle, summarise
from omnimix.labels import DRAW, HORIZON, LOWER, MEAN, MEASURE, MEDIAN, OUTCOME, SPEND, UPPER
from omnimix.mechanics import Array
from omnimix.rows.table import records, value_rows
from omnimix.words import told

SUMMARY = (MEAN, MEDIAN, LOWER, UPPER)
ROAS_OF_LINKS = ("roas_direct", "roas", "roas_standalone", "roas_marginal", "roas_shapley")
MONEY_OF_LINKS = ("value", "passed_on", "shapley_value", "induced_spend")


def chain_rows(found: ChainVerdict, language: str = "en") -> dict[str, Any]:
    """Return a verdict as plain rows.

    Every ROAS of a link is a median and its money a mean (see :func:`omnimix.words.told`); ``intervals`` holds mean,
    median and both ends of each. What cannot be judged is null: links that spent nothing, and everything against the
    hurdle without a value in money.
    """
    returns = found.returns.table().set_index("basis")
    sentences = found.sentences(language)
    judgement, rule = found.judgement, found.link_rule.decides
    return {
        "chain": found.chain.name,
        "start": found.weeks[0],
        "end": found.weeks[-1] + pd.Timedelta(days=6),
        "hurdle": found.chain.hurdle,
        **value_rows(found.value_unit),
        "interval": found.returns.interval,
        "combined_roas": {
            **{k: returns.loc["net", k] for k in SUMMARY},
            **{basis: returns.loc[basis, found.returns.told] for basis in ("gross", "net", "frozen")},
        },
        "marginal_roas": {k: returns.loc["marginal", k] for k in SUMMARY},
        "probability_above_hurdle": found.probability_above_hurdle,
        "verdict": judgement.verdict,
        "probability": judgement.probability,
        "probabilities": dict(judgement.probabilities),
        "sentence": sentences[WHOLE],
        SPEND: sum(found.spend.values()),
        **{
            m: _summary(found.totals.draws.sel({MEASURE: m}).to_numpy(), found)
            for m in ("cost", "value", "profit", "synergy")
        },
        "outcomes": records(found.value.table(), (OUTCOME, *SUMMARY)),
        "payback": records(found.payback.table(), (HORIZON, *SUMMARY, "probability_paid_back", "value", SPEND)),
        "links": [_link(found, n, sentences[n]) for n in found.spend],
        "link_rule_regret": middle(found.link_rule.regret, "regret"),
        "link_rule": {
            "regret": _summary(found.link_rule.regret, found),
            "probability_regret": float((found.link_rule.regret > 0).mean()) if rule else None,
            "stops": list(found.link_rule.stops) if rule else None,
            "best": list(found.link_rule.best) if rule else None,
        },
        "runs": list(found.runs) if rule else None,
        "extrapolated": list(found.extrapolated),
    }


def _link(found: ChainVerdict, name: str, sentence: str) -> dict[str, Any]:
    judgement, rule = found.judgements[name], found.link_rule
    figures = {m: _summary(found.draws(m, name), found) for m in (*ROAS_OF_LINKS, *MONEY_OF_LINKS)}
    return {
        "link": name,
        "channels": list(found.chain.link(name).channels),
        SPEND: found.spend[name],
        **{_named(m): summary[told(m)] for m, summary in figures.items()},
        "intervals": {_named(m): summary for m, summary in figures.items()},
        "verdict": judgement.verdict,
        "probability": judgement.probability,
        "probability_above_hurdle": judgement.above_hurdle,
        "probability_marginal_above_hurdle": judgement.marginal_above_hurdle,
        "probabilities": dict(judgement.probabilities),
        "contradicts_link_rule": rule.contradicts(name) if rule.decides else None,
        "probability_link_rule_wrong": rule.wrong[name],
        "test": None if judgement.test is None else asdict(judgement.test),
        "test_declined": judgement.test_declined,
        "clash": rule.clashes[name] if rule.decides else None,
        "sentence": sentence,
    }


def _named(measure: str) -> str:
    return "roas_incremental" if measure == "roas" else measure


def _summary(draws: Array, found: ChainVerdict) -> dict[str, float]:
    """Return mean, median, lower and upper of draws."""
    import xarray as xr

    summary = summarise(xr.DataArray(np.asarray(draws, dtype=float), dims=DRAW), found.returns.interval)
    return {k: float(v) for k, v in summary.items()}
