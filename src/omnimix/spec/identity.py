"""An identity: what a result is made of by definition, such as sales = visits x conversion x basket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from omnimix.arguments import checked
from omnimix.errors import SpecError
from omnimix.spec.chain import told_together


@checked
@dataclass(frozen=True)
class Identity:
    """What a stage or an outcome is made of by definition.

    It is the first count times one rate after the other, each with the count before it as its denominator:
    ``Identity("sales", through=["visits", "orders"])`` says sales = visits x (orders / visits) x (sales / orders).
    Counts are columns of the table, so that a rate over several weeks is a sum over a sum.

    Args:
        of: the stage or outcome.
        through: counts on the way to it, the first one first.
        names: what the rates are called, one a count: ``["conversion", "basket"]``; by default "orders per visits".

    Raises :class:`SpecError` without a count, for a count that stands there twice, and for another number of names.

    >>> Identity("sales", through=["visits", "orders"], names=["conversion", "basket"]).factors
    ('visits', 'conversion', 'basket')
    """

    of: str
    through: Sequence[str] = field(kw_only=True)
    names: Sequence[str] = field(default=(), kw_only=True)

    def __post_init__(self) -> None:
        for key in ("through", "names"):
            given = getattr(self, key)
            object.__setattr__(self, key, (given,) if isinstance(given, str) else tuple(given))
        wrong = []
        if not self.through:
            wrong.append("name at least one count on the way, such as through=['visits', 'orders']")
        if len({self.of, *self.through}) < len(self.through) + 1:
            wrong.append("a count stands there twice")
        if self.names and len(self.names) != len(self.through):
            wrong.append(f"{len(self.through)} rates have {len(self.names)} names; give one a rate")
        if wrong:
            raise SpecError(f"identity of {self.of!r}: {told_together(wrong)}")

    @property
    def counts(self) -> tuple[str, ...]:
        """The counts, from the first to what is explained."""
        return (*self.through, self.of)

    @property
    def factors(self) -> tuple[str, ...]:
        """The first count and the rates, by name."""
        pairs = zip(self.counts[1:], self.counts[:-1], strict=True)
        return (self.through[0], *(self.names or tuple(f"{one} per {other}" for one, other in pairs)))
