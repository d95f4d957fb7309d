"""The budget problem both packages solve: one outcome, seven channels, 156 weeks, a plan for the 13 weeks after them.

The world bends as both can represent it: geometric carryover of up to 12 weeks, logistic saturation, a yearly season and
two controls, no trend and no drift.
"""

from __future__ import annotations

import pandas as pd

from omnimix.spec import Channel
from omnimix.truth import Medium, Surroundings, World, simulate
from omnimix.truth.media import SpendStyle

SEED = 1
STYLES: dict[str, SpendStyle] = {
    "tv": "pulsed",
    "online_video": "pulsed",
    "radio": "pulsed",
    "outdoor": "seasonal",
    "search": "always_on",
    "social": "always_on",
    "display": "seasonal",
}


def single_world(seed: int = SEED) -> World:
    """Return the world of one outcome that both packages fit and plan for."""
    media = [
        Medium(Channel(name, adstock="geometric", saturation="logistic", max_lag=12), style=style)
        for name, style in STYLES.items()
    ]
    return simulate(seed=seed, channels=media, surroundings=Surroundings(trend=0.0, wander=0.0))


def true_value(world: World, plan: pd.DataFrame) -> float:
    """Return the money that a plan truly brings beyond no media in its weeks, the year after them included."""
    silence = pd.date_range(plan.index[-1], periods=53, freq="7D")[1:]
    followed = pd.concat([plan, pd.DataFrame(0.0, index=silence, columns=plan.columns)])
    gained = world.truth.respond(followed) - world.truth.respond(0.0 * followed)
    return float(sum(node.value * gained[node.name].sum() for node in world.truth.nodes))
