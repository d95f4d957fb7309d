"""Two fits beside each other: what moved, why, and what would be decided otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.findings import Finding
from omnimix.labels import CHANNEL
from omnimix.posterior import Revision
from omnimix.refits.drift import Drift
from omnimix.refits.flips import PlansMoved
from omnimix.refits.narrative import sentences

OLD, NEW, CAUSE, PART, ERROR, REAL = "old", "new", "cause", "part", "error", "real"


@dataclass(frozen=True, repr=False)
class FitsCompared(words.Counted):
    """Why ROAS moved from one fit to the next.

    Attributes:
        rows: one row a channel and cause; see :meth:`table`.
        verdicts: one row a link of every declared chain: ``old`` and ``new`` verdict, whether it ``flips``,
            ``probability`` of the new one and the ``loss`` of keeping the old one, in steps between verdicts.
        plan: how the best plan moved; ``None`` where it was not asked for or one of the two has none.
        revised: figures of old weeks that are others now.
        causes: what differs between the fits: ``data``, ``weeks``, ``prior``, ``spec``; empty where nothing does.
        drift: whether new weeks are as foreseen, where weeks came and the funnel is the same.
        currency: of all money.
        unvalued: outcomes without a value in money; returns are units for one unit of money then.
    """

    rows: pd.DataFrame
    verdicts: pd.DataFrame
    plan: PlansMoved | None
    revised: tuple[Revision, ...]
    causes: tuple[str, ...]
    drift: Drift | None
    currency: str
    unvalued: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row a channel (``all_media`` last) and cause.

        ``old`` and ``new`` are median ROAS; ``part`` is what the ``cause`` moved, and parts of a channel add up to
        ``new`` less ``old``. ``part_error`` and ``error`` are Monte Carlo errors of the part and of the move; ``real``
        says whether the move is at least two of them. Causes are ``data`` (old weeks revised), ``weeks`` (new ones),
        ``prior``, ``spec`` (the funnel) and, where nothing differs but the draws, ``chance``.
        """
        return self.rows.copy()

    @property
    def moves(self) -> pd.DataFrame:
        """One row a channel: ``old``, ``new``, ``error``, ``real``."""
        columns = [CHANNEL, OLD, NEW, ERROR, REAL]
        return self.rows[columns].drop_duplicates(CHANNEL, ignore_index=True)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What to know of the new weeks and of effects that drifted."""
        return () if self.drift is None else self.drift.findings

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what it comes to. Raises :class:`OmnimixError` for a language that is not spoken."""
        return sentences(self, language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw what moved and why; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return "\n".join([self._title, notebook.text(self.rows, self._forms), *self.sentences().values()])

    def _repr_html_(self) -> str:
        return notebook.card(
            self._title,
            notebook.lines(self.sentences().values()),
            notebook.table(self.rows, self._forms),
            notebook.findings(self.findings),
            under="median ROAS; parts of a channel add up to new less old",
        )

    @property
    def _forms(self) -> dict[str, words.Form]:
        return dict.fromkeys((OLD, NEW, PART, "part_error", ERROR), words.ratio)

    @property
    def _title(self) -> str:
        return f"Why ROAS moved: {', '.join(self.causes) or 'nothing differs but the draws'}"
