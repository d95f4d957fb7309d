"""What was observed beside what the model expects, and predictions of weeks to come."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, OKABE_ITO, PALE
from omnimix.effects import Figures, predict
from omnimix.labels import DEFAULT_INTERVAL, LOWER, MEAN, OUTCOME, UPPER, WEEK
from omnimix.plot.canvas import (
    Drawn,
    as_drawn,
    chosen,
    dress,
    grid_lines,
    legend_beside,
    number_axis,
    sheets,
    week_axis,
)
from omnimix.plot.spoken import named, say, spoken, spoken_language
from omnimix.plot.triples import capital
from omnimix.posterior import Posterior
from omnimix.words import day

LINE = OKABE_ITO[3]
HALF_WEEK = pd.Timedelta(days=3.5)


@spoken
@checked
def fit(
    posterior: Posterior,
    *,
    outcome: str | None = None,
    interval: float = DEFAULT_INTERVAL,
    language: str = "en",
    ax: Axes | None = None,
) -> Drawn:
    """Draw what was observed, what is expected and the interval of prediction over the data window.

    Weeks without an observation are shaded. ``outcome`` may name a stage. Returns the axes, or an array of them, one a
    stage or outcome, where there are several and none is named. Words and figures are in ``language``, ``en`` or
    ``nl``.
    """
    names = chosen([n.name for n in posterior.funnel.nodes], outcome)
    axes = sheets(ax, len(names), width=9.0, height=3.8)
    ahead = predict(posterior, interval=interval, stages=True)
    expected = predict(posterior, interval=interval, noise=False, stages=True)
    for name, one in zip(names, axes, strict=True):
        table = _of(ahead, name).assign(expected=_of(expected, name)[MEAN])
        seen = posterior.panel.series(name).reindex(table.index)
        _draw_fit(one, table, seen, interval)
    return as_drawn(axes)


@spoken
def prediction(figures: Figures, *, outcome: str | None = None, language: str = "en", ax: Axes | None = None) -> Drawn:
    """Draw a prediction week by week with its interval; an array of axes where there are several outcomes."""
    names = chosen([str(n) for n in figures.draws[OUTCOME].to_numpy()], outcome)
    axes = sheets(ax, len(names), width=9.0, height=3.6)
    for name, one in zip(names, axes, strict=True):
        table = _of(figures, name)
        _band(one, table, say("interval", interval=f"{figures.interval:.0%}"))
        one.plot(table.index, table[MEAN], color=LINE, linewidth=1.5, label=say("mean"))
        first, last = (day(week.date(), spoken_language()) for week in (table.index[0], table.index[-1]))
        title = say("foretold_title", outcome=capital(name), first=first, last=last)
        _finish(one, name, title, say("foretold_under", interval=f"{figures.interval:.0%}"))
    return as_drawn(axes)


def _of(figures: Figures, outcome: str) -> pd.DataFrame:
    table = figures.table()
    return table.loc[table[OUTCOME] == outcome].set_index(WEEK)


def _draw_fit(ax: Axes, table: pd.DataFrame, seen: pd.Series, interval: float) -> None:
    missing = seen.index[seen.isna()]
    for k, week in enumerate(missing):
        word = say("fit_missing" if len(missing) > 1 else "fit_missing_one", count=len(missing))
        ax.axvspan(week - HALF_WEEK, week + HALF_WEEK, color=PALE, linewidth=0, label=word if k == 0 else None)
    mass = f"{interval:.0%}"
    _band(ax, table, say("fit_band", interval=mass))
    ax.plot(table.index, table["expected"], color=LINE, linewidth=1.5, label=say("fit_expected"))
    ax.plot(seen.index, seen, color=INK, linewidth=0.7, marker="o", markersize=2.4, label=say("observed"))
    known = seen.dropna()
    inside = known.between(table[LOWER].reindex(known.index), table[UPPER].reindex(known.index))
    name = str(seen.name)
    title = say("fit_title", inside=int(inside.sum()), count=len(known), outcome=named(name), interval=mass)
    _finish(ax, name, title, say("fit_under", interval=mass))


def _band(ax: Axes, table: pd.DataFrame, label: str) -> None:
    ax.fill_between(table.index, table[LOWER], table[UPPER], color=LINE, alpha=0.2, linewidth=0, label=label)


def _finish(ax: Axes, outcome: str, title: str, under: str) -> None:
    ax.set_ylabel(say("stack_axis", outcome=named(outcome)))
    number_axis(ax, "y")
    week_axis(ax)
    grid_lines(ax, "y")
    legend_beside(ax)
    dress(ax, title, under)
