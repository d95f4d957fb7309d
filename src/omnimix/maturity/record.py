"""How ready a team is: by part its own score, what can be shown, and the next step; and what more data would narrow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.maturity.measured import Measured
from omnimix.maturity.narrative import narrative, next_step
from omnimix.maturity.signs import Sign
from omnimix.words import texts

PART, SELF_SCORE, EVIDENCE_SCORE, NEXT_STEP = "part", "self_score", "evidence_score", "next_step"
FORMS: Mapping[str, words.Form] = {SELF_SCORE: words.exact, EVIDENCE_SCORE: words.exact}


@dataclass(frozen=True)
class Part:
    """Where one part stands.

    Attributes:
        name: of the part.
        self_score: what the team gives itself, 1 to 5; ``None`` where it gave nothing.
        evidence_score: what can be shown, 1 to 5; each level counts as far as its signs and those of all levels below
            it are there.
        level: the highest level, 1 to 5, of which the signs and of all below it are mostly there.
        missing: the sign to work on next, the lowest that is not there in full; ``None`` where all are.
        said: whether that sign was said to be there, without a place where it can be seen.
    """

    name: str
    self_score: float | None
    evidence_score: float
    level: int
    missing: Sign | None
    said: bool


@dataclass(frozen=True, repr=False)
class Readiness:
    """How ready a team is to steer shops and online together, in five parts.

    Attributes:
        parts: the five parts.
        measured: signs that were looked for in the data.
        answered: what each sign's answer counts, 0 to 1; measured signs as they were answered.
        unanswered: signs that were neither answered nor measured.
        widths: what one more source of data would leave of each range; see :func:`omnimix.maturity.widths.widths`.
            Empty without a posterior.
        currency: of money in sentences.
    """

    parts: tuple[Part, ...]
    measured: tuple[Measured, ...]
    answered: Mapping[str, float]
    unanswered: tuple[str, ...]
    widths: pd.DataFrame
    currency: str = "EUR"

    def table(self, language: str = "en") -> pd.DataFrame:
        """Return one row a part: ``part``, ``self_score``, ``evidence_score`` (both 1 to 5) and ``next_step``."""
        rows = [
            {
                PART: p.name,
                SELF_SCORE: float("nan") if p.self_score is None else p.self_score,
                EVIDENCE_SCORE: round(p.evidence_score, 2),
                NEXT_STEP: next_step(p.missing, p.said, language),
            }
            for p in self.parts
        ]
        return pd.DataFrame(rows)

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return where the team stands in sentences, by part. Raises :class:`OmnimixError` for an unknown language."""
        return narrative(self, language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw own score and what can be shown, by part; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        table = self.table().drop(columns=NEXT_STEP)
        return f"{self._title}\n{notebook.text(table, FORMS)}\n" + "\n".join(self.sentences().values())

    def _repr_html_(self) -> str:
        return notebook.card(
            self._title,
            notebook.table(self.table().replace({PART: {"_": " "}}, regex=True), FORMS),
            notebook.lines(self.sentences().values(), most=30),
            under="Own score beside what can be shown, 1 to 5.",
        )

    @property
    def _title(self) -> str:
        return texts("readiness", "en")["title"]
