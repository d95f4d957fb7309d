from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from omnimix.data import Roles, WeeksError, check_refused, read_panel
from tests.data.conftest import mondays

Write = Callable[..., Path]
DAYS = mondays(30)


def test_repeated_names_do_not_hide_the_calendar(written: Write) -> None:
    rows = [f"{day};1;2" for i, day in enumerate(DAYS) if i != 7]
    with pytest.raises(WeeksError) as caught:
        read_panel(written("\n".join(["week;tv;tv", *rows])))
    assert "'tv'; give every column its own name" in str(caught.value)
    assert f"1 week is missing in the middle: {DAYS[7]}" in str(caught.value)


def test_cells_are_checked_in_a_table_whose_weeks_are_refused(written: Write) -> None:
    rows = [f"{day};{'-5' if i == 3 else 'much' if i == 4 else i};{i}" for i, day in enumerate(DAYS) if i != 7]
    with pytest.raises(WeeksError) as caught:
        read_panel(written("\n".join(["week;tv;sales", *rows, rows[0]])))
    assert len(caught.value.problems) == 2
    found = check_refused(caught.value.table, Roles(("sale",), {"tv": "tv"}))
    assert {f.name for f in found} == {"unknown_column", "text_in_numbers", "negative_spend"}


def test_every_file_of_a_join_is_checked(written: Write) -> None:
    media = written("\n".join(["week;tv", *(f"{day};1" for i, day in enumerate(DAYS) if i != 7)]), name="media.csv")
    sales = written("\n".join(["week;sales", *(f"{day};1" for day in [*DAYS, DAYS[3]])]), name="sales.csv")
    with pytest.raises(ValueError, match=rf"(?s)media.csv: 1 week is missing.*sales.csv: .*{DAYS[3]}"):
        read_panel([media, sales])
