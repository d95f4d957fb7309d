"""Plain JSON in a file. A figure that is not finite is null; findings carry their remedy in the message."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from omnimix.findings import Finding


def check_payload(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return findings with their remedy in the message."""
    told = [{"name": f.name, "severity": f.severity, "message": f"{f.message} {f.remedy}".rstrip()} for f in findings]
    return {"findings": told}


def write_json(payload: Mapping[str, Any], path: Path) -> Path:
    """Write a payload to a file."""
    path.write_text(json.dumps(_plain(payload), indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    return path


def _plain(value: Any) -> Any:
    """Return plain JSON types; a moment becomes its day.

    >>> _plain({"a": np.float64("nan"), "b": [np.int64(3)]})
    {'a': None, 'b': [3]}
    """
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
