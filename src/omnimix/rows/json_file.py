"""Plain JSON, in a file. A figure that is not finite is null."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from omnimix.errors import OmnimixError
from omnimix.whole_file import write_whole


def write_json(payload: Mapping[str, Any], path: Path) -> Path:
    """Write a payload to a file, whole or not at all. Raises :class:`OmnimixError` where it cannot be written."""
    text = json.dumps(plain(payload), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return write_whole(text, path, kind="the JSON", error=OmnimixError)


def plain(value: Any) -> Any:
    """Return plain JSON types; a moment becomes its day.

    >>> plain({"a": np.float64("nan"), "b": [np.int64(3)]})
    {'a': None, 'b': [3]}
    """
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
