from __future__ import annotations

import numpy as np
import pytest

from omnimix.data.amounts import read_numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,-", 1234.0), ("€ 25,-", 25.0), ("25,--", 25.0), ("25,–", 25.0), ("25,50-", -25.5), ("-25,-", -25.0)],  # noqa: RUF001
)
def test_a_dash_in_place_of_cents_is_no_minus_sign(text: str, value: float) -> None:
    column = read_numbers({"tv": [text, "7,25"]})["tv"]
    assert column.figures[0] == value
    assert not column.unread


def test_a_dash_in_place_of_cents_proves_the_decimal_mark() -> None:
    assert read_numbers({"tv": ["25.-", "1,234"]})["tv"].figures.tolist() == [25.0, 1234.0]


def test_a_column_that_proves_both_marks_leaves_no_amount_to_chance() -> None:
    cells = ["12.50", "12.75", "13,5", "1.234"]
    column = read_numbers({"tv": cells})["tv"]
    assert [text for _, text in column.unread] == ["13,5", "1.234"]
    assert np.isnan(column.figures[3])
    assert read_numbers({"tv": cells}, decimal=".")["tv"].figures[3] == 1.234


@pytest.mark.parametrize(("number", "value"), [(10**400, np.inf), (-(10**400), -np.inf)])
def test_a_number_beyond_all_floats_is_infinite(number: int, value: float) -> None:
    assert read_numbers({"tv": [number, 1]})["tv"].figures[0] == value
