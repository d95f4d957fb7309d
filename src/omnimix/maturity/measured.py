"""Evidence that can be measured is measured: weeks, spend covered, outcomes, variation, tests, age of the figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from omnimix.data import Panel
from omnimix.errors import DataError, did_you_mean
from omnimix.maturity.answers import Answers
from omnimix.mechanics import Array

YEAR, TWO_YEARS = 52, 104  # weeks
COVERED, IDENTIFIED, TESTED = 0.9, 0.5, 2  # at which a sign is there in full
FRESH, STALE = 14, 42  # days after the last week
OWN_VARIATION = 0.25  # of mean spend: standard deviation of what neither other channels, trend nor season tell
SPARE_WEEKS = 10  # more than there are things to explain spend by
TOO_MUCH = 1.05  # of the books, above which one of both figures is wrong


@dataclass(frozen=True)
class Measured:
    """A sign that was looked for in the data.

    Attributes:
        name: of the sign.
        figure: what was found: weeks, a share, a number of outcomes or tests, days.
        counts: how far the sign is there, 0 to 1.
        facts: what a sentence on it needs besides.
    """

    name: str
    figure: float
    counts: float
    facts: Mapping[str, Any] = field(default_factory=dict)


def measure(
    answers: Answers,
    panel: Panel | None,
    *,
    spend: Sequence[str],
    outcomes: Sequence[str],
    identified: float | None,
    tests: int | None,
    today: dt.date,
) -> tuple[Measured, ...]:
    """Return every sign that can be measured from what was given.

    Args:
        answers: where the books' total stands.
        panel: the weekly table.
        spend: its columns with media money; none where they are not known.
        outcomes: its columns with sales.
        identified: share of orders with a customer who can be recognised.
        tests: how many tests are known.
        today: the day to count from.

    Raises :class:`DataError` with everything in which the answers and the table do not go together.
    """
    found = list(_of_panel(panel, answers, spend, outcomes, today)) if panel is not None else []
    if identified is not None:
        found.append(Measured("customers_identified", identified, min(identified / IDENTIFIED, 1.0)))
    if tests is not None:
        found.append(Measured("tests_done", tests, min(tests / TESTED, 1.0)))
    return tuple(found)


def _of_panel(
    panel: Panel, answers: Answers, spend: Sequence[str], outcomes: Sequence[str], today: dt.date
) -> Iterator[Measured]:
    _require_fit(panel, answers, spend, outcomes, today)
    yield Measured("two_years_of_weeks", len(panel), min(len(panel) / TWO_YEARS, 1.0))
    if spend and answers.total_spend is not None:
        covered = _last_year(panel, spend)
        share = covered / answers.total_spend
        facts = {"covered": covered, "total": answers.total_spend}
        yield Measured("spend_covered", share, min(share / COVERED, 1.0), facts)
    if outcomes:
        yield Measured("outcomes_joined", len(outcomes), float(len(outcomes) > 1), {"names": tuple(outcomes)})
    own = own_variation(panel.frame[list(spend)]) if spend else {}
    if own:
        money = panel.frame[list(spend)].sum()
        even = tuple(name for name, varies in own.items() if varies < OWN_VARIATION)
        share = float(1.0 - money[list(even)].sum() / money.sum())
        yield Measured("exposure_varies", share, share, {"names": even})
    days = _age(panel, today)
    yield Measured("figures_fresh", days, float(np.clip((STALE - days) / (STALE - FRESH), 0.0, 1.0)))


def own_variation(spend: pd.DataFrame) -> dict[str, float]:
    """Return by channel the standard deviation of what it does of its own accord, as a share of its mean spend.

    That is what is left of its weekly spend when a trend, the season (two harmonics) and all other channels have told
    what they can by least squares. Empty where the table has too few weeks to tell.

    >>> weeks = np.arange(60)
    >>> even, bursts = np.full(60, 10.0) + weeks % 2 * 0.1, np.where(weeks % 7 < 3, 30.0, 0.0)
    >>> {k: round(v, 1) for k, v in own_variation(pd.DataFrame({"even": even, "bursts": bursts})).items()}
    {'even': 0.0, 'bursts': 1.1}
    """
    values = spend.to_numpy(dtype=float)
    weeks = np.arange(len(values))
    angles = 2 * np.pi * np.outer(weeks, [1, 2]) / YEAR
    usual = np.column_stack([np.ones(len(weeks)), weeks, np.sin(angles), np.cos(angles)])
    if len(weeks) < usual.shape[1] + values.shape[1] + SPARE_WEEKS:
        return {}
    return {str(name): _left(values, k, usual) for k, name in enumerate(spend.columns) if values[:, k].mean() > 0}


def _left(values: Array, k: int, usual: Array) -> float:
    known = np.column_stack([usual, np.delete(values, k, axis=1)])
    spread = np.linalg.norm(known, axis=0)
    known = known[:, spread > 0] / spread[spread > 0]
    left = values[:, k] - known @ np.linalg.lstsq(known, values[:, k], rcond=None)[0]
    return float(left.std() / values[:, k].mean())


def _age(panel: Panel, today: dt.date) -> int:
    return (today - (panel.weeks[-1].date() + dt.timedelta(days=6))).days


def _last_year(panel: Panel, spend: Sequence[str]) -> float:
    return float(panel.frame[list(spend)].tail(YEAR).sum().sum())


def _require_fit(panel: Panel, answers: Answers, spend: Sequence[str], outcomes: Sequence[str], today: dt.date) -> None:
    missing = [name for name in (*spend, *outcomes) if name not in panel.columns]
    wrong = [f"the table has no column `{name}`{did_you_mean(name, panel.columns)}" for name in missing]
    if not missing and spend:
        frame = panel.frame[list(spend)]
        wrong += [
            f"`{name}` is empty in {int(frame[name].isna().sum())} weeks" for name in spend if frame[name].isna().any()
        ]
        wrong += [f"`{name}` is negative in some weeks" for name in spend if (frame[name] < 0).any()]
        total = answers.total_spend
        if total is not None and not wrong and _last_year(panel, spend) > TOO_MUCH * total:
            wrong.append(
                f"the table has {_last_year(panel, spend):,.0f} of media money in its last {YEAR} weeks, more than the "
                f"total_spend of {total:,.0f}; give the whole of the books, of the same weeks"
            )
    if _age(panel, today) < 0:
        last = panel.weeks[-1].date() + dt.timedelta(days=6)
        wrong.append(f"the last week of the table ends on {last}, after today ({today}); correct the week or `today`")
    if wrong:
        raise DataError(f"readiness: {'; '.join(dict.fromkeys(wrong))}.")
