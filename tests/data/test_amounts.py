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


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("25k", 25_000.0),
        ("0.1M", 100_000.0),
        ("€ 1.5 mln", 1_500_000.0),
        ("-2,5 Mio.", -2_500_000.0),
        ("3 Mrd", 3e9),
        ("12 Tsd. €", 12_000.0),
    ],
)
def test_a_word_for_thousands_or_millions_counts(text: str, value: float) -> None:
    column = read_numbers({"tv": [text, "980"]})["tv"]
    assert column.figures[0] == pytest.approx(value)
    assert not column.unread


@pytest.mark.parametrize("text", ["25kk", "2 MM", "5 t", "5k%", "k"])
def test_a_word_that_is_no_plain_factor_leaves_the_cell_unread(text: str) -> None:
    assert read_numbers({"tv": [text, "980", "1"]})["tv"].unread == ((0, text),)


@pytest.mark.parametrize("mark", [".", ","])
def test_three_digits_everywhere_behind_the_others_decimal_mark_are_open(mark: str) -> None:
    def written(*texts: str) -> list[str]:
        return [text.replace(".", mark) for text in texts]

    spend = written("75763.46", "90712.3", "0.0")
    visits = written("263.642", "98.123", "980")
    assert read_numbers({"tv": spend, "visits": visits})["visits"].ambiguous == ((0, visits[0]), (1, visits[1]))
    assert read_numbers({"tv": spend, "visits": visits}, decimal=mark)["visits"].figures[0] == 263.642


@pytest.mark.parametrize(
    ("cells", "figure"),
    [
        (["1.024", "0.998"], 1.024),
        (["263.642", "98.1"], 263.642),
        (["263.642", "1.098.100"], 263642.0),
        (["263.642", "98.1234"], 263.642),
        (["1,263.642", "98.123"], 1263.642),
    ],
)
def test_one_cell_decides_for_its_column(cells: list[str], figure: float) -> None:
    column = read_numbers({"tv": ["7.25", "5.5"], "visits": cells})["visits"]
    assert column.figures[0] == figure
    assert not column.ambiguous
    assert not column.unread


def test_a_file_that_writes_three_decimals_everywhere_is_read_so() -> None:
    columns = read_numbers({"sales": ["1234.500", "98765.432"], "price": ["1.024", "2.100"]})
    assert columns["price"].figures.tolist() == [1.024, 2.1]


def test_true_and_false_are_no_amounts() -> None:
    mixed = read_numbers({"tv": [True, "FALSE", 1.0, "7", "8.5"]})["tv"]
    assert mixed.unread == ((0, "True"), (1, "FALSE"))
    assert mixed.truths() is None
    truths = read_numbers({"promo": ["TRUE", "", "FALSE", "WAHR", "onwaar"]})["promo"].truths()
    assert truths is not None
    np.testing.assert_array_equal(truths, [1.0, np.nan, 0.0, 1.0, 0.0])


def test_a_mark_among_long_amounts_with_cents_is_left_to_nobody() -> None:
    cells = ["1234.50", "2345.6", "3456.70", "4567.8", "5678.9", "12.345"]
    assert read_numbers({"tv": cells})["tv"].unread == ((5, "12.345"),)
    assert read_numbers({"tv": [*cells, "6789.125"]})["tv"].figures[5] == 12.345
    assert read_numbers({"tv": cells}, decimal=".")["tv"].figures[5] == 12.345


@pytest.mark.parametrize("amount", ["IDR 1.264.660", "Rp 1.264.660", "Rp1.264.660", "1.264.660 idr"])
def test_currencies_of_other_continents_are_read(amount: str) -> None:
    column = read_numbers({"tv": [amount]})["tv"]
    assert column.figures.tolist() == [1_264_660.0]
    assert column.currencies == {"IDR"}
