"""A figure has one form wherever it is read: page, shell, notebook card, prompt and chart."""

from __future__ import annotations

from html import escape

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib import pyplot as plt

from omnimix import notebook
from omnimix.cli.screen import show_table, word
from omnimix.effects import Figures
from omnimix.labels import CHANNEL, DRAW
from omnimix.plot import draw
from omnimix.words import Language, amount, form_of, percent, ratio

# column, figure, form in English and Dutch
FIGURES = [
    ("spend", 4.95036e6, "4.95m", "4,95 mln"),
    ("spend", 3.5904e12, "3.59tn", "3,59 bln"),
    ("spend", 3.59e9, "3.59bn", "3,59 mld"),
    ("spend", 342_960.0, "343k", "343k"),
    ("spend", 48_499.0, "48.5k", "48,5k"),
    ("spend", 4_849.2, "4,850", "4.850"),
    ("spend", 4.6e-10, "0", "0"),
    ("profit", -12_345.0, "-12.3k", "-12,3k"),
    ("gain", 12_345.0, "+12.3k", "+12,3k"),
    ("roas", 1.234, "1.23", "1,23"),
    ("roas", 12.0, "12.00", "12,00"),
    ("roas", 0.0234, "0.023", "0,023"),
    ("share", 0.0312, "3%", "3%"),
    ("probability", 0.9991, ">99%", ">99%"),
    ("order_rate", 0.01234, "1.23%", "1,23%"),
]


@pytest.mark.parametrize(("column", "value", "english", "dutch"), FIGURES)
def test_a_figure_is_written_the_same_on_page_shell_card_and_prompt(
    column: str, value: float, english: str, dutch: str, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pd.DataFrame({CHANNEL: ["tv"], column: [value]})
    show_table(table, {CHANNEL: word, column: form_of(column)})
    assert capsys.readouterr().out.split()[-1] == english
    assert f">{escape(english)}<" in notebook.table(table)
    assert notebook.text(table).split()[-1] == english
    for code, form in (("en", english), ("nl", dutch)):
        page = Language(code, "report", "EUR")
        kinds = {"spend": page.amount, "profit": page.amount, "roas": page.ratio, "order_rate": page.rate}
        kinds |= {
            "share": page.percent,
            "probability": page.percent,
            "gain": lambda v, p=page: p.change(v).replace("EUR ", ""),
        }
        assert kinds[column](value) == form


def test_money_in_a_sentence_has_its_size_in_full() -> None:
    english, dutch = (Language(code, "report", "IDR") for code in ("en", "nl"))
    assert [english.money(v) for v in (1.5e12, 3.59e9, 1e20)] == ["IDR 1.5 trillion", "IDR 3.6 billion", "IDR 1e+20"]
    assert [dutch.money(v) for v in (1.5e12, 3.59e9)] == ["IDR 1,5 biljoen", "IDR 3,6 miljard"]


@pytest.mark.parametrize(("name", "form"), [("combined_roas", ratio), ("some_share", percent), ("profit", amount)])
def test_a_chart_writes_its_figures_as_cards_do(name: str, form: object) -> None:
    draws = xr.DataArray(np.linspace(0.2, 0.9, 101)[:, None] * 1.7, coords={CHANNEL: ["tv"]}, dims=(DRAW, CHANNEL))
    figures = Figures(name, draws, "unit", 0.9)
    row = figures.table().iloc[0]
    drawn = [text.get_text() for text in draw(figures).texts]
    plt.close("all")
    assert callable(form)
    assert f"{form(row[figures.told])} ({form(row['lower'])} to {form(row['upper'])})" in drawn


def test_figures_of_one_kind_keep_their_form_from_one_size_to_the_next() -> None:
    """Rounding up to the next size writes that size: 999,950 is no 1,000k."""
    written = [amount(v) for v in (9_994.0, 9_996.0, 999_400.0, 999_600.0, 999.6e6, 1e9)]
    assert written == ["9,990", "10k", "999k", "1m", "1bn", "1bn"]
