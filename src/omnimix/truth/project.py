"""The text of a project file, omnimix.toml, for a funnel with its chains and its budget."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

import numpy as np

from omnimix.spec import (
    FAMILIES,
    LONG_RUN,
    Baseline,
    Budget,
    Chain,
    Channel,
    Funnel,
    Limit,
    Link,
    Node,
    Outcome,
    Prior,
)
from omnimix.spec.funnel import MEDIA_ROAS, MEDIA_SHARE

NOTES = {"holidays": "public holidays of this country", "value": "money for one unit, here the margin"}


def config_text(
    funnel: Funnel,
    *,
    file: str | Sequence[str] = "weekly.csv",
    currency: str = "EUR",
    chains: Sequence[Chain] = (),
    budget: Budget | None = None,
    geo: str | None = None,
    population: str | None = None,
) -> str:
    """Return a commented ``omnimix.toml`` for a funnel whose weekly table is ``file``.

    Reading it gives the same funnel: all that is not as it would be by default is written. ``chains`` are declared in
    it as they were carried out; what if is asked in Python. ``budget`` is the joint one. ``geo`` and ``population``
    name columns of a table of several geos.
    """
    usual = MEDIA_ROAS if not funnel.unvalued else None
    believed = {
        key: getattr(funnel, key)
        for key, told in (
            ("media_roas", funnel.media_roas not in (None, usual)),
            ("media_share", funnel.media_share != MEDIA_SHARE or (funnel.media_roas is None and usual is not None)),
        )
        if told
    }
    if funnel.effects_change is not None:
        believed |= {"effects_change": funnel.effects_change, "change_scale": funnel.change_scale}
    around = {
        "geo": geo,
        "population": population,
        "controls": funnel.controls or None,
        "holidays": funnel.holidays,
    }
    lines = [
        "# The weekly table is SIMULATED by omnimix: replace it by your own, one row a week.",
        *_lines({"currency": currency, **believed}),
        "",
        "[data]",
        f"file = {_toml(file)}      # relative to this file: csv, xlsx or parquet",
        *_lines({"week": "week", **{key: value for key, value in around.items() if value is not None}}),
    ]
    records: list[Channel | Node] = [*funnel.channels, *funnel.stages, *funnel.outcomes]
    slow = funnel.stock
    for record in records:
        said = _stated(record)
        if slow is not None and slow.name != LONG_RUN and record.name in slow.feeds:
            said["parents"] = (*said.get("parents", ()), slow.name)
        lines += ["", _heading(record), *_lines(said)]
    if slow is not None and slow.name != LONG_RUN:  # that one is said by its channels
        lines += ["", f"[stages.{_key(slow.name)}]  # a slow stock that no column holds"]
        told = {"drivers": slow.drivers, "tracker": slow.tracker, "tracker_n": slow.tracker_n}
        lines += _lines({"half_life": slow.stock.half_life, **{k: v for k, v in told.items() if v}})
    if funnel.baseline != Baseline():
        lines += ["", "[baseline]  # what happens without media", *_lines(_stated(funnel.baseline))]
    for chain in chains:
        lines += ["", *_chain(chain)]
    if budget is not None:
        lines += ["", *_budget(budget)]
    return "\n".join([*lines, ""])


def _heading(record: Channel | Node) -> str:
    name = _key(record.name)
    if isinstance(record, Channel):
        if not record.paid:
            return f"[channels.{name}]  # no spend: {record.exposure} is what is sent or seen a week"
        column = f"the column {record.spend}" if record.spend else "the column of the same name"
        return f"[channels.{name}]  # spend: {column}, in money a week"
    if isinstance(record, Outcome):
        return f"[outcomes.{name}]"
    return f"[stages.{name}]  # a step between media and outcomes: the column of the same name"


def _stated(record: Any) -> dict[str, Any]:
    """Return what a record says that is not so by default; a lock at 0 is not the lock ``False``."""
    found = {}
    for entry in fields(record):
        default = entry.default if entry.default_factory is MISSING else entry.default_factory()
        value = getattr(record, entry.name)
        if entry.name != "name" and (type(value), value) != (type(default), default):
            found[entry.name] = value
    if isinstance(record, Channel) and record.reach is not None:
        found.pop("saturation", None)  # that of a channel with reach is no choice
    return found


def _chain(chain: Chain) -> Iterator[str]:
    yield f"[chains.{_key(chain.name)}]  # campaigns that are judged on what they earn together"
    yield f"links = [{', '.join(_link(link) for link in chain.links)}]"
    for key, about in {"start": "a day in its first week", "end": "a day in its last week"}.items():
        if (day := getattr(chain, key)) is not None:
            yield f"{key} = {day}  # {about}"
    yield f"hurdle = {chain.hurdle}  # the combined ROAS to reach"


def _link(link: Link) -> str:
    """Write a link: by its name where it is a whole channel, else as a table of what it says."""
    said = {key: getattr(link, key) for key in ("name", "channels", "share", "start", "end", "order", "job")}
    return _toml(link.name if link == Link(link.name) else {k: v for k, v in said.items() if v is not None})


def _budget(budget: Budget) -> Iterator[str]:
    limits = budget.limits
    yield "[budget]  # one budget of all teams, to divide over channels and weeks"
    if budget.total is not None:
        yield f"total = {_toml(budget.total)}  # money of all channels over the whole window"
    yield f"weeks = {budget.weeks}  # the window begins the week after the data"
    yield f"phasing = {_toml(budget.phasing)}  # pattern keeps weekly patterns, free plans every week"
    if budget.horizon is not None:
        yield f"horizon = {budget.horizon}  # weeks from its first whose value counts"
    if budget.discount:
        yield f"discount = {budget.discount}  # yearly rate by which later money counts less"
    if limits.levers:
        yield from _lines({"levers": limits.levers})
    if limits.widen:
        yield f"widen = {limits.widen}  # how far it may leave what was ever spent, as a share"
    for level, each in (("channels", limits.channels), ("pools", limits.pools), ("teams", limits.teams)):
        goals = budget.goals if level == "teams" else {}
        for name in dict.fromkeys([*each, *goals]):
            yield f"[budget.{level}.{_key(name)}]  # limits in money over the whole window, or as change against today"
            yield from _lines(_stated(each.get(name, Limit())))
            if name in goals:
                yield from _lines({"goal": goals[name].nodes})
                if goals[name].direct:
                    yield "direct = true  # count only what its own channels bring there directly"


def _lines(given: Mapping[str, Any]) -> list[str]:
    return [f"{k} = {_toml(v)}" + (f"  # {NOTES[k]}" if k in NOTES else "") for k, v in given.items()]


def _toml(value: Any) -> str:
    """Write a value as TOML has it."""
    if isinstance(value, Prior):
        names = FAMILIES[value.family].arguments
        value = {"family": value.family, **dict(zip(names, value.arguments, strict=True))}
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(str(k))} = {_toml(v)}" for k, v in value.items()) + " }"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(v) for v in value)}]"
    if isinstance(value, dt.date):
        return value.isoformat()
    return json.dumps(value.item() if isinstance(value, np.generic) else value, ensure_ascii=False)


def _key(name: str) -> str:
    """Write a name as a key, in quotes where it holds more than plain letters, digits, _ and -."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _toml(name)
