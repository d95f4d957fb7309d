"""Witnesses in sentences that a manager reads."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from omnimix.labels import CHANNEL, LOWER, SPEND, UPPER
from omnimix.triangulation.judgement import EXPERIMENT, MODEL, PATH, PLATFORM, contradicted
from omnimix.words import Language

if TYPE_CHECKING:
    from omnimix.triangulation.record import Witnesses


def narrative(found: Witnesses, language: str) -> dict[str, str]:
    """Return a sentence a channel, what platforms claim together, what has no spend, and how to read all that."""
    words = Language(language, "witnesses", found.currency)
    said = {"lead": words.say("lead")}
    if found.sold > 0:
        said["coverage"] = words.say("coverage", share=words.percent(found.value / found.sold))
    said |= {str(row[CHANNEL]): _channel(row, words, found.taken_in) for row in found.rows.to_dict("records")}
    claims = found.rows[found.rows[PLATFORM].notna()]
    if len(claims):
        claim, model = (float((claims[of] * claims[SPEND]).sum()) for of in (PLATFORM, MODEL))
        key = "claims_more" if claim > model else "claims"
        said["claims"] = words.say(key, claim=words.money(claim), model=words.money(model))
    if found.without_spend:
        share = words.percent(found.value_without_spend / found.value if found.value else 0.0)
        said["without_spend"] = words.say("without_spend", names=words.names(found.without_spend), share=share)
    return said


def _channel(row: Mapping[Any, Any], words: Language, taken_in: tuple[str, ...]) -> str:
    parts = {
        "Channel": words.title(str(row[CHANNEL])),
        "path": words.ratio(row[PATH]),
        "model": words.ratio(row[MODEL]),
        "range": words.between(words.ratio(row[LOWER]), words.ratio(row[UPPER])),
    }
    said = [words.say(row["agreement"], **parts)]
    if math.isfinite(row[PLATFORM]):
        key = "platform_above" if row[PLATFORM] > row[UPPER] else "platform"
        said.append(words.say(key, platform=words.ratio(row[PLATFORM])))
    against = ("_known_to_model" if row[CHANNEL] in taken_in else "_against_model") if contradicted(row) else ""
    key = f"believe_{row['believe']}{against}"
    said.append(words.say(key, experiment=words.ratio(row[EXPERIMENT])))
    return " ".join(said)
