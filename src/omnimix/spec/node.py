"""The weekly series of a funnel: stages on the way, outcomes at the end, and how media and stages act on them."""

from __future__ import annotations

import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, SupportsFloat, get_args

from omnimix.arguments import checked
from omnimix.curves import ADSTOCKS
from omnimix.errors import SpecError, did_you_mean
from omnimix.spec.stock import Stock, wrong_stock_stage, wrong_tracker

Likelihood = Literal["normal", "student_t", "log_normal"]
Confounding = Literal["none", "some", "strong"]
Scope = Literal["geo", "national"]
LIKELIHOODS: tuple[str, ...] = get_args(Likelihood)
CONFOUNDINGS: tuple[Confounding, ...] = get_args(Confounding)
SCOPES: tuple[str, ...] = get_args(Scope)


@dataclass(frozen=True)
class Node:
    """What a stage and an outcome share: a weekly series that media and earlier nodes drive.

    Args:
        name: the column of the weekly series, and the node's name.
        drivers: names of the channels that act on it directly. By default all channels but those that would close a
            circle: channels fuelled by it or by what comes after it, and channels that answer to a later stage.
        parents: stages, or other outcomes, that act on it.
        value: money for one unit (a margin share when the series is revenue). Of outcomes all or none have one; with
            none, results count units, and nothing is held against money. Of what :func:`omnimix.clv` returns the mean
            is taken, with its standard error.
        value_error: standard error of ``value``: every draw of the posterior counts a unit at another value, so that
            ROAS, contributions, chains and the gain of a plan are as unsure as that. Plans are searched for, and
            priors are stated, at ``value``.
        confounding: how strongly unseen demand may move a parent and this node together.
        likelihood: ``normal``, ``student_t`` (heavy tails) or ``log_normal`` (effects multiply).
        adstock: how a parent's effect carries over: any adstock family, ``none`` for the same week only.
        max_lag: weeks after a parent's week in which it may still work.
        signed: parents whose effect may be negative, such as online visits that take sales from shops.
        scope: in a panel of geos, ``geo`` where every geo has its series, ``national`` where one series is that of all.

    Raises :class:`SpecError` listing what is wrong.
    """

    name: str
    drivers: Sequence[str] | None = field(default=None, kw_only=True)
    parents: Sequence[str] = field(default=(), kw_only=True)
    value: float | None = field(default=None, kw_only=True)
    value_error: float = field(default=0.0, kw_only=True)
    confounding: Confounding = field(default="some", kw_only=True)
    likelihood: Likelihood = field(default="normal", kw_only=True)
    adstock: str = field(default="geometric", kw_only=True)
    max_lag: int = field(default=8, kw_only=True)
    signed: Sequence[str] = field(default=(), kw_only=True)
    scope: Scope = field(default="geo", kw_only=True)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "drivers", None if self.drivers is None else _names(self.drivers))
        put(self, "parents", _names(self.parents))
        put(self, "signed", _names(self.signed))
        if isinstance(self.value, SupportsFloat) and not isinstance(self.value, numbers.Real):  # such as om.clv gives
            put(self, "value_error", self.value_error or float(getattr(self.value, "standard_error", 0.0)))
            put(self, "value", float(self.value))
        wrong = tuple(_wrong(self))
        if wrong:
            raise SpecError(f"{self.name}: " + "; ".join(wrong))

    @property
    def lags(self) -> int:
        """Number of lags of a parent's kernel, the week itself included."""
        return 1 if self.adstock == "none" else self.max_lag + 1


@checked
@dataclass(frozen=True)
class Stage(Node):
    """A step on the way, such as visits or leads: it earns nothing itself and feeds later nodes.

    Args:
        stock: a :class:`Stock`, for a stage that nobody measures and that fades over months, such as a brand. It needs
            no column: a part of what its drivers bring to the nodes that name it as a parent comes through it.
        tracker: of a stage with a stock, the column of a survey that follows it: a share between 0 and 1, such as brand
            awareness, in the weeks in which people were asked; all other weeks are empty.
        tracker_n: the column of how many people were asked in such a week.

    All other arguments are those of :class:`Node`.

    >>> Stage("visits", drivers=["tv", "search"]).drivers
    ('tv', 'search')
    """

    stock: Stock | None = field(default=None, kw_only=True)
    tracker: str | None = field(default=None, kw_only=True)
    tracker_n: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        wrong = list(wrong_stock_stage(self.name, self.stock, self))
        wrong += wrong_tracker(self.name, self.stock, self.tracker, self.tracker_n)
        if wrong:
            raise SpecError("; ".join(wrong))
        if self.value is not None:
            raise SpecError(
                f"{self.name}: a stage earns nothing itself and has no value; give the value to the outcomes it feeds, "
                "or declare it as an outcome"
            )


@checked
@dataclass(frozen=True)
class Outcome(Node):
    """What is earned in the end, such as online or store sales, with its money for one unit (``value``).

    >>> Outcome("orders", value=12.5).value
    12.5
    """


def _names(given: Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _wrong(node: Node) -> list[str]:
    wrong = [
        f"{key} is one of {', '.join(known)}, not {chosen!r}{did_you_mean(str(chosen), known)}"
        for key, chosen, known in (
            ("likelihood", node.likelihood, LIKELIHOODS),
            ("confounding", node.confounding, CONFOUNDINGS),
            ("adstock", node.adstock, tuple(ADSTOCKS)),
            ("scope", node.scope, SCOPES),
        )
        if chosen not in known
    ]
    if not node.name:
        wrong.append("a node needs a name")
    if not isinstance(node.max_lag, int) or not 0 <= node.max_lag <= 104:
        wrong.append(f"max_lag is a whole number of weeks from 0 to 104, not {node.max_lag!r}")
    if node.value is not None and not node.value > 0:
        wrong.append(f"value is money for one unit and must be above 0, not {node.value}")
    if not isinstance(node.value_error, int | float) or not 0 <= node.value_error < math.inf:
        wrong.append(f"value_error is the standard error of value, 0 or more, not {node.value_error!r}")
    elif node.value_error > 0 and node.value is None:
        wrong.append("value_error is given and no value; give money for one unit as value, or leave both out")
    for kind, names in (("driver", node.drivers or ()), ("parent", node.parents)):
        wrong += [f"{kind} {n!r} is named twice" for n in sorted({n for n in names if names.count(n) > 1})]
    wrong += [
        f"signed names {n!r}, which is no parent{did_you_mean(n, node.parents)}"
        for n in node.signed
        if n not in node.parents
    ]
    return wrong
