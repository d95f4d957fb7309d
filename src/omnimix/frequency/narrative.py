"""The best frequency in sentences that a manager reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnimix.labels import CHANNEL
from omnimix.words import Language, ValueUnit

if TYPE_CHECKING:
    from omnimix.frequency.record import BestFrequency

NEAR = 0.05  # of a frequency: nobody sets a cap more finely
Row = dict[str, Any]


def sentences(found: BestFrequency, language: str) -> dict[str, str]:
    """Return, by channel, what is best, what going there would bring, and what speaks against it."""
    say = Language.of(language, "best_frequency", ValueUnit(found.currency, found.unvalued))
    said = {"how": say.say("how")}
    rows: list[Row] = [dict(r) for r in found.rows]
    for row in rows:
        name = str(row[CHANNEL])
        said[f"best_{name}"] = _best(row, say)
        if row["told"] == "prior":
            said[f"prior_{name}"] = say.say("prior", name=say.title(name))
            continue
        if row["frequency_lower"] <= row["frequency"] <= row["frequency_upper"]:
            said[f"stay_{name}"] = say.say("stay", name=say.name(name), seen=_seen_weeks(row, say))
        if _apart(row["advised"], row["best_frequency"]):
            said[f"seen_{name}"] = _seen(row, say)
        said[f"gain_{name}"] = _gain(row, say)
        if row["weeks_beyond"] > 0:
            said[f"reach_{name}"] = say.say(
                "reach",
                name=say.name(name),
                weeks=row["weeks_beyond"],
                all=row["weeks"],
                times=_times(row["advised"], say),
            )
    return said


def _apart(one: float, other: float) -> bool:
    return abs(one - other) > NEAR * other


def _times(frequency: float, say: Language) -> str:
    return say.figure(frequency, 1)


def _best(row: Row, say: Language) -> str:
    ends = (_times(row[f"frequency_{end}"], say) for end in ("lower", "upper"))
    return say.say(
        "best",
        name=say.title(str(row[CHANNEL])),
        today=_times(row["frequency"], say),
        best=_times(row["best_frequency"], say),
        range=say.between(*ends),
    )


def _seen_weeks(row: Row, say: Language) -> str:
    return say.between(*(_times(row[end], say) for end in ("lowest_seen", "highest_seen")))


def _seen(row: Row, say: Language) -> str:
    times = _times(row["advised"], say)
    return say.say("seen", name=say.name(str(row[CHANNEL])), seen=_seen_weeks(row, say), times=times)


def _gain(row: Row, say: Language) -> str:
    low, high = (say.end_of_value(float(row[f"gain_{end}"])) for end in ("lower", "upper"))
    return say.say(
        "gain",
        name=say.name(str(row[CHANNEL])),
        times=_times(row["advised"], say),
        weeks=row["weeks"],
        gain=say.value(float(row["gain"])),
        share=say.percent(float(row["gain_share"])),
        range=say.between(low, high),
        odds=say.odds(float(row["probability_better"])),
    )
