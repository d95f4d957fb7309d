"""The blocks on chains, on what separate budgets cost, and on shared pools."""

from __future__ import annotations

from typing import Any

import numpy as np

from omnimix.budget import BudgetPlan, PoolSplit, SiloCost
from omnimix.budget.costs import SILOS, STAYING, WRONG_GOAL, WRONG_SPLIT
from omnimix.chains import WHOLE, ChainVerdict
from omnimix.chains.narrative import TELLING
from omnimix.colours import channel_colours
from omnimix.effects.figures import summarise
from omnimix.labels import CHANNEL, LINK, LOWER, MEASURE, ROAS, UPPER
from omnimix.page.charts import Rows, Scale, bars_with_ranges, dots_with_ranges, lines_with_bands
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.units import Unit
from omnimix.rows.table import Row, by_label, records
from omnimix.words import NOTHING, Language, texts, told

COST_COLOURS = {SILOS: "#D55E00", WRONG_SPLIT: "#E69F00", WRONG_GOAL: "#E69F00", STAYING: "#BBBBBB"}
TOLD = told(ROAS)
CLEAR = 0.8  # odds from which separate budgets are said to cost
NOTICED = 0.01  # of the total


def chains(found: tuple[ChainVerdict, ...], words: Language) -> Block | None:
    """Return what every chain earned together, beside its links by their own figures, and the verdicts."""
    if not found:
        return None
    note = words.say("verdict_note") if any(chain.verdict for chain in found) else ""
    if any(_not_priced(chain) for chain in found):
        note += f" {words.say('test_not_priced')}"
    more = {"chains": [_told(chain, words) for chain in found], "note": note}
    charts = tuple(_links(chain, k, words) for k, chain in enumerate(found))
    return Block(
        "chain", words.say("chain"), (words.say("chain_lead"),), charts, "chains", more, folded=_line(found, words)
    )


def _not_priced(found: ChainVerdict) -> bool:
    """Return whether a test is asked for of which nobody worked out what it is worth."""
    return any(j.verdict == "test" and j.test is None for j in (found.judgement, *found.judgements.values()))


def _line(found: tuple[ChainVerdict, ...], words: Language) -> str:
    """Return the line that stands for the chains where nothing in them decides otherwise than single links would."""
    decided = {j.verdict for chain in found for j in chain.judgements.values()}
    if any(_contradicts(chain, name) for chain in found for name in chain.spend):
        return ""
    if len(decided) == 1 and (only := next(iter(decided))) is not None:
        return words.say("chain_alike", verdict=texts("verdicts", words.code)[only])
    return " ".join(chain.sentences(words.code)[WHOLE] for chain in found[:1])


def _told(found: ChainVerdict, words: Language) -> dict[str, Any]:
    sentences, verdicts = found.sentences(words.code), texts("verdicts", words.code)
    return {
        "whole": sentences[WHOLE],
        "verdict": found.verdict,
        "word": verdicts.get(found.verdict or "", NOTHING),
        "links": [
            {
                "name": words.title(name),
                "verdict": found.judgements[name].verdict,
                "word": verdicts.get(found.judgements[name].verdict or "", NOTHING),
                "sentence": sentences[name],
                "contradiction": words.say("contradiction") if _contradicts(found, name) else "",
            }
            for name in found.spend
        ],
    }


def _contradicts(found: ChainVerdict, name: str) -> bool:
    """Return whether the data can tell that a link by its own figures would be decided otherwise."""
    rule = found.link_rule
    return rule.decides and rule.contradicts(name) and float((rule.regret > 0).mean()) >= TELLING


