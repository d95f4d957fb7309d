"""What is true of every effect, link and answer of a world, as tables that a fit's parameters can be held against."""

from __future__ import annotations

import pandas as pd

from omnimix.curves import FREQUENCY
from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, NODE
from omnimix.truth.mechanism import Mechanism
from omnimix.truth.reach import ReachMedium

LINK_COLUMNS = (NODE, "parent", "effect", "stage_effect", "correlation", "shock_coefficient")


def parameter_table(mechanism: Mechanism) -> pd.DataFrame:
    """Return one row a parameter of every effect; see :attr:`omnimix.truth.Truth.parameters`."""
    rows: list[tuple[str, str, str, str, float]] = []
    for node in mechanism.nodes:
        for effect in node.effects:
            rows.append((node.name, effect.name, CONTRIBUTION_SHARE, "", effect.share))
            for curve in (effect.adstock, effect.saturation):
                rows += [(node.name, effect.name, name, curve.family, x) for name, x in curve.parameters.items()]
            if isinstance(effect.medium, ReachMedium):
                own = effect.medium.parameters.items()
                rows += [(node.name, effect.name, name, FREQUENCY.name, x) for name, x in own]
    return pd.DataFrame(rows, columns=[NODE, CHANNEL, "parameter", "family", "value"])


def link_table(mechanism: Mechanism) -> pd.DataFrame:
    """Return one row a link; see :attr:`omnimix.truth.Truth.links`."""
    rows: list[dict[str, object]] = []
    for node in mechanism.nodes:
        for link in node.links:
            parent = mechanism.node(link.parent)
            own = node.unit / parent.unit
            fitted = node.typical_ratio / parent.typical_ratio
            row = (node.name, parent.name, link.effect * own, link.effect * fitted)
            rest = (link.correlation, link.shock_coefficient * fitted)
            rows.append(dict(zip(LINK_COLUMNS, (*row, *rest), strict=True)))
            rows[-1] |= {f"link_{name}": value for name, value in link.adstock.parameters.items()}
    return pd.DataFrame(rows) if rows else pd.DataFrame(columns=LINK_COLUMNS)


def answer_table(mechanism: Mechanism) -> pd.DataFrame:
    """Return one row a channel that responds to a stage; see :attr:`omnimix.truth.Truth.answers`."""
    rows = []
    for name, medium in mechanism.media.items():
        if medium.answer is not None:
            stage, money = mechanism.node(medium.answer.stage), medium.answer.money
            spend = medium.spend[mechanism.window :]
            rows.append((name, stage.name, money / stage.unit, money / stage.typical_ratio / spend[spend > 0].mean()))
    return pd.DataFrame(rows, columns=[CHANNEL, "stage", "slope", "spend_response"])
