"""Limits where levers are channels in geos: which limit holds for a lever alone, and which for several together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from omnimix.budget.lever import Lever
from omnimix.errors import BudgetError, did_you_mean
from omnimix.labels import CHANNEL
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.spec import Limit, Limits, told_together


def limit_of(limits: Limits, lever: Lever) -> Limit:
    """Return what a lever alone may spend; in one geo, it has the flights of its channel if it has none itself."""
    whole = limits.channels.get(lever.channel, Limit())
    if lever.geo is None:
        return whole
    own = limits.channels_in_geos.get(lever.channel, {}).get(lever.geo, Limit())
    return own if own.flights is not None else replace(own, flights=whole.flights)


def on_channels_in_all_geos(limits: Limits, levers: Iterable[Lever]) -> Iterator[tuple[str, str, Limit]]:
    """Give the limits on channels that have a lever a geo: ``channel``, its name, the limit on all of them together."""
    together = {lever.channel for lever in levers if lever.geo is not None}
    for name, limit in limits.channels.items():
        if name in together:
            yield CHANNEL, name, replace(limit, flights=None)


def require_known_by_geo(posterior: Posterior, limits: Limits, *, by_geo: bool) -> None:
    """Refuse limits by geo that no plan can read. Raises :class:`BudgetError` with everything at once."""
    if not by_geo:
        if limits.geos or limits.channels_in_geos:
            raise BudgetError(
                "`geos` and `channels_in_geos` are limits on a plan by geo, which om.optimize_budget(posterior, "
                "by='geo') makes of a fit of several geos; leave them out, or ask for that."
            )
        return
    assert isinstance(posterior, GeoPosterior)
    geos, names = posterior.geos, posterior.funnel.channel_names
    national = {c.name for c in posterior.funnel.channels if c.scope == "national"}
    wrong = [
        f"{geo!r} is no geo of this fit{did_you_mean(geo, geos)}"
        for geo in dict.fromkeys((*limits.geos, *(g for own in limits.channels_in_geos.values() for g in own)))
        if geo not in geos
    ]
    for name in limits.channels_in_geos:
        if name not in names:
            wrong.append(f"{name!r} is no channel of this funnel{did_you_mean(name, names)}")
        elif name in national:
            wrong.append(f"{name!r} is national and has no money of its own in a geo; limit it in `channels`")
    wrong += [
        f"`weekly_min` of {name!r} is for a channel in one geo; give it in `channels_in_geos`"
        for name, limit in limits.channels.items()
        if limit.weekly_min is not None and name not in national
    ]
    if wrong:
        raise BudgetError(f"the limits cannot be read by geo: {told_together(wrong)}")
