"""Rows that are sums of others: by a label that says nothing else, or by figures that add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.campaigns.columns import CAMPAIGN, DETAIL, LABELS, NUMBERS, PERIOD, ROW, TIME_ON_SITE
from omnimix.campaigns.reading import CampaignRows, Cell
from omnimix.campaigns.total_labels import is_total_label, names_total
from omnimix.labels import CHAIN

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

SUMMED = 3  # so many figures must add up in a row that does not call itself a total
NAMED = 2  # and so many in a row without a campaign, or with a total among the words of its name
FEWEST = 3  # rows beside which a row can be known by its figures alone


def total_rows(rows: CampaignRows) -> Iterator[Cell]:
    """Give the rows that are sums, each with the cell that says so, or its campaign where only its figures do.

    A label such as "Total" or "Total: Search" is enough, in the columns of labels, or in any other column of a row
    without a campaign. A row without a campaign, one whose name has a total among its words and one that leaves the
    detail of its campaign empty must add up as well; any other row must add up over the whole table.
    """
    frame = rows.frame
    labels = [c for c in LABELS if c in frame]
    elsewhere = {cell.row: cell for cell in rows.totals}
    nameless = frame[CAMPAIGN].to_numpy() == ""
    found: dict[int, Cell] = {}
    for place, (row, *cells) in enumerate(frame[[ROW, *labels]].itertuples(index=False)):
        said = next((Cell(row, c, text) for c, text in zip(labels, cells, strict=True) if is_total_label(text)), None)
        said = said or (elsewhere.get(row) if nameless[place] else None)
        if said is not None:
            found[place] = said
    maybe = _maybe(frame, labels, nameless, elsewhere)
    rest = np.array([place not in found for place in range(len(frame))], dtype=bool)
    sums = _Sums(frame, rows.groups, rest, maybe)
    for place, row in enumerate(frame[ROW]):
        if place not in found and (sums.adds_up(place) if maybe[place] else sums.is_all_others(place)):
            campaign = str(frame[CAMPAIGN].iloc[place])
            found[place] = elsewhere.get(row) or Cell(row, CAMPAIGN, campaign or "empty")
    yield from (found[place] for place in sorted(found))


def _maybe(frame: pd.DataFrame, labels: list[str], nameless: Mask, elsewhere: dict[int, Cell]) -> Mask:
    """Tell which rows would be totals if their figures added up."""
    named = np.array([any(map(names_total, cells)) for cells in frame[labels].itertuples(index=False)], dtype=bool)
    maybe = nameless | named | frame[ROW].isin(list(elsewhere)).to_numpy()
    if DETAIL in frame:
        bare = frame[DETAIL] == ""
        maybe |= (bare & ~bare.groupby(frame[CAMPAIGN]).transform("all")).to_numpy()
    return np.asarray(maybe, dtype=bool)


class _Sums:
    """Figures of a table, and whether those of one row are the sums of others."""

    def __init__(self, frame: pd.DataFrame, groups: Sequence[list[str]], rest: Mask, maybe: Mask) -> None:
        """Keep the figures; `rest` are the rows that do not call themselves totals, `maybe` those that may be."""
        numbers = [c for c in NUMBERS if c in frame and c != TIME_ON_SITE]
        self._values = np.nan_to_num(frame[numbers].to_numpy(dtype=float), posinf=0.0, neginf=0.0)
        self._rest, self._maybe = rest, maybe
        self._place = np.arange(len(frame))
        self._groups = [frame[c].to_numpy() for c in (CHAIN, PERIOD, CAMPAIGN) if c in frame]
        self._labels = [np.array(texts, dtype=object) for texts in groups]

    def is_all_others(self, place: int) -> bool:
        """Tell whether a row is the sum of all other rows."""
        others = self._rest & ~self._maybe & (self._place != place)
        return bool(others.sum() >= FEWEST) and self._equal(place, others, SUMMED)

    def adds_up(self, place: int) -> bool:
        """Tell whether a row is the sum of all rows, of those that share a label with it, or of those next to it."""
        plain = self._rest & ~self._maybe
        before, after = self._place < place, self._place > place
        ends = self._place[~plain]
        above = before & (self._place > max(ends[ends < place], default=-1))
        below = after & (self._place < min(ends[ends > place], default=len(plain)))
        groups = [own == own[place] for own in self._groups]
        together = [one & other for at, one in enumerate(groups) for other in groups[at + 1 :]]
        every = np.ones(len(plain), dtype=bool)
        labelled = [own == own[place] for own in self._labels]
        candidates = [every, *groups, *together, *labelled, before, above, below]
        others = self._rest & (self._place != place)  # a campaign may bear the word and still be a part of the sum
        return any(self._equal(place, of & part, NAMED) for of in (plain, others) for part in candidates)

    def _equal(self, place: int, parts: Mask, enough: int) -> bool:
        own, sums = self._values[place], self._values[parts].sum(axis=0)
        held = own != 0.0
        room = np.maximum(0.006 * np.sqrt(parts.sum()) + 0.006, 1e-6 * np.abs(sums))  # cents were rounded in every row
        equal = np.abs(own - sums) <= room
        return bool(parts.any()) and not (held & ~equal).any() and (held & equal).sum() >= min(enough, own.size)
