"""One node of a simulated world: what it is, what media do to it directly, and what earlier nodes do to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from omnimix.errors import SpecError, did_you_mean
from omnimix.spec import Outcome, Stage
from omnimix.truth.baseline import Surroundings
from omnimix.truth.true_curves import require_known_parameters


@dataclass(frozen=True)
class Effect:
    """What one channel does to one node directly.

    Args:
        share: mean weekly contribution over the window as a share of the node's level.
        adstock: true carryover family of this effect; the medium's by default.
        saturation: true saturation family of this effect; the medium's by default.
        parameters: true curve parameters; the medium's by default, drawn where absent.

    >>> Effect(0.1, adstock="delayed", parameters={"peak": 2.0}).share
    0.1
    """

    share: float
    adstock: str | None = field(default=None, kw_only=True)
    saturation: str | None = field(default=None, kw_only=True)
    parameters: Mapping[str, float] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        require_known_parameters("an effect", self.parameters)


@dataclass(frozen=True)
class Bond:
    """What an earlier node does to a later one.

    Args:
        effect: change of the later node, in shares of its level, when the earlier one is a whole level higher.
        retention: share of that effect that is left over to the next week (geometric carryover).
        correlation: correlation of both nodes' shocks of the same week: unseen demand that moves the two.

    >>> Bond(0.5, retention=0.3, correlation=0.6).effect
    0.5
    """

    effect: float
    retention: float = field(default=0.0, kw_only=True)
    correlation: float = field(default=0.0, kw_only=True)

    def __post_init__(self) -> None:
        if not 0 <= self.retention < 1 or not -1 < self.correlation < 1:
            raise SpecError(
                "a bond's retention is from 0 to 1 and its correlation between -1 and 1, not "
                f"{self.retention} and {self.correlation}"
            )


@dataclass(frozen=True)
class Step:
    """One stage or outcome of a simulated world with its truth.

    Args:
        node: the stage or outcome as a fit will use it.
        media: direct effect by channel: an :class:`Effect`, or its share. Channels that it does not name do nothing
            to the node directly; ``None`` takes the shares of the media themselves.
        links: effect by parent: a :class:`Bond`, or its effect; drawn where absent.
        surroundings: what it does without media, and the true likelihood; that of the node by default.

    >>> Step(Outcome("sales", parents=["visits"]), media={"tv": 0.05}, links={"visits": 0.4}).node.name
    'sales'
    """

    node: Stage | Outcome
    media: Mapping[str, Effect | float] | None = field(default=None, kw_only=True)
    links: Mapping[str, Bond | float] = field(default_factory=dict, kw_only=True)
    surroundings: Surroundings | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        for name in self.links:
            if name not in self.node.parents:
                raise SpecError(
                    f"{self.node.name}: links names {name!r}, which is no parent{did_you_mean(name, self.node.parents)}"
                )
        total = sum(b.correlation**2 for b in self.links.values() if isinstance(b, Bond))
        if total >= 1:
            raise SpecError(
                f"{self.node.name}: the squared correlations of its links add up to {total:.2f}, not below 1"
            )

    @property
    def around(self) -> Surroundings:
        """What it does without media, by default with the likelihood of the node."""
        return self.surroundings or Surroundings(likelihood=self.node.likelihood)
