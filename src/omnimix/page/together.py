"""The blocks on chains, on what separate budgets cost, and on shared pools."""

from __future__ import annotations

from typing import Any

import numpy as np

from omnimix.budget import PoolSplit, SiloCost
from omnimix.budget.costs import SILOS, STAYING, WRONG_GOAL, WRONG_SPLIT
from omnimix.chains import WHOLE, ChainVerdict
from omnimix.colours import channel_colours
from omnimix.effects.figures import summarise
from omnimix.labels import CHANNEL, LINK, LOWER, MEAN, MEASURE, MEDIAN, UPPER
from omnimix.page.charts import Rows, Scale, bars_with_ranges, dots_with_ranges, lines_with_bands
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.voice import Row, Unit, Voice, by_label
from omnimix.rows.table import records
from omnimix.words import ratio, texts

COST_COLOURS = {SILOS: "#D55E00", WRONG_SPLIT: "#E69F00", WRONG_GOAL: "#E69F00", STAYING: "#BBBBBB"}


def chains(found: tuple[ChainVerdict, ...], voice: Voice) -> Block | None:
    """Return what every chain earned together, beside its links by their own figures, and the verdicts."""
    if not found:
        return None
    more = {"chains": [_told(chain, voice) for chain in found], "note": voice.say("verdict_note")}
    charts = tuple(_links(chain, k, voice) for k, chain in enumerate(found))
    return Block("chain", voice.say("chain"), (voice.say("chain_lead"),), charts, "chains", more)


def _told(found: ChainVerdict, voice: Voice) -> dict[str, Any]:
    sentences, words = found.sentences(voice.language), texts("verdicts", voice.language)
    return {
        "whole": sentences[WHOLE],
        "verdict": found.verdict,
        "word": words[found.verdict],
        "links": [
            {
                "name": voice.title(name),
                "verdict": found.judgements[name].verdict,
                "word": words[found.judgements[name].verdict],
                "sentence": sentences[name],
                "contradiction": voice.say("contradiction") if found.link_rule.contradicts(name) else "",
            }
            for name in found.spend
        ],
    }


def _links(found: ChainVerdict, place: int, voice: Voice) -> Chart:
    summary = summarise(found.links.draws.sel({MEASURE: "roas"}), found.returns.interval)
    own = summarise(found.links.draws.sel({MEASURE: "roas_direct"}), found.returns.interval)[MEDIAN]
    whole = by_label(found.returns.table(), "basis")["net"]
    rows: dict[str, Row] = {WHOLE: {k: float(whole[k]) for k in (MEDIAN, LOWER, UPPER)}}
    for name in found.spend:
        at = {LINK: name}
        rows[name] = {k: float(summary[k].sel(at)) for k in (MEDIAN, LOWER, UPPER)} | {"own": float(own.sel(at))}
    data: Rows = [_row(name, row, found.chain.hurdle, voice) for name, row in rows.items()]
    hurdle = found.chain.hurdle
    spec = dots_with_ranges(
        data,
        Scale(voice.say("chain_axis", hurdle=voice.ratio(hurdle)), ".1~f"),
        line_at=hurdle,
        line=voice.say("hurdle"),
        first=voice.say("in_chain"),
        second=voice.say("own"),
    )
    title = voice.say(
        "chain_title",
        chain=voice.title(found.chain.name),
        roas=ratio(float(whole[MEDIAN]), voice.language, beside=hurdle),
        range=voice.ratio_range(whole),
    )
    return Chart(f"chain-{place}", title, "; ".join(r["tip"] for r in data), spec, _table(found, rows, title, voice))


def _row(name: str, row: Row, hurdle: float, voice: Voice) -> dict[str, Any]:
    label = voice.say("combined") if name == WHOLE else voice.name(name)
    told = f"{ratio(float(row[MEDIAN]), voice.language, beside=hurdle)} ({voice.ratio_range(row)})"
    if "own" in row:
        told += f", {voice.say('own')} {voice.ratio(float(row['own']))}"
    return {
        "label": label[:1].upper() + label[1:],
        "mean": _finite(row[MEDIAN]),
        LOWER: _finite(row[LOWER]),
        UPPER: _finite(row[UPPER]),
        "other": _finite(row["own"]) if "own" in row else None,
        "tip": f"{label[:1].upper() + label[1:]}: {told}",
    }


def _finite(value: object) -> float | None:
    number = float(str(value))
    return number if np.isfinite(number) else None


def _table(found: ChainVerdict, rows: dict[str, Row], title: str, voice: Voice) -> Table:
    words = texts("verdicts", voice.language)
    head = tuple(voice.say(k) for k in (LINK, "verdict", "own", "in_chain", "range", "spend"))
    body = []
    for name, row in rows.items():
        whole = name == WHOLE
        judged = found.judgement if whole else found.judgements[name]
        body.append(
            (
                voice.say("combined") if whole else voice.title(name),
                words[judged.verdict],
                "" if whole else voice.ratio(float(row["own"])),
                ratio(float(row[MEDIAN]), voice.language, beside=found.chain.hurdle),
                voice.ratio_range(row),
                voice.brief(sum(found.spend.values()) if whole else found.spend[name], 3),
            )
        )
    return Table(title, head, tuple(body))


