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
from omnimix.spec import Channel, Outcome, Stage

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
DIGITS = "9" * 400
DEEP = "[" * 3_000 + "]" * 3_000
TABLES = "{ a = " * 3_000 + "1" + " }" * 3_000
PARTS = ".".join(["a"] * 20_000)
ODD = (
    "nan", "-inf", "0", "-1", "1e308", "1e400", "1e-400", DIGITS, f"-{DIGITS}", f"{DIGITS}.0", "9" * 5_000,
    "0x" + "f" * 5_000, '""', '"tv"', '"\\u0007\\u0000"', '"Beta"', "[]", "[[]]", "{}", "[nan, inf]", "[1, 2]",
    "2025-03-03", "2025-03-03T10:00:00Z", "0001-01-01", "9999-12-31", "12:00:00", "true", '["tv", 1]', '[["tv"]]',
    '{ family = ["Beta"] }', '{ family = "Beta", alpha = nan, beta = 2 }', '{ name = "tv", share = { tv = [] } }',
    '[{ name = "tv", channels = "tv", order = "one", job = 1 }]', "[2025-03-03, 2025-03-03T10:00:00Z]", "'''", '"""',
    "[", "{", "\x00", "[" * 100 + "]" * 100, DEEP, TABLES, "1e999", '["tv", 3]', "[[[[]]]]", "2024-02-30",
)  # fmt: skip
LINES = (
    "[channels.tv]", "[[channels.tv]]", "[fit]", "tv.tv = 1", "[channels.'']", "channels = 1", '"\\u0000" = 1', "=",
    PARTS,
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
            text = changed(text, kind, generator)
            kinds.append(kind)
        file.write_bytes(text.encode("utf-8", errors="surrogateescape"))
        yield Trial("project file", kinds[0], plain=False, read=_reads(file, text, usual))


def changed(text: str, kind: str, generator: np.random.Generator) -> str:
    """Return a project file with one thing changed; of an empty one there is nothing left to change."""
    return CHANGES[kind](text, generator) if text.strip() else text


def _value(text: str, generator: np.random.Generator) -> str:
    lines = text.split("\n")
    at = [k for k, line in enumerate(lines) if " = " in line]
    if not at:
        return text
    k = int(generator.choice(at))
    lines[k] = f"{lines[k].split(' = ')[0]} = {ODD[int(generator.integers(len(ODD)))]}"
    return "\n".join(lines)


def _key(text: str, generator: np.random.Generator) -> str:
    words = list(re.finditer(r"[a-z_]{3,}", text))
    if not words:
        return text
    word = words[int(generator.integers(len(words)))]
    letters = list(word.group())
    k = int(generator.integers(len(letters) - 1))
    letters[k], letters[k + 1] = letters[k + 1], letters[k]
    return text[: word.start()] + "".join(letters) + text[word.end() :]


def _line_gone(text: str, generator: np.random.Generator) -> str:
    lines = text.split("\n")
    del lines[int(generator.integers(len(lines)))]
    return "\n".join(lines)


def _line_put_in(text: str, generator: np.random.Generator) -> str:
    lines = text.split("\n")
    added = [*LINES, *lines]
    lines.insert(int(generator.integers(len(lines))), added[int(generator.integers(len(added)))])
    return "\n".join(lines)


def _signs(text: str, generator: np.random.Generator) -> str:
    k = int(generator.integers(len(text)))
    odd = ["\x00", "\udcff", '"', "[", "]", "=", "\n", "\t", "é", "\u202e", "{", "#", ".", "-"]
    return text[:k] + odd[int(generator.integers(len(odd)))] + text[k + int(generator.integers(2)) :]


def _deep(text: str, generator: np.random.Generator) -> str:
    depth = int(generator.choice([3, 50, 2000]))
    return text + f"\n[channels.{'.'.join(['a'] * depth)}]\nteam = 'x'\n"


def _cut_out(text: str, generator: np.random.Generator) -> str:
    begin, end = sorted(generator.integers(0, len(text), 2))
    return text[:begin] + text[end:]


def _scattered(text: str, generator: np.random.Generator) -> str:
    signs = list(text)
    for at in generator.integers(0, len(signs), 5):
        signs[at] = chr(int(generator.integers(0, 0x2FF)))
    return "".join(signs)


def _moved(text: str, generator: np.random.Generator) -> str:
    return "\n".join(generator.permutation(text.split("\n")))


def _cut(text: str, generator: np.random.Generator) -> str:
    return text[: int(generator.integers(len(text)))]


Change = Callable[[str, np.random.Generator], str]
CHANGES: dict[str, Change] = {
    "another value": _value,
    "a slip of the keys": _key,
    "a line gone": _line_gone,
    "a line put in": _line_put_in,
    "a sign put in": _signs,
    "tables in tables": _deep,
    "cut short": _cut,
    "a stretch cut out": _cut_out,
    "signs changed all over": _scattered,
    "lines in another order": _moved,
}


def _config(file: Path) -> Any:
    config = read_config(file)
    return (config.files, config.reading, config.funnel, config.fit, config.chains, config.budget)


def _reads(file: Path, text: str, usual: Any) -> Callable[[], str]:
    def read() -> str:
        config = _config(file)
        said, was = tomllib.loads(text), tomllib.loads(PROJECT)
        if said == was or config != usual or _states_the_default(said, was):
            return ""
        return f"what the file says differently is passed over: {_first_difference(said, was)}"

    return read


def _states_the_default(said: dict[str, Any], was: dict[str, Any]) -> bool:
    """Return whether all that a file says beyond the other is what holds without it."""
    records = {"channels": Channel("a"), "stages": Stage("a"), "outcomes": Outcome("a")}
    more = [
        (kind, key, value)
        for kind in records
        for name, table in said.get(kind, {}).items()
        for key, value in table.items()
        if was.get(kind, {}).get(name, {}).get(key) != value
    ]
    return bool(more) and all(getattr(records[kind], key, None) == value for kind, key, value in more)


def _first_difference(said: dict[str, Any], was: dict[str, Any], where: str = "") -> str:
    for key in [*said, *was]:
        one, other = said.get(key), was.get(key)
        if one != other or type(one) is not type(other):
            if isinstance(one, dict) and isinstance(other, dict):
                return _first_difference(one, other, f"{where}{key}.")
            return f"{where}{key} is {one!r}, was {other!r}"
    return ""
