"""How the data room writes: lists that stay short, weeks as dates, several problems in one message."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from omnimix.errors import DataError

LISTED = 5


def listed(items: Iterable[object], limit: int = LISTED) -> str:
    """Join at most `limit` items and count the rest.

    >>> listed(range(8))
    '0, 1, 2, 3, 4 and 3 more'
    """
    texts = [str(item) for item in items]
    if len(texts) <= limit + 1:
        return ", ".join(texts)
    return f"{', '.join(texts[:limit])} and {len(texts) - limit} more"


def quoted(names: Iterable[object], limit: int = 12) -> str:
    """Join names in quotes.

    >>> quoted(["tv", "radio"])
    "'tv', 'radio'"
    """
    return listed([f"'{name}'" for name in names], limit)


def week_list(weeks: pd.DatetimeIndex, limit: int = LISTED) -> str:
    """Write weeks as dates, at most `limit` of them.

    >>> week_list(pd.DatetimeIndex(["2024-01-01", "2024-01-08"]))
    '2024-01-01, 2024-01-08'
    """
    return listed([f"{week:%Y-%m-%d}" for week in weeks], limit)


def in_weeks(weeks: pd.DatetimeIndex, where: np.ndarray) -> str:
    """Write ``week 2024-01-01`` or ``3 weeks (2024-01-01, ...)`` for the weeks where the mask holds.

    >>> in_weeks(pd.DatetimeIndex(["2024-01-01", "2024-01-08"]), np.array([True, False]))
    'week 2024-01-01'
    """
    chosen = weeks[where]
    if len(chosen) == 1:
        return f"week {week_list(chosen)}"
    return f"{len(chosen)} weeks ({week_list(chosen)})"


def row_list(rows: Iterable[int]) -> str:
    """Write ``row 4`` or ``rows 4, 5``.

    >>> row_list([4, 5])
    'rows 4, 5'
    """
    numbers = list(rows)
    return f"row{'s' if len(numbers) != 1 else ''} {listed(numbers)}"


def ended(sentence: str) -> str:
    """Close a sentence, unless a question closes it already.

    >>> ended("no column 'tvv'; did you mean 'tv'?"), ended("no column 'x'")
    ("no column 'tvv'; did you mean 'tv'?", "no column 'x'.")
    """
    return sentence if sentence.endswith("?") else f"{sentence}."


def amount(value: float) -> str:
    """Write a number so that a person can read it.

    >>> amount(1234567.0), amount(0.0123456)
    ('1,234,567', '0.01235')
    """
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def refusal(source: str, problems: Sequence[str]) -> DataError:
    """Make one error of everything that is wrong, numbered.

    >>> print(refusal("weekly.csv", ["Week 2024-01-08 is missing."]))
    weekly.csv: Week 2024-01-08 is missing.
    """
    if len(problems) == 1:
        return DataError(f"{source}: {problems[0]}")
    lines = [f"{number}. {problem}" for number, problem in enumerate(problems, start=1)]
    return DataError("\n".join([f"{source}: {len(problems)} things are wrong.", *lines]))
