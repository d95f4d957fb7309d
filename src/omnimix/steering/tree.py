"""A tree of why a result moved: every branch adds up to what is above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from omnimix import notebook, words
from omnimix.labels import INTERVAL, LOWER, MEAN, UPPER
from omnimix.mechanics import Array
from omnimix.steering.tree_narrative import sentences

ROOT, FORMULA = "result", "formula"


@dataclass(frozen=True)
class Row:
    """A part of the tree.

    Attributes:
        kind: ``result``, ``formula``, ``channel``, ``control``, ``season``, ``holidays``, ``level``, ``demand`` or
            ``unexplained``.
        parent: the place above it; empty for the result.
        place: its own place, names from the top down.
        name: what it is called.
        before: its mean a week in the earlier period, where it is a count or a rate.
        after: likewise in the later one.
        change: what it moves the result by, a week, shape (draws,).
    """

    kind: str
    parent: str
    place: str
    name: str
    before: float
    after: float
    change: Array

    @property
    def depth(self) -> int:
        """How far below the result."""
        return self.place.count(" > ")


@dataclass(frozen=True, repr=False)
class KpiTree:
    """Why a result moved between two periods.

    Attributes:
        rows: from the result down.
        before: first and last day of the earlier period.
        after: those of the later one.
        weeks: how many weeks each has.
        interval: probability mass of the intervals.
        currency: of the table.
        made_from: fingerprint of the funnel and data it was made of; empty where that is not known.
    """

    rows: tuple[Row, ...]
    before: tuple[str, str]
    after: tuple[str, str]
    weeks: tuple[float, float]
    interval: float
    currency: str
    made_from: str = ""

    def table(self) -> pd.DataFrame:
        """Return one row a part: ``parent``, ``name``, ``kind``, ``before``, ``after`` and the change it makes.

        ``mean``, ``lower`` and ``upper`` are units of the result a week; the means below a branch add up to its own.
        """
        tail = (1 - self.interval) / 2
        rows = []
        for row in self.rows:
            low, high = np.quantile(row.change, [tail, 1 - tail])
            rows.append(
                {
                    "place": row.place,
                    "parent": row.parent,
                    "name": row.name,
                    "kind": row.kind,
                    "before": row.before,
                    "after": row.after,
                    MEAN: float(row.change.mean()),
                    LOWER: float(low),
                    UPPER: float(high),
                }
            )
        return pd.DataFrame(rows).assign(**{INTERVAL: self.interval})

    @property
    def result(self) -> Row:
        """The result at the top."""
        return self.rows[0]

    @property
    def leaves(self) -> tuple[Row, ...]:
        """The parts that have no parts of their own; they add up to the change of the result."""
        parents = {r.parent for r in self.rows}
        return tuple(r for r in self.rows if r.place not in parents)

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what it comes to. Raises :class:`OmnimixError` for a language that is not spoken."""
        return sentences(self, language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the tree; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return "\n".join([self._title, notebook.text(self._shown(), self._forms), *self.sentences().values()])

    def _repr_html_(self) -> str:
        return notebook.card(
            self._title,
            notebook.lines(self.sentences().values()),
            notebook.table(self._shown(), self._forms, most=40),
            under="means a week; parts below a branch add up to it",
        )

    def _shown(self) -> pd.DataFrame:
        table = self.table()
        names = ["· " * r.depth + r.name for r in self.rows]
        return table.assign(name=names)[["name", "kind", "before", "after", MEAN, LOWER, UPPER, INTERVAL]]

    @property
    def _forms(self) -> dict[str, words.Form]:
        return dict.fromkeys((MEAN, LOWER, UPPER), words.amount)

    @property
    def _title(self) -> str:
        return f"Why {self.result.name} moved, {' to '.join(self.before)} against {' to '.join(self.after)}"