def _links(found: ChainVerdict, place: int, words: Language) -> Chart:
    summary = summarise(found.links.draws.sel({MEASURE: "roas"}), found.returns.interval)
    own = summarise(found.links.draws.sel({MEASURE: "roas_direct"}), found.returns.interval)[TOLD]
    whole = by_label(found.returns.table(), "basis")["net"]
    rows: dict[str, Row] = {WHOLE: {k: float(whole[k]) for k in (TOLD, LOWER, UPPER)}}
    for name in found.spend:
        at = {LINK: name}
        rows[name] = {k: float(summary[k].sel(at)) for k in (TOLD, LOWER, UPPER)} | {"own": float(own.sel(at))}
    data: Rows = [_row(name, row, words) for name, row in rows.items()]
    hurdle, is_money = found.chain.hurdle, found.value_unit.is_money
    spec = dots_with_ranges(
        data,
        Scale(words.say("chain_axis", hurdle=words.ratio(hurdle)), ".1~f" if is_money else "~r"),
        line_at=hurdle if is_money else None,
        line=words.say("hurdle") if is_money else "",
        first=words.say("in_chain"),
        second=words.say("own"),
    )
    title = words.say(
        "chain_title",
        chain=words.title(found.chain.name),
        roas=words.ratio(float(whole[TOLD])),
        range=words.span(words.ratio, whole),
    )
    return Chart(f"chain-{place}", title, "; ".join(r["tip"] for r in data), spec, _table(found, rows, title, words))


def _row(name: str, row: Row, words: Language) -> dict[str, Any]:
    label = words.say("combined") if name == WHOLE else words.name(name)
    told = f"{words.ratio(float(row[TOLD]))} ({words.span(words.ratio, row)})"
    if "own" in row:
        told += f", {words.say('own')} {words.ratio(float(row['own']))}"
    return {
        "label": label[:1].upper() + label[1:],
        "told": _finite(row[TOLD]),
        LOWER: _finite(row[LOWER]),
        UPPER: _finite(row[UPPER]),
        "other": _finite(row["own"]) if "own" in row else None,
        "tip": f"{label[:1].upper() + label[1:]}: {told}",
    }


def _finite(value: object) -> float | None:
    number = float(str(value))
    return number if np.isfinite(number) else None


def _table(found: ChainVerdict, rows: dict[str, Row], title: str, words: Language) -> Table:
    verdicts = texts("verdicts", words.code)
    head = tuple(words.say(k) for k in (LINK, "verdict", "own", "in_chain", "range", "spend"))
    body = []
    for name, row in rows.items():
        whole = name == WHOLE
        judged = found.judgement if whole else found.judgements[name]
        body.append(
            (
                words.say("combined") if whole else words.title(name),
                verdicts.get(judged.verdict or "", NOTHING),
                "" if whole else words.ratio(float(row["own"])),
                words.ratio(float(row[TOLD])),
                words.span(words.ratio, row),
                words.brief(sum(found.spend.values()) if whole else found.spend[name]),
            )
        )
    return Table(title, head, tuple(body))


def silos(found: SiloCost | None, why: str, weeks: int, words: Language) -> Block:
    """Return what separate budgets cost, and which part of that is split and which goal."""
    heading = words.say("silos")
    if found is None:
        return Block("silos", heading, (words.say("silos_missing", why=why),))
    rows, told = by_label(found.table(), "part"), found.cost.told
    unit = Unit.of_value(max(abs(float(r[end])) for r in rows.values() for end in (LOWER, UPPER)), words)
    names = {part: words.say("staying" if part == STAYING else part) for part in rows}
    data: Rows = [
        {
            "label": names[part],
            "key": part,
            "told": unit(float(row[told])),
            **{end: unit(float(row[end])) for end in (LOWER, UPPER)},
            "tip": f"{names[part]}: {words.brief_value(float(row[told]))} ({words.span(words.brief_end, row)})",
        }
        for part, row in rows.items()
    ]
    title = words.say("silos_title", cost=words.value(float(rows[SILOS][told])))
    spec = bars_with_ranges(data, Scale(words.say("silos_axis", weeks=weeks, unit=unit.name), unit.form), COST_COLOURS)
    head = (words.say("part"), *(words.say(k) for k in ("mean", "range", "odds_cost")))
    body = tuple(
        (
            names[part],
            words.brief_value(float(row[told])),
            words.span(words.brief_end, row),
            words.odds(float(row["probability_positive"])),
        )
        for part, row in rows.items()
    )
    chart = Chart("silos", title, "; ".join(r["tip"] for r in data), spec, Table(title, head, body))
    odds, cost = float(rows[SILOS]["probability_positive"]), float(rows[SILOS][told])
    matters = odds >= CLEAR and cost >= NOTICED * found.value_unit.yardstick(
        float(found.plans["joint"].to_numpy().sum()), abs(cost)
    )
    said = (words.say("silos_lead"), found.sentence(words.code))
    return Block("silos", heading, said, (chart,), folded="" if matters else title)


