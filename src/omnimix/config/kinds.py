"""The kinds of value a key of omnimix.toml can hold: how a message names them, what they accept, their JSON Schema."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omnimix.errors import did_you_mean
from omnimix.spec import FAMILIES, JOBS


@dataclass(frozen=True)
class Kind:
    """One kind of value: ``words`` complete "must be ..."; ``options`` are the only texts allowed, where given."""

    words: str
    accepts: Callable[[Any], bool]
    schema: Mapping[str, Any]
    options: Sequence[str] = ()

    def complaint(self, value: object) -> str:
        """Return what is wrong with a value, or an empty string."""
        if self.accepts(value):
            return ""
        near = did_you_mean(value, self.options) if isinstance(value, str) else ""
        return f"must be {self.words}, not {shown(value)}{near}"


def shown(value: object) -> str:
    """Write a value as TOML would, shortened."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else "a table" if isinstance(value, dict) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _day(value: object) -> bool:
    if isinstance(value, str):
        try:
            dt.date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return isinstance(value, dt.date)


def _prior(value: object) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("family"), str) or value["family"] not in FAMILIES:
        return False
    names = FAMILIES[value["family"]].arguments
    return set(value) == {"family", *names} and all(_number(value[n]) for n in names)


def whole(low: int, high: int | None = None) -> Kind:
    """Return the kind of whole numbers from ``low`` to ``high``."""
    words = f"a whole number from {low}" + (f" to {high}" if high is not None else "")
    bounds = {"minimum": low} | ({"maximum": high} if high is not None else {})
    top = math.inf if high is None else high
    return Kind(words, lambda v: type(v) is int and low <= v <= top, {"type": "integer", **bounds})


def choice(options: Sequence[str]) -> Kind:
    """Return the kind of texts that are one of ``options``."""
    names = tuple(options)
    return Kind(f"one of {', '.join(names)}", lambda v: v in names, {"enum": list(names)}, names)


def either(*kinds: Kind) -> Kind:
    """Return the kind of values that one of several kinds accepts."""
    words = ", or ".join(k.words for k in kinds)
    return Kind(words, lambda v: any(k.accepts(v) for k in kinds), {"anyOf": [dict(k.schema) for k in kinds]})


def listed(words: str, one: Kind, length: int | None = None) -> Kind:
    """Return the kind of lists of values of one kind, of a given length where there is one."""
    ends = {} if length is None else {"minItems": length, "maxItems": length}
    return Kind(
        words,
        lambda v: isinstance(v, list) and (length is None or len(v) == length) and all(map(one.accepts, v)),
        {"type": "array", "items": dict(one.schema), **ends},
    )


def by_name(words: str, one: Kind) -> Kind:
    """Return the kind of tables whose keys are free and whose values are of one kind."""
    return Kind(
        words,
        lambda v: isinstance(v, dict) and bool(v) and all(map(one.accepts, v.values())),
        {"type": "object", "additionalProperties": dict(one.schema)},
    )


TEXT = Kind("text", _text, {"type": "string", "minLength": 1})
TEXTS = listed("a list of texts", TEXT)
NUMBER = Kind("a number", _number, {"type": "number"})
NOT_NEGATIVE = Kind("a number from 0", lambda v: _number(v) and v >= 0, {"type": "number", "minimum": 0})
ABOVE_ZERO = Kind("a number above 0", lambda v: _number(v) and v > 0, {"type": "number", "exclusiveMinimum": 0})
FLAG = Kind("true or false", lambda v: isinstance(v, bool), {"type": "boolean"})
DAY = Kind("a date such as 2025-03-03", _day, {"type": "string", "format": "date"})
PAIR = listed("two numbers [low, high]", NUMBER, 2)
STRETCHES = listed("a list of first and last days such as [[2026-09-07, 2026-10-18]]", listed("two days", DAY, 2))
_LINK = Kind(
    "a table of a link",
    lambda v: isinstance(v, dict) and _text(v.get("name")),
    {
        "type": "object",
        "properties": {
            "name": TEXT.schema,
            "channels": TEXTS.schema,
            "share": {"anyOf": [{"type": "number"}, {"type": "object"}]},
            "start": DAY.schema,
            "end": DAY.schema,
            "order": {"type": "integer"},
            "job": {"enum": list(JOBS)},
        },
        "required": ["name"],
        "additionalProperties": False,
    },
)
LINKS = listed(
    'a list of channels, or of links such as { name = "video", channels = ["tv", "online_video"] }',
    either(TEXT, _LINK),
)
PRIOR = Kind('a prior such as { family = "Beta", alpha = 4, beta = 2 }', _prior, {"$ref": "#/$defs/prior"})
PRIOR_SCHEMA = {
    "oneOf": [
        {
            "type": "object",
            "properties": {"family": {"const": f.name}, **{a: {"type": "number"} for a in f.arguments}},
            "required": ["family", *f.arguments],
            "additionalProperties": False,
        }
        for f in FAMILIES.values()
    ]
}
