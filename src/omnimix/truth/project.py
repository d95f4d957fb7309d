"""The text of a project file, omnimix.toml, for a funnel with its chains and its budget."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields

from omnimix.spec import Budget, Chain, Funnel, Goal, Limit, Link


def config_text(
    funnel: Funnel,
    *,
    file: str = "weekly.csv",
    currency: str = "EUR",
    chains: Sequence[Chain] = (),
    budget: Budget | None = None,
) -> str:
    """Return a commented ``omnimix.toml`` for a funnel whose weekly table is ``file``.

    ``chains`` are declared in it as they were carried out; what if is asked in Python. ``budget`` is the joint one.
    """
    lines = [
        "# The weekly table is SIMULATED by omnimix: replace it by your own, one row a week.",
        f'currency = "{currency}"',
        "",
        "[data]",
        f'file = "{file}"      # relative to this file: csv, xlsx or parquet',
        'week = "week"',
    ]
    lines += [f"controls = [{', '.join(_quoted(c) for c in funnel.controls)}]"] if funnel.controls else []
    lines += [f"holidays = {_quoted(funnel.holidays)}     # public holidays of this country"] if funnel.holidays else []
    for channel in funnel.channels:
        lines += [
            "",
            f"[channels.{channel.name}]  # spend: the column of the same name, in money a week",
        ]
        keys = ("team", "pool", "spend", "exposure", "responds_to", "fuelled_by")
        lines += _settings({k: getattr(channel, k) for k in keys})
    for stage in funnel.stages:
        lines += ["", f"[stages.{stage.name}]  # a step between media and outcomes: the column of the same name"]
        lines += _lists({k: getattr(stage, k) for k in ("drivers", "parents")})
    for outcome in funnel.outcomes:
        lines += ["", f"[outcomes.{outcome.name}]"]
        lines += [] if outcome.value is None else [f"value = {outcome.value}  # money for one unit, here the margin"]
        lines += _lists({k: getattr(outcome, k) for k in ("drivers", "parents")})
    for chain in chains:
        lines += ["", *_chain(chain)]
    if budget is not None:
        lines += ["", *_budget(budget)]
    return "\n".join([*lines, ""])


def _chain(chain: Chain) -> Iterator[str]:
    yield f"[chains.{chain.name}]  # campaigns that are judged on what they earn together"
    yield f"links = [{', '.join(_link(link) for link in chain.links)}]"
    for key, about in {"start": "a day in its first week", "end": "a day in its last week"}.items():
        if (day := getattr(chain, key)) is not None:
            yield f"{key} = {day}  # {about}"
    yield f"hurdle = {chain.hurdle}  # the combined ROAS to reach"


def _budget(budget: Budget) -> Iterator[str]:
    limits = budget.limits
    yield "[budget]  # one budget of all teams, to divide over channels and weeks"
    if budget.total is not None:
        yield f"total = {budget.total}  # money of all channels over the whole window"
    yield f"weeks = {budget.weeks}  # the window begins the week after the data"
    yield f"phasing = {_quoted(budget.phasing)}  # pattern keeps weekly patterns, free plans every week"
    yield from _lists({"levers": limits.levers})
    if limits.widen:
        yield f"widen = {limits.widen}  # how far it may leave what was ever spent, as a share"
    for level, each in (("channels", limits.channels), ("pools", limits.pools), ("teams", limits.teams)):
        goals: Mapping[str, Goal] = budget.goals if level == "teams" else {}
        for name in dict.fromkeys([*each, *goals]):
            yield f"[budget.{level}.{name}]  # limits in money over the whole window, or as change against today"
            yield from _limit(each.get(name, Limit()))
            yield from _goal(goals.get(name))


def _limit(limit: Limit) -> Iterator[str]:
    for entry in fields(limit):
        value = getattr(limit, entry.name)
        if value is not None and value is not False:
            yield f"{entry.name} = {json.dumps(value, default=str)}"


def _goal(goal: Goal | None) -> Iterator[str]:
    if goal is None:
        return
    yield from _lists({"goal": goal.nodes})
    if goal.direct:
        yield "direct = true  # count only what its own channels bring there directly"


def _link(link: Link) -> str:
    """Write a link: by its name where it is a whole channel, else as a table of what it says."""
    if link == Link(link.name):
        return _quoted(link.name)
    share = link.share
    said = {
        "name": _quoted(link.name),
        "channels": f"[{', '.join(_quoted(c) for c in link.channels)}]",
        "share": _table({_quoted(c): part for c, part in share.items()}) if isinstance(share, Mapping) else share,
        "start": link.start,
        "end": link.end,
        "order": link.order,
        "job": link.job and _quoted(link.job),
    }
    return _table({key: value for key, value in said.items() if value is not None})


def _table(values: Mapping[str, object]) -> str:
    return "{ " + ", ".join(f"{key} = {value}" for key, value in values.items()) + " }"


def _settings(given: Mapping[str, str | None]) -> list[str]:
    return [f"{key} = {_quoted(value)}" for key, value in given.items() if value is not None]


def _lists(given: Mapping[str, Sequence[str] | None]) -> list[str]:
    written = {k: names for k, names in given.items() if names or (k == "drivers" and names is not None)}
    return [f"{key} = [{', '.join(_quoted(n) for n in names or ())}]" for key, names in written.items()]


def _quoted(text: str) -> str:
    return f'"{text}"'
