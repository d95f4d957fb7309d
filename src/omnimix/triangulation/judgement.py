"""Which witness to believe of a channel, and what it means that they disagree."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal

from omnimix.labels import LOWER, UPPER

type Agreement = Literal["agree", "path_above", "path_below", "untracked"]
type Believe = Literal["experiment", "model", "test"]
WIDE = 4.0  # times, from the lower to the upper end of the model's interval, beyond which it says too little
SURE = 1.645  # standard errors on both sides of a test's result, 90 %

PLATFORM, PATH, MODEL, EXPERIMENT, ERROR = (
    "platform_roas",
    "path_roas",
    "model_roas",
    "experiment_roas",
    "experiment_error",
)


def agreement(row: Mapping[str, Any]) -> Agreement:
    """Say how what is tracked lies to the interval of the model.

    >>> agreement({"path_roas": 2.4, "lower": 0.4, "upper": 1.1})
    'path_above'
    """
    path = float(row[PATH])
    if not math.isfinite(path):
        return "untracked"
    if path > row[UPPER]:
        return "path_above"
    return "path_below" if path < row[LOWER] else "agree"


def believe(row: Mapping[str, Any]) -> Believe:
    """Say whom to believe: a test that was done, else the model where its range is narrow, else nobody before a test.

    Path credit and platforms are never it: they count who passed by, which is another question.

    >>> believe({"experiment_roas": float("nan"), "lower": 0.3, "upper": 2.3})
    'test'
    """
    if math.isfinite(float(row[EXPERIMENT])):
        return "experiment"
    return "model" if row[LOWER] > 0 and row[UPPER] <= WIDE * row[LOWER] else "test"


def contradicted(row: Mapping[str, Any]) -> bool:
    """Say whether the range of a test and the interval of the model have nothing in common."""
    value, error = float(row[EXPERIMENT]), float(row[ERROR])
    return math.isfinite(value) and (value - SURE * error > row[UPPER] or value + SURE * error < row[LOWER])
