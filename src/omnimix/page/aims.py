"""The block on goals: how likely each is reached, under today's plan and under others."""

from __future__ import annotations

from dataclasses import replace

from omnimix.budget.plan import PLAN, TODAY
from omnimix.labels import LOWER, MEAN, NODE, SPEND, UPPER
from omnimix.page.charts import Rows, Scale, dots_with_ranges
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.records import SECTION, Told, block, texts_of
from omnimix.rows.table import Row, records
from omnimix.steering import GoalChances
from omnimix.steering.record import BY, CHEAPEST, GOAL, PROBABILITY, TARGET
from omnimix.words import Language, capital

SAFE = 0.8  # odds from which nothing has to be done for a goal
PLANS = {TODAY: "today", PLAN: "plan", CHEAPEST: "plan_cheapest"}


def aims(found: GoalChances | None, words: Language) -> Block | None:
    """Return how likely goals are reached under every plan; none where no goals were given."""
    if found is None:
        return None
    say, own = replace(words, section=SECTION), replace(words, section="goals")
    rows, each = records(found.table()), found.by_goal()
    hardest = min(each, key=lambda name: each[name][TODAY].probability)
    finding = say.say(
        "goal_finding",
        Goal=capital(words.name(hardest)),
        today=words.cases(each[hardest][TODAY].probability),
        plan=words.cases(each[hardest][PLAN].probability),
    )
    data: Rows = [
        {
            "label": _label(row, own),
            "key": str(row["plan"]),
            "told": float(row[MEAN]) / float(row[TARGET]),
            **{end: float(row[end]) / float(row[TARGET]) for end in (LOWER, UPPER)},
            "tip": f"{_label(row, own)}: {words.amount(float(row[MEAN]))} ({words.span(words.amount, row)}), "
            f"{words.odds(float(row[PROBABILITY]))}",
        }
        for row in rows
    ]
    spec = dots_with_ranges(
        data, Scale(say.say("goal_axis"), ".0%"), line_at=1.0, line=say.say("goal_line"), zero=False
    )
    chart = Chart("goals", finding, "; ".join(r["tip"] for r in data), spec, _table(rows, finding, say, own))
    said = list(found.sentences(words.code).values())
    return block(
        Told(
            "goals",
            own.say("heading"),
            finding,
            means=tuple(said[:1]),
            sure=texts_of(
                [say.say("goal_sure", percent=words.percent(found.interval))],
                [own.say("controls")] if found.assumed_controls else [],
            ),
            chart=chart,
            rest=tuple(said[1:]),
            more=say.say("rest"),
            decides=any(plans[TODAY].probability < SAFE for plans in each.values()),
        )
    )


def _label(row: Row, own: Language) -> str:
    return f"{capital(own.name(str(row[GOAL])))}, {own.say(PLANS[str(row['plan'])])}"


def _table(rows: list[Row], title: str, say: Language, own: Language) -> Table:
    head = tuple(say.say(k) for k in ("goal", "what", "target", "by", "money", "expected", "range", "reached"))
    body = tuple(
        (
            _label(row, own),
            own.name(str(row[NODE])),
            own.exact(float(row[TARGET])),
            own.day(row[BY].date()),
            own.brief(float(row[SPEND])),
            own.amount(float(row[MEAN])),
            own.span(own.amount, row),
            own.percent(float(row[PROBABILITY])),
        )
        for row in rows
    )
    return Table(title, head, body)
