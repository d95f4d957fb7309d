"""The blocks on the joint plan: what we advise, what changes for whom, and other totals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from omnimix.budget import BudgetLevels, BudgetPlan
from omnimix.budget.plan import PLAN, TODAY
from omnimix.colours import INK, channel_colours
from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.page.charts import Rows, Scale, lines_with_bands, stacked
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.voice import Row, Unit, Voice, by_label
from omnimix.rows.table import records
from omnimix.words import capital

CLEAR = 0.8  # odds from which another total is said to be better
NOTICED = 0.01  # of the total: a smaller gain from another total is not told
SAME = 0.02  # of today's money of a channel: a smaller change is called none


def advise(plan: BudgetPlan, found: BudgetLevels | None, voice: Voice) -> Block:
    """Return what to move, what it should bring and how sure that is, beside both splits.

    Where another total is clearly better, that is said here too: a good division of too much money is half an advice.
    """
    said = plan.sentences(voice.language)
    first = tuple(said[key] for key in ("advice", "gain") if key in said)
    other = _other_total(plan, found, voice) if found is not None else ""
    first += (other,) if other else ()
    then = tuple(said[key] for key in ("answers", "extrapolated", "flat") if key in said)
    return Block("advice", voice.say("advise"), (), (_split(plan, voice),), "advice", {"first": first, "then": then})


def _other_total(plan: BudgetPlan, found: BudgetLevels, voice: Voice) -> str:
    """Return that another total inside the data is clearly expected to gain more than the plan's; else nothing."""
    if plan.total not in found.totals:
        return ""
    rows = {float(r["total"]): r for r in records(found.table()) if not r["extrapolated"]}
    best = max(rows, key=lambda t: float(rows[t][MEAN]), default=plan.total)
    more = found.gain.draws.sel(total=best) - found.gain.draws.sel(total=plan.total)
    better = float((more > 0).mean())
    if best == plan.total or float(more.mean()) < NOTICED * plan.total or better < CLEAR:
        return ""
    return voice.say(
        "advise_total",
        total=voice.brief(best, 3),
        more=voice.money(float(more.mean())),
        odds=voice.odds(better),
    )


def _split(plan: BudgetPlan, voice: Voice) -> Chart:
    rows = by_label(plan.table(), "channel")
    unit = Unit.of(plan.total, voice)
    data: Rows = [
        {
            "label": voice.say(when),
            "part": voice.title(name),
            "order": k,
            "amount": unit(float(row[when])),
            "tip": f"{voice.title(name)}, {voice.say(when)}: {voice.brief(float(row[when]), 3)}",
        }
        for when in (TODAY, PLAN)
        for k, (name, row) in enumerate(rows.items())
    ]
    colours = {voice.title(n): c for n, c in channel_colours(plan.channels).items()}
    axis = Scale(voice.say("plan_axis", unit=unit.name, weeks=len(plan.spend)), unit.form)
    parts = "; ".join(
        voice.say(
            "advise_part",
            channel=voice.name(name),
            today=voice.brief(float(row[TODAY]), 3),
            plan=voice.brief(float(row[PLAN]), 3),
        )
        for name, row in rows.items()
    )
    title = voice.say("advise_split")
    told = voice.say("advise_split_told", total=voice.brief(plan.total, 3), parts=parts)
    table, note = _split_table(plan, rows, title, voice), voice.say("today_note")
    return Chart("split", title, told, stacked(data, axis, colours), table, note)


def _split_table(plan: BudgetPlan, rows: dict[str, Row], title: str, voice: Voice) -> Table:
    head = tuple(voice.say(k) for k in ("channel", TODAY, PLAN, "change", "share", "best_share", "free"))
    body = [
        (
            marked(name, row, voice),
            voice.brief(float(row[TODAY]), 3),
            voice.brief(float(row[PLAN]), 3),
            voice.change(float(row["change"]), 3),
            voice.percent(float(row["share"])),
            voice.percent_range({LOWER: row["share_lower"], UPPER: row["share_upper"]}),
            _free(row, voice),
        )
        for name, row in rows.items()
    ]
    whole = voice.brief(plan.total, 3)
    body.append((voice.say("total"), whole, whole, voice.brief(0.0), voice.percent(1.0), "", ""))
    return Table(title, head, tuple(body))


