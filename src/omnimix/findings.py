"""A finding: one named thing that a check saw, how bad it is, its figure and its remedy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["blocks", "warns", "notes"]
SEVERITIES: tuple[Severity, ...] = ("blocks", "warns", "notes")


@dataclass(frozen=True)
class Finding:
    """One thing a check saw.

    ``blocks`` stops the verb that asked, ``warns`` should be read before a figure is used, ``notes`` is
    for the record (a totals row that was left out, say).

    >>> print(Finding("missing_weeks", "blocks", "2 weeks are missing: 2024-03-04, 2024-03-11.", "Add the rows."))
    missing_weeks (blocks): 2 weeks are missing: 2024-03-04, 2024-03-11. Add the rows.
    """

    name: str
    severity: Severity
    message: str
    remedy: str
    figure: float | None = None
    where: str | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.severity}): {self.message} {self.remedy}".rstrip()

    def as_dict(self) -> dict[str, object]:
        """Return the finding as plain JSON types."""
        return {
            "name": self.name,
            "severity": self.severity,
            "message": self.message,
            "remedy": self.remedy,
            "figure": self.figure,
            "where": self.where,
        }


def blocking(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return the findings that stop a verb."""
    return tuple(f for f in findings if f.severity == "blocks")
