"""What a machine reads: the figures of a fit as plain rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omnimix.effects import Contributions, Figures
from omnimix.findings import Finding
from omnimix.labels import (
    ALL_MEDIA,
    CAMPAIGN,
    CHANNEL,
    DRAW,
    GEO,
    INDUCED_SPEND,
    INTERVAL,
    LOWER,
    MEAN,
    MEDIAN,
    PERIOD,
    SPEND,
    UPPER,
)
from omnimix.posterior import Posterior
from omnimix.rows.experiments import evidence_rows
from omnimix.rows.findings import check_rows
from omnimix.rows.results import Results
from omnimix.rows.table import Row, records, value_rows

SCHEMA = 1
SUMMARY = (MEAN, MEDIAN, LOWER, UPPER)
BY_GEO = (GEO, CHANNEL, *SUMMARY, SPEND)
BY_PERIOD = (CHANNEL, PERIOD, *SUMMARY, SPEND)
BY_CAMPAIGN = (CHANNEL, CAMPAIGN, *SUMMARY, SPEND)
FIT_KEYS = ("draws", "chains", "seconds", "rhat_max", "ess_bulk_min", "divergences")


def fit_rows(weeks: int | None, posterior: Posterior | None, findings: Iterable[Finding]) -> dict[str, Any]:
    """Return how a fit went; without a posterior (the data block it) its figures are null."""
    run: dict[str, Any] = dict.fromkeys(FIT_KEYS)
    if posterior is not None:
        source = {**vars(posterior.run), **vars(posterior.run.diagnostics)}
        run = {key: source[key] for key in FIT_KEYS}
    tests = [] if posterior is None else evidence_rows(posterior)
    return {"weeks": weeks, **run, "experiments": tests, **check_rows(findings)}


def effects_rows(found: Results) -> dict[str, Any]:
    """Return ROAS, contributions, paths, traffic shares and payback, with all media apart.

    Contributions are in units of the outcome; ``money`` holds the same in money, null where outcomes have no value.
    ``counted_in`` and ``unit`` say what value and returns are counted in.
    """
    returns = _rows(found.roas, SPEND, INDUCED_SPEND)
    shares = [] if found.traffic_share is None else _rows(found.traffic_share)
    balances = [] if found.payback is None else _rows(found.payback, "probability_paid_back", "value", SPEND, "start")
    channels, together = zip(*(_apart(rows) for rows in (returns, shares, balances)), strict=True)
    by_geo = {} if found.by_geo is None else {"by_geo": records(found.by_geo.table(), BY_GEO)}
    each = found.by_campaign
    often = {} if found.best_frequency is None else {"best_frequency": records(found.best_frequency.table())}
    by_campaign = {} if each is None else {"by_campaign": records(each.table(), BY_CAMPAIGN)}
    by_time = found.by_period
    by_period = {} if by_time is None else {"by_period": records(by_time.table(), BY_PERIOD)}
    return {
        "schema": SCHEMA,
        INTERVAL: found.roas.interval,
        **value_rows(found.value_unit),
        "roas": channels[0],
        "contributions": _contributions(found.contributions),
        **by_geo,
        **by_campaign,
        **by_period,
        **often,
        "paths": _rows(found.paths),
        "traffic_share": channels[1],
        "payback": channels[2],
        ALL_MEDIA: {"roas": together[0][0], "traffic_share": together[1], "payback": together[2]},
    }


def _rows(figures: Figures, *more: str) -> list[Row]:
    """Return one row a label: the channel, the other labels, the summary and what else is known."""
    labels = sorted((str(c) for c in figures.draws.coords if c != DRAW), key=lambda name: name != CHANNEL)
    return records(figures.table(), [*labels, *SUMMARY, *more])


def _apart(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of channels, and those of all media without their channel."""
    together = [{k: v for k, v in row.items() if k != CHANNEL} for row in rows if row[CHANNEL] == ALL_MEDIA]
    return [row for row in rows if row[CHANNEL] != ALL_MEDIA], together


def _contributions(parts: Contributions) -> list[Row]:
    units = _rows(parts.total, "share")
    if not parts.value_unit.is_money:
        return [{**row, "money": None} for row in units]
    worth = [{k: row[k] for k in SUMMARY} for row in _rows(parts.money)]
    return [{**row, "money": value} for row, value in zip(units, worth, strict=True)]
