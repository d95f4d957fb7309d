"""A test in some markets: what happened there beside what was expected without it."""

from __future__ import annotations

from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.geo_tests import GeoTest
from omnimix.labels import LOWER, MEAN, UPPER, WEEK
from omnimix.plot.canvas import dress, grid_lines, legend_beside, number_axis, sheet, week_axis
from omnimix.plot.spoken import named, say, spoken, spoken_language
from omnimix.words import amount, between, percent, rate

LINE = OKABE_ITO[3]


@spoken
@checked
def geo_test(result: GeoTest, *, language: str = "en", ax: Axes | None = None) -> Axes:
    """Draw what the treated markets did, and what was expected of them from the others; their gap is the effect.

    Words and figures are in ``language``, ``en`` or ``nl``.
    """
    outcome = named(result.outcome)
    ax = sheet(ax, width=9.0, height=3.8)
    rows, counted = result.rows, result.rows["part"] != "before"
    ax.axvline(rows.loc[counted, WEEK].iloc[0], color=QUIET, linewidth=0.8, linestyle=":")
    ax.plot(rows[WEEK], rows["expected"], color=LINE, linewidth=1.5, label=say("geo_expected"))
    ax.plot(rows[WEEK], rows["observed"], color=INK, linewidth=1.0, label=say("observed"))
    during = rows[counted]
    ax.fill_between(during[WEEK], during["expected"], during["observed"], color=LINE, alpha=0.2, linewidth=0)
    ax.set_ylabel(say("stack_axis" if result.step > 1 else "geo_axis_day", outcome=outcome))
    number_axis(ax, "y")
    week_axis(ax)
    grid_lines(ax, "y")
    legend_beside(ax)
    code = spoken_language()
    lower, middle, upper = (amount(result.effect[part], code) for part in (LOWER, MEAN, UPPER))
    lift = rate(result.lift_share, code)
    title = say("geo_title", effect=middle, outcome=outcome, range=between(lower, upper, code), lift=lift)
    shares = {"interval": result.interval, "chance": result.p_value, "fit": max(result.pre_fit, 0.0)}
    dress(ax, title, say("geo_under", **{name: percent(share, code) for name, share in shares.items()}))
    return ax
