"""The way into simulated worlds: one outcome or a whole funnel, declared or by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from omnimix.arguments import checked
from omnimix.errors import SpecError, did_you_mean
from omnimix.spec import Channel, Outcome, Stage
from omnimix.truth.baseline import Surroundings
from omnimix.truth.build import Calendar, Missing, build_world
from omnimix.truth.from_posterior import world_from_posterior
from omnimix.truth.geo_world import build_geo_world
from omnimix.truth.media import Medium
from omnimix.truth.scenarios import SCENARIOS, Lot
from omnimix.truth.steps import Step
from omnimix.truth.world import World

if TYPE_CHECKING:
    from omnimix.posterior import Posterior

MEDIA_SHARE = 0.25
DEFAULT_MEDIA = (
    Medium("tv", style="flighted"),
    Medium("radio", style="flighted"),
    Medium("search", style="always_on"),
    Medium("social", style="pulsed"),
)


@checked
def simulate(  # noqa: PLR0913  every one is a keyword with a default
    scenario: str | None = None,
    *,
    seed: int = 0,
    weeks: int = 156,
    start: str = "2022-01-03",
    history: int = 0,
    channels: Iterable[Medium | Channel | str] = DEFAULT_MEDIA,
    adstock: str | None = None,
    saturation: str | None = None,
    media_share: float = MEDIA_SHARE,
    surroundings: Surroundings | None = None,
    outcome: Outcome | str | None = None,
    nodes: Iterable[Step | Stage | Outcome] | None = None,
    missing: Missing | None = None,
    rho: float | None = None,
    strength: float | None = None,
    like: Posterior | None = None,
    draw: int | None = None,
    geos: int | None = None,
    heterogeneity: float = 0.2,
) -> World:
    """Simulate a weekly world: one outcome, a funnel declared by ``nodes``, a scenario by name, or one like your data.

    Mean of a node = level x (1 + baseline + sum of media + what parents do to it), each media part with mean ``share``
    over the window; for a ``log_normal`` node level x exp(the same sum).

    Args:
        scenario: one of ``SCENARIOS``, such as "retailer": everything but the calendar, the seed, ``missing``,
            ``rho`` and ``strength`` is the scenario's own.
        seed: the same seed and arguments give the same world; each channel has random numbers of its own.
        weeks: weeks in which nodes are observed.
        start: first of them.
        history: weeks of media before it, in which nodes are empty.
        channels: media, or channels or names for which everything else is drawn.
        adstock: true carryover family of media that name none: any of ``TRUE_ADSTOCKS``.
        saturation: true saturation family of media that name none: any of ``TRUE_SATURATIONS``.
        media_share: mean direct contribution to a node of all media that state no share, as a share of its level.
        surroundings: what happens without media; of every node that states none.
        outcome: the outcome, with its value and the likelihood to fit, or its name ("sales" by default) if it is money.
        nodes: stages and outcomes instead of the one outcome: steps with their truth, or nodes whose truth is drawn.
        missing: number of empty weeks by node, or the weeks themselves.
        rho: correlation of the shocks of a scenario's stage and outcomes.
        strength: multiple of the effect of all media of a scenario.
        like: a posterior: its calendar, spend, exposure and controls with one of its draws for a truth; nothing but
            ``seed`` and ``draw`` is asked beside it. See :func:`omnimix.truth.from_posterior.world_from_posterior`.
        draw: which draw; by default the one whose all-media ROAS is in the middle.
        geos: number of geos of different size, with one truth around which each has its own. Channels with
            ``scope="national"`` run alike in all; ``truth`` is then a :class:`GeoTruth`.
        heterogeneity: standard deviation, over geos, of the logarithm of what a channel brings.

    Raises :class:`SpecError` for an unknown scenario and for a world that is no funnel.

    >>> world = simulate(seed=1, weeks=104, saturation="exponential")
    >>> world.truth.table().channel.tolist()
    ['tv', 'radio', 'search', 'social', 'all_media']
    >>> sales = Step(Outcome("sales", parents=["visits"]), media={"tv": 0.02}, links={"visits": 0.5})
    >>> simulate(channels=["tv", "search"], nodes=[Stage("visits"), sales]).truth.paths().path.unique().tolist()
    ['tv -> visits -> sales', 'tv -> sales', 'interaction', 'search -> visits -> sales', 'search -> sales']
    """
    own = OwnWorld(tuple(channels), adstock, saturation, media_share, surroundings, outcome, nodes)
    _require_possible(seed=seed, weeks=weeks, start=start, history=history)
    calendar = Calendar(weeks, start, history, missing or {})
    _require_one_way(scenario, like, own, calendar, {"rho": rho, "strength": strength, "draw": draw, "geos": geos})
    if like is not None:
        return world_from_posterior(like, draw=draw, seed=seed)
    if scenario is not None:
        media, steps = SCENARIOS[scenario](Lot(seed, 1.0 if strength is None else strength, rho))
    else:
        media, steps = own.media, own.steps
    if geos is not None:
        return build_geo_world(
            media, steps, geos=geos, heterogeneity=heterogeneity, seed=seed, calendar=calendar, media_share=media_share
        )
    if scenario is not None:
        return build_world(media, steps, seed=seed, calendar=calendar)
    return build_world(own.media, own.steps, seed=seed, calendar=calendar, media_share=media_share)


@dataclass(frozen=True)
class OwnWorld:
    """A world of one's own declaring, as :func:`simulate` is asked for it; by default one outcome and four channels."""

    channels: tuple[Medium | Channel | str, ...] = DEFAULT_MEDIA
    adstock: str | None = None
    saturation: str | None = None
    media_share: float = MEDIA_SHARE
    surroundings: Surroundings | None = None
    outcome: Outcome | str | None = None
    nodes: Iterable[Step | Stage | Outcome] | None = None

    @property
    def media(self) -> list[Medium]:
        """The channels with their true families."""
        media = (m if isinstance(m, Medium) else Medium(m) for m in self.channels)
        return [
            replace(m, adstock=m.adstock or self.adstock, saturation=m.saturation or self.saturation) for m in media
        ]

    @property
    def steps(self) -> list[Step]:
        """The stages and outcomes with what surrounds them."""
        if self.nodes is not None and self.outcome is not None:
            raise SpecError("a world has either nodes or one outcome; put the outcome among the nodes")
        likelihood = (self.surroundings or Surroundings()).likelihood
        one = (
            self.outcome
            if isinstance(self.outcome, Outcome)
            else Outcome(self.outcome or "sales", value=1.0, likelihood=likelihood)  # simulated sales are money
        )
        steps = (n if isinstance(n, Step) else Step(n) for n in ([one] if self.nodes is None else self.nodes))
        return [replace(s, surroundings=s.surroundings or self.surroundings) for s in steps]


