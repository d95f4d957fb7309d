"""Columns that are sums of others: in most weeks exactly, or nearly in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from omnimix.data.phrases import quoted
from omnimix.findings import Finding

MOSTLY = 0.5
FEWEST_WEEKS = 10
NEARLY = 0.98
_ROUNDING = 1e-6


def total_columns(frame: pd.DataFrame, spend: Mapping[str, str], controls: Sequence[str]) -> list[Finding]:
    """Find a column that is the sum of the (other) channels' spend in most weeks: a total, not a driver.

    >>> frame = pd.DataFrame({"a": np.arange(12.0) + 1, "b": np.arange(12.0) % 5 + 1})
    >>> frame["all"] = frame["a"] + frame["b"]
    >>> frame.loc[3, "all"] = 99
    >>> total_columns(frame, {"a": "a", "b": "b"}, ["all"])[0].figure
    11.0
    """
    parts = list(dict.fromkeys(spend.values()))
    findings = []
    for name in dict.fromkeys([*parts, *controls]):
        others = frame[[part for part in parts if part != name]]
        summed = others.sum(axis=1).to_numpy()
        several = (others != 0).sum(axis=1).to_numpy() >= 2
        held = np.isfinite(frame[name].to_numpy()) & several
        same = held & (np.abs(frame[name].to_numpy() - summed) <= _ROUNDING * np.abs(summed))
        if same.sum() < max(FEWEST_WEEKS, MOSTLY * held.sum()) or np.allclose(frame[name], summed):
            continue
        message = (
            f"Column '{name}' is the sum of {quoted(others.columns)} in {same.sum()} of {held.sum()} weeks: "
            "it looks like a total."
        )
        remedy = "Drop the total, and see why it differs in the other weeks."
        findings.append(Finding("total_column", "blocks", message, remedy, figure=float(same.sum()), where=name))
    return findings


def nearly_collinear(drivers: pd.DataFrame, known: Sequence[str]) -> list[Finding]:
    """Find columns that the others together nearly explain; `known` were told of already.

    >>> nearly_collinear(pd.DataFrame({"a": np.arange(30.0), "b": np.arange(30.0) % 7}), [])
    []
    """
    names = [name for name in drivers.columns if name not in known and np.std(drivers[name]) > 0]
    if len(names) < 2 or len(drivers) <= 2 * len(names) + 2:
        return []
    together = np.corrcoef(drivers[names].to_numpy(), rowvar=False)
    shares = 1 - 1 / np.diag(np.linalg.pinv(together, hermitian=True))
    return [_explained(name, float(share)) for name, share in zip(names, shares, strict=True) if share >= NEARLY]


def _explained(name: str, share: float) -> Finding:
    message = f"The other channels and controls together explain {share:.1%} of '{name}'."
    remedy = "Its effect can hardly be told from theirs; read the sum, or drop a column that repeats others."
    return Finding("nearly_collinear", "warns", message, remedy, figure=share, where=name)
