"""The way into simulated worlds: one outcome or a whole funnel, declared or by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from omnimix.errors import SpecError, did_you_mean
from omnimix.spec import Channel, Outcome, Stage
from omnimix.truth.build import Missing, build_world
from omnimix.truth.like import world_like
from omnimix.truth.media import Medium, with_families
from omnimix.truth.scenarios import SCENARIOS
from omnimix.truth.steps import Step
from omnimix.truth.surroundings import Surroundings
from omnimix.truth.world import World

if TYPE_CHECKING:
    from omnimix.posterior import Posterior

DEFAULT_MEDIA = (
    Medium("tv", style="flighted"),
    Medium("radio", style="flighted"),
    Medium("search", style="always_on"),
    Medium("social", style="pulsed"),
)


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
    media_share: float = 0.25,
    surroundings: Surroundings | None = None,
    outcome: Outcome | str | None = None,
    nodes: Iterable[Step | Stage | Outcome] | None = None,
    missing: Missing | None = None,
    rho: float | None = None,
    strength: float | None = None,
    like: Posterior | None = None,
    draw: int | None = None,
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
        outcome: the outcome, with its value and the likelihood to fit, or its name; "sales" by default.
        nodes: stages and outcomes instead of the one outcome: steps with their truth, or nodes whose truth is drawn.
        missing: number of empty weeks by node, or the weeks themselves.
        rho: correlation of the shocks of a scenario's stage and outcomes.
        strength: multiple of the effect of all media of a scenario.
        like: a posterior: its calendar, spend, exposure and controls with one of its draws for a truth; nothing but
            ``seed`` and ``draw`` is asked beside it. See :func:`omnimix.truth.like.world_like`.
        draw: which draw; by default the one whose all-media ROAS is in the middle.

    Raises :class:`SpecError` for an unknown scenario and for a world that is no funnel.

    >>> world = simulate(seed=1, weeks=104, saturation="exponential")
    >>> world.truth.table().channel.tolist()
    ['tv', 'radio', 'search', 'social', 'all_media']
    >>> sales = Step(Outcome("sales", parents=["visits"]), media={"tv": 0.02}, links={"visits": 0.5})
    >>> simulate(channels=["tv", "search"], nodes=[Stage("visits"), sales]).truth.paths().path.unique().tolist()
    ['tv -> visits -> sales', 'tv -> sales', 'interaction', 'search -> visits -> sales', 'search -> sales']
    """
    declared = channels is not DEFAULT_MEDIA or {adstock, saturation} != {None} or surroundings is not None
    declared = declared or outcome is not None or nodes is not None
    _require_one_way(
        scenario, like is not None, declared, {"rho": rho, "strength": strength, "draw": draw}, missing is not None
    )
    if like is not None:
        return world_like(like, draw=draw, seed=seed)
    calendar: dict[str, Any] = {"seed": seed, "weeks": weeks, "start": start, "history": history, "missing": missing}
    if scenario is not None:
        sizes = {"rho": rho, "strength": strength}
        return SCENARIOS[scenario](**calendar, **{k: v for k, v in sizes.items() if v is not None})
    if nodes is not None and outcome is not None:
        raise SpecError("a world has either nodes or one outcome; put the outcome among the nodes")
    media = [with_families(m if isinstance(m, Medium) else Medium(m), adstock, saturation) for m in channels]
    given = surroundings or Surroundings()
    kept = Outcome(outcome or "sales", likelihood=given.likelihood) if not isinstance(outcome, Outcome) else outcome
    steps = [kept] if nodes is None else list(nodes)
    return build_world(media, [_step(s, surroundings) for s in steps], media_share=media_share, **calendar)


def _step(node: Step | Stage | Outcome, surroundings: Surroundings | None) -> Step:
    step = node if isinstance(node, Step) else Step(node)
    return replace(step, surroundings=step.surroundings or surroundings)


def _require_one_way(
    scenario: str | None, like: bool, declared: bool, given: Mapping[str, object], missing: bool
) -> None:
    """Refuse arguments that another way of asking for a world would pass over in silence."""
    if scenario is not None and scenario not in SCENARIOS:
        raise SpecError(
            f"a scenario is one of {', '.join(SCENARIOS)}, not {scenario!r}{did_you_mean(scenario, SCENARIOS)}"
        )
    if scenario is not None and (declared or like):
        raise SpecError(f"the scenario {scenario!r} has channels and nodes of its own; leave yours out, or its name")
    if like and (declared or missing):
        raise SpecError("a world like a posterior has its channels, nodes and empty weeks from there; leave yours out")
    if given["rho"] is not None and scenario is None:
        raise SpecError("rho belongs to a scenario; state the correlation of a Bond instead")
    if given["strength"] is not None and scenario is None:
        raise SpecError("strength belongs to a scenario; state the media share of your own world instead")
    if given["draw"] is not None and not like:
        raise SpecError("draw names a draw of the posterior given as `like`; give that too")
