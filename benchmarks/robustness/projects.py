"""Project files with slips, and with what no editor writes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.robustness.trial import Trial
from omnimix.config import read_config

PROJECT = """currency = "EUR"
[data]
file = "weekly.csv"
week = "week"
controls = ["price", "promo"]
holidays = "NL"
[channels.tv]
team = "brand"
pool = "video"
exposure = "tv_grp"
adstock = "geometric"
saturation = "logistic"
max_lag = 10
[channels.radio]
team = "brand"
roas_prior = [0.5, 3.0]
[channels.search]
team = "ecommerce"
responds_to = "visits"
[stages.visits]
drivers = ["tv", "radio", "search"]
[outcomes.sales]
value = 0.30
parents = ["visits"]
likelihood = "student_t"
[chains.spring]
links = ["tv", "search"]
start = 2025-03-03
end = 2025-05-26
hurdle = 1.5
[budget]
total = 2000000
weeks = 12
[budget.channels.tv]
min = 100000
max = 900000
[budget.pools.video]
max = 800000
[fit]
draws = 500
seed = 7
"""
ODD = (
    "1", "-1", "0", "1e999", "nan", "-inf", "9" * 400, "0.1", '"x"', '""', "[]", "{}", "true", "2024-02-30", "2024-01-01",
    '["tv", 3]', "[[[[]]]]", "[" * 3000 + "]" * 3000, "{a = " * 800 + "1" + "}" * 800, '"tv"', '["tv"]', "'''\n'''", '"\\u0000"',
)  # fmt: skip


def trials(generator: np.random.Generator, folder: Path) -> Iterator[Trial]:
    """Give project files without end, each with one to three things changed."""
    file = folder / "omnimix.toml"
    file.write_text(PROJECT)
    usual = _config(file)
    while True:
        text, kinds = PROJECT, []
        for _ in range(int(generator.integers(1, 4))):
            kind = str(generator.choice(list(CHANGES)))
            text = CHANGES[kind](text, generator)
            kinds.append(kind)
        file.write_bytes(text.encode("utf-8", errors="surrogateescape"))
        yield Trial("project file", kinds[0], plain=False, read=_reads(file, text, usual))


def _value(text: str, generator: np.random.Generator) -> str:
    lines = text.split("\n")
    at = [k for k, line in enumerate(lines) if " = " in line]
    k = int(generator.choice(at))
    lines[k] = f"{lines[k].split(' = ')[0]} = {ODD[int(generator.integers(len(ODD)))]}"
    return "\n".join(lines)


def _key(text: str, generator: np.random.Generator) -> str:
    words = list(re.finditer(r"[a-z_]{3,}", text))
    word = words[int(generator.integers(len(words)))]
    letters = list(word.group())
    k = int(generator.integers(len(letters) - 1))
    letters[k], letters[k + 1] = letters[k + 1], letters[k]
    return text[: word.start()] + "".join(letters) + text[word.end() :]


def _line_gone(text: str, generator: np.random.Generator) -> str:
    lines = text.split("\n")
    del lines[int(generator.integers(len(lines)))]
    return "\n".join(lines)


def _line_twice(text: str, generator: np.random.Generator) -> str:
    lines = text.split("\n")
    k = int(generator.integers(len(lines)))
    lines.insert(int(generator.integers(len(lines))), lines[k])
    return "\n".join(lines)


def _signs(text: str, generator: np.random.Generator) -> str:
    k = int(generator.integers(len(text)))
    odd = ["\x00", "\udcff", '"', "[", "]", "=", "\n", "\t", "é", "\u202e", "{", "#", ".", "-"]
    return text[:k] + odd[int(generator.integers(len(odd)))] + text[k + int(generator.integers(2)) :]


def _deep(text: str, generator: np.random.Generator) -> str:
    depth = int(generator.choice([3, 50, 2000]))
    return text + f"\n[channels.{'.'.join(['a'] * depth)}]\nteam = 'x'\n"


def _cut(text: str, generator: np.random.Generator) -> str:
    return text[: int(generator.integers(len(text)))]


Change = Callable[[str, np.random.Generator], str]
CHANGES: dict[str, Change] = {
    "another value": _value,
    "a slip of the keys": _key,
    "a line gone": _line_gone,
    "a line twice": _line_twice,
    "a sign put in": _signs,
    "tables in tables": _deep,
    "cut short": _cut,
}


def _config(file: Path) -> Any:
    config = read_config(file)
    return (config.files, config.reading, config.funnel, config.fit, config.chains, config.budget)


def _reads(file: Path, text: str, usual: Any) -> Callable[[], str]:
    def read() -> str:
        config = _config(file)
        said, was = tomllib.loads(text), tomllib.loads(PROJECT)
        if said == was or config != usual:
            return ""
        return f"what the file says differently is passed over: {_first_difference(said, was)}"

    return read


def _first_difference(said: dict[str, Any], was: dict[str, Any], where: str = "") -> str:
    for key in [*said, *was]:
        one, other = said.get(key), was.get(key)
        if one != other or type(one) is not type(other):
            if isinstance(one, dict) and isinstance(other, dict):
                return _first_difference(one, other, f"{where}{key}.")
            return f"{where}{key} is {one!r}, was {other!r}"
    return ""
