"""What a team says of itself: a small TOML file becomes answers, or one refusal that names everything wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omnimix.config.kinds import shown
from omnimix.config.toml_file import read_toml
from omnimix.errors import SpecError, did_you_mean
from omnimix.maturity.signs import HIGHEST, LOWEST, PARTS, SIGNS, signs_of

SELF_SCORE, DATA = "self_score", "data"
NO, YES = ("no", "nee"), ("yes", "ja")
SHORTEST_PLACE = 5  # letters; "ok" says nothing of where
SAID = 0.5  # what a yes without a place counts
COLUMNS, MONEY, COUNT = ("spend", "outcomes"), "total_spend", "tests"
FACTS = (*COLUMNS, MONEY, COUNT)


@dataclass(frozen=True)
class Answers:
    """What a team says of itself.

    Attributes:
        scores: own score by part, 1 to 5; parts without one are left out.
        shown: by sign what its answer counts: 0 for no, a half for a yes without a place, 1 for a place where it can
            be seen. Questions without an answer are left out.
        spend: columns of the weekly table that hold media money.
        outcomes: columns of the weekly table that hold sales.
        total_spend: all media money in the books of the last 52 weeks, if that is known.
        tests: how many tests were run in the last year, if that is known.
    """

    scores: Mapping[str, float]
    shown: Mapping[str, float]
    spend: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    total_spend: float | None = None
    tests: int | None = None


def read_answers(file: Path) -> Answers:
    """Read a file of answers. Raises :class:`SpecError` that names everything that is wrong in it at once."""
    if not file.exists():
        raise SpecError(f"there is no file {file}; `omnimix readiness --init {file}` writes one to fill in.")
    return answers_from(read_toml(file), str(file))


def answers_from(raw: Mapping[str, Any], source: str = "answers") -> Answers:
    """Return the answers of a plain table. Raises :class:`SpecError` that names everything that is wrong at once.

    >>> answers_from({"vision_and_support": {"self_score": 3, "joint_goal": "board minutes of 3 March"}}).shown
    {'joint_goal': 1.0}
    """
    wrong = list(_problems(raw))
    if wrong:
        raise SpecError(f"{source}: {'; '.join(wrong)}.")
    given = {name: raw[part][name] for part in PARTS if part in raw for name in raw[part] if name != SELF_SCORE}
    data = raw.get(DATA, {})
    return Answers(
        scores={p: float(raw[p][SELF_SCORE]) for p in PARTS if raw.get(p, {}).get(SELF_SCORE, "") != ""},
        shown={name: counted for name, answer in given.items() if (counted := _counted(answer)) is not None},
        spend=tuple(data.get("spend", ())),
        outcomes=tuple(data.get("outcomes", ())),
        total_spend=float(data[MONEY]) if MONEY in data else None,
        tests=data.get(COUNT),
    )


def _counted(answer: bool | str) -> float | None:
    """Return what an answer counts; nothing for one that is not given yet."""
    if isinstance(answer, bool):
        return SAID if answer else 0.0
    said = answer.strip().casefold()
    return None if not said else 0.0 if said in NO else SAID if said in YES else 1.0


def _problems(raw: Mapping[str, Any]) -> Iterator[str]:
    for name, table in raw.items():
        if name not in (*PARTS, DATA):
            yield f"`{name}` is no part{did_you_mean(name, (*PARTS, DATA)) or f'; the parts are {_list(PARTS)}'}"
        elif not isinstance(table, dict):
            yield f"`{name}` must be a table [{name}], not {shown(table)}"
        else:
            yield from _of_data(table) if name == DATA else _of_part(name, table)


def _of_part(part: str, table: Mapping[str, Any]) -> Iterator[str]:
    known = {sign.name for sign in signs_of(part)}
    elsewhere = {sign.name: sign.part for sign in SIGNS}
    for name, value in table.items():
        if name == SELF_SCORE:
            if value != "" and not _is_score(value):
                yield (
                    f"[{part}] self_score must be a number from {LOWEST} to {HIGHEST}, halves allowed, not "
                    f'{shown(value)}; "" gives none'
                )
        elif name in known:
            yield from _of_answer(part, name, value)
        elif name in elsewhere:
            yield f"[{part}] `{name}` belongs in [{elsewhere[name]}]"
        else:
            near = did_you_mean(name, (SELF_SCORE, *known)) or f"; the questions are {_list(sorted(known))}"
            yield f"[{part}] `{name}` is no question{near}"


def _of_answer(part: str, name: str, value: object) -> Iterator[str]:
    if isinstance(value, bool):
        return
    if not isinstance(value, str):
        yield (
            f'[{part}] `{name}` must be a text with the place where it can be seen, "yes", "no" or "", not '
            f"{shown(value)}"
        )
    elif value.strip().casefold() not in ("", *NO, *YES) and len(value.strip()) < SHORTEST_PLACE:
        yield f'[{part}] `{name}` says {shown(value)}; say where it can be seen, such as "minutes of 3 March", or "yes"'


def _of_data(table: Mapping[str, Any]) -> Iterator[str]:
    for name, value in table.items():
        if name in COLUMNS:
            if not (isinstance(value, list) and all(isinstance(v, str) and v for v in value)):
                yield f'[data] `{name}` must be a list of column names, such as ["tv", "search"], not {shown(value)}'
        elif name == MONEY:
            if not (_is_number(value) and value > 0):
                yield f"[data] `{name}` must be an amount above 0, such as 2500000, not {shown(value)}"
        elif name == COUNT:
            if not (type(value) is int and value >= 0):
                yield f"[data] `{name}` must be a whole number of tests, such as 2, not {shown(value)}"
        else:
            yield f"[data] `{name}` is no key{did_you_mean(name, FACTS) or f'; the keys are {_list(FACTS)}'}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_score(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and _is_number(value)
        and LOWEST <= value <= HIGHEST
        and float(2 * value) % 1 == 0
    )


def _list(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names)
