"""Which links of a chain come later than a link: by their stated places, by their jobs, else by the funnel."""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.spec import JOBS, Chain, Channel, Funnel, Link


def later_links(funnel: Funnel, chain: Chain) -> dict[str, frozenset[str]]:
    """Return, by link, the links that come after it.

    Places are those given as ``order``, or else the jobs where every link has one. Without either, a link is later than
    another if one of its channels answers to, or works on the audience of, a stage that the other acts on, directly or
    on the way; links that feed each other run side by side. How links are listed says nothing.
    """
    if all(link.order is not None for link in chain.links):
        return _by_place(chain, {link.name: int(link.order or 0) for link in chain.links})
    if all(link.job is not None for link in chain.links):
        return _by_place(chain, {link.name: JOBS.index(str(link.job)) for link in chain.links})
    fed = {link.name: frozenset(_fed(funnel, chain, link)) for link in chain.links}
    return {n: frozenset(k for k in after if n not in fed[k]) for n, after in fed.items()}


def _by_place(chain: Chain, place: dict[str, int]) -> dict[str, frozenset[str]]:
    return {n: frozenset(k for k in chain.link_names if place[k] > place[n]) for n in chain.link_names}


def _fed(funnel: Funnel, chain: Chain, link: Link) -> Iterator[str]:
    """Give the links of which a channel depends on what this link's channels bring about."""
    own = {c.name for c in _channels(funnel, link)}
    reached = _reached(funnel, _channels(funnel, link))
    for other in chain.links:
        channels = [c for c in _channels(funnel, other) if c.name not in own]
        if other != link and any(_depends(c) & reached for c in channels):
            yield other.name


def _channels(funnel: Funnel, link: Link) -> list[Channel]:
    """Return the channels of a link; a campaign runs on its channel."""
    holders = {k: c.name for c in funnel.channels for k in c.campaigns}
    return [funnel.channel(n) for n in dict.fromkeys(holders.get(c, c) for c in link.channels)]


def _reached(funnel: Funnel, channels: list[Channel]) -> set[str]:
    """Return every node that channels act on, over links between nodes and over channels that depend on nodes."""
    acting, reached = {c.name for c in channels}, set[str]()
    while True:
        nodes = {
            n.name for n in funnel.nodes if acting & {c.name for c in funnel.drivers(n)} or set(n.parents) & reached
        }
        following = acting | {c.name for c in funnel.channels if _depends(c) & nodes}
        if nodes == reached and following == acting:
            return reached
        acting, reached = following, nodes


def _depends(channel: Channel) -> set[str]:
    return {s for s in (channel.responds_to, channel.fuelled_by) if s is not None}
