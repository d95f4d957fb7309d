"""Customers who took a second place into use, against those who did not, around that moment."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.plot.canvas import Drawn, dress, grid_lines, number_axis, sheet
from omnimix.tracking import Customers
from omnimix.words import percent, ratio

LINE = OKABE_ITO[4]


@checked
def customers(result: Customers, *, ax: Axes | None = None) -> Drawn:
    """Draw orders of adopters over those of their matches, in blocks of four weeks around the adoption.

    At 1 both moved alike. The weeks before it are the check: what is off 1 there was so before any second place.
    """
    one = sheet(ax, width=8.0, height=3.8)
    study = result.event_study
    middle = study["weeks"] + 2
    one.axhline(1.0, color=INK, linewidth=0.8)
    one.axvline(0.0, color=QUIET, linewidth=0.8, linestyle=":")
    one.vlines(middle, study[LOWER], study[UPPER], color=LINE, linewidth=2)
    one.plot(middle, study[MEAN], color=LINE, marker="o", markersize=5, linestyle="none")
    one.set_xlabel("weeks since the first order in a second place")
    one.set_ylabel("orders of adopters / of matches")
    number_axis(one, "y")
    grid_lines(one, "y")
    found = result.adjusted_ratio
    if math.isfinite(found[MEAN]):
        title = (
            f"With a second place, revenue changes by a factor of {ratio(found[MEAN])} "
            f"({ratio(found[LOWER])} to {ratio(found[UPPER])})"
        )
    else:
        title = "Too few customers took a second place into use to say what it changes"
    under = (
        f"{result.adopters:,} adopters, {percent(result.interval)} intervals; the order with which they adopted is "
        f"left out. The naive ratio of value is {ratio(result.naive_ratio[MEAN])}."
    )
    dress(one, title, under)
    return one
