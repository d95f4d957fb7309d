"""Blocks in which one figure becomes another: what was promised and happened, and why a result moved."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from omnimix.labels import CHANNEL, LOWER, MEAN, UPPER
from omnimix.page.bridges import Part, bridge
from omnimix.page.charts import Scale
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.records import SECTION, Told, block, texts_of
from omnimix.page.units import Unit
from omnimix.promises import Tracking
from omnimix.promises.record import CAUSE, PART, REST, WITHIN
from omnimix.rows.table import Row, records
from omnimix.steering import KpiTree
from omnimix.steering.tree_narrative import OF_THEIR_OWN
from omnimix.words import NOTHING, Language, capital

MOST = 8  # parts of a bridge that have a line of their own
UNEXPLAINED = "unexplained"


def promised(found: Tracking | None, words: Language) -> Block | None:
    """Return what a plan promised beside what happened, cause by cause; none where nothing was given."""
    if found is None:
        return None
    say, own = replace(words, section=SECTION), replace(words, section="promises")
    said = found.sentences(words.code)
    difference = found.happened - found.promised
    finding = say.say(
        "promised_more" if difference >= 0 else "promised_less",
        promised=words.booked_value(found.promised),
        happened=words.booked_value(found.happened),
        difference=words.booked_value(abs(difference)),
    )
    parts = [
        Part(capital(own.say(f"cause_{cause}")), float(v), words.change_of_value(float(v)))
        for cause, v in found.by_cause.items()
    ]
    whole = Part(say.say("difference"), difference, words.change_of_value(difference))
    chart = _bridge("promised", finding, parts, whole, words, _causes(found, finding, words))
    return block(
        Told(
            "promises",
            own.say("heading"),
            finding,
            means=texts_of(said[k] for k in ("expected", "weaker", "stronger", "steady") if k in said),
            sure=texts_of([say.say("promised_sure"), said.get("to_come", "")]),
            chart=chart,
            decides=not found.within or "steady" not in said,
        )
    )


def _causes(found: Tracking, finding: str, words: Language) -> Table:
    """Return the bridge as the record has it: a row a channel and cause."""
    own = replace(words, section="promises")
    head = tuple(capital(own.say(f"column_{k}")) for k in (CHANNEL, CAUSE, "promised", "happened", PART, "within"))
    rows = tuple(
        (
            capital(own.say("no_media") if row[CHANNEL] == REST else words.name(str(row[CHANNEL]))),
            own.say(f"cause_{row[CAUSE]}"),
            words.brief_value(float(row["promised"])),
            words.brief_value(float(row["happened"])),
            words.change_of_value(float(row[PART])),
            NOTHING if row[WITHIN] is None or row[WITHIN] != row[WITHIN] else own.say("yes" if row[WITHIN] else "no"),
        )
        for row in records(found.table())
    )
    return Table(finding, head, rows)


def moved(found: KpiTree | None, words: Language) -> Block | None:
    """Return why a result moved between two periods, its largest parts first; none where nothing was given."""
    if found is None:
        return None
    say, own = replace(words, section=SECTION), replace(words, section="kpi_tree")
    said = found.sentences(words.code)
    finding = said["result"].removesuffix(".")
    table = records(found.table())
    parents = {row["parent"] for row in table}
    leaves = sorted((r for r in table[1:] if r["place"] not in parents), key=lambda r: -abs(float(r[MEAN])))
    shown = leaves if len(leaves) <= MOST else leaves[: MOST - 1]
    parts = _apart([_part(row, words, own) for row in shown], shown, words)
    rest = sum(float(r[MEAN]) for r in leaves[len(shown) :])
    if len(shown) < len(leaves):
        parts.append(Part(say.say("other_parts"), rest, _signed(rest, words)))
    top = table[0]
    whole = Part(say.say("in_all"), float(top[MEAN]), _signed(float(top[MEAN]), words), top[LOWER], top[UPPER])
    head = tuple(say.say(k) for k in ("part", "before", "after", "moves", "range"))
    behind = Table(
        finding,
        head,
        tuple(
            (
                "\N{MIDDLE DOT} " * str(r["place"]).count(" > ") + _name(r, words, own),
                words.amount(float(r["before"])),
                words.amount(float(r["after"])),
                _signed(float(r[MEAN]), words),
                words.span(words.amount, r),
            )
            for r in table
        ),
    )
    chart = _bridge(
        "moved", said["result"], parts, whole, words, behind, unit=say.say("a_week", name=words.name(str(top["name"])))
    )
    days = {"before": _days(found.before, words), "after": _days(found.after, words)}
    return block(
        Told(
            "moved",
            own.say("heading"),
            finding,
            means=texts_of(said[k] for k in ("parts",) if k in said),
            sure=(say.say("tree_sure", percent=words.percent(found.interval), **days),),
            chart=chart,
            rest=texts_of(said[k] for k in ("formula", "unexplained") if k in said),
            more=say.say("rest"),
        )
    )


def _days(period: tuple[str, str], words: Language) -> str:
    first, last = (words.day(dt.date.fromisoformat(day[:10])) for day in period)
    return f"{first} \N{EN DASH} {last}"


def _name(row: Row, words: Language, own: Language) -> str:
    kind = str(row["kind"])
    if kind == UNEXPLAINED:
        return replace(words, section=SECTION).say("not_explained")
    named = kind in OF_THEIR_OWN or kind == "result"
    return capital(words.name(str(row["name"])) if named else own.say(f"kind_{kind}"))


def _apart(parts: list[Part], rows: list[Row], words: Language) -> list[Part]:
    """Return parts of which those with one name say below what they stand: lines of a chart need their own names."""
    labels = [p.label for p in parts]
    above = [str(r["parent"]).rpartition(" > ")[2] for r in rows]
    return [
        replace(p, label=f"{p.label} ({words.name(up)})") if labels.count(p.label) > 1 else p
        for p, up in zip(parts, above, strict=True)
    ]


def _part(row: Row, words: Language, own: Language) -> Part:
    value = float(row[MEAN])
    return Part(_name(row, words, own), value, _signed(value, words), float(row[LOWER]), float(row[UPPER]))


def _signed(value: float, words: Language) -> str:
    return ("+" if value > 0 else "") + words.amount(value)


def _bridge(
    name: str, title: str, parts: list[Part], whole: Part, words: Language, table: Table, unit: str = ""
) -> Chart:
    ends = [abs(end) for p in (*parts, whole) for end in (p.value, p.low, p.high) if end is not None]
    size = Unit.of_value(max(ends, default=1.0), words)
    scaled = [_scaled(p, size) for p in (*parts, whole)]
    spec = bridge(scaled[:-1], scaled[-1], Scale(unit or size.name, size.form))
    told = "; ".join(f"{p.label}: {p.told}" for p in (*parts, whole))
    return Chart(name, title, told, spec, table)


def _scaled(part: Part, unit: Unit) -> Part:
    low, high = (None if end is None else unit(float(end)) for end in (part.low, part.high))
    return replace(part, value=unit(part.value), low=low, high=high)
