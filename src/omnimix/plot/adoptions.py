"""Customers who took a second place into use, against those who did not, around that moment."""

from __future__ import annotations

import math

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.plot.canvas import Drawn, dress, grid_lines, number_axis, sheet
from omnimix.plot.spoken import say, spoken, spoken_language
from omnimix.tracking import Customers
from omnimix.words import exact, percent, ratio

LINE = OKABE_ITO[4]


@spoken
@checked
def customers(result: Customers, *, language: str = "en", ax: Axes | None = None) -> Drawn:
    """Draw orders of adopters over those of their matches, in blocks of four weeks around the adoption.

    At 1 both moved alike. The weeks before it are the check: what is off 1 there was so before any second place.

    Words and figures are in ``language``, ``en`` or ``nl``.
    """
    one = sheet(ax, width=8.0, height=3.8)
    study = result.event_study
    place = study["weeks"] + 2
    one.axhline(1.0, color=INK, linewidth=0.8)
    one.axvline(0.0, color=QUIET, linewidth=0.8, linestyle=":")
    one.vlines(place, study[LOWER], study[UPPER], color=LINE, linewidth=2)
    one.plot(place, study[MEAN], color=LINE, marker="o", markersize=5, linestyle="none")
    one.set_xlabel(say("adopters_axis"))
    one.set_ylabel(say("adopters_value"))
    number_axis(one, "y")
    grid_lines(one, "y")
    found, code = result.adjusted_ratio, spoken_language()
    middle, lower, upper, naive = (
        ratio(value, code) for value in (found[MEAN], found[LOWER], found[UPPER], result.naive_ratio[MEAN])
    )
    title = say("adopters_few")
    if math.isfinite(found[MEAN]):
        title = say("adopters_title", ratio=middle, lower=lower, upper=upper)
    count, mass = exact(result.adopters, code), percent(result.interval, code)
    dress(one, title, say("adopters_under", count=count, interval=mass, naive=naive))
    return one
