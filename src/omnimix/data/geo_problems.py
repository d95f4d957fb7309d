"""What can be wrong with geos: repeated rows, one geo spelt twice, a total among them, histories too short."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from omnimix.data.amounts import NumberColumn
from omnimix.data.phrases import listed, quoted, row_list, week_list
from omnimix.data.totals import names_total, rounding_of_sums
from omnimix.data.weeks import FEWEST_WEEKS
from omnimix.findings import Finding

NEAR = 0.75  # likeness of two names from which they may be one, if their weeks do not meet either
MOST = 0.9  # share of the weeks in which a total is the sum of the others
FEW = 5  # weeks that a total must share with all other geos to be told from one

Places = Mapping[str, Sequence[int]]


def geo_problems(
    places: Places, days: pd.DatetimeIndex, rows: Sequence[int], geo: str, numbers: Mapping[str, NumberColumn]
) -> list[str]:
    """Return what is wrong with the geos of a long table, each sentence naming geos, weeks or rows and the remedy.

    ``places`` holds the positions of the rows of each geo, ``rows`` their numbers in the file.
    """
    twice = [sentence for name, at in places.items() for sentence in _repeated(name, at, days, rows)]
    spelt = _spelt_twice(places, days, rows, geo)
    rest = {name: at for name, at in places.items() if name not in spelt}
    return [*twice, *spelt.values(), *_totals(rest, days, numbers), *_short(rest, days)]


def told_histories(weeks: Mapping[str, pd.DatetimeIndex]) -> list[Finding]:
    """Tell which geos begin late, end early or lack weeks: their weeks are fitted, and nothing is filled."""
    first, last = min(w[0] for w in weeks.values()), max(w[-1] for w in weeks.values())
    late = {name: w[0] for name, w in weeks.items() if w[0] > first}
    early = {name: w[-1] for name, w in weeks.items() if w[-1] < last}
    holes = {name: pd.date_range(w[0], w[-1], freq="7D").difference(w) for name, w in weeks.items()}
    holes = {name: w for name, w in holes.items() if len(w)}
    notes = []
    remedy = "Only the weeks that it has are fitted; nothing is filled."
    for code, found, verb in (("geo_starts_late", late, "starts"), ("geo_stops_early", early, "stops")):
        if found:
            told = listed([f"'{name}' {week:%Y-%m-%d}" for name, week in found.items()])
            message = f"Geos whose table {verb} {'later' if verb == 'starts' else 'earlier'} than others: {told}."
            notes.append(Finding(code, "notes", message, remedy, float(len(found))))
    for name, missing in holes.items():
        message = f"Geo '{name}' has no row in {len(missing)} week{'s' * (len(missing) > 1)} ({week_list(missing)})."
        remedy = "They are left out, and taken to have had no media; add the rows if they had."
        notes.append(Finding("geo_weeks_missing", "warns", message, remedy, float(len(missing)), name))
    return notes


def _repeated(name: str, at: Sequence[int], days: pd.DatetimeIndex, rows: Sequence[int]) -> list[str]:
    own = days[np.asarray(at, dtype=int)]
    again = own[own.duplicated(keep=False)]
    if again.empty:
        return []
    weeks = pd.DatetimeIndex(np.unique(again.to_numpy()))
    told = [f"{w:%Y-%m-%d} ({row_list([rows[k] for k in at if days[k] == w])})" for w in weeks[:6]]
    more = f" and {len(weeks) - 6} more weeks" if len(weeks) > 6 else ""
    return [f"geo '{name}' has more than one row in {', '.join(told)}{more}; keep one row a geo and week."]


def _spelt_twice(places: Places, days: pd.DatetimeIndex, rows: Sequence[int], geo: str) -> dict[str, str]:
    """Find names that differ in capitals and marks alone, and near ones of which each has the weeks the other lacks."""
    problems: dict[str, str] = {}
    for one, other in combinations(sorted(places, key=lambda n: -len(places[n])), 2):
        same = _plain(one) == _plain(other) != ""
        near = difflib.SequenceMatcher(None, _plain(one), _plain(other)).ratio() >= NEAR
        meet = set(days[list(places[one])]) & set(days[list(places[other])])
        shorter = 2 * len(places[other]) <= len(places[one])
        if same or (near and not meet and shorter):
            where = row_list([rows[k] for k in places[other]])
            told = f"'{other}' in column '{geo}' ({where}) looks like '{one}' spelt otherwise; give a geo one name."
            problems.setdefault(other, told)
    return problems


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())


def _totals(places: Places, days: pd.DatetimeIndex, numbers: Mapping[str, NumberColumn]) -> list[str]:
    """Find a geo whose figures are the sums of all others: it would count everything twice."""
    if len(places) < 3:
        return []
    at = {name: pd.Series(list(where), index=days[list(where)]) for name, where in places.items()}
    at = {name: rows[~rows.index.duplicated()] for name, rows in at.items()}
    found = []
    for name, own in at.items():
        others = [rows.reindex(own.index) for key, rows in at.items() if key != name]
        shared = np.logical_and.reduce([rows.notna().to_numpy() for rows in others])
        if shared.sum() < FEW:
            continue
        for column, held in numbers.items():
            figures = held.figures[own.to_numpy()[shared]]
            sums = np.sum([held.figures[rows.to_numpy()[shared].astype(int)] for rows in others], axis=0)
            known = np.isfinite(figures) & np.isfinite(sums)
            close = np.abs(figures - sums)[known] <= rounding_of_sums(sums[known], len(others))
            if known.sum() >= FEW and close.mean() >= MOST and np.ptp(sums[known]) > 0:
                like = " (as its name says)" if names_total(name) else ""
                found.append(
                    f"geo '{name}' holds the sum of all others in column '{column}'{like}; leave its rows out, "
                    "everything would count twice."
                )
                break
    return found


def _short(places: Places, days: pd.DatetimeIndex) -> list[str]:
    counts = {name: days[list(where)].nunique() for name, where in places.items()}
    short = [f"'{name}' ({n})" for name, n in counts.items() if n < FEWEST_WEEKS]
    if not short:
        return []
    return [
        f"these geos have fewer than {FEWEST_WEEKS} weeks: {listed(short)}; add their weeks, or leave their rows out "
        f"(if a name is mistyped, correct it: the geos are {quoted([n for n in places if counts[n] >= FEWEST_WEEKS])})."
    ]
