"""What a machine reads of tests that a posterior has taken in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from omnimix.effects import roas
from omnimix.experiments import TestDesigns
from omnimix.findings import Finding
from omnimix.labels import CHANNEL, LOWER, MEAN, MEDIAN, UPPER
from omnimix.posterior import Posterior
from omnimix.rows.findings import check_rows
from omnimix.rows.table import Row, records, value_rows

SCHEMA = 1


def evidence_rows(posterior: Posterior) -> list[Row]:
    """Return a row a test: what was expected, what it found, and how it was taken in."""
    return [
        {
            "name": e.experiment.name,
            "z": e.z,
            "k_hat": e.k_hat,
            "predicted": e.predicted,
            "value": e.experiment.result,
            "error": e.experiment.standard_error,
            "stated_error": e.experiment.stated_error,
            "discounts": dict(e.experiment.discounts),
            "how": e.how,
            "effective_draws": e.effective,
            "largest_weight": e.largest_weight,
        }
        for e in posterior.evidence
    ]


def calibration_rows(before: Posterior, after: Posterior, findings: Iterable[Finding]) -> dict[str, Any]:
    """Return the tests, and ROAS of every channel before and after them."""
    keys = [CHANNEL, MEAN, MEDIAN, LOWER, UPPER]
    return {
        "schema": SCHEMA,
        "experiments": evidence_rows(after),
        "roas_before": records(roas(before, allow_unconverged=True).table(), keys),
        "roas": records(roas(after, allow_unconverged=True).table(), keys),
        **check_rows(findings),
    }


def design_rows(found: TestDesigns, language: str = "en") -> dict[str, Any]:
    """Return tests that could be done next, the one worth most first, with the best ready to be handed over.

    Worth and cost are in ``counted_in``; ``mde``, ``expected`` and ``error`` are returns.
    """
    return {
        "schema": SCHEMA,
        **value_rows(found.value_unit),
        "quarters": found.quarters,
        "plans": found.plans,
        "perfect_information": found.perfect,
        "start": str(found.start),
        "tail_weeks": found.tail_weeks,
        "sentence": found.sentence(language),
        "tests": [{**row, "geos": row["geos"] or None} for row in records(found.rows)],
        "best_toml": found.best.toml(),
    }
