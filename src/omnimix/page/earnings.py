"""The blocks on what media did: what brings people online, what each channel earns, when it pays back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from omnimix.colours import channel_colours
from omnimix.effects import Figures
from omnimix.effects.payback import CAMPAIGN
from omnimix.labels import (
    ALL_MEDIA,
    CHANNEL,
    DRAW,
    HORIZON,
    INDUCED_SPEND,
    LOWER,
    ROAS,
    SPEND,
    STAGE,
    UPPER,
)
from omnimix.page.charts import Rows, Scale, bars_with_ranges, dots_with_ranges, lines_with_bands, stacked
from omnimix.page.gather import Advice
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.units import Unit
from omnimix.rows.table import Row, by_label, records
from omnimix.words import NOTHING as NOTHING_KNOWN
from omnimix.words import Language, capital, listing

SURE = 0.8  # from here on a channel is said to earn itself back
LIKELY = 0.5
NOTHING = 1e-6  # of what a channel brings: rounding
HORIZONS = (13, 26, 52)  # weeks that a reader can look ahead
TWO = 2  # weeks, after which campaigns use to be judged
TEAM_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
DIRECT, VIA, SHARED, INDUCED = "direct", "via", "shared", "induced"
PART_COLOURS = {DIRECT: "#0072B2", VIA: "#56B4E9", SHARED: "#BBBBBB", INDUCED: "#D55E00"}
OF_KIND = {"direct": DIRECT, "mediated": VIA, "interaction": SHARED}


def traffic(advice: Advice, channels: tuple[str, ...], words: Language) -> Block | None:
    """Return what brings people online; nothing for a funnel without stages."""
    whole, of_media = advice.results.traffic_share, advice.of_media
    if whole is None or of_media is None:
        return None
    said, charts = [], []
    shares, parts = whole.table(), of_media.table()
    for stage in map(str, of_media.draws[STAGE].to_numpy()):
        row = by_label(shares[shares[STAGE] == stage], CHANNEL)[ALL_MEDIA]
        share, spread = words.percent(float(row[whole.told])), words.span(words.percent, row)
        said.append(words.say("traffic_lead", stage=words.name(stage), share=share, range=spread))
        rows = _of_channels(by_label(parts[parts[STAGE] == stage], CHANNEL))
        charts.append(_shares(stage, _descending(rows, of_media.told), of_media.told, channels, words))
    return Block("traffic", words.say("traffic"), tuple(said), tuple(charts), folded=" ".join(said[:1]))


def _shares(stage: str, rows: dict[str, Row], told: str, channels: tuple[str, ...], words: Language) -> Chart:
    data = _bars(rows, told, words.percent, words)
    axis = Scale(words.say("traffic_axis", stage=words.name(stage)), ".0%")
    title = words.say("traffic_title", channel=words.title(next(iter(rows))), stage=words.name(stage))
    head = tuple(words.say(k) for k in ("channel", "share", "range"))
    body = tuple((words.title(n), words.percent(float(r[told])), words.span(words.percent, r)) for n, r in rows.items())
    spec = bars_with_ranges(data, axis, channel_colours(channels))
    note = words.say("traffic_note")
    return Chart(f"traffic-{stage}", title, _told(data), spec, Table(title, head, body), note)


def earned(advice: Advice, stages: tuple[str, ...], words: Language) -> tuple[list[str], tuple[Chart, ...]]:
    """Return what is said of what channels earned over all outcomes, and the charts of it: returns, and ways."""
    found = advice.results.roas
    returns = by_label(found.table(), CHANNEL)
    whole = returns[ALL_MEDIA]
    said = [
        words.say("earns_lead"),
        words.say("earns_all", roas=words.ratio(float(whole[found.told])), range=words.span(words.ratio, whole)),
    ]
    for label, row in by_label(advice.apart.table(), CHANNEL).items():
        said.append(words.say("apart", channels=words.names(label.split(" + ")), range=words.span(words.ratio, row)))
    rows = _descending(_of_channels(returns), found.told)
    return said, (_returns(advice, rows, words), _ways(advice, rows, stages, words))


def _returns(advice: Advice, rows: dict[str, Row], words: Language) -> Chart:
    found, is_money = advice.results.roas, words.value_unit.is_money
    draws, told = found.draws, found.told
    above = {n: float((draws.sel({CHANNEL: n}) > 1).mean(DRAW)) for n in rows}
    sure = [n for n in rows if above[n] >= SURE]
    key = "earns_title_none" if not sure else "earns_title_one" if len(sure) == 1 else "earns_title"
    if not is_money:
        key, sure = "earns_title_one", list(rows)[:1]  # the one that brings most for its money
    title = words.say(key, channels=capital(words.names(sure)), sure=round(10 * SURE))
    data = _bars(rows, told, words.ratio, words)
    head = tuple(words.say(k) for k in (CHANNEL, ROAS, "range", "odds_back", SPEND, INDUCED, "rests"))
    body = tuple(
        (
            words.title(n),
            words.ratio(float(row[told])),
            words.span(words.ratio, row),
            words.odds(above[n]) if is_money else _each(float(row[told]), words),
            words.brief(float(row[SPEND])),
            words.brief(float(row[INDUCED_SPEND])),
            words.say(f"rests_{advice.rests_on[n]}"),
        )
        for n, row in rows.items()
    )
    axis = Scale(words.say("earns_axis"), ".1~f" if is_money else "~r")
    colours = channel_colours([str(c) for c in draws[CHANNEL].to_numpy()])
    line_at, line = (1.0, words.say("break_even")) if is_money else (None, "")
    spec = dots_with_ranges(data, axis, line_at=line_at, line=line, colours=colours)
    return Chart("roas", title, _told(data), spec, Table(title, head, body))


def _each(returns: float, words: Language) -> str:
    """Return what one unit costs, where any comes for the money."""
    return words.brief(1 / returns) if returns > 0 else NOTHING_KNOWN


def _ways(advice: Advice, rows: dict[str, Row], stages: tuple[str, ...], words: Language) -> Chart:
    """Return the value of every channel by the way it came and, in money, the spend it set off and what it must bring.

    Units of outcomes without a value cannot stand on one axis with money, so that spend is in the table alone then.
    """
    worth, is_money = ways(advice.results.paths), words.value_unit.is_money
    largest = max(float(r[SPEND]) for r in rows.values())
    unit = Unit.of_value(largest if is_money else max(sum(map(abs, w.values())) for w in worth.values()), words)
    through = words.names(stages)
    names = {part: words.say(part, stages=through) for part in PART_COLOURS}
    data: Rows = []
    for name, row in rows.items():
        must = float(row[SPEND]) + float(row[INDUCED_SPEND])
        amounts = {**worth[name], **({INDUCED: -float(row[INDUCED_SPEND])} if is_money else {})}
        least = NOTHING * (must if is_money else sum(map(abs, amounts.values())))
        for k, (part, amount) in enumerate(amounts.items()):
            if abs(amount) >= least and amount:
                tip = f"{words.title(name)}, {names[part]}: {words.brief_value(amount)}"
                data.append(
                    {"label": words.title(name), "part": names[part], "order": k, "amount": unit(amount), "tip": tip}
                )
        if is_money:
            tip = f"{words.title(name)}, {words.say('spent')}: {words.brief(must)}"
            data.append({"label": words.title(name), "spent": unit(must), "tip": tip})
    used = {names[part]: PART_COLOURS[part] for part in PART_COLOURS if any(r.get("part") == names[part] for r in data)}
    title = words.say("paths_title", stages=through) if stages else words.say("paths_title_direct")
    axis = Scale(words.say("paths_axis", unit=unit.name), unit.form)
    spec = stacked(data, axis, used, spent=words.say("spent") if is_money else "")
    head = (words.say(CHANNEL), *(names[p] for p in PART_COLOURS), words.say("value"), words.say(SPEND))
    body = tuple(
        (
            words.title(n),
            *(words.brief_value(worth[n][p]) for p in (DIRECT, VIA, SHARED)),
            words.brief(float(row[INDUCED_SPEND])),
            words.brief_value(sum(worth[n].values())),
            words.brief(float(row[SPEND])),
        )
        for n, row in rows.items()
    )
    return Chart("paths", title, _told(data), spec, Table(title, head, body))


def ways(found: Figures) -> dict[str, dict[str, float]]:
    """Return by channel the expected value that comes directly, by way of stages, and only together with others."""
    table = found.table()
    parts = table.assign(part=table["kind"].map(OF_KIND)).pivot_table(
        index=CHANNEL, columns="part", values=found.told, aggfunc="sum", fill_value=0.0, sort=False
    )
    parts = parts.reindex(columns=[DIRECT, VIA, SHARED], fill_value=0.0)
    return {
        str(n): {str(p): float(v) if abs(v) >= NOTHING * row.abs().sum() else 0.0 for p, v in row.items()}
        for n, row in parts.iterrows()
    }


def payback(found: Figures, by_channel: Figures, words: Language) -> Block:
    """Return how long until the money is back, by team, with a look ahead that can be switched."""
    table = found.table()
    by = "team" if "team" in table.columns else CHANNEL
    groups = list(dict.fromkeys(map(str, table[by]))) if by == "team" else [ALL_MEDIA]
    followed = {g: table[table[by] == g].dropna(subset=[found.told]).sort_values(HORIZON) for g in groups}
    followed = {g: rows for g, rows in followed.items() if len(rows)}  # what spent nothing then has nothing to pay back
    day = words.day(pd.Timestamp(table["start"].iloc[0]).date())
    said = [words.say("payback_lead" if by == "team" else "payback_one_lead", weeks=CAMPAIGN, day=day)]
    for group, rows in followed.items():
        week = week_of_return(rows)
        key = "payback_not_back" if week is None else "payback_back"
        who = words.name(group)
        said.append(capital(words.say(key, who=who, week=week)))
    chart = _followed(followed, by_label_and_horizon(by_channel), found.told, words)
    more = {"label": words.say("horizon"), "horizons": [(h, words.say("horizon_weeks", weeks=h)) for h in HORIZONS]}
    return Block("payback", words.say("payback"), tuple(said), (chart,), "payback", more, folded=chart.title)


def week_of_return(rows: pd.DataFrame) -> int | None:
    """Return the first week from which the money is more likely back than not, to the end; ``None`` if it never is."""
    back = rows["probability_paid_back"].to_numpy(dtype=float) > LIKELY
    if not back[-1]:
        return None
    late = np.flatnonzero(~back)
    return int(rows[HORIZON].iloc[late[-1] + 1 if late.size else 0])


def by_label_and_horizon(found: Figures) -> dict[str, dict[int, Row]]:
    """Return payback by channel and weeks."""
    out: dict[str, dict[int, Row]] = {}
    for row in records(found.table()):
        out.setdefault(str(row[CHANNEL]), {})[int(row[HORIZON])] = row
    return out


def _followed(
    groups: dict[str, pd.DataFrame], channels: dict[str, dict[int, Row]], told: str, words: Language
) -> Chart:
    largest = max(float(np.abs(rows[[LOWER, UPPER]].to_numpy()).max()) for rows in groups.values())
    unit = Unit.of(largest, words)
    data: Rows = []
    for group, rows in groups.items():
        for row in records(rows):
            week = int(row[HORIZON])
            after = f"{words.change(float(row[told]))} ({words.span(words.brief, row)})"
            data.append(
                {
                    "label": words.title(group),
                    "x": week,
                    "told": unit(float(row[told])),
                    **{end: unit(float(row[end])) for end in (LOWER, UPPER)},
                    "tip": f"{words.title(group)}, {words.say('after_weeks', weeks=week)}: {after}",
                }
            )
    colours = {words.title(g): TEAM_COLOURS[k % len(TEAM_COLOURS)] for k, g in enumerate(groups)}
    spec = lines_with_bands(
        data,
        Scale(words.say("payback_axis"), "d"),
        Scale(words.say("payback_money", unit=unit.name), unit.form),
        colours,
        upright={float(TWO): words.say("two_weeks")},
    )
    spec |= {"params": [{"name": "horizon", "value": HORIZONS[-1]}], "transform": [{"filter": "datum.x <= horizon"}]}
    in_words = "; ".join(row["tip"] for row in data if row["x"] in (TWO, *HORIZONS))
    return Chart("balance", _short(groups, told, words), in_words, spec, _balances(channels, told, words))


def _short(groups: dict[str, pd.DataFrame], told: str, words: Language) -> str:
    """Return what every group still lacks after two weeks."""
    at_two = {g: rows.loc[rows[HORIZON] == TWO, told] for g, rows in groups.items()}
    lacking = {g: -float(one.iloc[0]) for g, one in at_two.items() if len(one)}
    short = [words.say("payback_short", who=words.name(g), amount=words.money(x)) for g, x in lacking.items() if x > 0]
    key = "payback_title" if short else "payback_title_none"
    return words.say(key, short=listing(short, words.code))


def _balances(channels: dict[str, dict[int, Row]], told: str, words: Language) -> Table:
    weeks = [h for h in next(iter(channels.values())) if h in (TWO, *HORIZONS)]
    head = (words.say(CHANNEL), *(words.say("after_weeks", weeks=h) for h in weeks), words.say("odds_back"))
    body = tuple(
        (
            words.title(name),
            *(_balance(float(rows[h][told]), words) for h in weeks),
            words.odds(float(rows[weeks[-1]]["probability_paid_back"])),
        )
        for name, rows in channels.items()
    )
    return Table(words.say("payback"), head, body)


def _balance(value: float, words: Language) -> str:
    """Return a balance; what has spent nothing so far has none."""
    return words.change(value) if np.isfinite(value) else NOTHING_KNOWN


def _bars(rows: dict[str, Row], told: str, write: Callable[[float], str], words: Language) -> Rows:
    """Return the data of a chart of rows with what they are told by and a range."""
    return [
        {
            "label": words.title(name),
            "key": name,
            "told": float(row[told]),
            **{end: float(row[end]) for end in (LOWER, UPPER)},
            "tip": f"{words.title(name)}: {write(float(row[told]))} ({words.span(write, row)})",
        }
        for name, row in rows.items()
    ]


def _descending(rows: dict[str, Row], told: str) -> dict[str, Row]:
    return dict(sorted(rows.items(), key=lambda item: -float(item[1][told])))


def _told(data: Rows) -> str:
    return "; ".join(str(row["tip"]) for row in data)


def _of_channels(rows: dict[str, Row]) -> dict[str, Row]:
    """Return rows without that of all media together."""
    return {name: row for name, row in rows.items() if name != ALL_MEDIA}
