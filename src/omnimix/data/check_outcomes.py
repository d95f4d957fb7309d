"""What was observed of the outcomes. A missing week is unobserved, never zero."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.data.panel import Panel
from omnimix.data.phrases import in_weeks
from omnimix.findings import Finding

Mask = npt.NDArray[np.bool_]

FEWEST_OBSERVED = 13
WISE_OBSERVED = 26


def check_outcomes(panel: Panel, outcomes: Sequence[str]) -> list[Finding]:
    """Return the findings on how far each outcome was observed."""
    findings: list[Finding] = []
    for name in outcomes:
        values = panel.series(name).to_numpy()
        observed = np.isfinite(values)
        findings += _observed(name, observed)
        if observed.any():
            findings += _missing(panel.weeks, name, ~observed) + _negative(panel.weeks, name, values < 0)
    return findings


def _observed(name: str, observed: Mask) -> list[Finding]:
    count = int(observed.sum())
    if count >= WISE_OBSERVED:
        return []
    if count == 0:
        message = f"The outcome '{name}' was never observed: every week is empty."
        return [Finding("outcome_never_observed", "blocks", message, "Give its figures.", figure=0.0, where=name)]
    message = f"The outcome '{name}' was observed in only {count} of {len(observed)} weeks."
    if count < FEWEST_OBSERVED:
        remedy = f"At least {FEWEST_OBSERVED} weeks are needed; two years are wise."
        return [Finding("outcome_too_short", "blocks", message, remedy, figure=float(count), where=name)]
    remedy = "Expect wide intervals; two years are wise."
    return [Finding("outcome_too_short", "warns", message, remedy, figure=float(count), where=name)]


def _missing(weeks: pd.DatetimeIndex, name: str, missing: Mask) -> list[Finding]:
    if not missing.any():
        return []
    lead = int(np.argmin(missing))
    parts = [f"the first {lead} weeks are media history"] if lead else []
    later = missing.copy()
    later[:lead] = False
    if later.any():
        parts.append(f"{in_weeks(weeks, later)} {'is' if later.sum() == 1 else 'are'} unobserved")
    message = f"The outcome '{name}' is empty in {missing.sum()} weeks: {'; '.join(parts)}."
    remedy = "Empty is taken as not observed, never as 0."
    return [Finding("outcome_missing_weeks", "notes", message, remedy, figure=float(missing.sum()), where=name)]


def _negative(weeks: pd.DatetimeIndex, name: str, negative: Mask) -> list[Finding]:
    if not negative.any():
        return []
    message = f"The outcome '{name}' is negative in {in_weeks(weeks, negative)}."
    remedy = "More returns than sales? If it is a booking, move it to the week it belongs to."
    return [Finding("negative_outcome", "warns", message, remedy, figure=float(negative.sum()), where=name)]
