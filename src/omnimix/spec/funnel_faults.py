"""What a funnel cannot be: everything that is wrong with one at once, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from omnimix.spec.graph import wrong_links
from omnimix.spec.stock import wrong_stock

if TYPE_CHECKING:
    from omnimix.spec.funnel import Funnel


def faults_of(funnel: Funnel) -> list[str]:
    """Return what is wrong with a funnel, a sentence each."""
    names = [*funnel.channel_names, *(n.name for n in funnel._declared)] + [s.name for s in [funnel.stock] if s]
    wrong = [f"the name {n!r} is used twice" for n in sorted({n for n in names if names.count(n) > 1})]
    valued = [o.name for o in funnel.outcomes if o.value is not None]
    if 0 < len(valued) < len(funnel.outcomes):
        wrong.append(
            f"only {', '.join(valued)} has a value: money and units would be added up; give every outcome its value"
        )
    for name in ("media_share", "media_roas", "change_scale"):
        prior = getattr(funnel, name)
        if prior is not None and prior.support != "positive":
            wrong.append(f"{name} needs a positive prior such as Gamma, LogNormal or HalfNormal")
    if funnel.effects_change not in (None, "half_year", "year"):
        wrong.append(f"effects_change is 'half_year', 'year' or left out, not {funnel.effects_change!r}")
    if funnel.effects_change is not None and funnel.stock is not None:
        wrong.append(
            f"effects_change does not go together with a slow stock ({funnel.stock.name}) yet: a stock that fills and "
            "effects that grow look alike; leave one of the two out"
        )
    if not funnel.channels:
        wrong.append("it needs at least one channel")
    elif not funnel.bought:
        wrong.append(
            "none of its channels is paid, so that nothing is held against money; declare what is bought as well"
        )
    if not funnel.outcomes:
        wrong.append("it needs at least one outcome")
    wrong += _wrong_campaigns(funnel)
    stages = [s.name for s in funnel.stages]
    wrong += wrong_links(funnel.channels, funnel._declared, stages)
    if funnel.stock is not None and not wrong:
        direct = {n.name: {c.name: c.fuelled_by for c in funnel.drivers(n)} for n in funnel._declared}
        wrong += wrong_stock(funnel.stock, direct)
        wrong += [
            f"{c.name} has campaigns, and {funnel.stock.name} has a stock, which do not go together yet; name the "
            f"drivers of {funnel.stock.name} without {c.name}, or leave its campaigns out"
            for c in funnel.channels
            if c.campaigns and any(funnel.is_slow(n, c) for n in funnel.nodes)
        ]
        wrong += [
            f"{c.name} has reach and frequency, and {funnel.stock.name} has a stock, which do not go together yet; "
            f"name the drivers of {funnel.stock.name} without {c.name}, or give impressions as exposure of {c.name}"
            for c in funnel.channels
            if c.reach and any(funnel.is_slow(n, c) for n in funnel.nodes)
        ]
    return wrong


def _wrong_campaigns(funnel: Funnel) -> list[str]:
    """Refuse campaigns of two channels, and those that are something else as well: money would be counted twice."""
    holders: dict[str, list[str]] = {}
    for channel in funnel.channels:
        for campaign in dict.fromkeys(channel.campaigns):
            holders.setdefault(campaign, []).append(channel.name)
    columns = {c: f"column of channel {n.name}" for n in funnel.channels for c in n.columns if c != n.name}
    kinds = dict.fromkeys(funnel.controls, "control") | columns | {n.name: "stage or outcome" for n in funnel._declared}
    kinds |= dict.fromkeys(funnel.channel_names, "channel")
    wrong = [
        f"campaign {k!r} stands under {' and '.join(held)}; its money is spent once"
        for k, held in holders.items()
        if len(held) > 1
    ]
    return wrong + [
        f"{k!r} is a campaign of {held[0]} and a {kinds[k]} as well; give one of the two another name or column"
        for k, held in holders.items()
        if k in kinds
    ]
