"""When a campaign has earned its money back: what it brought less what it cost, week by week."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from omnimix.arguments import checked
from omnimix.colours import INK, channel_colours
from omnimix.effects import Figures
from omnimix.labels import ALL_MEDIA, CHANNEL, HORIZON, LOWER, UPPER
from omnimix.plot.canvas import (
    PANEL_SIZE,
    Drawn,
    as_drawn,
    chosen,
    crown,
    dress,
    grid_lines,
    legend_beside,
    number_axis,
    sheets,
)
from omnimix.plot.spoken import named, say, spoken, spoken_language
from omnimix.words import called

EVEN = 0.5
PAID_BACK = "probability_paid_back"
DENSE = 2.0  # weeks between horizons, on average: further apart, each is marked


@spoken
@checked
def payback(
    result: Figures,
    *,
    channel: str | None = None,
    currency: str = "",
    language: str = "en",
    ax: Axes | None = None,
) -> Drawn:
    """Draw the balance of a campaign of every channel by week since its start, and when it is paid back.

    The dotted line stands at the first horizon from which on the campaign is paid back more likely than not. For a
    balance of every week give ``horizons=range(1, 53)`` to :func:`omnimix.payback`.

    Without ``ax`` every channel has a panel of its own and an array of axes comes back (one axes for one channel);
    with ``ax`` all balances are drawn on it. Words and figures are in ``language``, ``en`` or ``nl``.

    Raises :class:`OmnimixError` for outcomes without a value, and for a channel that is not there.
    """
    result.value_unit.require_money("the picture of payback")
    table = result.table()
    names = chosen([str(c) for c in result.draws[CHANNEL].to_numpy()], channel, what="channel")
    colours = channel_colours(str(c) for c in result.draws[CHANNEL].to_numpy())
    weeks = {n: even_odds(table.loc[table[CHANNEL] == n].sort_values(HORIZON)) for n in names}
    title = _sentence(weeks, int(table[HORIZON].max()))
    under = say("payback_under", told=say(result.told), interval=f"{result.interval:.0%}")
    currency = currency or say("money")
    if ax is not None:
        for name in names:
            _balance(ax, table.loc[table[CHANNEL] == name], result.told, colours[name], weeks[name], shade=0.1)
        _label(ax, currency)
        legend_beside(ax)
        dress(ax, title, under)
        return ax
    columns = min(3, len(names))
    axes = sheets(None, len(names), width=max(5.0, 3.2 * columns), height=2.5, columns=columns)
    for k, (name, one) in enumerate(zip(names, axes, strict=True)):
        _balance(one, table.loc[table[CHANNEL] == name], result.told, colours[name], weeks[name], shade=0.25)
        _label(one, currency)
        one.set_xlabel(one.get_xlabel() if k >= len(names) - columns else "")
        one.set_ylabel(one.get_ylabel() if k % columns == 0 else "")
        by = say("payback_not" if weeks[name] is None else "payback_by", week=weeks[name])
        dress(one, _word(name), by, size=PANEL_SIZE)
    crown(axes, title, under)
    return as_drawn(axes)


def even_odds(table: pd.DataFrame) -> int | None:
    """Return the first horizon from which on a campaign is paid back more likely than not; ``None``: none is.

    ``table`` has one row a horizon, in order.

    >>> even_odds(pd.DataFrame({"horizon": [2, 4, 13], "probability_paid_back": [0.6, 0.4, 0.7]}))
    13
    """
    found = None
    for week, chance in zip(table[HORIZON], table[PAID_BACK], strict=True):
        found = None if chance < EVEN else found or int(week)
    return found


def _balance(ax: Axes, table: pd.DataFrame, told: str, colour: str, week: int | None, *, shade: float) -> None:
    table = table.sort_values(HORIZON)
    start = dict.fromkeys((HORIZON, told, LOWER, UPPER), 0)
    whole = pd.concat([pd.DataFrame([start]), table[[HORIZON, told, LOWER, UPPER]]])
    marker = "o" if table[HORIZON].max() / len(table) > DENSE else None
    ax.fill_between(whole[HORIZON], whole[LOWER], whole[UPPER], color=colour, alpha=shade, linewidth=0)
    name = _word(str(table[CHANNEL].iloc[0]))
    ax.plot(whole[HORIZON], whole[told], color=colour, linewidth=1.8, marker=marker, markersize=3.5, label=name)
    ax.axhline(0.0, color=INK, linewidth=0.9)
    if week is not None:
        ax.axvline(week, color=colour if shade < 0.2 else INK, linewidth=1.0, linestyle=(0, (1, 1.5)))


def _label(ax: Axes, currency: str) -> None:
    number_axis(ax, "x", most=7)
    number_axis(ax, "y", most=5)
    grid_lines(ax, "y")
    ax.set_xlim(left=0)
    ax.set_xlabel(say("payback_axis"))
    ax.set_ylabel(say("payback_value", currency=currency))


def _sentence(weeks: dict[str, int | None], last: int) -> str:
    channels = {name: week for name, week in weeks.items() if name != ALL_MEDIA}
    paid = sum(week is not None for week in channels.values())
    return say("payback_title", last=last, paid=paid or say("none"), count=len(channels))


def _word(name: str) -> str:
    return called(ALL_MEDIA, spoken_language()) if name == ALL_MEDIA else named(name)
