"""Results of tests in omnimix.toml: read as records, refused with their place and all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from omnimix.config import read_config
from omnimix.config.record import DeclarationError
from omnimix.errors import SpecError

SMALL = """
[data]
file = "weekly.csv"
[channels.tv]
[channels.search]
[stages.visits]
[outcomes.sales]
value = 0.3
parents = ["visits"]
[chains.spring]
links = ["tv", "search"]
start = 2026-03-02
end = 2026-03-29
"""
WHOLE = """
[experiments.tv_south]
channels = ["tv"]
geos = ["south"]
start = 2026-03-02
end = 2026-03-29
scale = 0.0
outcome = "sales"
metric = "increment"
value = 48000
error = 15000
tail_weeks = 4
[experiments."spring half"]
chain = "spring"
start = "2026-03-02"
end = "2026-03-29"
scale = 0.5
metric = "roas"
value = 1.4
interval = [0.8, 2.0]
tail_weeks = 8
discounts = { recency = 0.5 }
"""


def read(tmp_path: Path, text: str):  # type: ignore[no-untyped-def]
    path = tmp_path / "omnimix.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path)


def test_results_are_read_as_they_are_written(tmp_path: Path) -> None:
    south, spring = read(tmp_path, SMALL + WHOLE).experiments
    assert (south.name, south.channels, south.geos, south.value) == ("tv_south", ("tv",), ("south",), 48000)
    assert spring.chain is not None
    assert spring.levers == ("tv", "search")
    assert (spring.interval, dict(spring.discounts)) == ((0.8, 2.0), {"recency": 0.5})
    assert read(tmp_path, SMALL).experiments == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('channels = ["tv"]', 'channels = ["tvv"]', "[experiments.tv_south] 'tvv' is no channel; did you mean 'tv'?"),
        ('outcome = "sales"', 'outcome = "sale"', "did you mean 'sales'?"),
        ('chain = "spring"', 'chain = "sprong"', "chain 'sprong' is not declared; did you mean 'spring'?"),
        ("error = 15000", "", "[experiments.tv_south] it has no uncertainty"),
        ("interval = [0.8, 2.0]", "interval = [1.6, 2.0]", "lies outside its interval"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(DeclarationError) as told:
        read(tmp_path, SMALL + WHOLE.replace(old, new))
    assert said in str(told.value)


def test_keys_that_are_missing_or_misspelt_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as told:
        read(tmp_path, SMALL + WHOLE.replace("tail_weeks = 4", "tail_week = 4").replace('"increment"', '"increments"'))
    for text in ("did you mean 'tail_weeks'?", "needs `tail_weeks`", "did you mean 'increment'?"):
        assert text in str(told.value)
