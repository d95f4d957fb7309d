"""Two fits beside each other in sentences that a manager reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnimix.labels import ALL_MEDIA, CHANNEL
from omnimix.words import Language

if TYPE_CHECKING:
    from omnimix.refits.record import FitsCompared

MOST_REVISED = 3


def sentences(found: FitsCompared, language: str) -> dict[str, str]:
    """Return a sentence on revised weeks, one a channel that moved, one on the others, on verdicts and on the plan."""
    say = Language.of(language, "refits", found.value_unit)
    said: dict[str, str] = {}
    if found.revised:
        named = "; ".join(
            say.say("revision", column=say.name(r.column), week=r.week, old=say.exact(r.old), new=say.exact(r.new))
            for r in found.revised[:MOST_REVISED]
        )
        rest = len(found.revised) - MOST_REVISED
        said["revised"] = say.say("revised", named=named) + (f" {say.say('more', count=rest)}" if rest > 0 else "")
    moves = found.moves[found.moves[CHANNEL] != ALL_MEDIA]
    for row in moves[moves["real"]].to_dict("records"):
        said[str(row[CHANNEL])] = _moved(found, str(row[CHANNEL]), say)
    still = [str(c) for c in moves.loc[~moves["real"].astype(bool), CHANNEL]]
    if still:
        said["still"] = say.say("still", names=say.names(still))
    flipped = found.verdicts[found.verdicts["flips"].astype(bool)]
    for row in flipped.to_dict("records"):
        said[f"verdict_{row['link']}"] = say.say(
            "verdict", link=say.title(row["link"]), chain=say.name(row["chain"]), old=_verdict(row["old"], language),
            new=_verdict(row["new"], language), odds=say.odds(row["probability"]),
        )  # fmt: skip
    if found.plan is not None:
        plan = found.plan
        turned = [str(c) for c in plan.rows.loc[plan.rows["flips"], CHANNEL]]
        parts = {
            "percent": say.percent(plan.moved),
            "staying": say.value(max(plan.staying["mean"], 0.0)),
            "flipping": say.value(max(plan.flipping["mean"], 0.0)),
            "total": say.total(plan.total),
        }
        said["plan"] = say.say("plan", **parts)
        if turned:
            said["turned"] = say.say("turned", names=say.names(turned))
    return said


def _moved(found: FitsCompared, channel: str, say: Language) -> str:
    rows = found.rows[found.rows[CHANNEL] == channel]
    first = rows.iloc[0]
    parts = [say.say("part", cause=say.say(f"cause_{r['cause']}"), part=_signed(r["part"], say))
             for r in rows.to_dict("records")]  # fmt: skip
    return say.say(
        "moved",
        Channel=say.title(channel),
        old=say.ratio(first["old"]),
        new=say.ratio(first["new"]),
        parts=", ".join(parts),
    )


def _signed(value: float, say: Language) -> str:
    return ("+" if value >= 0 else "") + say.ratio(value)


def _verdict(verdict: str, language: str) -> str:
    return Language(language, "verdicts").say(verdict)
