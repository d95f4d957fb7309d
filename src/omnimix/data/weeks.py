"""The calendar of a table: weekly, one row a week, no hole. Everything that is wrong, at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from omnimix.data.phrases import in_weeks, listed, quoted, row_list, week_list

FEWEST_WEEKS = 10
_GEO_WORDS = (
    "geo region market location country city state dma store shop branch area land gebiet filiale regio"
    " winkel campaign channel brand product"
)
_SPACING = (
    (0.5, 2.5, "daily"),
    (13, 15, "two-weekly"),
    (27, 32, "monthly"),
    (85, 95, "quarterly"),
    (340, 380, "yearly"),
)


def calendar_problems(
    days: pd.DatetimeIndex, rows: Sequence[int], name: str, columns: dict[str, Sequence[object]]
) -> list[str]:
    """Return what is wrong with the days of a table, each sentence naming weeks or rows and the remedy."""
    if not len(days):
        return ["the table has no rows with a date; at least " + f"{FEWEST_WEEKS} weeks are needed."]
    problems = _repeated(days, rows, columns)
    unique = pd.DatetimeIndex(np.unique(days.to_numpy()))
    spacing = spacing_of(unique)
    if spacing not in ("weekly", "unknown"):
        return [*problems, _not_weekly(spacing, unique, name)]
    mixed = _mixed_weekdays(unique)
    problems += mixed or _missing(unique)
    if len(unique) < FEWEST_WEEKS:
        count = f"{len(unique)} week{'s' if len(unique) != 1 else ''}"
        problems.append(f"the table holds {count}; at least {FEWEST_WEEKS} are needed (two years are wise).")
    return problems


def spacing_of(days: pd.DatetimeIndex) -> str:
    """Name the usual distance between days.

    >>> spacing_of(pd.date_range("2024-01-01", periods=9, freq="MS"))
    'monthly'
    """
    if len(days) < 3:
        return "unknown"
    gaps = np.diff(days.to_numpy()).astype("timedelta64[D]").astype(int)
    middle = float(np.median(gaps))
    for low, high, word in _SPACING:
        if low <= middle <= high:
            return word
    return "weekly" if 5 <= middle <= 9 else "irregular"


def _not_weekly(spacing: str, days: pd.DatetimeIndex, name: str) -> str:
    found = f"column '{name}' holds {spacing} dates ({week_list(days[:3])}, ...) but weekly data are needed"
    if spacing == "daily":
        return f"{found}; make weeks of the days first, in Python: om.to_weekly(frame, day='{name}', how='sum')."
    if spacing == "irregular":
        return f"{found}; give one row for each week."
    return f"{found}; export the table by week (a {spacing} table cannot show how media work within weeks)."


def _repeated(days: pd.DatetimeIndex, rows: Sequence[int], columns: dict[str, Sequence[object]]) -> list[str]:
    repeated = days.duplicated(keep=False)
    if not repeated.any():
        return []
    often = 2 * days[repeated].nunique() >= days.nunique()
    split = _splitting_column(days, columns) if often else None
    if split:
        cells = [str(cell) for cell in columns[split]]
        values = quoted(dict.fromkeys(cells), 4)
        return [
            f"this table has several rows a week by column '{split}' ({values}); omnimix takes one row "
            f"a week: sum the rows over '{split}', or keep one of its values."
        ]
    weeks = pd.DatetimeIndex(np.unique(days[repeated].to_numpy()))
    where = [f"{week:%Y-%m-%d} ({row_list(np.asarray(rows)[days == week].tolist())})" for week in weeks[:6]]
    more = f" and {len(weeks) - 6} more" if len(weeks) > 6 else ""
    have = "this week has" if len(weeks) == 1 else "these weeks have"
    return [f"{have} more than one row: {', '.join(where)}{more}; keep one row a week."]


def _splitting_column(days: pd.DatetimeIndex, columns: dict[str, Sequence[object]]) -> str | None:
    """Find the column that tells the rows of one week apart (a region, a market)."""

    def named(name: str) -> bool:
        return any(word in name.casefold() for word in _GEO_WORDS.split())

    for name in sorted(columns, key=lambda n: not named(n)):
        cells = columns[name]
        if isinstance(cells, np.ndarray) and not named(name):
            continue
        pairs = pd.DataFrame({"day": days, "value": [str(cell) for cell in cells]})
        few = 1 < pairs["value"].nunique() <= max(2, len(pairs) // 2)
        if few and not pairs.duplicated().any():
            return name
    return None


def _mixed_weekdays(days: pd.DatetimeIndex) -> list[str]:
    counts = Counter(days.day_name())
    if len(counts) < 2:
        return []
    most = counts.most_common(1)[0][0]
    told = listed([f"{count} on {word}" for word, count in counts.most_common()], 7)
    odd = np.asarray(days.day_name() != most)
    return [
        f"the weeks are stamped on different weekdays ({told}; {in_weeks(days, odd)} not on {most}); "
        f"stamp every week on the same weekday."
    ]


def _missing(days: pd.DatetimeIndex) -> list[str]:
    whole = pd.date_range(days[0], days[-1], freq="7D", unit="ns")
    missing = whole.difference(days)
    if missing.empty:
        return []
    count = f"{len(missing)} week{'s are' if len(missing) > 1 else ' is'} missing in the middle"
    return [f"{count}: {week_list(missing, 12)}; add a row for each (with empty cells where nothing is known)."]
