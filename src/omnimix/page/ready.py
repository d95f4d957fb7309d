"""The block on readiness: in five parts what can be shown beside the score of one's own, and what to do next."""

from __future__ import annotations

import math
from dataclasses import replace

from omnimix.maturity import Readiness
from omnimix.maturity.record import EVIDENCE_SCORE, NEXT_STEP, PART, SELF_SCORE
from omnimix.maturity.signs import SIGNS
from omnimix.page.parts import Block
from omnimix.page.records import SECTION, Told, block, texts_of
from omnimix.rows.table import records
from omnimix.words import NOTHING, Language, capital

LEVELS = 4.0  # between the lowest score, 1, and the highest, 5


def ready(found: Readiness | None, words: Language) -> Block | None:
    """Return how ready a team is; none where nothing was given."""
    if found is None:
        return None
    say, own = replace(words, section=SECTION), replace(words, section="readiness")
    said, rows = found.sentences(words.code), records(found.table(words.code))
    weakest = min(rows, key=lambda r: float(r[EVIDENCE_SCORE]))
    tracks = {
        "caption": say.say("ready_caption"),
        "head": [capital(own.say(f"column_{k}")) for k in (PART, EVIDENCE_SCORE, SELF_SCORE)],
        "key": [("is", own.say("column_evidence_score")), ("was", own.say("column_self_score"))],
        "rows": [
            {
                "name": capital(own.say(str(r[PART]))),
                "at": (float(r[EVIDENCE_SCORE]) - 1) / LEVELS,
                "other": (float(r[SELF_SCORE]) - 1) / LEVELS if math.isfinite(r[SELF_SCORE]) else None,
                "cells": [own.figure(float(r[EVIDENCE_SCORE]), 1), _own_score(float(r[SELF_SCORE]), own)],
            }
            for r in rows
        ],
    }
    parts = [str(r[PART]) for r in rows]
    rest = [k for k in said if k not in ("overall", "open", "measured")]
    return block(
        Told(
            "readiness",
            own.say("title"),
            said["overall"],
            means=(f"{capital(own.say(str(weakest[PART])))}. {weakest[NEXT_STEP]}",),
            sure=texts_of([said.get("measured", ""), _open(found, say)]),
            tracks=tracks,
            rest=texts_of(said[k] for k in (*parts, *(k for k in rest if k not in parts)) if k in said),
            more=say.say("ready_each"),
            decides=False,
        )
    )


def _open(found: Readiness, say: Language) -> str:
    """Return how many questions have no answer; which those are stands in the file of answers."""
    return say.say("ready_open", count=len(found.unanswered), total=len(SIGNS)) if found.unanswered else ""


def _own_score(score: float, own: Language) -> str:
    return own.figure(score, 1) if math.isfinite(score) else NOTHING
