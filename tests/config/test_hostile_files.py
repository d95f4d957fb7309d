"""Project files that no hand wrote: whatever stands in one, it is read or refused as omnimix refuses, and quickly."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest

from benchmarks.robustness.projects import CHANGES, DEEP, DIGITS, ODD, PARTS, TABLES, changed
from omnimix.config import read_config
from omnimix.config.toml_file import MOST_BYTES
from omnimix.errors import OmnimixError, SpecError
from tests.config.test_config import WHOLE


def refused(path: Path, text: str | bytes) -> str:
    """Return what a file is refused with, or an empty text where it is read."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    begin = time.perf_counter()
    try:
        read_config(path)
    except OmnimixError as error:
        return str(error)
    finally:
        assert time.perf_counter() - begin < 5
    return ""


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_any_value_at_any_key_is_read_or_refused(value: str, tmp_path: Path) -> None:
    places = list(re.finditer(r"^[\w.]+ = (.+)$", WHOLE, re.MULTILINE))
    assert len(places) > 25
    for place in places if len(value) < 1_000 else places[::8]:
        refused(tmp_path / "omnimix.toml", f"{WHOLE[: place.start(1)]}{value}{WHOLE[place.end(1) :]}")


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("seed", range(8))
def test_a_file_with_random_changes_is_read_or_refused(seed: int, change: str, tmp_path: Path) -> None:
    random = np.random.default_rng(seed)
    for _ in range(6):
        text = WHOLE
        for _ in range(int(random.integers(1, 4))):
            text = changed(text, change, random)
        refused(tmp_path / "omnimix.toml", text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WHOLE.replace("value = 0.30", f"value = {DIGITS}"), "`outcomes.online_sales.value` holds a whole number that"),
        (f"{WHOLE}\n[{PARTS}]\n", "has more than 16 parts"),
        (f"{WHOLE}\n{PARTS} = 1\n", "has more than 16 parts"),
        (f"x = {DEEP}", "more than 16 deep"),
        (f"x = {TABLES}", "more than 16 deep"),
        (f"x = {'[' * 20}{']' * 20}", "more than 16 deep"),
        ("#" * (MOST_BYTES + 1), "has more than 1,000,000 bytes"),
        (b"\xff\xfe\x00\x01", "is not written in UTF-8"),
        ("\x00\x01\x02", "Line 1 reads: .x00.x01.x02"),
        ("[data]\n[data]\n", "is not TOML: Cannot declare"),
        (WHOLE.replace('"brand"', '["brand"]'), "`team` must be text"),
        (WHOLE.replace('["price_index", "promo"]', '"promo"'), "`controls` must be a list of texts"),
        (WHOLE.replace("value = 0.30", "value = nan"), "`value` must be a number above 0"),
        (WHOLE.replace('"brand"', "2025-03-03"), "`team` must be text, not 2025-03-03"),
    ],
    ids=range(14),
)
def test_what_is_wrong_is_told_in_few_words(text: str | bytes, told: str, tmp_path: Path) -> None:
    reason = refused(tmp_path / "omnimix.toml", text)
    assert re.search(told, reason)
    assert len(reason) < 1_500


def test_many_problems_are_counted_and_long_names_cut(tmp_path: Path) -> None:
    many = "\n".join(f"spen{k} = 1" for k in range(3_000))
    reason = refused(tmp_path / "omnimix.toml", f"{WHOLE}\n[channels.x]\n{many}")
    assert reason.endswith("And 2,950 more.")
    assert len(refused(tmp_path / "omnimix.toml", f"{WHOLE}\n[channels.x]\n{'q' * 100_000} = 1")) < 1_500


def test_a_path_that_no_file_can_have_is_refused() -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        read_config("a\0b")
