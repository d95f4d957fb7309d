"""What the pictures of a chain share: the order and colours of links, and what they return."""

from __future__ import annotations

from omnimix.chains import ChainVerdict
from omnimix.colours import QUIET, channel_colours
from omnimix.errors import OmnimixError
from omnimix.plot.triples import Triple, triple_of


def returns_of(verdict: ChainVerdict, measure: str) -> dict[str, Triple]:
    """Return a ROAS of every link by name, links in the order of the chain."""
    return {n: triple_of(verdict.draws(measure, n), verdict.returns.interval, measure) for n in in_order(verdict)}


def in_order(verdict: ChainVerdict) -> list[str]:
    """Return the links from first to last: those that others come after above these others."""
    return sorted(verdict.spend, key=lambda name: -len(verdict.later[name]))


def link_colours(verdict: ChainVerdict) -> dict[str, str]:
    """Return the colour of every link: its channel's, as in every picture of the funnel, else grey."""
    colours = channel_colours(verdict.channels)
    return {k.name: colours.get(k.channels[0], QUIET) if len(k.channels) == 1 else QUIET for k in verdict.chain.links}


def require_spent(verdict: ChainVerdict) -> None:
    """Refuse to draw a chain that spent nothing. Raises :class:`OmnimixError`."""
    if not any(verdict.spend.values()):
        raise OmnimixError(
            f"there is nothing to draw: no link of chain {verdict.chain.name!r} spent anything in its weeks."
        )
