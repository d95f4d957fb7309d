"""The blocks on what media did: what brings people online, what each channel earns, when it pays back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from omnimix.colours import channel_colours
from omnimix.effects import Figures
from omnimix.effects.payback import CAMPAIGN
from omnimix.labels import ALL_MEDIA, CHANNEL, DRAW, HORIZON, INDUCED_SPEND, LOWER, MEAN, ROAS, SPEND, STAGE, UPPER
from omnimix.page.charts import Rows, Scale, bars_with_ranges, dots_with_ranges, lines_with_bands, stacked
from omnimix.page.gather import Advice
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.voice import Row, Unit, Voice, by_label, channels_only
from omnimix.rows.table import records
from omnimix.words import capital, listing

SURE = 0.8  # from here on a channel is said to earn itself back
LIKELY = 0.5
NOTHING = 1e-6  # of what a channel brings: rounding
HORIZONS = (13, 26, 52)  # weeks that a reader can look ahead
TWO = 2  # weeks, after which campaigns use to be judged
TEAM_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
DIRECT, VIA, SHARED, INDUCED = "direct", "via", "shared", "induced"
PART_COLOURS = {DIRECT: "#0072B2", VIA: "#56B4E9", SHARED: "#BBBBBB", INDUCED: "#D55E00"}
OF_KIND = {"direct": DIRECT, "mediated": VIA, "interaction": SHARED}


def traffic(advice: Advice, channels: tuple[str, ...], voice: Voice) -> Block | None:
    """Return what brings people online; nothing for a funnel without stages."""
    whole, of_media = advice.results.traffic_share, advice.of_media
    if whole is None or of_media is None:
        return None
    said, charts = [], []
    shares, parts = whole.table(), of_media.table()
    for stage in map(str, of_media.draws[STAGE].to_numpy()):
        row = by_label(shares[shares[STAGE] == stage], CHANNEL)[ALL_MEDIA]
        share, spread = voice.percent(float(row[MEAN])), voice.percent_range(row)
        said.append(voice.say("traffic_lead", stage=voice.name(stage), share=share, range=spread))
        rows = channels_only(by_label(parts[parts[STAGE] == stage], CHANNEL))
        charts.append(_shares(stage, _descending(rows), channels, voice))
    return Block("traffic", voice.say("traffic"), tuple(said), tuple(charts))


def _shares(stage: str, rows: dict[str, Row], channels: tuple[str, ...], voice: Voice) -> Chart:
    data = _bars(rows, voice, lambda row: f"{voice.percent(float(row[MEAN]))} ({voice.percent_range(row)})")
    axis = Scale(voice.say("traffic_axis", stage=voice.name(stage)), ".0%")
    title = voice.say("traffic_title", channel=voice.title(next(iter(rows))), stage=voice.name(stage))
    head = tuple(voice.say(k) for k in ("channel", "share", "range"))
    body = tuple((voice.title(n), voice.percent(float(r[MEAN])), voice.percent_range(r)) for n, r in rows.items())
    spec = bars_with_ranges(data, axis, channel_colours(channels))
    note = voice.say("traffic_note")
    return Chart(f"traffic-{stage}", title, _told(data), spec, Table(title, head, body), note)


def earns(advice: Advice, stages: tuple[str, ...], voice: Voice) -> Block:
    """Return what each channel earned over all outcomes, and by which way."""
    returns = by_label(advice.results.roas.table(), CHANNEL)
    whole = returns[ALL_MEDIA]
    said = [
        voice.say("earns_lead"),
        voice.say("earns_all", roas=voice.ratio(float(whole[MEAN])), range=voice.ratio_range(whole)),
    ]
    for label, row in by_label(advice.apart.table(), CHANNEL).items():
        said.append(voice.say("apart", channels=voice.names(label.split(" + ")), range=voice.ratio_range(row)))
    rows = _descending(channels_only(returns))
    return Block(
        "earns", voice.say("earns"), tuple(said), (_returns(advice, rows, voice), _ways(advice, rows, stages, voice))
    )


def _returns(advice: Advice, rows: dict[str, Row], voice: Voice) -> Chart:
    draws = advice.results.roas.draws
    above = {n: float((draws.sel({CHANNEL: n}) > 1).mean(DRAW)) for n in rows}
    sure = [n for n in rows if above[n] >= SURE]
    key = "earns_title_none" if not sure else "earns_title_one" if len(sure) == 1 else "earns_title"
    title = voice.say(key, channels=capital(voice.names(sure)), sure=round(10 * SURE))
    data = _bars(rows, voice, lambda row: f"{voice.ratio(float(row[MEAN]))} ({voice.ratio_range(row)})")
    head = tuple(voice.say(k) for k in (CHANNEL, ROAS, "range", "odds_back", SPEND, INDUCED, "rests"))
    body = tuple(
        (
            voice.title(n),
            voice.ratio(float(row[MEAN])),
            voice.ratio_range(row),
            voice.odds(above[n]),
            voice.brief(float(row[SPEND]), 3),
            voice.brief(float(row[INDUCED_SPEND])),
            voice.say(f"rests_{advice.rests_on[n]}"),
        )
        for n, row in rows.items()
    )
    axis = Scale(voice.say("earns_axis"), ".1~f")
    colours = channel_colours([str(c) for c in draws[CHANNEL].to_numpy()])
    spec = dots_with_ranges(data, axis, line_at=1.0, line=voice.say("break_even"), colours=colours)
    return Chart("roas", title, _told(data), spec, Table(title, head, body))


def _ways(advice: Advice, rows: dict[str, Row], stages: tuple[str, ...], voice: Voice) -> Chart:
    """Return the value of every channel by the way it came, the spend it set off, and what it must bring."""
    worth = ways(advice.results.paths)
    unit = Unit.of(max(float(r[SPEND]) for r in rows.values()), voice)
    through = voice.names(stages)
    names = {part: voice.say(part, stages=through) for part in PART_COLOURS}
    data: Rows = []
    for name, row in rows.items():
        amounts = {**worth[name], INDUCED: -float(row[INDUCED_SPEND])}
        must = float(row[SPEND]) + float(row[INDUCED_SPEND])
        for k, (part, amount) in enumerate(amounts.items()):
            if abs(amount) >= NOTHING * must:
                tip = f"{voice.title(name)}, {names[part]}: {voice.brief(amount)}"
                data.append(
                    {"label": voice.title(name), "part": names[part], "order": k, "amount": unit(amount), "tip": tip}
                )
        tip = f"{voice.title(name)}, {voice.say('spent')}: {voice.brief(must)}"
        data.append({"label": voice.title(name), "spent": unit(must), "tip": tip})
    used = {names[part]: PART_COLOURS[part] for part in PART_COLOURS if any(r.get("part") == names[part] for r in data)}
    title = voice.say("paths_title", stages=through) if stages else voice.say("paths_title_direct")
    spec = stacked(data, Scale(voice.say("paths_axis", unit=unit.name), unit.form), used, spent=voice.say("spent"))
    head = (voice.say(CHANNEL), *(names[p] for p in PART_COLOURS), voice.say("value"), voice.say(SPEND))
    body = tuple(
        (
            voice.title(n),
            *(voice.brief(worth[n][p]) for p in (DIRECT, VIA, SHARED)),
            voice.brief(float(row[INDUCED_SPEND])),
            voice.brief(sum(worth[n].values())),
            voice.brief(float(row[SPEND]), 3),
        )
        for n, row in rows.items()
    )
    return Chart("paths", title, _told(data), spec, Table(title, head, body))


def ways(found: Figures) -> dict[str, dict[str, float]]:
    """Return by channel the mean value that comes directly, by way of stages, and only together with other channels."""
    table = found.table()
    parts = table.assign(part=table["kind"].map(OF_KIND)).pivot_table(
        index=CHANNEL, columns="part", values=MEAN, aggfunc="sum", fill_value=0.0, sort=False
    )
    parts = parts.reindex(columns=[DIRECT, VIA, SHARED], fill_value=0.0)
    return {
        str(n): {str(p): float(v) if abs(v) >= NOTHING * row.abs().sum() else 0.0 for p, v in row.items()}
        for n, row in parts.iterrows()
    }


def payback(advice: Advice, voice: Voice) -> Block:
    """Return how long until the money is back, by team, with a look ahead that can be switched."""
    table = advice.payback.table()
    by = "team" if "team" in table.columns else CHANNEL
    groups = list(dict.fromkeys(map(str, table[by]))) if by == "team" else [ALL_MEDIA]
    followed = {g: table[table[by] == g].sort_values(HORIZON) for g in groups}
    said = [voice.say("payback_lead" if by == "team" else "payback_one_lead", weeks=CAMPAIGN)]
    for group, rows in followed.items():
        week = week_of_return(rows)
        key = "payback_not_back" if week is None else "payback_back"
        who = voice.name(group)
        said.append(capital(voice.say(key, who=who, week=week)))
    chart = _followed(followed, by_label_and_horizon(advice.results.payback), voice)
    more = {"label": voice.say("horizon"), "horizons": [(h, voice.say("horizon_weeks", weeks=h)) for h in HORIZONS]}
    return Block("payback", voice.say("payback"), tuple(said), (chart,), "payback", more)


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


def _followed(groups: dict[str, pd.DataFrame], channels: dict[str, dict[int, Row]], voice: Voice) -> Chart:
    largest = max(float(np.abs(rows[[LOWER, UPPER]].to_numpy()).max()) for rows in groups.values())
    unit = Unit.of(largest, voice)
    data: Rows = []
    for group, rows in groups.items():
        for row in records(rows):
            week = int(row[HORIZON])
            told = f"{voice.change(float(row[MEAN]))} ({voice.money_range(row)})"
            data.append(
                {
                    "label": voice.title(group),
                    "x": week,
                    **{part: unit(float(row[part])) for part in (MEAN, LOWER, UPPER)},
                    "tip": f"{voice.title(group)}, {voice.say('after_weeks', weeks=week)}: {told}",
                }
            )
    colours = {voice.title(g): TEAM_COLOURS[k % len(TEAM_COLOURS)] for k, g in enumerate(groups)}
    spec = lines_with_bands(
        data,
        Scale(voice.say("payback_axis"), "d"),
        Scale(voice.say("payback_money", unit=unit.name), unit.form),
        colours,
        upright={float(TWO): voice.say("two_weeks")},
    )
    spec |= {"params": [{"name": "horizon", "value": HORIZONS[-1]}], "transform": [{"filter": "datum.x <= horizon"}]}
    in_words = "; ".join(row["tip"] for row in data if row["x"] in (TWO, *HORIZONS))
    return Chart("balance", _short(groups, voice), in_words, spec, _balances(channels, voice))


def _short(groups: dict[str, pd.DataFrame], voice: Voice) -> str:
    """Return what every group still lacks after two weeks."""
    lacking = {g: -float(rows.loc[rows[HORIZON] == TWO, MEAN].iloc[0]) for g, rows in groups.items()}
    short = [voice.say("payback_short", who=voice.name(g), amount=voice.money(x)) for g, x in lacking.items() if x > 0]
    key = "payback_title" if short else "payback_title_none"
    return voice.say(key, short=listing(short, voice.language))


def _balances(channels: dict[str, dict[int, Row]], voice: Voice) -> Table:
    weeks = [h for h in next(iter(channels.values())) if h in (TWO, *HORIZONS)]
    head = (voice.say(CHANNEL), *(voice.say("after_weeks", weeks=h) for h in weeks), voice.say("odds_back"))
    body = tuple(
        (
            voice.title(name),
            *(voice.change(float(rows[h][MEAN])) for h in weeks),
            voice.odds(float(rows[weeks[-1]]["probability_paid_back"])),
        )
        for name, rows in channels.items()
    )
    return Table(voice.say("payback"), head, body)


def _bars(rows: dict[str, Row], voice: Voice, tell: Any) -> Rows:
    """Return the data of a chart of rows with a mean and a range."""
    return [
        {
            "label": voice.title(name),
            "key": name,
            **{part: float(row[part]) for part in (MEAN, LOWER, UPPER)},
            "tip": f"{voice.title(name)}: {tell(row)}",
        }
        for name, row in rows.items()
    ]


def _descending(rows: dict[str, Row]) -> dict[str, Row]:
    return dict(sorted(rows.items(), key=lambda item: -float(item[1][MEAN])))


def _told(data: Rows) -> str:
    return "; ".join(str(row["tip"]) for row in data)
