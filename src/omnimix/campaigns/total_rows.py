"""Rows that are sums of others: by a label that says nothing else, or by figures that add up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from omnimix.campaigns.columns import CAMPAIGN, DETAIL, LABELS, NUMBERS, PERIOD, ROW, TIME_ON_SITE
from omnimix.campaigns.reading import CampaignRows, Cell
from omnimix.campaigns.total_labels import is_total_label, names_all
from omnimix.data.totals import names_total, rounding_of_sums
from omnimix.labels import CHAIN

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]

SUMMED = 3  # so many figures must add up in a row that has a campaign and does not call itself a total
NAMELESS = 2  # and so many in a row without a campaign, or twice as many as do not, where people are counted once
FEWEST = 3  # rows beside which a row can be known by its figures alone
FEWEST_MANY = 2  # and beside which it can where MANY figures add up
MANY = 4


def total_rows(rows: CampaignRows) -> Iterator[Cell]:
    """Give the rows that are sums, each with the cell that says so, or its campaign where only its figures do.

    A label such as "Total" or "Total: Search" is enough, in the columns of labels, or in any other column of a row
    without a campaign. A row without a campaign, one that has a total or "all" among its labels and one that leaves the
    period or the detail of its campaign empty must add up as well; any other row must add up over the whole table.
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
    overall = np.array([names_all(campaign) for campaign in frame[CAMPAIGN]], dtype=bool)
    summed = np.ones(len(frame), dtype=bool)
    while summed.any():  # a total of totals adds up once those are known
        rest = np.array([place not in found for place in range(len(frame))], dtype=bool)
        sums = _Sums(frame, rows.groups, rest, maybe)
        of_others = sums.is_all_others() | (overall & sums.is_of_many())
        summed = rest & np.where(maybe, sums.adds_up(nameless), of_others)
        for place in np.flatnonzero(summed).tolist():
            row, campaign = int(frame[ROW].iloc[place]), str(frame[CAMPAIGN].iloc[place])
            found[place] = elsewhere.get(row) or Cell(row, CAMPAIGN, campaign or "empty")
    yield from (found[place] for place in sorted(found))


def _maybe(frame: pd.DataFrame, labels: list[str], nameless: Mask, elsewhere: dict[int, Cell]) -> Mask:
    """Tell which rows would be totals if their figures added up."""
    named = np.array([any(map(names_total, cells)) for cells in frame[labels].itertuples(index=False)], dtype=bool)
    maybe = nameless | named | frame[ROW].isin(list(elsewhere)).to_numpy()
    for column in (c for c in (DETAIL, PERIOD) if c in frame):
        bare = pd.Series([text == "" or names_all(text) for text in frame[column]], frame.index, dtype=bool)
        maybe |= (bare & ~bare.groupby(frame[CAMPAIGN]).transform("all")).to_numpy()
    return np.asarray(maybe, dtype=bool)


class _Sums:
    """Figures of a table, and which rows are the sums of others; every answer has one value a row."""

    def __init__(self, frame: pd.DataFrame, groups: Sequence[list[str]], rest: Mask, maybe: Mask) -> None:
        """Keep the figures; `rest` are the rows that do not call themselves totals, `maybe` those that may be."""
        numbers = [c for c in NUMBERS if c in frame and c != TIME_ON_SITE]
        self._values = np.nan_to_num(frame[numbers].to_numpy(dtype=float), posinf=0.0, neginf=0.0)
        self._rest, self._plain = rest, rest & ~maybe
        own = [frame[c].to_numpy() for c in (CHAIN, PERIOD, CAMPAIGN) if c in frame]
        pairs = [[one, other] for at, one in enumerate(own) for other in own[at + 1 :]]
        by = [*([one] for one in own), *pairs, *([np.array(texts, dtype=object)] for texts in groups)]
        self._whole = np.zeros(len(frame), dtype=np.intp)
        self._groups: list[Places] = [
            self._whole,
            *(frame.groupby(keys, sort=False).ngroup().to_numpy().astype(np.intp) for keys in by),
        ]

    def is_all_others(self) -> Mask:
        """Tell which rows are the sums of all other rows."""
        sums, counts = self._of_group(self._whole, self._plain)
        many = (counts >= FEWEST_MANY) & ((self._values != 0.0).sum(axis=1) >= MANY)
        enough = np.asarray(many | (counts >= FEWEST), dtype=bool)
        return self._equal(sums, counts, np.zeros(counts.shape, dtype=bool)) & enough

    def is_of_many(self) -> Mask:
        """Tell which rows are the sums of two or more campaigns that share a label with them."""
        none = np.zeros(len(self._values), dtype=bool)
        sums = [self._of_group(group, self._plain) for group in self._groups]
        return np.asarray(np.any([self._equal(*of, none) & (of[1] > 1) for of in sums], axis=0), dtype=bool)

    def adds_up(self, nameless: Mask) -> Mask:
        """Tell which rows are the sums of all rows, of those that share a label with them, or of those next to them.

        `nameless` are the rows without a campaign, of which less is asked.

        A campaign may bear the word of a total and still be a part of the sum, so sums with and without such count.
        """
        found = np.zeros(len(self._values), dtype=bool)
        for of in (self._plain, self._rest):
            for group in self._groups:
                found |= self._equal(*self._of_group(group, of), nameless)
            for first, last in self._neighbours():
                found |= self._equal(*self._between(first, last, of), nameless)
        return found

    def _of_group(self, group: Places, of: Mask) -> tuple[Floats, Floats]:
        """Return the sums of the other rows of each row's group, and how many they are."""
        figures = pd.DataFrame(np.column_stack([self._values, np.ones(len(of))]) * of[:, None])
        sums = figures.groupby(group).transform("sum").to_numpy() - figures.to_numpy()
        return sums[:, :-1], sums[:, -1]

    def _neighbours(self) -> list[tuple[Places, Places]]:
        """Return the first and the last place but one: of all rows above, and of those up to the next row of sums."""
        size = len(self._plain)
        place = np.arange(size)
        ends = np.where(self._plain, -1, place)
        before = np.append(-1, np.maximum.accumulate(ends)[:-1])
        ends = np.where(self._plain, size, place)
        after = np.append(np.minimum.accumulate(ends[::-1])[::-1][1:], size)
        return [(np.zeros(size, dtype=np.intp), place), (before + 1, place), (place + 1, after)]

    def _between(self, first: Places, last: Places, of: Mask) -> tuple[Floats, Floats]:
        """Return the sums over the places from first up to last, and how many rows they are."""
        figures = np.column_stack([self._values, np.ones(len(of))]) * of[:, None]
        running = np.vstack([np.zeros(figures.shape[1]), np.cumsum(figures, axis=0)])
        sums = running[last] - running[first]
        return sums[:, :-1], sums[:, -1]

    def _equal(self, sums: Floats, counts: Floats, nameless: Mask) -> Mask:
        """Tell which rows hold these sums in the figures that they have; cents may be rounded in every row."""
        held = self._values != 0.0
        equal = held & (np.abs(self._values - sums) <= rounding_of_sums(sums, counts[:, None]))
        same, other = equal.sum(axis=1), (held & ~equal).sum(axis=1)
        all_same = (other == 0) & (same >= np.minimum(np.where(nameless, NAMELESS, SUMMED), held.shape[1]))
        most_same = nameless & (same >= SUMMED) & (same >= 2 * other)
        return np.asarray((counts > 0) & (all_same | most_same), dtype=bool)
