"""The health of a fit: every finding of every check, worst first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook
from omnimix.findings import SEVERITIES, Finding, blocking
from omnimix.posterior import Posterior

Check = Callable[[Posterior], Iterable[Finding]]


@dataclass(frozen=True, repr=False)
class Health:
    """What the checks saw.

    Attributes:
        findings: worst first: what blocks, what should be read, what is for the record.
    """

    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether nothing blocks: the verbs that report money will do so."""
        return not blocking(self.findings)

    def table(self) -> pd.DataFrame:
        """Return one row a finding: name, severity, message, remedy, figure, where."""
        columns = ["name", "severity", "message", "remedy", "figure", "where"]
        return pd.DataFrame([f.as_dict() for f in self.findings], columns=columns)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw it on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        head = "usable" if self.usable else "not usable"
        warned = sum(f.severity == "warns" for f in self.findings)
        return "\n".join([f"Health: {head}, {warned} warning(s)", *(f"- {f}" for f in self.findings)])

    def _repr_html_(self) -> str:
        counts = {s: sum(f.severity == s for f in self.findings) for s in SEVERITIES}
        told = ", ".join(f"{n} {word if n == 1 else word.removesuffix('s')}" for word, n in counts.items() if n)
        return notebook.card(
            "Health of the fit",
            notebook.findings(self.findings),
            verdict="usable" if self.usable else "not usable",
            under=told or "nothing to report",
        )


def ordered(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings worst first, otherwise in the order they came."""
    return tuple(sorted(findings, key=lambda f: SEVERITIES.index(f.severity)))