def pool(found: PoolSplit, plan: BudgetPlan, words: Language) -> Block:
    """Return how a shared pool is best divided as it grows."""
    table = found.table()
    members = list(dict.fromkeys(map(str, table[CHANNEL])))
    unit = Unit.of(float(table["pool_spend"].max()), words)
    name = words.name(found.pool)
    rows = records(table)
    data: Rows = [
        {
            "label": words.title(str(r[CHANNEL])),
            "x": unit(float(r["pool_spend"])),
            "told": float(r["share"]),
            LOWER: float(r[LOWER]),
            UPPER: float(r[UPPER]),
            "tip": f"{words.title(str(r[CHANNEL]))}, {words.brief(float(r['pool_spend']))}: "
            f"{words.percent(float(r['share']))} ({words.span(words.percent, r)})"
            + (f", {words.say('outside')}" if r["extrapolated"] else ""),
        }
        for r in rows
    ]
    colours = channel_colours(found.channels)
    far = sorted({float(r["pool_spend"]) for r in rows if r["extrapolated"]})
    spec = lines_with_bands(
        data,
        Scale(words.say("pool_axis", pool=name, weeks=found.weeks, unit=unit.name), unit.form),
        Scale(words.say("pool_share", pool=name), ".0%"),
        {words.title(m): colours[m] for m in members},
        upright={unit(found.now): words.say("today")},
        shaded=[(unit(far[0]), unit(far[-1]), words.say("outside"))] if len(far) > 1 else (),
        level=False,
    )
    largest = _at_today(rows, found.now)
    title = words.say(
        "pool_title",
        now=words.total(found.now),
        channel=words.name(str(largest[CHANNEL])),
        share=words.percent(float(largest["share"])),
        today=words.percent(_share_today(found, plan, str(largest[CHANNEL]))),
        pool=name,
    )
    head = (words.say("total"), *(words.title(m) for m in members))
    sizes = {float(r["pool_spend"]): [x for x in rows if x["pool_spend"] == r["pool_spend"]] for r in rows}
    body = tuple(
        (
            words.brief(size) + (f" ({words.say('outside_mark')})" if any(r["extrapolated"] for r in at) else ""),
            *(f"{words.percent(float(r['share']))} ({words.span(words.percent, r)})" for r in at),
        )
        for size, at in sorted(sizes.items())
    )
    chart = Chart(f"pool-{found.pool}", title, "; ".join(r["tip"] for r in data), spec, Table(title, head, body))
    said = (_crossover(found, rows, words),)
    return Block(f"pool-{found.pool}", words.say("pool", pool=name), said, (chart,), folded=title)


def _share_today(found: PoolSplit, plan: BudgetPlan, channel: str) -> float:
    """Return the share of a member in what today's plan gives to its pool."""
    money = plan.today[[c for c in plan.channels if plan.pools.get(c) == found.pool]].sum()
    return float(money[channel] / money.sum()) if float(money.sum()) > 0 else float("nan")


def _at_today(rows: list[dict[str, Any]], now: float) -> dict[str, Any]:
    """Return the member with the largest share at the size nearest to today's."""
    nearest = min((float(r["pool_spend"]) for r in rows), key=lambda size: abs(size - now))
    return max((r for r in rows if float(r["pool_spend"]) == nearest), key=lambda r: float(r["share"]))


def _crossover(found: PoolSplit, rows: list[dict[str, Any]], words: Language) -> str:
    smallest = min(float(r["pool_spend"]) for r in rows)
    order = sorted((r for r in rows if float(r["pool_spend"]) == smallest), key=lambda r: -float(r["share"]))
    first = words.title(str(order[0][CHANNEL]))
    if found.crosses < 0.5 or not found.crossover.draws.size:
        return words.say("pool_no_cross", first=first)
    row = by_label(found.crossover.table(), "pool")[found.pool]
    return words.say(
        "pool_cross",
        first=first,
        second=words.name(str(order[1][CHANNEL])),
        size=words.money(float(row[found.crossover.told])),
        range=words.span(words.money, row),
        odds=words.odds(found.crosses),
    )
