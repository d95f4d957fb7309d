"""Spend that an outcome makes: a commission is a cost of sales and no cause of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.data.phrases import amount
from omnimix.data.roles import Use
from omnimix.findings import Finding

Floats = npt.NDArray[np.float64]

FEWEST_WEEKS = 10
EXACT = 1e-3  # what is left of the spend's own spread; rounding to cents leaves less
RATES = 3  # a commission that was changed twice still is one
WEEKS_OF_A_RATE = 6
FEWEST_AMOUNTS = 4  # that differ, of sales and of every rate: two budgets over one or two orders make few ratios too


def made_from_outcomes(frame: pd.DataFrame, uses: Sequence[Use]) -> Iterator[Finding]:
    """Find spend that is a share of an outcome of the same week, with or without a fixed fee.

    >>> frame = pd.DataFrame({"sales": np.arange(30.0) % 7 * 100 + 900})
    >>> frame["affiliate"] = (0.07 * frame["sales"]).round(2)
    >>> uses = [Use("affiliate", "spend", "affiliate"), Use("sales", "outcome")]
    >>> next(made_from_outcomes(frame, uses)).figure
    0.07
    """
    exposed = {use.channel for use in uses if use.role == "exposure"}
    outcomes = list(dict.fromkeys(use.column for use in uses if use.role == "outcome"))
    made = {f"the outcome '{name}'": frame[name].to_numpy() for name in outcomes}
    if len(outcomes) > 1:
        made["all outcomes together"] = frame[outcomes].sum(axis=1, skipna=False).to_numpy()
    for use in uses:
        if use.role != "spend" or use.channel in exposed:
            continue
        spend = frame[use.column].to_numpy()
        found = ((what, _share(spend, values)) for what, values in made.items())
        what, told = next(((what, told) for what, told in found if told), ("", None))
        if told:
            rate, words, weeks = told
            message = f"The {use} is {words} of {what} of the same week, in {weeks} weeks."
            remedy = (
                "Such spend follows sales and does not cause them: leave the channel out, and take its share off the "
                "outcome's value as a cost."
            )
            yield Finding("spend_made_from_outcome", "blocks", message, remedy, figure=rate, where=use.column)


def _share(spend: Floats, outcome: Floats) -> tuple[float, str, int] | None:
    """Return the share, its words and the weeks it holds in, or None where spend is no share."""
    held = np.isfinite(spend) & np.isfinite(outcome)
    held &= (spend > 0) & (outcome > 0)
    paid, sold = spend[held], outcome[held]
    if len(paid) < FEWEST_WEEKS or np.std(sold) < 0.01 * np.mean(sold) or np.unique(sold).size < FEWEST_AMOUNTS:
        return None
    if np.std(paid) == 0:
        return None
    slope, fee = np.polyfit(sold - sold.mean(), paid, 1)
    fee = float(fee - slope * sold.mean())
    left = float(np.std(paid - slope * sold))
    if slope > 0 and left <= max(EXACT * np.std(paid), _rounding(paid)):
        fixed = "" if abs(fee) < 0.005 * paid.mean() else f" {'plus' if fee > 0 else 'less'} {amount(abs(fee))}"
        return round(float(slope), 6), f"{_told(float(slope))}{fixed}", len(paid)
    rates = _rates(paid, sold)
    if rates:
        return round(rates[0], 6), " or ".join(map(_told, rates)), len(paid)
    return None


def _rounding(paid: Floats) -> float:
    """Return the spread that rounding to whole units leaves, where amounts are whole and far above one unit."""
    whole = bool((paid % 1 == 0).all())
    return 0.35 if whole and np.std(paid) > 20 else 0.0035 if np.std(paid) > 0.2 else 0.0


def _rates(paid: Floats, sold: Floats) -> list[float]:
    """Return the two or three shares that all weeks have, if that is so."""
    ratios = paid / sold
    order = np.argsort(ratios)
    ordered = ratios[order]
    ends = [0, *(np.flatnonzero(np.diff(ordered) > EXACT * ordered[:-1]) + 1).tolist(), len(ordered)]
    groups = [ordered[a:b] for a, b in pairwise(ends)]
    if any(np.unique(amounts).size < FEWEST_AMOUNTS for amounts in np.split(paid[order], ends[1:-1])):
        return []
    tight = all(group[-1] - group[0] <= 2 * EXACT * group[0] and len(group) >= WEEKS_OF_A_RATE for group in groups)
    return [float(np.median(group)) for group in groups] if tight and len(groups) <= RATES else []


def _told(rate: float) -> str:
    return f"{100 * rate:.3g}%" if rate < 1 else f"{amount(rate)} for every unit"
