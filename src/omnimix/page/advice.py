"""The blocks on the joint plan: what we advise, what changes for whom, and other totals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from omnimix.budget import BudgetLevels, BudgetPlan
from omnimix.budget.plan import PLAN, TODAY
from omnimix.colours import INK, channel_colours
from omnimix.labels import LOWER, UPPER
from omnimix.page.charts import Rows, Scale, lines_with_bands, stacked
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.units import Unit
from omnimix.rows.table import Row, by_label, records
from omnimix.words import Language, capital

CLEAR = 0.8  # odds from which another total is said to be better
NOTICED = 0.01  # of the total: a smaller gain from another total is not told
SAME = 0.02  # of today's money of a channel: a smaller change is called none


def advise(plan: BudgetPlan, found: BudgetLevels | None, words: Language) -> Block:
    """Return what to move, what it should bring and how sure that is, beside both splits.

    Where another total is clearly better, that is said here too: a good division of too much money is half an advice.
    """
    said = plan.sentences(words.code)
    first = tuple(said[key] for key in ("advice", "gain", "sceptic", "weeks") if key in said)
    other = _other_total(plan, found, words) if found is not None else ""
    first += (other,) if other else ()
    then = tuple(said[key] for key in ("answers", "extrapolated", "flat") if key in said)
    return Block("advice", words.say("advise"), (), (_split(plan, words),), "advice", {"first": first, "then": then})


def _other_total(plan: BudgetPlan, found: BudgetLevels, words: Language) -> str:
    """Return that another total inside the data is clearly expected to gain more than the plan's; else nothing."""
    if plan.total not in found.totals or not found.value_unit.is_money:
        return ""  # more money always brings more units: which total is best, only their value can say
    rows = {float(r["total"]): r for r in records(found.table()) if not r["extrapolated"]}
    best = max(rows, key=lambda t: float(rows[t][found.gain.told]), default=plan.total)
    more = found.gain.draws.sel(total=best) - found.gain.draws.sel(total=plan.total)
    better = float((more > 0).mean())
    if best == plan.total or float(more.mean()) < NOTICED * plan.total or better < CLEAR:
        return ""
    return words.say(
        "advise_total",
        total=words.total(best),
        more=words.money(float(more.mean())),
        odds=words.odds(better),
    )


def _split(plan: BudgetPlan, words: Language) -> Chart:
    rows = by_label(plan.table(), "channel")
    unit = Unit.of(plan.total, words)
    data: Rows = [
        {
            "label": words.say(when),
            "part": words.title(name),
            "order": k,
            "amount": unit(float(row[when])),
            "tip": f"{words.title(name)}, {words.say(when)}: {words.brief(float(row[when]))}",
        }
        for when in (TODAY, PLAN)
        for k, (name, row) in enumerate(rows.items())
    ]
    colours = {words.title(n): c for n, c in channel_colours(plan.channels).items()}
    axis = Scale(words.say("plan_axis", unit=unit.name, weeks=len(plan.spend)), unit.form)
    parts = "; ".join(
        words.say(
            "advise_part",
            channel=words.name(name),
            today=words.brief(float(row[TODAY])),
            plan=words.brief(float(row[PLAN])),
        )
        for name, row in rows.items()
    )
    title = words.say("advise_split")
    told = words.say("advise_split_told", total=words.brief(plan.total), parts=parts)
    table, note = _split_table(plan, rows, title, words), plan.sentences(words.code)["today"]
    return Chart("split", title, told, stacked(data, axis, colours), table, note)


def _split_table(plan: BudgetPlan, rows: dict[str, Row], title: str, words: Language) -> Table:
    head = tuple(words.say(k) for k in ("channel", TODAY, PLAN, "change", "share", "best_share", "free"))
    body = [
        (
            marked(name, row, words),
            words.brief(float(row[TODAY])),
            words.brief(float(row[PLAN])),
            words.change(float(row["change"])),
            words.percent(float(row["share"])),
            words.span(words.percent, {LOWER: row["share_lower"], UPPER: row["share_upper"]}),
            _free(row, words),
        )
        for name, row in rows.items()
    ]
    whole = words.brief(plan.total)
    body.append((words.say("total"), whole, whole, words.brief(0.0), words.percent(1.0), "", ""))
    return Table(title, head, tuple(body))


