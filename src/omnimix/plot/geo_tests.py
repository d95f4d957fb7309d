"""A test in some markets: what happened there beside what was expected without it."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.geo_tests import GeoTest
from omnimix.labels import LOWER, MEAN, UPPER, WEEK
from omnimix.plot.canvas import dress, grid_lines, legend_beside, number_axis, sheet, week_axis
from omnimix.words import amount, between, percent, rate

LINE = OKABE_ITO[3]


@checked
def geo_test(result: GeoTest, *, ax: Axes | None = None) -> Axes:
    """Draw what the treated markets did, and what was expected of them from the others; their gap is the effect."""
    ax = sheet(ax, width=9.0, height=3.8)
    rows, counted = result.rows, result.rows["part"] != "before"
    ax.axvline(rows.loc[counted, WEEK].iloc[0], color=QUIET, linewidth=0.8, linestyle=":")
    ax.plot(rows[WEEK], rows["expected"], color=LINE, linewidth=1.5, label="expected without\nthe test")
    ax.plot(rows[WEEK], rows["observed"], color=INK, linewidth=1.0, label="observed")
    during = rows[counted]
    ax.fill_between(during[WEEK], during["expected"], during["observed"], color=LINE, alpha=0.2, linewidth=0)
    ax.set_ylabel(f"{result.outcome}, units a {'week' if result.step > 1 else 'day'}")
    number_axis(ax, "y")
    week_axis(ax)
    grid_lines(ax, "y")
    legend_beside(ax)
    ends = between(amount(result.effect[LOWER]), amount(result.effect[UPPER]))
    title = f"The test brought {amount(result.effect[MEAN])} {result.outcome} ({ends}), {rate(result.lift_share)}"
    under = (
        f"All treated markets together; {percent(result.interval)} interval. A test that does nothing looks so large "
        f"in {percent(result.p_value)} of cases. "
        f"The others foretold {percent(max(result.pre_fit, 0.0))} of what moved before."
    )
    dress(ax, title, under)
    return ax
