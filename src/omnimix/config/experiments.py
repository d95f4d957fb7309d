"""The tables [experiments.*] of a project file become results of tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omnimix.errors import SpecError, did_you_mean
from omnimix.spec import Chain, Experiment, Names


def declared_experiments(
    raw: Mapping[str, Any], chains: Mapping[str, Chain], wrong: list[str]
) -> tuple[Experiment, ...]:
    """Return the results of tests that a file declares, adding to ``wrong`` what each refuses."""
    names, made = Names.of_file(raw), []
    for name, keys in raw.get("experiments", {}).items():
        given, place = dict(keys), f"[experiments.{name}]"
        chain = given.pop("chain", None)
        if chain is not None and chain not in raw.get("chains", {}):
            wrong.append(f"{place} chain {chain!r} is not declared{did_you_mean(chain, raw.get('chains', {}))}")
            continue
        if chain is not None and chain not in chains:
            continue  # it is declared and cannot be, which is told of itself
        interval = given.pop("interval", None)
        pair = None if interval is None else (float(interval[0]), float(interval[1]))
        try:
            one = Experiment(name, chain=None if chain is None else chains[chain], interval=pair, **given)
        except SpecError as problem:
            wrong.append(str(problem).replace(f"experiment {name!r}:", place, 1).rstrip("."))
            continue
        made.append(one)
        said = [names.no_channel(c) for c in one.channels]
        said += [] if one.outcome is None else [names.no_node(one.outcome)]
        wrong += [f"{place} {why}" for why in said if why]
    return tuple(made)
