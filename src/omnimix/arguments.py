"""What a verb or a record is given is checked against its annotations, so that a slip is told in words at the door."""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import math
import numbers
import sys
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAliasType, Union, get_args, get_origin

from omnimix.errors import ArgumentError, OmnimixError, did_you_mean

INTERVAL, SEED = "interval", "seed"  # one meaning in every verb
BY_GEO = "by_geo"  # set on records of several geos
MOST = 2**63  # whole numbers of 64 bits are all that arrays and seeds can take
MOST_ITEMS = 1000  # of a list, of which the kind is looked at
_UNION = (Union, types.UnionType)
_PLAIN = {float: "a finite number", int: "a whole number", str: "a text", bool: "True or False", type(None): "None"}
_HOW = {
    "Posterior": "fit one with om.fit(funnel, panel), or load one with om.load('posterior.nc')",
    "Panel": "make one with om.Panel(frame, week='week') or om.read_panel('weekly.csv')",
    "Funnel": "declare one with om.Funnel(channels=[...], outcomes=[...])",
    "Limits": "declare them with om.Limits(channels={'tv': om.Limit(max=100_000)})",
    "Limit": "declare one with om.Limit(min=..., max=...)",
    "TeamGoal": "declare one with om.TeamGoal('visits')",
    "Goal": "declare one with om.Goal('revenue', node='sales', target=1_000_000, by='2026-12-31')",
    "Chain": "declare one with om.Chain('spring', links=[om.Link('tv'), om.Link('search')])",
    "Link": "declare one with om.Link('tv')",
    "BudgetPlan": "om.optimize_budget(posterior, total=..., weeks=13) makes one",
    "Backtest": "om.backtest(funnel, panel) makes one",
    "PricedTests": "om.design_tests(posterior) makes them",
    "TestDesigns": "om.design_tests(posterior) makes one",
    "Tracking": "om.track(plan, posterior, panel) makes one",
    "GoalChances": "om.goals(posterior) makes one",
    "Customers": "om.customers(orders) makes one",
    "Clv": "om.clv(orders) makes one",
    "Witnesses": "om.witnesses(posterior, journeys) makes one",
    "Readiness": "om.readiness('readiness.toml') makes one",
    "KpiTree": "om.kpi_tree(posterior, before=..., after=..., outcome=...) makes one",
    "Outlook": "declare one with om.Outlook(today=...)",
    "Prior": "declare one with om.Prior('LogNormal', 0.0, 0.5)",
    "Target": "declare one with om.Target('roas', 1.5)",
}


def checked[Thing: Callable[..., Any]](thing: Thing) -> Thing:
    """Have a verb, or a record when it is made, check the kinds of its arguments.

    A verb checks before it does anything. A record is made first: what it has to say of its own values goes before
    kinds. A slip is an :class:`ArgumentError` in either.

    >>> @checked
    ... def double(number: float) -> float:
    ...     return 2 * number
    >>> double("3")
    Traceback (most recent call last):
    omnimix.errors.ArgumentError: double: `number` is a finite number, not the text '3'.
    """
    if inspect.isclass(thing):
        _check_when_made(thing)
        return thing
    hints = _Hints(thing, thing.__name__)

    @functools.wraps(thing)
    def verb(*given: Any, **named: Any) -> Any:
        hints.require(given, named)
        return thing(*given, **named)

    return verb  # type: ignore[return-value]


def _check_when_made(record: Any) -> None:
    make = record.__init__
    hints = _Hints(make, record.__name__, skip=1)

    @functools.wraps(make)
    def made(self: Any, *given: Any, **named: Any) -> None:
        try:
            make(self, *given, **named)
        except OmnimixError:
            raise
        except (TypeError, AttributeError, ValueError, OverflowError, KeyError):
            hints.require(given, named)
            raise
        hints.require(given, named, made=self)

    record.__init__ = made