def _free(row: Row, words: Language) -> str:
    low, high = float(row["free_lower"]), float(row["free_upper"])
    return words.between(words.brief(low), words.brief(high)) if np.isfinite([low, high]).all() else ""


def marked(name: str, row: Row, words: Language) -> str:
    """Return a channel's name with what has to be known of its money in the plan."""
    marks = [
        words.say(f"{m}_mark") for m, holds in (("outside", row["extrapolated"]), ("answers", row["answers"])) if holds
    ]
    return f"{words.title(name)} ({', '.join(marks)})" if marks else words.title(name)


def whom(plan: BudgetPlan, words: Language) -> Block:
    """Return what changes for every team, and for shared pools, in money a week and over the window."""
    rows = by_label(plan.table(), "channel")
    teams = dict.fromkeys([*plan.teams.values(), *([""] if set(plan.channels) - set(plan.teams) else [])])
    weeks = len(plan.spend)
    rest = "no_team" if len(teams) > 1 else "all channels"
    groups = [
        _group(
            words.title(t or rest),
            words.title(t or rest),
            [n for n in rows if plan.teams.get(n, "") == t],
            rows,
            weeks,
            words,
        )
        for t in teams
    ]
    pools = [
        _group(
            words.say("pool_row", pool=words.name(pool)),
            words.title(pool),
            [n for n in rows if plan.pools.get(n) == pool],
            rows,
            weeks,
            words,
        )
        for pool in dict.fromkeys(plan.pools.values())
    ]
    lead = words.say("whom_lead" if len(plan.teams) and len(set(plan.teams.values())) > 1 else "whom_lead_one")
    more = {"groups": groups, "pools": pools, "switch": [words.say("per_week"), words.say("per_window", weeks=weeks)]}
    return Block("whom", words.say("whom"), (lead,), (), "whom", more)


def _group(
    title: str, in_all: str, names: list[str], rows: dict[str, Row], weeks: int, words: Language
) -> dict[str, Any]:
    today, plan = (sum(float(rows[n][key]) for n in names) for key in (TODAY, PLAN))
    return {
        "title": title,
        "in_all": words.say("in_all", what=in_all),
        "sum": _moved(today, plan, weeks, words),
        "rows": [
            {"name": marked(n, rows[n], words), **_moved(float(rows[n][TODAY]), float(rows[n][PLAN]), weeks, words)}
            for n in names
        ],
    }


def _moved(today: float, plan: float, weeks: int, words: Language) -> dict[str, Any]:
    """Return which way money goes and how much, a week and over the window."""
    change = plan - today
    word = "same" if abs(change) <= SAME * max(today, 1.0) else "up" if change > 0 else "down"
    pairs = [
        {
            "change": "" if word == "same" else words.total(abs(change / part)),
            "from": words.total(today / part),
            "to": words.total(plan / part),
        }
        for part in (weeks, 1)
    ]
    return {"word": word, "told": words.say(word), "per": pairs}


def levels(found: BudgetLevels | None, plan: BudgetPlan, why: str, words: Language) -> Block:
    """Return the slider over totals: what the best plan of each brings, and how it divides."""
    heading = words.say("levels")
    if found is None:
        return Block("levels", heading, (words.say("levels_missing", why=why),))
    rows = records(found.table())
    own = min(range(len(rows)), key=lambda k: abs(float(rows[k]["total"]) - plan.total))
    choices = [{"total": words.total(float(row["total"])), "told": _at(found, row, words)} for row in rows]
    label = words.say("levels_slider", weeks=found.weeks)
    charts = (_gains(found, rows, words), _splits(found, own, choices, words))
    return Block(
        "levels",
        heading,
        (words.say("levels_lead"),),
        charts,
        "levels",
        {"choices": choices, "own": own, "label": label},
    )


