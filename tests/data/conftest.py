from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from omnimix.data import Roles

MONDAY = dt.date(2022, 1, 3)


@pytest.fixture
def shared_data() -> Path:
    folder = Path(__file__).parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared data are not beside this checkout")
    return folder


@pytest.fixture
def weekly() -> pd.DataFrame:
    """Two years of two channels, a control and an outcome, with nothing wrong."""
    numbers = np.random.default_rng(5)
    weeks = pd.date_range(MONDAY, periods=104, freq="7D")
    tv, search = numbers.gamma(3.0, 400.0, 104).round(2), numbers.gamma(6.0, 90.0, 104).round(2)
    price = numbers.normal(1.0, 0.05, 104).round(4)
    sales = (9000 + 1.4 * tv + 2.0 * search - 3000 * (price - 1) + numbers.normal(0, 300, 104)).round(2)
    return pd.DataFrame({"week": weeks, "tv": tv, "search": search, "price": price, "sales": sales})


@pytest.fixture
def roles() -> Roles:
    return Roles(("sales",), {"tv": "tv", "search": "search"}, {}, ("price",))


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write lines to a file, in bytes of an encoding."""

    def write(text: str, *, name: str = "weekly.csv", encoding: str = "utf-8") -> Path:
        file = tmp_path / name
        file.write_bytes(text.encode(encoding))
        return file

    return write


def mondays(count: int = 30, first: dt.date = MONDAY) -> list[dt.date]:
    return [first + dt.timedelta(days=7 * i) for i in range(count)]
