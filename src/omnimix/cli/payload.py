"""What a machine reads: the same figures as plain JSON. A figure that is not finite is null."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from omnimix.effects import Contributions, Figures
from omnimix.findings import Finding
from omnimix.labels import ALL_MEDIA, CHANNEL, INTERVAL, LOWER, MEAN, MEDIAN, OUTCOME, SPEND, UPPER
from omnimix.posterior import Posterior

SCHEMA = 1
SUMMARY = (MEAN, MEDIAN, LOWER, UPPER)
FIT_KEYS = ("draws", "chains", "seconds", "rhat_max", "ess_bulk_min", "divergences")


def fit_payload(weeks: int | None, posterior: Posterior | None, findings: Iterable[Finding]) -> dict[str, Any]:
    """Return how a fit went; without a posterior (the data block it) its figures are null."""
    run: dict[str, Any] = dict.fromkeys(FIT_KEYS)
    if posterior is not None:
        source = {**vars(posterior.run), **vars(posterior.run.diagnostics)}
        run = {key: source[key] for key in FIT_KEYS}
    return {"weeks": weeks, **run, **check_payload(findings)}


def check_payload(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return findings with their remedy in the message."""
    told = [{"name": f.name, "severity": f.severity, "message": f"{f.message} {f.remedy}".rstrip()} for f in findings]
    return {"findings": told}


def effects_payload(returns: Figures, parts: Contributions) -> dict[str, Any]:
    """Return ROAS, with all media apart, and contributions."""
    rows = returns.table()[[CHANNEL, *SUMMARY, SPEND, "induced_spend"]].to_dict("records")
    together = {k: v for row in rows if row[CHANNEL] == ALL_MEDIA for k, v in row.items() if k != CHANNEL}
    brought = parts.table()[[CHANNEL, OUTCOME, *SUMMARY, "share"]]
    return {
        "schema": SCHEMA,
        INTERVAL: returns.interval,
        "roas": [row for row in rows if row[CHANNEL] != ALL_MEDIA],
        "contributions": brought.to_dict("records"),
        "paths": [],
        "traffic_share": [],
        ALL_MEDIA: {"roas": together},
    }


def write_json(payload: Mapping[str, Any], path: Path) -> Path:
    """Write a payload to a file."""
    path.write_text(json.dumps(_plain(payload), indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    return path


def _plain(value: Any) -> Any:
    """Return plain JSON types.

    >>> _plain({"a": np.float64("nan"), "b": [np.int64(3)]})
    {'a': None, 'b': [3]}
    """
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
