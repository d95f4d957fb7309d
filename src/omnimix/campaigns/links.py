"""The links of the chains: which campaign stands at which step, and what all its rows together hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.campaigns.columns import CAMPAIGN, COUNTS, LEADS, ORDERS, PERIOD, REVENUE, STEP, TIME_ON_SITE, VISITS
from omnimix.campaigns.returns import is_booking
from omnimix.data.phrases import ended, quoted
from omnimix.errors import DataError, did_you_mean
from omnimix.labels import CHAIN, SPEND

LINK, PLACE, FEEDS = "link", "place", "feeds"


@dataclass(frozen=True)
class Links:
    """Rows and links that belong together.

    Attributes:
        rows: the usable rows; `link` is the number of the row's link.
        table: one row a link: chain, step, place (of the step, from 0), campaign, rows, then the sum of every number
            over the rows that money counts (NaN where no cell is), time_on_site as the mean over visits, and feeds:
            whether a later step of its chain has orders.
        steps: the names of the steps in their order; empty where the table has none.
        counts: the counts that are there, in the order of the funnel.
    """

    rows: pd.DataFrame
    table: pd.DataFrame
    steps: tuple[str, ...]
    counts: tuple[str, ...]

    @property
    def has_periods(self) -> bool:
        """Whether rows can be matched by their period."""
        return PERIOD in self.rows


def links_of(usable: pd.DataFrame, steps: Sequence[str] | None, *, whole: str) -> Links:
    """Group usable rows into links; `steps` gives the order of named steps, `whole` names the one chain of a table
    without chains.

    Raises DataError when `steps` leaves out a step of the table.
    """
    order = step_order(list(usable[STEP]), steps) if STEP in usable else ()
    rows = usable.assign(**{CHAIN: usable.get(CHAIN, whole), STEP: usable.get(STEP, "")})
    rows[PLACE] = rows[STEP].map({name: place for place, name in enumerate(order)}).fillna(0).astype(int)
    chains = {name: number for number, name in enumerate(dict.fromkeys(rows[CHAIN]))}
    rows["_chain"] = rows[CHAIN].map(chains)
    grouped = rows.groupby(["_chain", PLACE, CAMPAIGN], sort=True)
    rows[LINK] = grouped.ngroup()
    table = rows.drop_duplicates(LINK).sort_values(LINK)[[CHAIN, STEP, PLACE, CAMPAIGN]].reset_index(drop=True)
    table["rows"] = rows.groupby(LINK).size().to_numpy()
    paid = rows[in_money(rows)]
    for name in (SPEND, *COUNTS, REVENUE):
        if name in rows:
            sums = paid.groupby(LINK)[name].sum(min_count=1)
            table[name] = sums.reindex(table.index).to_numpy()
        elif name in (LEADS, ORDERS, REVENUE, VISITS):
            table[name] = np.nan
    table[TIME_ON_SITE] = _mean_time(rows, len(table))
    table[FEEDS] = table[CHAIN].map(_last_selling_place(rows)).fillna(-1) > table[PLACE]
    present = tuple(c for c in COUNTS if c in rows and rows[c].notna().any())
    return Links(rows.drop(columns="_chain"), table, order, present)


def in_money(rows: pd.DataFrame) -> pd.Series:
    """Tell which rows figures in money count: those whose spend is known, and those that book back."""
    return rows[SPEND].notna() | is_booking(rows)


def _last_selling_place(rows: pd.DataFrame) -> pd.Series:
    selling = rows[rows[ORDERS] > 0] if ORDERS in rows else rows.iloc[:0]
    return selling.groupby(CHAIN)[PLACE].max()


def step_order(texts: Sequence[str], given: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return steps in order: as given, by the number they begin with, or as they first appear.

    >>> step_order(["10 sell", "2 lead", "10 sell"]), step_order(["sell", "lead"], ["lead", "sell"])
    (('2 lead', '10 sell'), ('lead', 'sell'))
    """
    met = list(dict.fromkeys(texts))
    if given is not None:
        wanted = [str(step).strip() for step in given]
        unknown = [step for step in wanted if step not in met]
        lost = [step for step in met if step not in wanted]
        if lost or len(set(wanted)) < len(wanted):
            near = (
                ended(f"steps has no '{lost[0]}'{did_you_mean(lost[0], unknown)}") if lost else "a step stands twice."
            )
            raise DataError(f"steps names every step of the table once, in order: {quoted(met)}; {near}")
        return tuple(step for step in wanted if step in met)
    numbers = [re.match(r"[^\d-]*(\d+(?:[.,]\d+)?)", text) for text in met]
    places = {text: float(number[1].replace(",", ".")) for text, number in zip(met, numbers, strict=True) if number}
    return tuple(sorted(met, key=places.__getitem__) if len(places) == len(met) else met)


def _mean_time(rows: pd.DataFrame, links: int) -> np.ndarray:
    """Return seconds on site by link, over visits where they are known and over rows where they are not."""
    if TIME_ON_SITE not in rows:
        return np.full(links, np.nan)
    told = rows[rows[TIME_ON_SITE].notna()]
    weight = told[VISITS] if VISITS in told and (told[VISITS] > 0).all() else pd.Series(1.0, told.index)
    parts = pd.DataFrame({LINK: told[LINK], "time": told[TIME_ON_SITE] * weight, "weight": weight}).groupby(LINK).sum()
    mean: pd.Series = (parts["time"] / parts["weight"]).reindex(range(links))
    return mean.to_numpy(dtype=float)
