"""The table [budget] of omnimix.toml becomes a Budget; names that are nowhere declared are told with the nearest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from omnimix.errors import SpecError, did_you_mean
from omnimix.spec import Budget, Limit, Limits, Names, TeamGoal

LEVELS = {"channels": "channel", "pools": "pool", "teams": "team"}
BY_GEO, IN_GEOS = "geos", "channels_in_geos"  # what geos there are says the table, not the file
GOAL = ("goal", "direct")  # of a team, beside its limit


def declared_budget(raw: Mapping[str, Any], wrong: list[str]) -> Budget | None:
    """Return the budget of a file whose keys and types are right; what cannot be goes to ``wrong``."""
    if "budget" not in raw:
        return None
    table = raw["budget"]
    before = len(wrong)
    wrong += [*_unknown(raw, table), *_idle_levers(raw, table)]
    limits = {level: _limits(level, table.get(level, {}), wrong) for level in (*LEVELS, BY_GEO)}
    inside = {name: _limits(f"{IN_GEOS}.{name}", tables, wrong) for name, tables in table.get(IN_GEOS, {}).items()}
    goals = {
        name: TeamGoal(keys["goal"], direct=keys.get("direct", False))
        for name, keys in table.get("teams", {}).items()
        if keys.get("goal")
    }
    if len(wrong) > before:
        return None
    whole: dict[str, Any] = {key: table[key] for key in ("levers", "widen") if key in table}
    size = {key: table[key] for key in ("total", "weeks", "phasing", "horizon", "discount") if key in table}
    return Budget(limits=Limits(**{**limits, IN_GEOS: inside, **whole}), goals=goals, **size)


def _limits(level: str, tables: Mapping[str, Mapping[str, Any]], wrong: list[str]) -> dict[str, Limit]:
    """Return the limits of one level; teams that have a goal alone have none."""
    made = {}
    for name, keys in tables.items():
        given: dict[str, Any] = {k: tuple(v) if k == "change" else v for k, v in keys.items() if k not in GOAL}
        place = f"[budget.{level}.{name}]"
        if "direct" in keys and "goal" not in keys:
            wrong.append(f'{place} `direct` says how a goal is counted; name it, such as goal = ["store_sales"]')
        if keys.get("goal") == []:
            wrong.append(f'{place} `goal` is empty; name a stage or outcome, such as goal = ["store_sales"]')
        try:
            limit = Limit(**given)
        except SpecError as problem:
            wrong.append(str(problem).rstrip(".").replace("limit:", place, 1))
            continue
        if given:
            made[name] = limit
    return made


def _unknown(raw: Mapping[str, Any], table: Mapping[str, Any]) -> Iterator[str]:
    """Yield what the budget names that is not declared."""
    channels: Mapping[str, Mapping[str, Any]] = raw.get("channels", {})
    names = Names.of_file(raw)
    known = {
        "channels": list(names.bought),
        "pools": sorted({c["pool"] for c in channels.values() if "pool" in c}),
        "teams": sorted({c["team"] for c in channels.values() if "team" in c}),
    }
    for level, word in LEVELS.items():
        for name in table.get(level, {}):
            yield from _missing(name, f"[budget.{level}.{name}]", word, known[level], names)
    for name in table.get(IN_GEOS, {}):
        yield from _missing(name, f"[budget.{IN_GEOS}.{name}]", "channel", known["channels"], names)
    for team, keys in table.get("teams", {}).items():
        for node in keys.get("goal", ()):
            if why := names.no_node(node):
                yield f"[budget.teams.{team}] goal {why}"
    for name in table.get("levers", ()):
        yield from _missing(name, "[budget] lever", "channel", known["channels"], names)


def _missing(name: str, place: str, word: str, known: Collection[str], names: Names) -> Iterator[str]:
    if word == "channel" and name in (*names.unpaid, *names.campaigns, *names.nodes, *names.stocks):
        yield f"{place} {names.no_channel(name)}"
    elif name not in known:
        near = did_you_mean(name, known)
        there = f"; there is {', '.join(known)}" if known else "; none is declared"
        yield f"{place} {name!r} is no {word}{near or there}"


def _idle_levers(raw: Mapping[str, Any], table: Mapping[str, Any]) -> Iterator[str]:
    """Yield levers that need not be named, because nothing but the plan sets them."""
    channels: Mapping[str, Mapping[str, Any]] = raw.get("channels", {})
    for name in table.get("levers", ()):
        if name in channels and "responds_to" not in channels[name]:
            yield (
                f"[budget] lever {name!r} answers to no stage, so the plan sets it anyway; "
                "name only channels with `responds_to`"
            )
