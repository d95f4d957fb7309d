"""Tables in a shell: whatever the money and the width, every name and figure stands whole in its row."""

from __future__ import annotations

import pandas as pd
import pytest

from omnimix.cli.screen import show_table, word
from omnimix.words import amount, percent

NAMES = ("television", "paid_search_brand", "all media", "today's plan")


def shown(width: int, money: float, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setenv("COLUMNS", str(width))
    figures = [money * k for k in (1.0, 2.34, 0.5, 17.0)]
    frame = pd.DataFrame({"channel": NAMES, "mean": figures, "lower": figures, "share": [0.1, 0.2, 0.3, 0.4]})
    frame["range"] = [f"{amount(value)} to {amount(3 * value)}" for value in figures]
    frame["mark"] = ["", "extrapolated", "answers, extrapolated", ""]
    columns = {"channel": word, "mean": amount, "lower": amount, "range": str, "share": percent, "mark": word}
    show_table(frame, columns, last_apart=True)
    return capsys.readouterr().out


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120])
@pytest.mark.parametrize("money", [1.0, 1.5e6, 1.7e12, 1.23e17, 1e300])
def test_names_and_figures_stay_whole(
    width: int, money: float, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown(width, money, monkeypatch, capsys).splitlines()
    heads = [line.split() for line in lines if line.startswith("channel")]
    assert [name for head in heads for name in head[1:]] == ["mean", "lower", "range", "share", "mark"]
    for k, name in enumerate(NAMES):
        rows = [line for line in lines if line.startswith(name.split()[0])]
        assert len(rows) == len(heads)
        assert all(name in row for row in rows) or " " in name
        figure = amount(money * (1.0, 2.34, 0.5, 17.0)[k])
        assert sum(row.split().count(figure) for row in rows) == 3  # mean, lower, where the range begins


@pytest.mark.parametrize("width", [40, 60, 80])
def test_a_table_that_can_fit_stays_within_the_width(
    width: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert max(map(len, shown(width, 1.7e12, monkeypatch, capsys).splitlines())) <= width


def test_a_table_that_fits_is_one(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(120, 1.7e12, monkeypatch, capsys).count("channel") == 1
