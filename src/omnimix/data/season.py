"""What the calendar explains: yearly waves and public holidays, for past and future weeks alike."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from omnimix.data.phrases import ended
from omnimix.errors import DataError, did_you_mean
from omnimix.labels import WEEK

YEAR_DAYS = 365.25
_WAVE_START = np.datetime64("2000-01-01", "D")
_MERGED = " / "


def fourier_terms(weeks: pd.DatetimeIndex, order: int) -> pd.DataFrame:
    r"""Return yearly sine and cosine waves, :math:`\sin(2 \pi k d / 365.25)`, at the date of each week.

    `d` counts days from 2000-01-01, so later weeks continue the same waves. Columns ``sin_1, cos_1, ...``.

    >>> fourier_terms(pd.date_range("2024-01-01", periods=3, freq="7D"), 1).columns.tolist()
    ['sin_1', 'cos_1']
    """
    if order < 0:
        raise DataError(f"The order of the yearly waves is 0 or more, not {order}.")
    days = (weeks.to_numpy().astype("datetime64[D]") - _WAVE_START).astype(np.float64)
    angle = 2 * np.pi * days / YEAR_DAYS
    waves = {}
    for k in range(1, order + 1):
        waves[f"sin_{k}"], waves[f"cos_{k}"] = np.sin(k * angle), np.cos(k * angle)
    return pd.DataFrame(waves, index=pd.DatetimeIndex(weeks, name=WEEK), dtype=np.float64)


def holiday_terms(weeks: pd.DatetimeIndex, country: str, *, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Count the days of each public holiday in the seven days that start at each week's stamp.

    `country` is an ISO code ("NL", "DE"). The stamp is taken as the first day of its week, on whatever
    weekday it falls. Only holidays that occur are given; an "(observed)" day counts as its holiday, and
    holidays that always fall in the same week share a column ``a / b``. Give `columns` (those of an
    earlier call) to have the same columns for other weeks, with zeros where nothing occurs.
    Raises DataError for a country that the `holidays` package does not know.

    >>> holiday_terms(pd.date_range("2024-12-02", periods=4, freq="7D"), "NL").sum().to_dict()
    {'Christmas Day / Second Day of Christmas': 2.0}
    """
    index = pd.DatetimeIndex(weeks, name=WEEK)
    counted = _counted(index, country)
    if columns is None:
        return pd.DataFrame(_merged(counted), index=index, dtype=np.float64)
    zeros = np.zeros(len(index))
    made = {c: sum((counted.get(name, zeros) for name in c.split(_MERGED)), zeros) for c in columns}
    return pd.DataFrame(made, index=index, columns=list(columns), dtype=np.float64)


def _counted(weeks: pd.DatetimeIndex, country: str) -> dict[str, np.ndarray]:
    if not len(weeks):
        return {}
    starts = weeks.to_numpy().astype("datetime64[D]")
    last = weeks.max().year + 1
    order = np.argsort(starts)
    counts: dict[str, np.ndarray] = {}
    for day, name in sorted(_calendar(country, range(weeks.min().year, last + 1))):
        place = int(np.searchsorted(starts[order], np.datetime64(day, "D"), side="right")) - 1
        if place >= 0 and (np.datetime64(day, "D") - starts[order[place]]).astype(int) < 7:
            counts.setdefault(name, np.zeros(len(weeks)))[order[place]] += 1
    return counts


def _calendar(country: str, years: Iterable[int]) -> set[tuple[dt.date, str]]:
    import holidays  # slow to import, and only holiday terms need it

    code = str(country).strip().upper()
    known = holidays.list_supported_countries(include_aliases=True)
    if code not in known:
        hint = did_you_mean(code, known)
        asked = ended(f"There are no holidays for country '{country}'{hint}")
        raise DataError(f"{asked} Give the country's code of two or three letters, such as 'NL', 'BE' or 'DEU'.")
    calendar: Any = holidays.country_holidays(code, years=years)
    if "en_US" in calendar.supported_languages:
        calendar = holidays.country_holidays(code, years=years, language="en_US")
    return {(day, _plain(name)) for day, names in calendar.items() for name in names.split("; ")}


def _plain(name: str) -> str:
    """Drop what marks a holiday as moved to another day.

    >>> _plain("Boxing Day (observed)"), _plain("Substitute Day for Boxing Day")
    ('Boxing Day', 'Boxing Day')
    """
    name = re.sub(r"\s*\((?:[^()]*\b(?:observed|substitute|in lieu)\b[^()]*)\)", "", name, flags=re.IGNORECASE)
    name = re.sub(r"^(?:substitute (?:day|holiday) for|day off for)\s+", "", name, flags=re.IGNORECASE)
    return name.replace(_MERGED, "/").strip()


def _merged(counted: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    groups: dict[bytes, list[str]] = {}
    for name, counts in counted.items():
        groups.setdefault((counts > 0).tobytes(), []).append(name)
    return {_MERGED.join(names): np.sum([counted[n] for n in names], axis=0) for names in groups.values()}
