"""The tables that compiled code reads: one row a parameter, cell, effect or prior, its fields read by name.

A *cell* is a node in a geo: one weekly series with one equation and one likelihood. A *lever* is what money is decided
for: a channel, or a channel in a geo; several cells may read the exposure of one lever. As long as all data are
national there is one cell a node and one lever a channel; compiled code takes a geo as more rows and no other field.
After the cells of nodes come those of spend: the equation of what a channel spends in answer to a stage.

Fields named after a parameter hold its place among the sampled numbers. ``cell``, ``parent``, ``lever``, ``stage``,
``fuelled_by``, ``mix``, ``frequency``, ``total``, ``worth``, ``leader``, ``spread`` and those that begin with
``first_`` or ``stop_`` are row numbers; ``adstock``, ``saturation`` and ``family`` are codes; ``student``, ``shares``,
``answers``, ``positive``, ``located`` and ``log`` are 0 or 1. -1 means: none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

Table = np.ndarray[tuple[int], np.dtype[np.void]]

_WHOLE, _REAL = np.int64, np.float64


def _fields(whole: str, real: str = "") -> np.dtype[np.void]:
    return np.dtype([(n, _WHOLE) for n in whole.split()] + [(n, _REAL) for n in real.split()])


SIZES = _fields("nodes channels window longest")  # weeks before ``window`` are media history
PARAMETER = _fields("family leader spread", "first second looseness")
CELL = _fields("student noise freedom first_parent stop_parent first_shock stop_shock", "seen level worth")
CHANNEL_EFFECT = _fields(
    "cell lever channel adstock saturation lags contribution adstock_first adstock_second adstock_third"
    " saturation_first saturation_second shares answers fuelled_by fuel_weeks long_share half_life mix frequency"
)
STAGE_EFFECT = _fields("cell parent adstock lags effect adstock_first adstock_second adstock_third positive")
ANSWER = _fields("cell stage lever response")
SHOCK = _fields("cell parent lag", "spread")  # demand of a parent, ``lag`` weeks before, moves a cell
TOTAL_PRIOR = _fields(
    "family first_direct stop_direct first_other stop_other first_followed stop_followed",
    "first second concentration rate inner follows",
)
PART = _fields("parameter channel total worth", "concentration rate")
OUTCOME_PART = _fields("cell family", "worth concentration first second")
MIX = _fields("lever first stop looseness")  # a channel whose exposure is made of campaigns, rows first to stop
CAMPAIGN = _fields("parameter", "weight width")  # its share in the spend of its channel, and how free it is
CHANGE = _fields("spread first")  # a row a channel: of how far its effects differ, of its first period
TRACKER = _fields("slope spread", "seen constant")  # a survey that follows the slow stock
MISSING = _fields("cell week parameter sign")  # -1: a parameter above 0 is how far the week lies below 0
NODE_SCALE = _fields("log", "shift scale")
GEO_NODE = _fields(
    "noise first_noise common first_effect stop_effect first_parent stop_parent first_shock stop_shock"
    " first_control stop_control"
)
GEO_EFFECT = _fields("spread first located", "middle")  # beside CHANNEL_EFFECT: of the spread, of the first deviation
GEO_SHOCK = _fields("parameter")  # beside SHOCK
GEO_CONTROL = _fields("node parameter")
GEO_MISSING = _fields("node geo week parameter", "spread")  # of its prior, which the density takes off again


class Structure(NamedTuple):
    """How effects connect levers and cells, in the order in which they act: rows are sorted by cell."""

    effects: Any  # CHANNEL_EFFECT
    parents: Any  # STAGE_EFFECT
    answers: Any  # ANSWER


def table(fields: np.dtype[np.void], rows: Iterable[Mapping[str, float]]) -> Table:
    """Return rows, each with a value for every field, as a table.

    >>> table(MISSING, [{"cell": 0, "week": 3, "parameter": 7, "sign": 1}])["week"]
    array([3])
    """
    names = fields.names or ()
    return np.array([tuple(row[n] for n in names) for row in rows], dtype=fields)
