"""The bridge from a promise to what happened, in sentences that a manager reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnimix.labels import CHANNEL
from omnimix.words import Language, capital

if TYPE_CHECKING:
    from omnimix.promises.record import Tracking

SMALL = 0.005  # of what was promised: a part too small to speak of


def sentences(found: Tracking, language: str) -> dict[str, str]:
    """Return what was promised and happened, whether that was to be expected, its parts, and effects that moved."""
    say = Language.of(language, "promises", found.value_unit)
    low, high = found.expected
    said = {
        "whole": say.say(
            "whole",
            weeks=len(found.weeks),
            promised=say.booked_value(found.promised),
            happened=say.booked_value(found.happened),
        ),
        "expected": say.say(
            "within" if found.within else "below" if found.happened < low else "above",
            range=say.between(*(found.value_unit.end(end, language, 3) for end in (low, high))),
            percent=say.percent(found.interval),
        ),
    }
    least = SMALL * abs(found.promised)
    parts = {str(c): float(v) for c, v in found.by_cause.items() if abs(v) >= least}
    if parts:
        named = [say.say("part", cause=say.say(f"cause_{c}"), part=say.change_of_value(v)) for c, v in parts.items()]
        said["parts"] = say.say("parts", parts="; ".join(named))
    effects = found.rows[found.rows["cause"] == "effect"]
    moved = effects[~effects["within"].astype(bool)]
    for key, rows in (("weaker", moved[moved["part"] < 0]), ("stronger", moved[moved["part"] >= 0])):
        if len(rows):
            said[key] = capital(say.say(key, names=say.names(str(c) for c in rows[CHANNEL])))
    if not len(moved):
        said["steady"] = say.say("steady")
    if found.planned_weeks > len(found.weeks):
        said["to_come"] = say.say("to_come", count=found.planned_weeks - len(found.weeks))
    return said