def _free(row: Row, voice: Voice) -> str:
    low, high = float(row["free_lower"]), float(row["free_upper"])
    return voice.between(voice.brief(low), voice.brief(high)) if np.isfinite([low, high]).all() else ""


def marked(name: str, row: Row, voice: Voice) -> str:
    """Return a channel's name with what has to be known of its money in the plan."""
    marks = [
        voice.say(f"{m}_mark") for m, holds in (("outside", row["extrapolated"]), ("answers", row["answers"])) if holds
    ]
    return f"{voice.title(name)} ({', '.join(marks)})" if marks else voice.title(name)


def whom(plan: BudgetPlan, voice: Voice) -> Block:
    """Return what changes for every team, and for shared pools, in money a week and over the window."""
    rows = by_label(plan.table(), "channel")
    teams = dict.fromkeys([*plan.teams.values(), *([""] if set(plan.channels) - set(plan.teams) else [])])
    weeks = len(plan.spend)
    rest = "no_team" if len(teams) > 1 else "all channels"
    groups = [
        _group(
            voice.title(t or rest),
            voice.title(t or rest),
            [n for n in rows if plan.teams.get(n, "") == t],
            rows,
            weeks,
            voice,
        )
        for t in teams
    ]
    pools = [
        _group(
            voice.say("pool_row", pool=voice.name(pool)),
            voice.title(pool),
            [n for n in rows if plan.pools.get(n) == pool],
            rows,
            weeks,
            voice,
        )
        for pool in dict.fromkeys(plan.pools.values())
    ]
    lead = voice.say("whom_lead" if len(plan.teams) and len(set(plan.teams.values())) > 1 else "whom_lead_one")
    more = {"groups": groups, "pools": pools, "switch": [voice.say("per_week"), voice.say("per_window", weeks=weeks)]}
    return Block("whom", voice.say("whom"), (lead,), (), "whom", more)


def _group(title: str, in_all: str, names: list[str], rows: dict[str, Row], weeks: int, voice: Voice) -> dict[str, Any]:
    today, plan = (sum(float(rows[n][key]) for n in names) for key in (TODAY, PLAN))
    return {
        "title": title,
        "in_all": voice.say("in_all", what=in_all),
        "sum": _moved(today, plan, weeks, voice),
        "rows": [
            {"name": marked(n, rows[n], voice), **_moved(float(rows[n][TODAY]), float(rows[n][PLAN]), weeks, voice)}
            for n in names
        ],
    }


def _moved(today: float, plan: float, weeks: int, voice: Voice) -> dict[str, Any]:
    """Return which way money goes and how much, a week and over the window."""
    change = plan - today
    word = "same" if abs(change) <= SAME * max(today, 1.0) else "up" if change > 0 else "down"
    pairs = [
        {
            "change": "" if word == "same" else voice.amount(change / part, 3),
            "from": voice.brief(today / part, 3),
            "to": voice.brief(plan / part, 3),
        }
        for part in (weeks, 1)
    ]
    return {"word": word, "told": voice.say(word), "per": pairs}


def levels(found: BudgetLevels | None, plan: BudgetPlan, why: str, voice: Voice) -> Block:
    """Return the slider over totals: what the best plan of each brings, and how it divides."""
    heading = voice.say("levels")
    if found is None:
        return Block("levels", heading, (voice.say("levels_missing", why=why),))
    rows = records(found.table())
    own = min(range(len(rows)), key=lambda k: abs(float(rows[k]["total"]) - plan.total))
    choices = [{"total": voice.brief(float(row["total"]), 3), "told": _at(row, voice)} for row in rows]
    label = voice.say("levels_slider", weeks=found.weeks)
    charts = (_gains(found, rows, voice), _splits(found, own, choices, voice))
    return Block(
        "levels",
        heading,
        (voice.say("levels_lead"),),
        charts,
        "levels",
        {"choices": choices, "own": own, "label": label},
    )


