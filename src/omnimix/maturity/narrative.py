"""Readiness in sentences that a manager reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from omnimix.labels import CHANNEL
from omnimix.maturity.measured import Measured
from omnimix.maturity.signs import SIGNS, Sign, signs_of
from omnimix.maturity.widths import MONEY, NARROWER, NOW, SOURCE, TEST, TEST_WEEKS, THEN
from omnimix.words import Language, capital, texts

if TYPE_CHECKING:
    import pandas as pd

    from omnimix.maturity.record import Part, Readiness

CLEARLY_ABOVE = 0.5  # levels by which an own score lies above what can be shown before it is spoken of
APART = 0.5  # of a sign, between what was answered and what was measured
WORTH_TELLING = 0.02  # of a width


def narrative(found: Readiness, language: str) -> dict[str, str]:
    """Return what it comes to: overall, by part, what was measured, what is open, and which data would narrow what."""
    words = Language(language, "readiness", found.currency)
    said = {"overall": _overall(found, words)}
    if above := _above(found, words):
        said["above"] = above
    for part in found.parts:
        said[part.name] = f"{_standing(part, found, words)} {next_step(part.missing, part.said, language)}"
    seen = list(_measured(found, words))
    if seen:
        said["measured"] = f"{words.say('measured')}: {' '.join(seen)}"
    for m in found.measured:
        if m.name in found.answered and found.answered[m.name] - m.counts >= APART:
            said[f"differs_{m.name}"] = words.say("differs", name=m.name, seen=_seen(m, words))
    if found.unanswered:
        count, names = len(found.unanswered), ", ".join(found.unanswered)
        said["open"] = words.say("open", count=count, total=len(SIGNS), names=names)
    return {**said, **widths_in_words(found.widths, words)}


def next_step(missing: Sign | None, said: bool, language: str) -> str:
    """Return the next step of a part: what to do, or to show what was said."""
    words = Language(language, "readiness")
    if missing is None:
        return words.say("kept")
    if said:
        return words.say("prove", sign=texts("readiness_signs", language)[missing.name])
    return words.say("next", step=texts("readiness_steps", language)[missing.name])


def widths_in_words(widths: pd.DataFrame, words: Language) -> dict[str, str]:
    """Return a sentence for each source that takes away most width, and what they are worth; none without a table."""
    if not len(widths):
        return {}
    said = {}
    tests = widths[widths[SOURCE] == TEST].head(1)
    others = widths[widths[SOURCE] != TEST]
    for row in tests.to_dict("records"):
        if row[NARROWER] >= WORTH_TELLING:
            source = words.say("test", channel=words.name(row[CHANNEL]), weeks=TEST_WEEKS)
            said["width_test"] = words.say("width", Source=capital(source), **_width(row, words))
    for name, rows in others.groupby(SOURCE, sort=False):
        best = rows.sort_values(MONEY, ascending=False).to_dict("records")[0]
        mean = float(rows[NARROWER].mean())
        if mean >= WORTH_TELLING:
            parts = {**_width(best, words), "narrower": words.percent(mean)}
            said[f"width_{name}"] = words.say("width_all", Source=capital(words.say(str(name))), **parts)
    return {**said, "width_note": words.say("width_note")} if said else {}


def _width(row: Mapping[Any, Any], words: Language) -> dict[str, str]:
    return {
        "channel": words.name(str(row[CHANNEL])),
        "narrower": words.percent(row[NARROWER]),
        "now": words.ratio(row[NOW]),
        "then": words.ratio(row[THEN]),
    }


def _overall(found: Readiness, words: Language) -> str:
    own = [p.self_score for p in found.parts if p.self_score is not None]
    shown = words.figure(sum(p.evidence_score for p in found.parts) / len(found.parts), 1)
    weakest = words.say(min(found.parts, key=lambda p: p.evidence_score).name)
    if not own:
        return words.say("overall_shown", shown=shown, weakest=weakest)
    return words.say("overall", own=words.figure(sum(own) / len(own), 1), shown=shown, weakest=weakest)


def _above(found: Readiness, words: Language) -> str:
    scored = [(p.self_score - p.evidence_score, p) for p in found.parts if p.self_score is not None]
    apart, part = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    if part is None or part.self_score is None or apart < CLEARLY_ABOVE:
        return ""
    own, shown = words.figure(part.self_score, 1), words.figure(part.evidence_score, 1)
    return words.say("above", part=words.say(part.name), own=own, shown=shown)


def _standing(part: Part, found: Readiness, words: Language) -> str:
    if {sign.name for sign in signs_of(part.name)} <= set(found.unanswered):
        return words.say("part_open", Part=capital(words.say(part.name)))
    parts = {
        "Part": capital(words.say(part.name)),
        "shown": words.figure(part.evidence_score, 1),
        "level": texts("readiness_levels", words.code)[f"{part.name}_{part.level}"],
    }
    if part.self_score is None:
        return words.say("part_shown", **parts)
    return words.say("part", own=words.figure(part.self_score, 1), **parts)


def _measured(found: Readiness, words: Language) -> Iterator[str]:
    yield from (capital(_seen(m, words)) for m in found.measured)


def _seen(m: Measured, words: Language) -> str:
    """Return what was measured of a sign, as the rest of a sentence."""
    key, names = m.name, tuple(m.facts.get("names", ()))
    parts: dict[str, object] = {"names": words.names(names), "count": len(names) or int(m.figure)}
    parts |= {k: words.total(v) for k, v in m.facts.items() if k != "names"}
    parts |= {"share": words.percent(m.figure), "weeks": words.exact(m.figure), "days": words.exact(m.figure)}
    if key == "outcomes_joined":
        key += "_many" if len(names) > 1 else "_one"
    if key == "exposure_varies" and names:
        key += "_not"
        parts["do"] = words.say("do_many" if len(names) > 1 else "do_one")
    return words.say(key, **parts)
