"""The long run in sentences that a manager reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnimix.labels import ALL_MEDIA, CHANNEL, LOWER, UPPER
from omnimix.spec import LONG_RUN
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
    elif found.half_life is None:
        said["half_life"] = say.say("half_life_unknown", stage=_stage(found, say))
    else:
        middle, low, high = (say.figure(x) for x in found.half_life)
        said["half_life"] = say.say("half_life", stage=_stage(found, say), weeks=middle, range=say.between(low, high))
    if found.survey is not None:
        said["tracker"] = _tracker(found, say)
    said["anchors"] = say.say("anchors", short=say.figure(SHORT_ELASTICITY, 2), long=say.figure(LONG_ELASTICITY, 2))
    return said


def _stage(found: LongRun, say: Language) -> str:
    """Return what holds the stock: a stage by its name, or what channels that say long_run hold together."""
    return say.say("memory") if found.stock == LONG_RUN else say.name(str(found.stock))


def _tracker(found: LongRun, say: Language) -> str:
    """Say how many surveys came out within what the model expects of them."""
    asked = found.survey_table().dropna(subset="share")
    within = int(asked["share"].between(asked[LOWER], asked[UPPER]).sum())
    return say.say("tracker", within=within, waves=len(asked), percent=say.percent(found.interval))


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
