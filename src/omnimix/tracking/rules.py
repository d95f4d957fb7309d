"""Rules of audiences, from TOML: who belongs to each, checked with everything that is wrong at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omnimix.data.phrases import quoted, refusal
from omnimix.errors import DataError, did_you_mean

RANGES = {"recency_days": "days_since", "first_days": "days_known", "orders": "n", "value": "value", "places": "places"}
LISTS = ("channel", "not_channel", "stage")
KEYS = (*RANGES, *LISTS, "description")
STAGES = ("new", "active", "lapsing", "lapsed")
DEFAULT_STAGES = {"new_days": 90, "active_days": 180, "lapsed_days": 365}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


@dataclass(frozen=True)
class Rule:
    """Who belongs to an audience.

    Attributes:
        name: of the audience, and of its file.
        ranges: least and most (``None`` for none) of days since the last order, days since the first, orders, value
            and places.
        channel: bought in one of these.
        not_channel: bought in none of these.
        stage: is in one of these: new, active, lapsing, lapsed.
    """

    name: str
    ranges: Mapping[str, tuple[float | None, float | None]]
    channel: tuple[str, ...]
    not_channel: tuple[str, ...]
    stage: tuple[str, ...]

    def where(self) -> str:
        """Return the rule as SQL over one row a customer."""
        tests = [f"{RANGES[k]} >= {low!r}" for k, (low, _) in self.ranges.items() if low is not None]
        tests += [f"{RANGES[k]} <= {high!r}" for k, (_, high) in self.ranges.items() if high is not None]
        if self.channel:
            tests.append(f"list_has_any(channels, {_listed(self.channel)})")
        if self.not_channel:
            tests.append(f"NOT list_has_any(channels, {_listed(self.not_channel)})")
        if self.stage:
            tests.append(f"list_contains({_listed(self.stage)}, stage)")
        return " AND ".join(tests) or "true"


@dataclass(frozen=True)
class Rules:
    """Rules of all audiences.

    Attributes:
        audiences: a rule each.
        stages: days that part the stages.
        consent_required: whether only those who consented may be in a list.
    """

    audiences: tuple[Rule, ...]
    stages: Mapping[str, int]
    consent_required: bool


def read_rules(rules: str | Path | Mapping[str, Any], channels: tuple[str, ...]) -> Rules:
    """Read rules from a file or a mapping. Raises DataError with everything that is wrong."""
    said = rules.name if isinstance(rules, Path) else Path(rules).name if isinstance(rules, str) else "rules"
    held = rules if isinstance(rules, Mapping) else _file(Path(rules))
    problems: list[str] = []
    problems += _unknown(held, ("audiences", "stages", "consent_required"), "the rules")
    consent = held.get("consent_required", True)
    if not isinstance(consent, bool):
        problems.append(f"consent_required is true or false, not {consent!r}.")
    stages = held.get("stages", {})
    if not isinstance(stages, Mapping):
        problems.append("[stages] is a table of days.")
        stages = {}
    problems += _unknown(stages, tuple(DEFAULT_STAGES), "[stages]")
    days = {**DEFAULT_STAGES, **stages}
    if not all(_is_number(v) and v > 0 for v in days.values()) or not days["active_days"] < days["lapsed_days"]:
        problems.append("[stages] has days above 0, and active_days below lapsed_days.")
    tables = held.get("audiences", {})
    if not isinstance(tables, Mapping) or not tables:
        problems.append("there is no audience; begin one with [audiences.lapsed] and stage = 'lapsed'.")
        tables = {}
    made = [_rule(str(name), table, channels, problems) for name, table in tables.items()]
    if problems:
        raise refusal(said, problems)
    return Rules(tuple(made), days, consent)


def _file(file: Path) -> dict[str, Any]:
    if not file.is_file():
        near = [f.name for f in file.parent.glob("*.toml")] if file.parent.is_dir() else []
        raise DataError(f"there is no file {file.name}{did_you_mean(file.name, near) or '.'}")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise DataError(f"{file.name} is no TOML: {problem}.") from None


def _rule(name: str, table: Any, channels: tuple[str, ...], problems: list[str]) -> Rule:
    where = f"[audiences.{name}]"
    if not NAME.fullmatch(name):
        problems.append(f"{where}: a name is of letters, digits, _ and -, for a file is called after it.")
    if not isinstance(table, Mapping):
        problems.append(f"{where} is a table of rules, not {table!r}.")
        table = {}
    problems += _unknown(table, KEYS, where)
    ranges = {key: _range(table[key], f"{where} {key}", problems) for key in RANGES if key in table}
    lists = {key: _names(table.get(key, ()), f"{where} {key}", problems) for key in LISTS}
    known = {"channel": channels, "not_channel": channels, "stage": STAGES}
    for key, names in lists.items():
        what = key.removeprefix("not_")
        for other in (n for n in names if n not in known[key]):
            near = did_you_mean(other, known[key]) or f"; there are {quoted(known[key])}."
            problems.append(f"{where}: there is no {what} {other!r}{near}")
    if not set(table) & {*RANGES, *LISTS}:
        problems.append(f"{where} has no rule; name at least one of {quoted((*RANGES, *LISTS))}.")
    return Rule(name, ranges, lists["channel"], lists["not_channel"], lists["stage"])


def _range(value: Any, where: str, problems: list[str]) -> tuple[float | None, float | None]:
    if isinstance(value, Mapping):
        problems += _unknown(value, ("min", "max"), where)
        low, high = value.get("min"), value.get("max")
        if all(v is None or _is_number(v) for v in (low, high)) and (low is not None or high is not None):
            if low is not None and high is not None and low > high:
                problems.append(f"{where}: min {low} is above max {high}.")
            return low, high
    problems.append(f"{where} is written {{ min = 90, max = 365 }}, with one of them or both, not {value!r}.")
    return None, None


def _names(value: Any, where: str, problems: list[str]) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list | tuple) and all(isinstance(n, str) for n in names):
        return tuple(names)
    problems.append(f"{where} is a name or a list of names, not {value!r}.")
    return ()


def _unknown(table: Mapping[str, Any], known: tuple[str, ...], where: str) -> Iterator[str]:
    for key in table:
        if key not in known:
            yield f"{where}: there is no key '{key}'{did_you_mean(str(key), known) or f'; there are {quoted(known)}.'}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _listed(names: tuple[str, ...]) -> str:
    escaped = ", ".join("'" + name.replace("'", "''") + "'" for name in names)
    return f"[{escaped}]"
