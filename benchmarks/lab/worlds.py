"""The worlds of the lab: tables with true contributions, made by others or by :mod:`omnimix.truth`.

A world of the kinds below is drawn from curves and baselines that no package's priors know; see
``omnimix.truth.true_curves``. Truth is what a channel brought within the data window, in the outcome's own units.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.accuracy import shared_worlds
from omnimix.data import Panel
from omnimix.labels import ALL_MEDIA, CHANNEL
from omnimix.spec import Channel, Funnel, Outcome
from omnimix.truth import Medium, World, simulate

STYLES = {"tv": "flighted", "radio": "flighted", "search": "always_on", "social": "pulsed", "display": "always_on"}
KINDS = {  # adstock, saturation of every channel; True where search and social bring nothing
    "concave": ("geometric", "hill", False),
    "straight": ("geometric", "linear", False),
    "late": ("delayed", "exponential", False),
    "lasting": ("lasting", "exponential", False),
    "s_shape": ("geometric", "logit", False),
    "two_idle": ("geometric", "hill", True),
}
FUNNEL = "retailer"


@dataclass(frozen=True)
class LabWorld:
    """A world as every package gets it: one table of weeks without gaps in ``outcome``, and the truth.

    ``money`` says whether the outcome is counted in money. ``funnel`` and ``panel`` are what omnimix fits: the same
    weeks with their stages and outcomes where there are any, of which ``outcome`` is the sum in money.
    """

    name: str
    made_by: str
    frame: pd.DataFrame
    channels: tuple[Channel, ...]
    controls: tuple[str, ...]
    outcome: str
    money: bool
    truth: Mapping[str, float]
    funnel: Funnel
    panel: Panel


def worlds(data: Path, seeds: int) -> Iterator[LabWorld]:
    """Yield the worlds made by others that are under ``data``, then ``seeds`` of every kind of our own."""
    for name, (folder, read) in shared_worlds.WORLDS.items():
        if "(" in name or not (data / folder).is_dir():
            continue
        world = read(data / folder)
        if world.contributions:
            yield _shared(name, world)
    for kind in (*KINDS, FUNNEL):
        for seed in range(seeds):
            yield _own(kind, seed)


def _shared(name: str, world: shared_worlds.Shared) -> LabWorld:
    outcome = Outcome(world.outcome, likelihood=world.likelihood)  # type: ignore[arg-type]
    funnel = Funnel(channels=world.channels, outcomes=[outcome], controls=world.controls)
    frame = world.frame.dropna(subset=[world.outcome])
    given = (frame, world.channels, world.controls, world.outcome, False, dict(world.contributions))
    return LabWorld(name, "others", *given, funnel, Panel(world.frame))


def _own(kind: str, seed: int) -> LabWorld:
    number = zlib.crc32(f"lab {kind}".encode()) + seed
    world = simulate(FUNNEL, seed=number) if kind == FUNNEL else _one_outcome(kind, number)
    truth = world.truth.table().set_index(CHANNEL).contribution.drop(ALL_MEDIA)
    outcomes = [Outcome(o.name, value=1.0) if kind != FUNNEL else o for o in world.funnel.outcomes]
    funnel = world.funnel
    if kind != FUNNEL:
        funnel = Funnel(channels=list(STYLES), outcomes=outcomes, controls=world.funnel.controls)
    frame = world.panel.frame.rename_axis("week").reset_index()
    frame["money"] = sum(frame[o.name] * (o.value or 1.0) for o in outcomes)
    given = (frame, tuple(funnel.channels), tuple(funnel.controls), "money", True, truth.to_dict())
    return LabWorld(f"{kind} {seed}", "omnimix", *given, funnel, world.panel)


def _one_outcome(kind: str, number: int) -> World:
    adstock, saturation, idle = KINDS[kind]
    nothing = {"share": 0.0} if idle else {}
    media = [
        Medium(name, style=style, weekly_spend=None, **(nothing if name in ("search", "social") else {}))  # type: ignore[arg-type]
        for name, style in STYLES.items()
    ]
    return simulate(seed=number, channels=media, adstock=adstock, saturation=saturation)