class _Hints:
    """The kinds that a callable declares, looked up when it is called first."""

    def __init__(self, thing: Callable[..., Any], name: str, skip: int = 0) -> None:
        self._thing, self._name = thing, name
        parameters = list(inspect.signature(thing).parameters.values())[skip:]
        self._signature = inspect.Signature(parameters)

    @functools.cached_property
    def _kinds(self) -> dict[str, Any]:
        return {p.name: self._kind(p.annotation) for p in self._signature.parameters.values()}

    def _kind(self, annotation: Any) -> Any:
        if not isinstance(annotation, str):
            return Any if annotation is inspect.Parameter.empty else annotation
        try:
            return eval(annotation, dict(vars(sys.modules[self._thing.__module__])))
        except NameError:  # a name for type checkers only
            return Any

    def require(self, given: tuple[Any, ...], named: dict[str, Any], made: Any = None) -> None:
        """Raise ArgumentError with every argument that is of another kind.

        A record that was made is asked for its own fields: a name alone may have become what it names.
        """
        unknown = [n for n in named if n not in self._signature.parameters]
        if unknown and not any(p.kind is p.VAR_KEYWORD for p in self._signature.parameters.values()):
            told = "; ".join(
                f"there is no argument `{n}`{did_you_mean(n, self._signature.parameters)}" for n in unknown
            )
            raise self._refusal(f"{told}{'' if told.endswith('?') else '.'}")
        try:
            bound = self._signature.bind(*given, **named)
        except TypeError as problem:
            raise self._refusal(f"{problem}.") from None
        held = {n: getattr(made, n, v) for n, v in bound.arguments.items()}
        wrong = {n: bound.arguments[n] for n, v in held.items() if not self._fits(n, v)}
        if wrong:
            raise ArgumentError(f"{self._name}: {'; '.join(self._told(wrong))}.")

    def _fits(self, name: str, value: Any) -> bool:
        how = self._signature.parameters[name].kind
        values = (
            value
            if how is inspect.Parameter.VAR_POSITIONAL
            else value.values()
            if how is inspect.Parameter.VAR_KEYWORD
            else (value,)
        )
        kind = self._kinds[name]
        return all(_is(v, kind) and _is_within(name, v) for v in values)

    def _refusal(self, told: str) -> ArgumentError:
        return ArgumentError(f"{self._name}: {told} It takes {', '.join(self._signature.parameters)}.")

    def _told(self, wrong: dict[str, Any]) -> Iterator[str]:
        names = list(wrong)
        if len(names) == 2 and all(_is(wrong[a], self._kinds[b]) for a, b in (names, names[::-1])):
            yield f"`{names[0]}` and `{names[1]}` are the other way round"
            return
        for name, value in wrong.items():
            if _has_geos(value, object) and isinstance(value, _classes(self._kinds[name])):
                yield _told_geos(name, value, self._kinds[name])
                continue
            how = _how(self._kinds[name], value)
            words = _MEANT.get(name) or _words(self._kinds[name])
            yield f"`{name}` is {words}, not {_said(value)}" + (f" ({how})" if how else "")


_MEANT = {INTERVAL: "a probability between 0 and 1, such as 0.9", SEED: "a whole number of 0 or more"}


def _is_within(name: str, value: Any) -> bool:
    """Tell whether a value is in the range that its name has in every verb."""
    if not _is_plain(value, float):
        return True
    return bool(0 < value < 1 if name == INTERVAL else value >= 0 if name == SEED else True)


def _is(value: Any, kind: Any) -> bool:
    """Tell whether a value is of a kind; what cannot be told passes."""
    if isinstance(kind, TypeAliasType):
        kind = kind.__value__
    origin, inside = get_origin(kind), get_args(kind)
    if origin in _UNION:
        return any(_is(value, k) for k in inside)
    if origin is Literal:  # which words there are is told by whoever takes them
        return any(type(value) is type(k) for k in inside)
    if kind is Any or kind in _PLAIN or kind is None:
        return kind is Any or _is_plain(value, kind)
    if origin is not None and isinstance(origin, type):
        return _is_many(value, origin, inside)
    return isinstance(value, kind) and not _has_geos(value, kind) if isinstance(kind, type) else True


def _told_geos(name: str, value: Any, kind: Any) -> str:
    if hasattr(value, "of"):
        part = any(getattr(k, BY_GEO, False) and not hasattr(k, "of") for k in _classes(kind))
        one = part or not hasattr(value, "draws")  # one geo of a panel is a panel; one of a fit is no fit of its own
        how = f"give one of them, `{name}.of(geo)`" if one else "fit one of them alone, om.fit(funnel, panel.of(geo))"
        return f"`{name}` has several geos, which this cannot work with yet; {how}"
    return f"`{name}` is one geo of a fit of several, which this cannot work with yet; fit that geo alone"


