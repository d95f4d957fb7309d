"""What media brought: week by week on top of the baseline, and in total as a waterfall."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import BASELINE, INK, PALE, QUIET, channel_colours
from omnimix.effects import Contributions, Figures, summarise
from omnimix.labels import CHANNEL, LOWER, MEAN, OUTCOME, UPPER, WEEK
from omnimix.plot.canvas import (
    Drawn,
    as_drawn,
    beside,
    chosen,
    dress,
    grid_lines,
    legend_beside,
    number_axis,
    rows,
    sheet,
    sheets,
    spread,
    week_axis,
)
from omnimix.plot.money import dots, under_dots
from omnimix.plot.spoken import named, say, spoken, spoken_language
from omnimix.words import percent

TOGETHER, EXPECTED = "together", "expected"  # rows of the waterfall beside channels; their words stand with the others
ROWS = (BASELINE, TOGETHER, EXPECTED)


@spoken
@checked
def contributions(
    result: Contributions,
    *,
    outcome: str | None = None,
    baseline: bool = True,
    language: str = "en",
    ax: Axes | None = None,
) -> Drawn:
    """Draw the mean contribution of every channel by week, stacked on the baseline.

    With ``baseline=False`` the stack begins at zero, which shows small channels better. Dashed lines are the interval
    of the whole stack. Returns the axes, or an array of them where there are several outcomes and none is named. Words
    and figures are in ``language``, ``en`` or ``nl``.
    """
    names = chosen([str(n) for n in result.media[OUTCOME].to_numpy()], outcome)
    axes = sheets(ax, len(names), width=9.0, height=4.0)
    for name, one in zip(names, axes, strict=True):
        _stack(one, result, name, baseline)
    return as_drawn(axes)


@spoken
@checked
def waterfall(
    result: Contributions, *, outcome: str | None = None, language: str = "en", ax: Axes | None = None
) -> Drawn:
    """Draw how baseline and channels add up to the expected outcome of the data window, largest channel first.

    Bars are means, whiskers the interval of each bar's own size. Returns the axes, or an array of them where there are
    several outcomes and none is named. Words and figures are in ``language``, ``en`` or ``nl``.
    """
    names = chosen([str(n) for n in result.media[OUTCOME].to_numpy()], outcome)
    count = result.media.sizes[CHANNEL] + 2
    axes = sheets(ax, len(names), width=8.5, height=1.4 + 0.36 * count)
    for name, one in zip(names, axes, strict=True):
        _fall(one, result, name)
    return as_drawn(axes)


def _stack(ax: Axes, result: Contributions, outcome: str, baseline: bool) -> None:
    channels = [str(c) for c in result.media[CHANNEL].to_numpy()]
    wide = _weekly_means(result, outcome)
    colours = channel_colours([*channels, BASELINE])
    parts = [BASELINE, *channels] if baseline else channels
    ax.stackplot(
        wide.index,
        *(wide[p].clip(lower=0) for p in parts),
        labels=[_word(p) for p in parts],
        colors=[colours[p] for p in parts],
        linewidth=0,
    )
    whole = result.prediction if baseline else result.prediction - result.baseline
    ends = summarise(whole.sel({OUTCOME: outcome}), result.interval)
    mass = f"{result.interval:.0%}"
    word = say("stack_interval", interval=mass)
    for end, label in ((LOWER, word), (UPPER, None)):
        ax.plot(wide.index, ends[end], color=INK, linewidth=0.7, linestyle=(0, (4, 2)), label=label)
    ax.set_ylabel(say("stack_axis", outcome=named(outcome)))
    ax.set_ylim(bottom=0)
    number_axis(ax, "y")
    week_axis(ax)
    legend_beside(ax, upside_down=True)
    dress(ax, _sentence(result, outcome), say("stack_under", interval=mass))


def _weekly_means(result: Contributions, outcome: str) -> pd.DataFrame:
    media = summarise(result.media.sel({OUTCOME: outcome}), result.interval)[MEAN]
    frame = media.transpose(WEEK, CHANNEL).to_pandas()
    base = summarise(result.baseline.sel({OUTCOME: outcome}), result.interval)[MEAN]
    return pd.DataFrame(frame).assign(**{BASELINE: base.to_numpy()})


def _sentence(result: Contributions, outcome: str) -> str:
    table = result.all_media.table()
    row = table.loc[table[OUTCOME] == outcome].iloc[0]
    figure = spread(row[MEAN], row[LOWER], row[UPPER])
    return say("media_bring", share=percent(row["share"], spoken_language()), outcome=named(outcome), figure=figure)


def _word(part: str) -> str:
    """Return what a bar or a layer is called: a channel by its name."""
    return say(part) if part in ROWS else named(part)


def _fall(ax: Axes, result: Contributions, outcome: str) -> None:
    table = _steps(result, outcome)
    colours = channel_colours(str(c) for c in result.media[CHANNEL].to_numpy())
    colours |= {BASELINE: PALE, TOGETHER: QUIET, EXPECTED: QUIET}
    whole = float(table[MEAN].iloc[-1])
    for k, (name, row) in enumerate(table.iterrows()):
        ax.barh(-k, row[MEAN], left=row["start"], height=0.62, color=colours[str(name)])
        ends = row["start"] + np.array([row[LOWER], row[UPPER]])
        ax.plot(ends, [-k, -k], color=INK, linewidth=1.1, solid_capstyle="butt", marker="|", markersize=5)
        if 0 < k < len(table) - 1:
            ax.plot([row["start"]] * 2, [-k + 0.31, -k + 0.69], color=QUIET, linewidth=0.6)
        share = "" if name == EXPECTED else f", {percent(row[MEAN] / whole, spoken_language())}"
        beside(ax, -k, spread(row[MEAN], row[LOWER], row[UPPER]) + share)
    rows(ax, [_word(str(n)) for n in table.index])
    number_axis(ax, "x")
    grid_lines(ax, "x")
    ax.set_xlim(left=min(0.0, float(table["start"].min())))
    ax.set_xlabel(say("outcome_axis", outcome=named(outcome)))
    dress(ax, _sentence(result, outcome), say("fall_under", interval=f"{result.interval:.0%}"))


def _steps(result: Contributions, outcome: str) -> pd.DataFrame:
    """Return one row a bar with ``start``, ``mean``, ``lower`` and ``upper``, in the order drawn."""
    media = result.table()
    media = media.loc[media[OUTCOME] == outcome].set_index(CHANNEL).sort_values(MEAN, ascending=False, kind="stable")
    frames = [_row(result.baseline, result, outcome, BASELINE), media]
    if float(np.abs(result.remainder).max()) > 1e-6 * float(np.abs(result.prediction).max()):
        frames.append(_row(result.remainder, result, outcome, TOGETHER))
    table = pd.concat([*frames, _row(result.prediction, result, outcome, EXPECTED)])[[MEAN, LOWER, UPPER]]
    start = table[MEAN].cumsum().shift(fill_value=0.0)
    start.iloc[-1] = 0.0
    return table.assign(start=start)


def _row(part: xr.DataArray, result: Contributions, outcome: str, name: str) -> pd.DataFrame:
    found = summarise(part.sel({OUTCOME: outcome}).sum(WEEK), result.interval)
    return pd.DataFrame({k: float(v) for k, v in found.items()}, index=[name])


@spoken
def totals(figures: Figures, *, outcome: str | None = None, language: str = "en", ax: Axes | None = None) -> Drawn:
    """Draw contributions over the data window as dots with intervals, one row a channel (or one row an outcome)."""
    table = figures.table()
    under = under_dots(figures)
    if CHANNEL not in table.columns:
        one = sheet(ax, width=8.0, height=1.5 + 0.4 * len(table))
        dots(one, table.rename(columns={OUTCOME: CHANNEL}), figures.told, unit=say("window_axis"), colour=INK)
        dress(one, say("totals_all"), under)
        return one
    names = chosen(list(dict.fromkeys(table[OUTCOME])), outcome)
    axes = sheets(ax, len(names), width=8.0, height=1.5 + 0.36 * table[CHANNEL].nunique())
    for name, one in zip(names, axes, strict=True):
        dots(one, table.loc[table[OUTCOME] == name], figures.told, unit=say("outcome_axis", outcome=named(name)))
        dress(one, say("totals_each", outcome=named(name)), under)
    return as_drawn(axes)