def silos(found: SiloCost | None, why: str, weeks: int, voice: Voice) -> Block:
    """Return what separate budgets cost, and which part of that is split and which goal."""
    heading = voice.say("silos")
    if found is None:
        return Block("silos", heading, (voice.say("silos_missing", why=why),))
    rows = by_label(found.table(), "part")
    unit = Unit.of(max(abs(float(r[end])) for r in rows.values() for end in (LOWER, UPPER)), voice)
    names = {part: voice.say("staying" if part == STAYING else part) for part in rows}
    data: Rows = [
        {
            "label": names[part],
            "key": part,
            **{k: unit(float(row[k])) for k in (MEAN, LOWER, UPPER)},
            "tip": f"{names[part]}: {voice.brief(float(row[MEAN]))} ({voice.money_range(row)})",
        }
        for part, row in rows.items()
    ]
    title = voice.say("silos_title", cost=voice.money(float(rows[SILOS][MEAN])))
    spec = bars_with_ranges(data, Scale(voice.say("silos_axis", weeks=weeks, unit=unit.name), unit.form), COST_COLOURS)
    head = ("", *(voice.say(k) for k in ("mean", "range", "odds_cost")))
    body = tuple(
        (
            names[part],
            voice.brief(float(row[MEAN])),
            voice.money_range(row),
            voice.odds(float(row["probability_positive"])),
        )
        for part, row in rows.items()
    )
    chart = Chart("silos", title, "; ".join(r["tip"] for r in data), spec, Table(title, head, body))
    return Block("silos", heading, (voice.say("silos_lead"), found.sentence(voice.language)), (chart,))


def pool(found: PoolSplit, voice: Voice) -> Block:
    """Return how a shared pool is best divided as it grows."""
    table = found.table()
    members = list(dict.fromkeys(map(str, table[CHANNEL])))
    unit = Unit.of(float(table["pool_spend"].max()), voice)
    name = voice.name(found.pool)
    rows = records(table)
    data: Rows = [
        {
            "label": voice.title(str(r[CHANNEL])),
            "x": unit(float(r["pool_spend"])),
            "mean": float(r["share"]),
            LOWER: float(r[LOWER]),
            UPPER: float(r[UPPER]),
            "tip": f"{voice.title(str(r[CHANNEL]))}, {voice.brief(float(r['pool_spend']))}: "
            f"{voice.percent(float(r['share']))} ({voice.percent_range(r)})"
            + (f", {voice.say('outside')}" if r["extrapolated"] else ""),
        }
        for r in rows
    ]
    colours = channel_colours(found.channels)
    far = sorted({float(r["pool_spend"]) for r in rows if r["extrapolated"]})
    spec = lines_with_bands(
        data,
        Scale(voice.say("pool_axis", pool=name, weeks=found.weeks, unit=unit.name), unit.form),
        Scale(voice.say("pool_share", pool=name), ".0%"),
        {voice.title(m): colours[m] for m in members},
        upright={unit(found.now): voice.say("today")},
        shaded=[(unit(far[0]), unit(far[-1]), voice.say("outside"))] if len(far) > 1 else (),
        level=False,
    )
    largest = _at_today(rows, found.now)
    title = voice.say(
        "pool_title",
        now=voice.brief(found.now),
        channel=voice.name(str(largest[CHANNEL])),
        share=voice.percent(float(largest["share"])),
        pool=name,
    )
    head = (voice.say("total"), *(voice.title(m) for m in members))
    sizes = {float(r["pool_spend"]): [x for x in rows if x["pool_spend"] == r["pool_spend"]] for r in rows}
    body = tuple(
        (
            voice.brief(size) + (f" ({voice.say('outside_mark')})" if any(r["extrapolated"] for r in at) else ""),
            *(f"{voice.percent(float(r['share']))} ({voice.percent_range(r)})" for r in at),
        )
        for size, at in sorted(sizes.items())
    )
    chart = Chart(f"pool-{found.pool}", title, "; ".join(r["tip"] for r in data), spec, Table(title, head, body))
    return Block(f"pool-{found.pool}", voice.say("pool", pool=name), (_crossover(found, rows, voice),), (chart,))


def _at_today(rows: list[dict[str, Any]], now: float) -> dict[str, Any]:
    """Return the member with the largest share at the size nearest to today's."""
    nearest = min((float(r["pool_spend"]) for r in rows), key=lambda size: abs(size - now))
    return max((r for r in rows if float(r["pool_spend"]) == nearest), key=lambda r: float(r["share"]))


def _crossover(found: PoolSplit, rows: list[dict[str, Any]], voice: Voice) -> str:
    smallest = min(float(r["pool_spend"]) for r in rows)
    order = sorted((r for r in rows if float(r["pool_spend"]) == smallest), key=lambda r: -float(r["share"]))
    first = voice.title(str(order[0][CHANNEL]))
    if found.crosses < 0.5 or not found.crossover.draws.size:
        return voice.say("pool_no_cross", first=first)
    row = by_label(found.crossover.table(), "pool")[found.pool]
    return voice.say(
        "pool_cross",
        first=first,
        second=voice.name(str(order[1][CHANNEL])),
        size=voice.brief(float(row[MEDIAN])),
        range=voice.money_range(row),
        odds=voice.odds(found.crosses),
    )