def _has_geos(value: Any, kind: type) -> bool:
    """Tell whether a value holds several geos, which a verb takes only where it names the record of geos."""
    return getattr(type(value), BY_GEO, False) and not getattr(kind, BY_GEO, False)


def _classes(kind: Any) -> tuple[type, ...]:
    """Return the classes among what may be given."""
    kinds = get_args(kind) if get_origin(kind) in _UNION else (kind,)
    return tuple(k for k in kinds if isinstance(k, type))


def _is_plain(value: Any, kind: Any) -> bool:
    if kind is float:
        return isinstance(value, numbers.Real) and not isinstance(value, bool) and _is_finite(value)
    if kind is int:
        return isinstance(value, numbers.Integral) and not isinstance(value, bool) and -MOST < int(value) < MOST
    if kind is bool:
        return isinstance(value, bool) or type(value).__name__ == "bool"  # NumPy's
    return value is None if kind in (None, type(None)) else isinstance(value, kind)


def _is_finite(value: numbers.Real) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


def _is_many(value: Any, origin: type, inside: tuple[Any, ...]) -> bool:
    if issubclass(origin, Mapping):
        held = dict(value) if type(value).__name__ == "Series" else value
        return isinstance(held, Mapping) and (
            not inside or all(_is(k, inside[0]) and _is(v, inside[1]) for k, v in held.items())
        )
    if not issubclass(origin, Iterable):  # a class or a callable
        return True
    if isinstance(value, (str | bytes, Mapping)) or not hasattr(value, "__iter__"):
        return isinstance(value, str) and bool(inside) and _is(value, inside[0])  # one name for a list of them
    if not hasattr(value, "__len__"):  # a generator is read once, by whoever asked for it
        return not issubclass(origin, tuple)
    if origin is tuple and inside and inside[-1] is not Ellipsis:
        return len(value) == len(inside) and all(_is(v, k) for v, k in zip(value, inside, strict=True))
    return not inside or all(_is(v, inside[0]) for v, _ in zip(value, range(MOST_ITEMS), strict=False))


def _words(kind: Any) -> str:
    kind = kind.__value__ if isinstance(kind, TypeAliasType) else kind
    origin, inside = get_origin(kind), [k for k in get_args(kind) if k is not Ellipsis]
    name = getattr(kind, "__name__", str(kind))
    if origin in _UNION:
        words = list(dict.fromkeys(_words(k) for k in inside if k is not type(None) and not getattr(k, BY_GEO, False)))
        told = f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
    elif origin is Literal:
        told = f"one of {', '.join(map(repr, inside))}"
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        told = f"a dict of names with {_words(inside[1])} each" if inside else "a dict"
    elif origin is not None:
        of = " and ".join(_words(k) for k in inside)
        told = f"a list of which each is {of}" if len(inside) == 1 else f"a pair of {of}"
    elif getattr(kind, "__module__", "").startswith("pandas"):
        told = f"a pandas {name}"
    else:
        told = _PLAIN.get(kind) or ("a path" if kind is Path else f"an om.{name}")
    return told


def _how(kind: Any, value: Any) -> str:
    """Return how to come by what is missing."""
    names = [k for k in _HOW if k in _words(kind).replace("om.", " ").replace(",", " ").split()]
    if isinstance(value, str | Path) and str(value).endswith(".nc") and "Posterior" in names:
        return f"load it first: om.load({str(value)!r})"
    return "; ".join(_HOW[name] for name in names[:1])


def _said(value: Any) -> str:
    kind = type(value).__name__
    if value is None or isinstance(value, bool):
        said = repr(value)
    elif isinstance(value, str):
        said = f"the text {value[:60]!r}"
    elif isinstance(value, int) and abs(value) >= MOST:
        said = "one of more than 64 bits"
    elif isinstance(value, numbers.Real | dt.date | Path):
        said = f"{value}"[:60]
    elif isinstance(value, Mapping):
        first = next(iter(value.items()), None)
        said = f"a {kind} such as {{{first[0]!r}: {first[1]!r}}}"[:100] if first else f"an empty {kind}"
    elif isinstance(value, list | tuple):
        said = f"{value!r}"[:100]
    else:
        said = f"{'an' if kind[0] in 'AEIO' else 'a'} {kind}"
    return said