def _at(row: Row, voice: Voice) -> str:
    following = float(row["next_roas"])
    return capital(
        voice.say(
            "levels_at",
            total=voice.brief(float(row["total"]), 3),
            gain=voice.brief(float(row[MEAN])),
            range=voice.money_range(row),
            odds=voice.odds(float(row["probability_positive"])),
            next=voice.say("levels_next", roas=voice.ratio(following)) if np.isfinite(following) else "",
            far=voice.say("levels_far") if row["extrapolated"] else "",
        )
    )


def _gains(found: BudgetLevels, rows: list[dict[str, Any]], voice: Voice) -> Chart:
    total = Unit.of(max(found.totals), voice)
    gain = Unit.of(max(abs(float(r[end])) for r in rows for end in (LOWER, UPPER)), voice)
    data: Rows = [
        {
            "label": "",
            "x": total(float(r["total"])),
            **{part: gain(float(r[part])) for part in (MEAN, LOWER, UPPER)},
            "tip": _at(r, voice),
        }
        for r in rows
    ]
    far = [float(r["total"]) for r in rows if r["extrapolated"]]
    shaded = [(total(low), total(high), voice.say("outside")) for low, high in _stretches(far, found.totals)]
    spec = lines_with_bands(
        data,
        Scale(voice.say("levels_axis", weeks=found.weeks, unit=total.name), total.form),
        Scale(voice.say("levels_gain", unit=gain.name), gain.form),
        {"": INK},
        shaded=shaded,
        upright={total(found.today): voice.say("today")},
    )
    best = max(rows, key=lambda r: float(r[MEAN]))
    title = voice.say("levels_title", total=voice.brief(float(best["total"]), 3))
    head = tuple(voice.say(k) for k in ("total", "mean", "range", "odds_gain"))
    body = [
        (
            voice.brief(float(r["total"]), 3) + (f" ({voice.say('outside_mark')})" if r["extrapolated"] else ""),
            voice.change(float(r[MEAN])),
            voice.money_range(r),
            voice.odds(float(r["probability_positive"])),
        )
        for r in rows
    ]
    return Chart("totals", title, " ".join(_at(r, voice) for r in rows), spec, Table(title, head, tuple(body)))


def _stretches(far: list[float], totals: tuple[float, ...]) -> Iterator[tuple[float, float]]:
    """Give the stretches of totals that lie outside, each up to halfway to the next one inside."""
    for total in far:
        k = totals.index(total)
        low = (total + totals[k - 1]) / 2 if k else total
        high = (total + totals[k + 1]) / 2 if k + 1 < len(totals) else total
        yield low, high


def _splits(found: BudgetLevels, own: int, choices: list[dict[str, Any]], voice: Voice) -> Chart:
    unit = Unit.of(max(found.totals), voice)
    names = list(found.spend.index)
    data: Rows = [
        {
            "label": voice.say("plan"),
            "part": voice.title(name),
            "order": k,
            "level": level,
            "amount": unit(float(found.spend.loc[name, total])),
            "tip": f"{voice.title(name)}: {voice.brief(float(found.spend.loc[name, total]), 3)}",
        }
        for level, total in enumerate(found.spend.columns)
        for k, name in enumerate(names)
    ]
    colours = {voice.title(n): c for n, c in channel_colours(names).items()}
    spec = stacked(data, Scale(unit.name, unit.form), colours)
    spec["layer"][0]["encoding"]["x"]["scale"] = {"domain": [0, unit(max(found.totals))]}
    spec |= {"params": [{"name": "level", "value": own}], "transform": [{"filter": "datum.level == level"}]}
    head = (voice.say("channel"), *(c["total"] for c in choices))
    body = tuple(
        (voice.title(n), *(voice.brief(float(found.spend.loc[n, t]), 3) for t in found.spend.columns)) for n in names
    )
    title = voice.say("levels_split")
    told = f"{choices[own]['total']}: " + "; ".join(str(r["tip"]) for r in data if r["level"] == own)
    return Chart("division", title, told, spec, Table(title, head, body))
