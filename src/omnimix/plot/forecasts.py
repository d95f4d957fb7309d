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
from omnimix.plot.spoken import named, say, spoken, spoken_language
from omnimix.words import percent, rate

LINE = OKABE_ITO[3]


@spoken
@checked
def backtest(result: Backtest, *, outcome: str | None = None, language: str = "en", ax: Axes | None = None) -> Drawn:
    """Draw the forecast of every fold with its 90 % interval, what happened, and the same weeks of last year.

    ``outcome`` may name a stage; by default every outcome has axes, and an array comes back where there are several.
    Words and figures are in ``language``, ``en`` or ``nl``.
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
        code = spoken_language()
        title = say("forecast_title", share=percent(score["coverage_90"], code), outcome=named(name))
        wrong, last_year, ridge = (rate(score[k], code) for k in ("wape", "seasonal_naive_wape", "ridge_wape"))
        under = say("forecast_under", error=wrong, last_year=last_year, ridge=ridge)
        _finish(one, name, title, under)
    return as_drawn(axes)


def _draw(ax: Axes, fold: pd.DataFrame, *, labelled: bool) -> None:
    weeks = fold[WEEK]

    def label(word: str) -> str | None:
        return say(word) if labelled else None

    low, high = fold[f"{LOWER}_90"], fold[f"{UPPER}_90"]
    ax.axvline(fold["origin"].iloc[0], color=QUIET, linewidth=0.8, linestyle=":")
    ax.fill_between(weeks, low, high, color=LINE, alpha=0.2, linewidth=0, label=label("forecast_interval"))
    ax.plot(weeks, fold[MEDIAN], color=LINE, linewidth=1.5, label=label("forecast_median"))
    ax.plot(weeks, fold["seasonal_naive"], color=QUIET, linewidth=0.9, linestyle="--", label=label("last_year"))
    ax.plot(weeks, fold["observed"], color=INK, linewidth=0.7, marker="o", markersize=2.4, label=label("observed"))


def _finish(ax: Axes, outcome: str, title: str, under: str) -> None:
    ax.set_ylabel(say("stack_axis", outcome=named(outcome)))
    number_axis(ax, "y")
    week_axis(ax)
    grid_lines(ax, "y")
    legend_beside(ax)
    dress(ax, title, under)
