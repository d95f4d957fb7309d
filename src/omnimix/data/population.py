"""How many people live in each geo: one figure a geo, from a column of the long table or said beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from omnimix.data.amounts import read_numbers
from omnimix.data.phrases import amount, ended, listed, quoted, row_list
from omnimix.data.raw import RawTable
from omnimix.errors import did_you_mean


def read_population(
    raw: RawTable, labels: Sequence[str], population: str | Mapping[str, float] | None, *, decimal: str | None
) -> tuple[dict[str, float], list[str]]:
    """Return the population by geo, and what is wrong with it."""
    if population is None:
        return {}, []
    geos = [name for name in dict.fromkeys(labels) if name]
    if not isinstance(population, str):
        return _said(population, geos)
    column = read_numbers({population: raw.column(population)}, decimal=decimal)[population]
    wrong = [
        f"population column '{population}' holds '{text}' in row {raw.rows[place]}, which is no number."
        for place, text in column.unread[:5]
    ]
    unread = {place for place, _ in column.unread}
    found: dict[str, float] = {}
    for name in geos:
        places = [k for k, label in enumerate(labels) if label == name and k not in unread]
        figures = column.figures[places]
        empty = [raw.rows[k] for k, x in zip(places, figures, strict=True) if math.isnan(x)]
        if empty:
            wrong.append(f"the population of '{name}' is empty in {row_list(empty)}; give one figure in all its rows.")
        held = list(dict.fromkeys(float(x) for x in figures if not math.isnan(x)))
        if len(held) > 1:
            told = listed(map(amount, held), 3)
            wrong.append(f"the population of '{name}' varies ({told}); give one figure a geo, such as the latest.")
        elif held:
            found[name] = held[0]
    return found, [*wrong, *_impossible(found)]


def _said(population: Mapping[str, float], geos: Sequence[str]) -> tuple[dict[str, float], list[str]]:
    given = {" ".join(str(name).split()): float(value) for name, value in population.items()}
    wrong = [
        ended(f"population names '{name}', which is no geo of the table{did_you_mean(name, geos)}")
        for name in given
        if name not in geos
    ]
    lacking = [name for name in geos if name not in given]
    if lacking:
        wrong.append(f"population has no figure for {quoted(lacking)}; give one for every geo.")
    found = {name: given[name] for name in geos if name in given}
    return found, [*wrong, *_impossible(found)]


def _impossible(found: Mapping[str, float]) -> list[str]:
    bad = {name: x for name, x in found.items() if not (np.isfinite(x) and x > 0)}
    if not bad:
        return []
    told = listed([f"{amount(x)} in '{name}'" for name, x in bad.items()])
    return [f"population is above 0 in every geo, and is {told}; correct it, or leave population out."]
