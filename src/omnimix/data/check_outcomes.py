"""What was observed of the outcomes. A missing week is unobserved, never zero."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.data.panel import Panel
from omnimix.data.phrases import in_weeks
from omnimix.findings import Finding, Severity

Mask = npt.NDArray[np.bool_]

FEWEST_OBSERVED = 13
A_YEAR, TWO_YEARS = 52, 104


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
    elif count < TWO_YEARS:
        severity, why, remedy = _too_short(count)
        weeks = f"{count} weeks" if count == len(observed) else f"only {count} of {len(observed)} weeks"
        message = f"The outcome '{name}' was observed in {weeks}: {why}."
        yield Finding("outcome_too_short", severity, message, remedy, float(count), name)


def _too_short(count: int) -> tuple[Severity, str, str]:
    """Return what so few weeks cannot teach, and what to do."""
    if count < FEWEST_OBSERVED:
        return "blocks", "too few to fit", f"At least {FEWEST_OBSERVED} weeks are needed; two years are wise."
    if count < A_YEAR:
        why = "less than a year, so the season is not seen once in full"
        remedy = (
            "What season, holidays and growth bring cannot be told from what media bring that ran in those weeks. "
            "Expect wide intervals, trust no figure that hangs on a season, and add weeks: two years are wise."
        )
        return "warns", why, remedy
    why = "less than two years, so no season is seen twice"
    return (
        "warns",
        why,
        "What a season brings cannot be told from a campaign that ran in it; add weeks if there are more.",
    )


def _where(weeks: pd.DatetimeIndex, missing: Mask) -> str:
    lead = int(np.argmin(missing))
    later = missing & (np.arange(len(missing)) >= lead)
    parts = [f"the first {lead} weeks are media history"] if lead else []
    if later.any():
        parts.append(f"{in_weeks(weeks, later)} {'is' if later.sum() == 1 else 'are'} unobserved")
    return "; ".join(parts)
