"""Weeks without spend of a channel that answers to demand: how were they read?"""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.findings import Finding
from omnimix.mechanics import spend_equation
from omnimix.posterior import Posterior
from omnimix.spec import Channel


def unspent_check(posterior: Posterior) -> Iterator[Finding]:
    """Say of every channel with ``responds_to`` which of its weeks without spend count as answers to low demand."""
    for channel in posterior.funnel.responding:
        weeks = posterior.scaling.window_weeks
        spend = posterior.panel.series(channel.spend_column).reindex(weeks)
        low = [str(w.date()) for w in posterior.scaling.unspent_weeks(spend_equation(channel))]
        off = [str(w.date()) for w in weeks[(spend <= 0).to_numpy()] if str(w.date()) not in low]
        if low or off:
            yield Finding(
                "weeks_without_spend", "notes", _message(channel, low, off), _remedy(channel), len(low), channel.name
            )


def _message(channel: Channel, low: list[str], off: list[str]) -> str:
    told = []
    if low:
        told.append(
            f"{len(low)} week(s) without spend of {channel.name} were read as too little demand: {_listed(low)}"
        )
    if off:
        told.append(
            f"{len(off)} week(s) without spend of {channel.name} were read as switched off by hand, so that they say "
            f"nothing about how it answers to {channel.responds_to}: {_listed(off)}"
        )
    return ". ".join(told) + "."


def _remedy(channel: Channel) -> str:
    return (
        f"Scattered weeks count as too little demand where small weeks of {channel.name} are about as many as a bell "
        "curve cut off at zero would have. If that is not how they came about, give the switch (1 off, 0 on) as a "
        "control."
    )


def _listed(weeks: list[str]) -> str:
    return ", ".join(weeks[:5]) + (f" and {len(weeks) - 5} more" if len(weeks) > 5 else "")
