"""What was observed of the outcomes. A missing week is unobserved, never zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.data.panel import Panel
from omnimix.data.phrases import in_weeks
from omnimix.findings import Finding

Mask = npt.NDArray[np.bool_]

FEWEST_OBSERVED = 13
WISE_OBSERVED = 26


def check_outcomes(panel: Panel, outcomes: Sequence[str]) -> Iterator[Finding]:
    """Give the findings on how far each outcome was observed."""
    for name in outcomes:
        values = panel.series(name).to_numpy()
        missing, negative = ~np.isfinite(values), values < 0
        yield from _observed(name, ~missing)
        if missing.any() and not missing.all():
            message = f"The outcome '{name}' is empty in {missing.sum()} weeks: {_where(panel.weeks, missing)}."
            remedy = "Empty is taken as not observed, never as 0."
            yield Finding("outcome_missing_weeks", "notes", message, remedy, figure=float(missing.sum()), where=name)
        if negative.any():
            message = f"The outcome '{name}' is negative in {in_weeks(panel.weeks, negative)}."
            remedy = "More returns than sales? If it is a booking, move it to the week it belongs to."
            yield Finding("negative_outcome", "warns", message, remedy, figure=float(negative.sum()), where=name)


def _observed(name: str, observed: Mask) -> Iterator[Finding]:
    count = int(observed.sum())
    if count == 0:
        message = f"The outcome '{name}' was never observed: every week is empty."
        yield Finding("outcome_never_observed", "blocks", message, "Give its figures.", figure=0.0, where=name)
    elif count < WISE_OBSERVED:
        message = f"The outcome '{name}' was observed in only {count} of {len(observed)} weeks."
        few = count < FEWEST_OBSERVED
        first = f"At least {FEWEST_OBSERVED} weeks are needed" if few else "Expect wide intervals"
        remedy = f"{first}; two years are wise."
        yield Finding("outcome_too_short", "blocks" if few else "warns", message, remedy, float(count), name)


def _where(weeks: pd.DatetimeIndex, missing: Mask) -> str:
    lead = int(np.argmin(missing))
    later = missing & (np.arange(len(missing)) >= lead)
    parts = [f"the first {lead} weeks are media history"] if lead else []
    if later.any():
        parts.append(f"{in_weeks(weeks, later)} {'is' if later.sum() == 1 else 'are'} unobserved")
    return "; ".join(parts)