def _at(found: BudgetLevels, row: Row, words: Language) -> str:
    following = float(row["next_roas"])
    return capital(
        words.say(
            "levels_at",
            total=words.total(float(row["total"])),
            gain=words.value(float(row[found.gain.told])),
            range=words.span(words.end_of_value, row),
            odds=words.odds(float(row["probability_positive"])),
            next=words.say("levels_next", roas=words.ratio(following)) if np.isfinite(following) else "",
            far=words.say("levels_far") if row["extrapolated"] else "",
        )
    )


def _gains(found: BudgetLevels, rows: list[dict[str, Any]], words: Language) -> Chart:
    total, told = Unit.of(max(found.totals), words), found.gain.told
    gain = Unit.of_value(max(abs(float(r[end])) for r in rows for end in (LOWER, UPPER)), words)
    data: Rows = [
        {
            "label": "",
            "x": total(float(r["total"])),
            **{"told": gain(float(r[told])), **{end: gain(float(r[end])) for end in (LOWER, UPPER)}},
            "tip": _at(found, r, words),
        }
        for r in rows
    ]
    far = [float(r["total"]) for r in rows if r["extrapolated"]]
    shaded = [(total(low), total(high), words.say("outside")) for low, high in _stretches(far, found.totals)]
    spec = lines_with_bands(
        data,
        Scale(words.say("levels_axis", weeks=found.weeks, unit=total.name), total.form),
        Scale(words.say("levels_gain", unit=gain.name), gain.form),
        {"": INK},
        shaded=shaded,
        upright={total(found.today): words.say("today")},
    )
    best = max(rows, key=lambda r: float(r[told]))
    gains = float(best[told]) >= 0.0
    title = words.say("levels_title" if gains else "levels_title_less", total=words.total(float(best["total"])))
    head = tuple(words.say(k) for k in ("total", "mean", "range", "odds_gain"))
    body = [
        (
            words.brief(float(r["total"])) + (f" ({words.say('outside_mark')})" if r["extrapolated"] else ""),
            words.change_of_value(float(r[told])),
            words.span(words.brief_end, r),
            words.odds(float(r["probability_positive"])),
        )
        for r in rows
    ]
    return Chart("totals", title, " ".join(_at(found, r, words) for r in rows), spec, Table(title, head, tuple(body)))


def _stretches(far: list[float], totals: tuple[float, ...]) -> Iterator[tuple[float, float]]:
    """Give the stretches of totals that lie outside, each up to halfway to the next one inside."""
    for total in far:
        k = totals.index(total)
        low = (total + totals[k - 1]) / 2 if k else total
        high = (total + totals[k + 1]) / 2 if k + 1 < len(totals) else total
        yield low, high


def _splits(found: BudgetLevels, own: int, choices: list[dict[str, Any]], words: Language) -> Chart:
    unit = Unit.of(max(found.totals), words)
    names = list(found.spend.index)
    data: Rows = [
        {
            "label": words.say("plan"),
            "part": words.title(name),
            "order": k,
            "level": level,
            "amount": unit(float(found.spend.loc[name, total])),
            "tip": f"{words.title(name)}: {words.brief(float(found.spend.loc[name, total]))}",
        }
        for level, total in enumerate(found.spend.columns)
        for k, name in enumerate(names)
    ]
    colours = {words.title(n): c for n, c in channel_colours(names).items()}
    spec = stacked(data, Scale(unit.name, unit.form), colours)
    spec["layer"][0]["encoding"]["x"]["scale"] = {"domain": [0, unit(max(found.totals))]}
    spec |= {"params": [{"name": "level", "value": own}], "transform": [{"filter": "datum.level == level"}]}
    head = (words.say("channel"), *(words.brief(t) for t in found.totals))
    body = tuple(
        (words.title(n), *(words.brief(float(found.spend.loc[n, t])) for t in found.spend.columns)) for n in names
    )
    title = words.say("levels_split")
    told = f"{choices[own]['total']}: " + "; ".join(str(r["tip"]) for r in data if r["level"] == own)
    return Chart("division", title, told, spec, Table(title, head, body))
