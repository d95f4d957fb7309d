"""The block on short and long: what a campaign of every channel brings soon, and in years where the data say it."""

from __future__ import annotations

from dataclasses import replace

from omnimix.labels import ALL_MEDIA, CHANNEL, SPEND
from omnimix.lasting import LongRun
from omnimix.lasting.record import DATA
from omnimix.page.charts import Rows, Scale, dots_with_ranges
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.records import Told, block, texts_of
from omnimix.rows.table import Row, records
from omnimix.words import NOTHING, Language

SECTION = "long_run"


def short_and_long(found: LongRun | None, words: Language) -> Block | None:
    """Return what comes soon beside what comes in all; none for a model without a slow stock."""
    if found is None:
        return None
    say = replace(words, section=SECTION)
    said, rows = found.sentences(words.code), records(found.table())
    own = [r for r in rows if r[CHANNEL] != ALL_MEDIA]
    known = [r for r in own if r["told"] == DATA]
    finding = (
        say.say("page_known", names=say.names([str(r[CHANNEL]) for r in known])) if known else say.say("page_unknown")
    )
    data: Rows = [
        {
            "label": say.title(str(r[CHANNEL])),
            "told": float(r["short_roas"]),
            "lower": float(r["short_roas_lower"]),
            "upper": float(r["short_roas_upper"]),
            "other": float(r["long_roas"]) if r["told"] == DATA else None,
            "tip": _tip(r, say),
        }
        for r in own
    ]
    spec = dots_with_ranges(
        data,
        Scale(say.say("page_axis"), ".1f"),
        line_at=1.0,
        line=say.say("page_line"),
        first=say.say("page_soon"),
        second=say.say("page_all") if known else "",
    )
    chart = Chart("short_and_long", finding, "; ".join(str(r["tip"]) for r in data), spec, _table(rows, finding, say))
    return block(
        Told(
            "short_and_long",
            say.say("page_heading"),
            finding,
            means=texts_of(
                (said[f"long_{r[CHANNEL]}"] for r in known), (said[k] for k in ("little", "cannot_say") if k in said)
            ),
            sure=texts_of(said[k] for k in ("half_life", "tracker") if k in said),
            chart=chart,
            rest=texts_of([said["how"]], (said[f"soon_{r[CHANNEL]}"] for r in own), [said["anchors"]]),
            more=replace(words, section="page_blocks").say("rest"),
            decides=bool(known),
        )
    )


def _tip(row: Row, say: Language) -> str:
    soon = say.ratio(float(row["short_roas"]))
    if row["told"] != DATA:
        return say.say("page_tip_soon", name=say.title(str(row[CHANNEL])), soon=soon)
    ends = (say.ratio(float(row[f"long_roas_{end}"])) for end in ("lower", "upper"))
    whole = say.ratio(float(row["long_roas"]))
    return say.say("page_tip_all", name=say.title(str(row[CHANNEL])), soon=soon, whole=whole, range=say.between(*ends))


def _table(rows: list[Row], title: str, say: Language) -> Table:
    columns = (SPEND, "short_roas", "break_even_multiplier", "long_roas", "npv", "told")
    head = (say.say("column_channel"), *(say.say(f"column_{name}") for name in columns))
    body = tuple(
        (
            say.title(str(r[CHANNEL])),
            say.brief(float(r[SPEND])),
            say.ratio(float(r["short_roas"])),
            say.ratio(float(r["break_even_multiplier"])),
            say.ratio(float(r["long_roas"])) if r["told"] == DATA else NOTHING,
            say.brief(float(r["npv"])) if r["told"] == DATA else NOTHING,
            say.say(f"told_{r['told']}"),
        )
        for r in rows
    )
    return Table(title, head, body)
