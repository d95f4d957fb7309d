"""The block on witnesses: what platforms claim, paths credit, the model finds and tests measured, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from omnimix.labels import CHANNEL
from omnimix.page.parts import Block, Table
from omnimix.page.records import SECTION, Told, block, texts_of
from omnimix.rows.table import records
from omnimix.triangulation import Witnesses
from omnimix.triangulation.judgement import EXPERIMENT, MODEL, PATH, PLATFORM, contradicted
from omnimix.triangulation.record import BELIEVE
from omnimix.words import Language

WHOLE = ("lead", "coverage", "claims", "without_spend")  # sentences that are of no channel


def witnessed(found: Witnesses | None, words: Language) -> Block | None:
    """Return what each witness says of every channel and whom to believe; none where nothing was given."""
    if found is None:
        return None
    say, own = replace(words, section=SECTION), replace(words, section="witnesses")
    said, rows = found.sentences(words.code), records(found.table())
    against = [str(r[CHANNEL]) for r in rows if contradicted(r)]
    finding = said.get("claims") or say.say("witnesses_finding")
    return block(
        Told(
            "witnesses",
            say.say("witnesses_heading"),
            finding,
            means=(said["lead"],),
            sure=texts_of([said.get("coverage", "")]),
            table=_table(rows, own, say),
            rest=texts_of(said[str(r[CHANNEL])] for r in rows) + texts_of([said.get("without_spend", "")]),
            more=say.say("witnesses_each"),
            decides=bool(against),
        )
    )


def claimed(found: Witnesses | None) -> Mapping[str, float]:
    """Return the ROAS that platforms claim by channel, of those that claim any."""
    rows = [] if found is None else records(found.table())
    return {str(r[CHANNEL]): float(r[PLATFORM]) for r in rows if r[PLATFORM] == r[PLATFORM]}


def _table(rows: list[dict[str, Any]], own: Language, say: Language) -> Table:
    head = (
        say.say("channel"),
        *(own.say(f"mark_{k}").capitalize() for k in ("platform", "path", "model")),
        say.say("range"),
        own.say("mark_experiment").capitalize(),
        say.say("believe"),
    )
    body = tuple(
        (
            own.title(str(r[CHANNEL])),
            *(own.ratio(float(r[k])) for k in (PLATFORM, PATH, MODEL)),
            own.span(own.ratio, r),
            own.ratio(float(r[EXPERIMENT])),
            say.say(f"believe_{r[BELIEVE]}"),
        )
        for r in rows
    )
    return Table(say.say("witnesses_caption"), head, body)
