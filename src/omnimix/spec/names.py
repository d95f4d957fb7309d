"""What the names of a funnel stand for, so that a refusal says what a name is and not only what it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from omnimix.errors import did_you_mean
from omnimix.spec.funnel import Funnel


@dataclass(frozen=True)
class Names:
    """The names of a funnel, by what they stand for.

    Attributes:
        bought: channels that cost money.
        unpaid: channels that do not.
        campaigns: channel by campaign.
        nodes: stages and outcomes that a column holds.
        stocks: stages that no column holds.
    """

    bought: tuple[str, ...]
    unpaid: tuple[str, ...]
    campaigns: Mapping[str, str]
    nodes: tuple[str, ...]
    stocks: tuple[str, ...]

    @classmethod
    def of(cls, funnel: Funnel) -> Names:
        """Return the names of a funnel."""
        return cls(
            bought=funnel.bought_names,
            unpaid=tuple(c.name for c in funnel.unpaid),
            campaigns={k: c.name for c in funnel.channels for k in c.campaigns},
            nodes=tuple(n.name for n in funnel.nodes),
            stocks=() if funnel.stock is None else (funnel.stock.name,),
        )

    @classmethod
    def of_file(cls, raw: Mapping[str, Any]) -> Names:
        """Return the names that a project file declares, whose keys and types are right."""
        channels, stages = raw.get("channels", {}), raw.get("stages", {})
        return cls(
            bought=tuple(n for n, keys in channels.items() if keys.get("paid", True)),
            unpaid=tuple(n for n, keys in channels.items() if not keys.get("paid", True)),
            campaigns={k: n for n, keys in channels.items() for k in keys.get("campaigns", ())},
            nodes=(*(n for n, keys in stages.items() if "half_life" not in keys), *raw.get("outcomes", {})),
            stocks=tuple(n for n, keys in stages.items() if "half_life" in keys),
        )

    def is_known(self, name: str) -> bool:
        """Return whether it is a name of the funnel at all."""
        return name in (*self.bought, *self.unpaid, *self.campaigns, *self.nodes, *self.stocks)

    def no_channel(self, name: str, *, campaigns: bool = False) -> str:
        """Say why a name cannot stand where money is meant; empty where it can. ``campaigns`` says they may, too.

        >>> names = Names.of(Funnel(channels=["tv"], outcomes=["sales"]))
        >>> names.no_channel("tvv"), names.no_channel("tv")
        ("'tvv' is no channel; did you mean 'tv'?", '')
        """
        if name in self.bought or (campaigns and name in self.campaigns):
            return ""
        if name in self.unpaid:
            return f"{name!r} is not paid, so there is no money of it; name a channel that costs money"
        if name in self.campaigns:
            return f"{name!r} is a campaign of {self.campaigns[name]}; name the channel, its split stays as it is"
        if name in (*self.nodes, *self.stocks):
            return f"{name!r} is a stage or outcome and no channel"
        return f"{name!r} is no channel{did_you_mean(name, (*self.bought, *(self.campaigns if campaigns else ())))}"

    def no_node(self, name: str) -> str:
        """Say why a name cannot stand where a measured stage or outcome is meant; empty where it can."""
        if name in self.nodes:
            return ""
        if name in self.stocks:
            return (
                f"{name!r} is a stage of which no column holds a figure (it has a half-life), so that nothing can be "
                f"counted there; name one that is measured: {', '.join(self.nodes)}"
            )
        near = did_you_mean(name, self.nodes) or f"; there is {', '.join(self.nodes)}"
        return f"{name!r} is no stage or outcome{near}"
