"""The long run in sentences that a manager reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnimix.labels import ALL_MEDIA, CHANNEL
from omnimix.words import Language, ValueUnit

if TYPE_CHECKING:
    from omnimix.lasting.record import LongRun

SHORT_ELASTICITY, LONG_ELASTICITY = 0.12, 0.24  # means over studies: Sethuraman, Tellis and Briesch (2011)
Row = dict[str, Any]


def sentences(found: LongRun, language: str) -> dict[str, str]:
    """Return what was looked at, what every channel brings later, what cannot be said, and what others found."""
    say = Language.of(language, "long_run", ValueUnit(found.currency))
    rows: list[Row] = [dict(r) for r in found.rows]
    own = [r for r in rows if r[CHANNEL] != ALL_MEDIA]
    said = {"how": say.say("how", weeks=found.weeks, rate=say.percent(found.discount))}
    said |= {f"soon_{r[CHANNEL]}": _soon(r, say) for r in own}
    said |= {f"long_{r[CHANNEL]}": _long(found, r, say) for r in rows if r["told"] == "data"}
    for told, key in (("little", "little"), ("prior", "cannot_say")):
        unsaid = [str(r[CHANNEL]) for r in own if r["told"] == told]
        if unsaid:
            said[key] = say.say(key, names=say.names(unsaid))
    if found.stock is None:
        said["no_stock"] = say.say("no_stock")
    elif found.half_life is not None:
        middle, low, high = (say.figure(x) for x in found.half_life)
        said["half_life"] = say.say(
            "half_life", stage=say.name(found.stock), weeks=middle, range=say.between(low, high)
        )
    said["anchors"] = say.say("anchors", short=say.figure(SHORT_ELASTICITY, 2), long=say.figure(LONG_ELASTICITY, 2))
    return said


def _soon(row: Row, say: Language) -> str:
    middle = float(row["break_even_multiplier"])
    key = "back_soon" if middle <= 0 else "has_to_bring"
    ends = (say.ratio(float(row[f"break_even_multiplier_{end}"])) for end in ("lower", "upper"))
    return say.say(
        key,
        name=say.title(str(row[CHANNEL])),
        roas=say.ratio(float(row["short_roas"])),
        times=say.ratio(middle),
        range=say.between(*ends),
    )


def _long(found: LongRun, row: Row, say: Language) -> str:
    year = min(found.horizons, key=lambda h: abs(h - 52))
    ends = (say.ratio(float(row[f"long_roas_{end}"])) for end in ("lower", "upper"))
    return say.say(
        "in_the_long_run",
        name=say.title(str(row[CHANNEL])),
        roas=say.ratio(float(row["long_roas"])),
        range=say.between(*ends),
        npv=say.money(float(row["npv"])),
        odds=say.odds(float(row["probability_above_break_even"])),
        weeks=year,
        soon=say.odds(float(row[f"probability_paid_back_{year}"])),
    )
