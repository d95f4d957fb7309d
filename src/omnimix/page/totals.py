"""The block on other totals: what the best plan of each brings, and how it divides."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from omnimix.budget import BudgetLevels, BudgetPlan
from omnimix.colours import INK, channel_colours
from omnimix.labels import LOWER, UPPER
from omnimix.page.charts import Rows, Scale, lines_with_bands, stacked
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.units import Unit
from omnimix.rows.table import Row, records
from omnimix.words import Language, capital


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