def _require_possible(*, seed: int, weeks: int, start: str, history: int) -> None:
    """Refuse numbers and days that no world can have, all at once."""
    wrong = [
        f"`{name}` is a whole number from {low}, not {given}"
        for name, given, low in (("seed", seed, 0), ("weeks", weeks, 1), ("history", history, 0))
        if given < low
    ]
    try:
        pd.Timestamp(start)
    except (ValueError, OverflowError):
        wrong.append(f"`start` is a day such as '2022-01-03', not {start!r}")
    if wrong:
        raise SpecError(f"no such world: {'; '.join(wrong)}.")


def _require_one_way(
    scenario: str | None, like: Posterior | None, own: OwnWorld, calendar: Calendar, given: Mapping[str, object]
) -> None:
    """Refuse arguments that another way of asking for a world would pass over in silence."""
    declared = own != OwnWorld()
    if scenario is not None and scenario not in SCENARIOS:
        raise SpecError(
            f"a scenario is one of {', '.join(SCENARIOS)}, not {scenario!r}{did_you_mean(scenario, SCENARIOS)}"
        )
    if scenario is not None and (declared or like is not None):
        raise SpecError(f"the scenario {scenario!r} has channels and nodes of its own; leave yours out, or its name")
    if like is not None and given["geos"] is not None:
        raise SpecError("a world like a posterior has no geos; leave geos out")
    if like is not None and (declared or calendar != Calendar()):
        raise SpecError(
            "a world like a posterior has its weeks, channels, nodes and empty weeks from there; leave yours out"
        )
    for name, instead in (
        ("rho", "state the correlation of a Bond instead"),
        ("strength", "state the media share of your own world instead"),
    ):
        if given[name] is not None and scenario is None:
            raise SpecError(f"{name} belongs to a scenario; {instead}")
    if given["draw"] is not None and like is None:
        raise SpecError("draw names a draw of the posterior given as `like`; give that too")
