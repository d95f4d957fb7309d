"""What a team with a budget of its own looks at, where nobody said."""

from __future__ import annotations

from collections.abc import Mapping

from omnimix.effects.future import Future
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import GEO, NODE, PARENT, TEAM
from omnimix.mechanics.parameters import STAGE_EFFECT
from omnimix.posterior import Posterior
from omnimix.spec import TeamGoal, told_together

ONLINE = ("online", "web", "ecom", "e-com", "digital", "internet")
STORE = ("store", "shop", "retail", "offline", "winkel", "branch")


def teams_of(future: Future, between: str = TEAM) -> dict[str, tuple[str, ...]]:
    """Return the channels of every team, or ``between`` geos what is bought in every geo.

    Raises :class:`BudgetError` where fewer than two set a channel.
    """
    if between == GEO:
        return _geos_of(future)
    found: dict[str, tuple[str, ...]] = {}
    for channel in future.posterior.funnel.bought:
        if channel.team is not None:
            found[channel.team] = (*found.get(channel.team, ()), channel.name)
    setting = [t for t, names in found.items() if any(n in future.set_channels for n in names)]
    if len(setting) < 2:
        raise BudgetError(
            "the cost of silos needs two teams that each set a channel; "
            f"{'only ' + setting[0] + ' does' if setting else 'no channel has a team'}. "
            'Give channels a team, such as om.Channel("tv", team="brand").'
        )
    return {t: found[t] for t in setting}


def _geos_of(future: Future) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, (_, geo) in future.places.items():
        if geo is not None:
            found[geo] = (*found.get(geo, ()), name)
    if len(found) < 2:
        raise BudgetError(
            "the cost of silos between geos needs two geos in which channels are bought; every channel of this fit is "
            "national."
        )
    return found


def goals_of(
    posterior: Posterior,
    teams: Mapping[str, tuple[str, ...]],
    given: Mapping[str, TeamGoal] | None,
    between: str = TEAM,
) -> dict[str, TeamGoal]:
    """Return the goal of every team, as given or as usual.

    As usual the team that buys most of what platforms measure - channels that answer to a stage or are called online by
    the team's own name - looks at what its own channels bring directly to the online outcome; every other team looks at
    the store outcome, or at the first stage where there is no other outcome. A geo looks at all outcomes there.

    Raises :class:`BudgetError` for goals of unknown teams or nodes.
    """
    given = given or {}
    nodes = [n.name for n in posterior.funnel.nodes]
    kind = "team that sets a channel" if between == TEAM else "geo in which a channel is bought"
    wrong = [f"{t!r} is no {kind}{did_you_mean(t, teams)}" for t in given if t not in teams]
    wrong += [
        f"the goal of {t} names {n!r}, which is no stage or outcome{did_you_mean(n, nodes)}"
        for t, goal in given.items()
        for n in goal.nodes
        if n not in nodes
    ]
    if wrong:
        raise BudgetError(f"the goals of teams are not usable: {told_together(wrong)}")
    if between == GEO:
        whole = TeamGoal(tuple(o.name for o in posterior.funnel.outcomes))
        return {geo: given.get(geo, whole) for geo in teams}
    online = online_outcome(posterior)
    others = [o.name for o in posterior.funnel.outcomes if o.name != online]
    stages = [s.name for s in posterior.funnel.stages]
    store = [o for o in others if _called(o, STORE)] or others or stages[:1] or [online]
    measured = _measured(posterior, teams)
    usual = {t: TeamGoal((online,), direct=True) if t == measured else TeamGoal(tuple(store)) for t in teams}
    return {t: given.get(t, usual[t]) for t in teams}


def online_outcome(posterior: Posterior) -> str:
    """Return the outcome that a platform sees: called online, else the one that follows its stages most closely."""
    outcomes = posterior.funnel.outcomes
    called = [o.name for o in outcomes if _called(o.name, ONLINE)]
    if called:
        return called[0]

    def closeness(name: str) -> float:
        parents = posterior.funnel.node(name).parents
        return sum(float(posterior.numbers(STAGE_EFFECT, **{NODE: name, PARENT: p}).mean()) for p in parents)

    return max((o.name for o in outcomes), key=closeness)


def _measured(posterior: Posterior, teams: Mapping[str, tuple[str, ...]]) -> str:
    """Return the team whose platforms measure sales."""
    called = [t for t in teams if _called(t, (*ONLINE, "performance", "search"))]
    if called:
        return called[0]
    responding = {c.name for c in posterior.funnel.responding}
    return max(teams, key=lambda t: (sum(n in responding for n in teams[t]), list(teams).index(t)))


def _called(name: str, words: tuple[str, ...]) -> bool:
    return any(word in name.casefold() for word in words)
