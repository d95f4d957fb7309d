"""What an edit of a plan does, in sentences: money that is too much, limits it breaks, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from omnimix.words import Language, capital

if TYPE_CHECKING:
    from omnimix.budget.costs import PlansCompared
    from omnimix.budget.plan_sheet import PlanSheet

ADVISED, EDITED = "advised", "edited"


def narrate_sheet(sheet: PlanSheet, language: str) -> Iterator[str]:
    """Give what was edited, how the total changed, and every limit that is broken."""
    words = Language(language, "edit", sheet.currency)
    cells = len(sheet.edited)
    yield words.say("none" if not cells else "one" if cells == 1 else "cells", cells=cells)
    if sheet.difference:
        key = "over" if sheet.difference > 0 else "under"
        yield words.say(key, money=words.total(abs(sheet.difference)), total=words.total(sheet.total))
    for broken in sheet.broken:
        who = words.name(broken.name)
        named = capital(who) if broken.kind == "channel" else words.say(broken.kind, name=who)
        yield words.say(broken.rule, who=named, limit=words.total(broken.limit), money=words.total(broken.spend))


def narrate_edit(found: PlansCompared, language: str) -> dict[str, str]:
    """Return what an edit costs against the advised plan; nothing where these are no such plans."""
    if not {ADVISED, EDITED} <= {str(p) for p in found.gain.draws["plan"].to_numpy()}:
        return {}
    words = Language.of(language, "edit", found.value_unit)
    lost = (found.gain.draws.sel(plan=ADVISED) - found.gain.draws.sel(plan=EDITED)).to_numpy()
    mass = found.gain.interval
    low, high = (float(q) for q in np.quantile(lost, [(1 - mass) / 2, (1 + mass) / 2]))
    mean = float(lost.mean())
    spread = float(np.abs(lost).max())
    scale = found.value_unit.yardstick(float(found.spend[ADVISED].sum()), float(np.abs(found.gain.draws).max()))
    if spread < 1e-6 * scale:
        return {"edit": words.say("nothing")}
    key, ends = ("costs", (low, high)) if mean >= 0 else ("brings", (-high, -low))
    worse = float((lost > 0).mean())
    return {
        "edit": words.say(
            key,
            money=words.value(abs(mean)),
            range=words.between(*(words.end_of_value(x) for x in ends)),
            odds=words.odds(worse if mean >= 0 else 1 - worse),
        )
    }
