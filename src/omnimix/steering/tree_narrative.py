"""Why a result moved, in sentences that a manager reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from omnimix.words import Language

if TYPE_CHECKING:
    from omnimix.steering.tree import KpiTree, Row

MOST = 3  # parts that are named
OF_THEIR_OWN = ("channel", "control", "formula")  # kinds whose parts have names of a person's own


def sentences(tree: KpiTree, language: str) -> dict[str, str]:
    """Return how the result moved, the largest parts, and what is unexplained."""
    say, top = Language(language, "kpi_tree", tree.currency), tree.result
    change = float(top.change.mean())
    said = {
        "result": say.say(
            "up" if change >= 0 else "down",
            Name=say.title(top.name),
            before=say.amount(top.before),
            after=say.amount(top.after),
            change=say.amount(abs(change)),
        )
    }
    formula = [r for r in tree.rows if r.kind == "formula" and r.depth == 1]
    if formula:
        said["formula"] = say.say("formula", parts="; ".join(_part(r, say) for r in formula))
    leaves = [r for r in tree.leaves if r.kind not in ("unexplained", "formula")]
    largest = sorted(leaves, key=lambda r: -abs(float(r.change.mean())))[:MOST]
    if largest:
        said["parts"] = say.say("parts", parts="; ".join(_part(r, say) for r in largest))
    rest = [r for r in tree.leaves if r.kind == "unexplained"]
    if rest:
        said["unexplained"] = say.say("unexplained", part=_signed(float(np.mean(rest[0].change)), say))
    return said


def _part(row: Row, say: Language) -> str:
    name = say.name(row.name) if row.kind in OF_THEIR_OWN else say.say(f"kind_{row.kind}")
    return say.say("part", name=name, part=_signed(float(row.change.mean()), say))


def _signed(value: float, say: Language) -> str:
    return ("+" if value >= 0 else "") + say.amount(value)
