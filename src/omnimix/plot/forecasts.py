"""Forecasts of weeks that were held back, beside what happened."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.backtests import Backtest
from omnimix.colours import INK, OKABE_ITO, QUIET
from omnimix.labels import LOWER, MEDIAN, OUTCOME, UPPER, WEEK
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
from omnimix.words import percent, rate

LINE = OKABE_ITO[3]


@checked
def backtest(result: Backtest, *, outcome: str | None = None, ax: Axes | None = None) -> Drawn:
    """Draw the forecast of every fold with its 90 % interval, what happened, and the same weeks of last year.

    ``outcome`` may name a stage; by default every outcome has axes, and an array comes back where there are several.
    """
    known = [str(n) for n in dict.fromkeys(result.weekly[OUTCOME])]
    names = list(result.outcomes) if outcome is None else chosen(known, outcome)
    axes = sheets(ax, len(names), width=9.0, height=3.8)
    scores = {str(row[OUTCOME]): row for row in result.by_outcome.to_dict("records")}
    for name, one in zip(names, axes, strict=True):
        rows = result.weekly[result.weekly[OUTCOME] == name]
        for k, (_, fold) in enumerate(rows.groupby("fold", sort=True)):
            _draw(one, fold, labelled=k == 0)
        score = scores[name]
        title = f"{percent(score['coverage_90'])} of the weeks of {name} lie within the 90% interval of their forecast"
        under = (
            f"Off by {rate(score['wape'])} (WAPE), last year's weeks by {rate(score['seasonal_naive_wape'])}, "
            f"ridge by {rate(score['ridge_wape'])}; forecasts begin at the dotted lines, given what was then spent."
        )
        _finish(one, name, title, under)
    return as_drawn(axes)


def _draw(ax: Axes, fold: pd.DataFrame, *, labelled: bool) -> None:
    weeks = fold[WEEK]

    def label(text: str) -> str | None:
        return text if labelled else None

    low, high = fold[f"{LOWER}_90"], fold[f"{UPPER}_90"]
    ax.axvline(fold["origin"].iloc[0], color=QUIET, linewidth=0.8, linestyle=":")
    ax.fill_between(weeks, low, high, color=LINE, alpha=0.2, linewidth=0, label=label("90% interval\nof forecast"))
    ax.plot(weeks, fold[MEDIAN], color=LINE, linewidth=1.5, label=label("forecast (median)"))
    ax.plot(weeks, fold["seasonal_naive"], color=QUIET, linewidth=0.9, linestyle="--", label=label("last year"))
    ax.plot(weeks, fold["observed"], color=INK, linewidth=0.7, marker="o", markersize=2.4, label=label("observed"))


def _finish(ax: Axes, outcome: str, title: str, under: str) -> None:
    ax.set_ylabel(f"{outcome}, units a week")
    number_axis(ax, "y")
    week_axis(ax)
    grid_lines(ax, "y")
    legend_beside(ax)
    dress(ax, title, under)
