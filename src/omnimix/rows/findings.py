"""Findings as plain rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omnimix.findings import Finding


def check_rows(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return findings with their remedy in the message."""
    told = [{"name": f.name, "severity": f.severity, "message": f"{f.message} {f.remedy}".rstrip()} for f in findings]
    return {"findings": told}
