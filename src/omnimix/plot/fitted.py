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
from omnimix.posterior import Posterior

LINE = OKABE_ITO[3]
HALF_WEEK = pd.Timedelta(days=3.5)


@checked
def fit(
    posterior: Posterior, *, outcome: str | None = None, interval: float = DEFAULT_INTERVAL, ax: Axes | None = None
) -> Drawn:
    """Draw what was observed, what is expected and the interval of prediction over the data window.

    Weeks without an observation are shaded. ``outcome`` may name a stage. Returns the axes, or an array of them, one a
    stage or outcome, where there are several and none is named.
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


def prediction(figures: Figures, *, outcome: str | None = None, ax: Axes | None = None) -> Drawn:
    """Draw a prediction week by week with its interval; an array of axes where there are several outcomes."""
    names = chosen([str(n) for n in figures.draws[OUTCOME].to_numpy()], outcome)
    axes = sheets(ax, len(names), width=9.0, height=3.6)
    for name, one in zip(names, axes, strict=True):
        table = _of(figures, name)
        _band(one, table, f"{figures.interval:.0%} interval")
        one.plot(table.index, table[MEAN], color=LINE, linewidth=1.5, label="mean")
        first, last = table.index[0], table.index[-1]
        title = f"{name} from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
        _finish(one, name, title, f"Line: mean; band: {figures.interval:.0%} interval of the weekly figure.")
    return as_drawn(axes)


def _of(figures: Figures, outcome: str) -> pd.DataFrame:
    table = figures.table()
    return table.loc[table[OUTCOME] == outcome].set_index(WEEK)


def _draw_fit(ax: Axes, table: pd.DataFrame, seen: pd.Series, interval: float) -> None:
    missing = seen.index[seen.isna()]
    for k, week in enumerate(missing):
        word = f"no observation ({len(missing)} weeks)" if len(missing) > 1 else "no observation (1 week)"
        ax.axvspan(week - HALF_WEEK, week + HALF_WEEK, color=PALE, linewidth=0, label=word if k == 0 else None)
    _band(ax, table, f"{interval:.0%} interval\nof prediction")
    ax.plot(table.index, table["expected"], color=LINE, linewidth=1.5, label="expected (mean)")
    ax.plot(seen.index, seen, color=INK, linewidth=0.7, marker="o", markersize=2.4, label="observed")
    known = seen.dropna()
    inside = known.between(table[LOWER].reindex(known.index), table[UPPER].reindex(known.index))
    title = f"{int(inside.sum())} of {len(known)} weeks of {seen.name} lie within the {interval:.0%} interval"
    under = f"{interval:.0%} should. The model was fitted on these weeks, so this is no test of its forecasts."
    _finish(ax, str(seen.name), title, under)


def _band(ax: Axes, table: pd.DataFrame, label: str) -> None:
    ax.fill_between(table.index, table[LOWER], table[UPPER], color=LINE, alpha=0.2, linewidth=0, label=label)


def _finish(ax: Axes, outcome: str, title: str, under: str) -> None:
    ax.set_ylabel(f"{outcome}, units a week")
    number_axis(ax, "y")
    week_axis(ax)
    grid_lines(ax, "y")
    legend_beside(ax)
    dress(ax, title, under)
