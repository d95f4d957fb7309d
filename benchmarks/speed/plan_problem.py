"""The budget problem both packages solve: one outcome, seven channels, 156 weeks, a plan for the 13 weeks after them.

The world bends as both can represent it: geometric carryover of up to 12 weeks, logistic saturation, a yearly season and
two controls, no trend and no drift.
"""

from __future__ import annotations

from omnimix.spec import Channel
from omnimix.truth import Medium, Surroundings, World, simulate
from omnimix.truth.media import SpendStyle

STYLES: dict[str, SpendStyle] = {
    "tv": "pulsed",
    "online_video": "pulsed",
    "radio": "pulsed",
    "outdoor": "seasonal",
    "search": "always_on",
    "social": "always_on",
    "display": "seasonal",
}


def seeds(worlds: int) -> range:
    """Return the seeds of so many worlds; the first is the one that is timed."""
    return range(1, 1 + worlds)


def single_world(seed: int) -> World:
    """Return the world of one outcome that both packages fit and plan for."""
    media = [
        Medium(Channel(name, adstock="geometric", saturation="logistic", max_lag=12), style=style)
        for name, style in STYLES.items()
    ]
    return simulate(seed=seed, channels=media, surroundings=Surroundings(trend=0.0, wander=0.0))
