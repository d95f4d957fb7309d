r"""Scale, keep, fix, test or stop: the verdict that loses least, given what the posterior says of a link or a chain.

In every draw one of four things is true, by three returns held against the hurdle: ROAS, the ROAS of the next money
(marginal), and the ROAS that half the spend would have:

    scale   ROAS and marginal ROAS reach the hurdle: more would earn its money
    keep    ROAS reaches it, marginal ROAS does not: it earns its money, more would not
    fix     ROAS does not, but that of the next money or of half the spend does (of a chain: or that of its best links):
            it would earn at another size
    stop    none of them does

A table of losses says how bad each verdict is where each of these is true; the verdict with the smallest expected loss
is given. ``test`` costs the same whatever is true, so that it is the verdict where the data cannot decide.

Where it was worked out what the answer of a test would be worth and what the test would cost, a test that is not worth
its cost is no verdict: of keeping and stopping the one that loses less is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args, runtime_checkable

import numpy as np

from omnimix.arguments import checked
from omnimix.errors import OmnimixError, did_you_mean
from omnimix.mechanics import Array

Verdict = Literal["scale", "keep", "fix", "test", "stop"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
STATES = ("scale", "keep", "fix", "stop")  # what can be true; "test" never is
WITHOUT_TEST: tuple[Verdict, ...] = ("keep", "stop")  # what is left where a test is not worth its cost
STEPS_APART = {v: {s: float(abs(i - k)) for k, s in enumerate(STATES)} for i, v in enumerate(STATES)}
A_TEST = 1 / 3  # of the loss of a verdict one step off: decide when wrong by one step at most one time in three


@checked
@dataclass(frozen=True)
class Losses:
    """What every verdict costs where something else is true, in any unit; only ratios matter.

    Attributes:
        table: loss by verdict and by what is true. By default the number of steps between both on the ladder stop, fix,
            keep, scale, and a third of a step for ``test``, whatever is true: a verdict is given when its expected
            loss is below that of finding out.

    Raises :class:`OmnimixError` for a verdict or state that is missing or unknown and for a loss that is no number of 0
    or more.

    >>> Losses.with_test(0.4).table["test"]["stop"]
    0.4
    """

    table: Mapping[str, Mapping[str, float]] = field(
        default_factory=lambda: {**STEPS_APART, "test": dict.fromkeys(STATES, A_TEST)}
    )

    def __post_init__(self) -> None:
        wrong = [f"{v!r} is no verdict{did_you_mean(str(v), VERDICTS)}" for v in self.table if v not in VERDICTS]
        for verdict in VERDICTS:
            row = self.table.get(verdict)
            if row is None:
                wrong.append(f"it has no losses of {verdict!r}")
                continue
            wrong += [
                f"losses of {verdict!r}: {s!r} is never true; what can be is {', '.join(STATES)}"
                for s in row
                if s not in STATES
            ]
            wrong += [f"losses of {verdict!r}: none is given where {s!r} is true" for s in STATES if s not in row]
            wrong += [f"losses of {verdict!r}: {x!r} is no number of 0 or more" for x in row.values() if not _loss(x)]
        if wrong:
            raise OmnimixError("the table of losses is not usable: " + "; ".join(wrong) + ".")

    @classmethod
    def with_test(cls, loss: float) -> Losses:
        """Return the usual table with another loss of ``test``: higher asks less often for a test."""
        return cls({**STEPS_APART, "test": dict.fromkeys(STATES, loss)})

    def expected(self, probabilities: Mapping[str, float]) -> dict[str, float]:
        """Return the expected loss of every verdict."""
        return {v: sum(probabilities[s] * self.table[v][s] for s in STATES) for v in VERDICTS}


@dataclass(frozen=True)
class Worth:
    """What the best test of something would be worth, and cost, in money.

    Attributes:
        evsi: what its answer is worth in better plans.
        cost: profit expected to be lost while it runs.

    >>> Worth(evsi=5_000.0, cost=8_000.0).pays
    False
    """

    evsi: float
    cost: float

    @property
    def pays(self) -> bool:
        """Whether the answer is worth more than the test costs."""
        return self.evsi > self.cost


@runtime_checkable
class PricedTests(Protocol):
    """What knows the worth of tests, such as :func:`omnimix.design_tests` returns."""

    @property
    def worth(self) -> Mapping[str, Worth]:
        """By channel, that of its best test."""


def best_worth(channels: Iterable[str], worth: Mapping[str, Worth] | None) -> Worth | None:
    """Return the worth of the best test of some channels; ``None`` where that of any of them is not known.

    >>> known = {"tv": Worth(1.0, 9.0), "radio": Worth(4.0, 2.0)}
    >>> best_worth(["tv", "radio"], known), best_worth(["tv", "search"], known)
    (Worth(evsi=4.0, cost=2.0), None)
    """
    found = [None if worth is None else worth.get(name) for name in channels]
    known = [one for one in found if one is not None]
    return max(known, key=lambda one: one.evsi - one.cost) if known and len(known) == len(found) else None


@dataclass(frozen=True)
class Judgement:
    """A verdict with what it rests on.

    Attributes:
        verdict: scale, keep, fix, test or stop; ``None`` where nothing can be judged: nothing was spent, or value is no
            money that could be held against the hurdle. All that follows is nan then.
        probability: how likely it is right: that of its state; for ``test`` that of the likeliest state.
        probabilities: how likely each of scale, keep, fix and stop is what is true.
        losses: expected loss of every verdict.
        above_hurdle: probability that ROAS reaches the hurdle.
        marginal_above_hurdle: probability that the ROAS of the next money does.
        test: what the best test would be worth and cost; ``None`` where that was not worked out.
        test_declined: whether the verdict would be ``test``, were the best one worth its cost.
    """

    verdict: Verdict | None
    probability: float
    probabilities: Mapping[str, float]
    losses: Mapping[str, float]
    above_hurdle: float
    marginal_above_hurdle: float
    test: Worth | None = None
    test_declined: bool = False


@dataclass(frozen=True)
class Returns:
    """The returns that a link or a chain is judged by, one figure a draw each.

    Attributes:
        roas: net of induced spend.
        marginal: of the next money.
        half: that half the spend would have.
    """

    roas: Array
    marginal: Array
    half: Array


def judge(returns: Returns, hurdle: float, losses: Losses, test: Worth | None = None) -> Judgement:
    """Judge a link or a chain; a ``test`` that is not worth its cost is no verdict.

    What has not spent anything has no returns (nan): there is nothing to judge, and no verdict.

    >>> steady = Returns(np.full(4, 1.5), np.full(4, 1.2), np.full(4, 1.8))
    >>> judge(steady, 1.0, Losses()).verdict
    'scale'
    """
    if not all(np.isfinite(x).all() for x in (returns.roas, returns.marginal, returns.half)):
        return not_judged()
    earns, grows, shrinks = (x >= hurdle for x in (returns.roas, returns.marginal, returns.half))
    true = {"scale": earns & grows, "keep": earns & ~grows, "fix": ~earns & (grows | shrinks)}
    true["stop"] = ~(earns | grows | shrinks)
    probabilities: dict[str, float] = {s: float(true[s].mean()) for s in STATES}
    expected = losses.expected(probabilities)
    verdict = min(VERDICTS, key=lambda v: (expected[v], VERDICTS.index(v)))
    declined = verdict == "test" and test is not None and not test.pays
    if declined:
        verdict = min(WITHOUT_TEST, key=lambda v: (expected[v], WITHOUT_TEST.index(v)))
    right = max(probabilities.values()) if verdict == "test" else probabilities[verdict]
    above = float(earns.mean()), float(grows.mean())
    return Judgement(verdict, right, probabilities, expected, *above, test, declined)


def not_judged() -> Judgement:
    """Return that nothing can be judged.

    >>> not_judged().verdict is None
    True
    """
    unknown = float("nan")
    return Judgement(None, unknown, dict.fromkeys(STATES, unknown), dict.fromkeys(VERDICTS, unknown), unknown, unknown)


def _loss(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < float("inf")
