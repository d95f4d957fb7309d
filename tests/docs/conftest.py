"""Programs of the docs run in a folder of their own, and share the fits that several of them make."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import omnimix as om
from tests.fits import MOVED_BY, fit


@pytest.fixture
def as_a_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder, no windows, and ``om.fit`` that fits the same only once in a run of the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.setenv(MOVED_BY, "0")  # a page names its seed and shows what came of it
    monkeypatch.setattr(om, "fit", fit)
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
