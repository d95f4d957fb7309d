"""Fits that tests share: made once, the same for whoever asks, others where the run moves seeds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xarray as xr

import omnimix as om
from tests import fits
from tests.conftest import small_frame, small_funnel

TINY = {"seed": 8, "draws": 6, "tune": 6, "chains": 1, "progress": False}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[int]:
    """The seeds of the fits that were really made, in a run that has made none yet."""
    from omnimix import model

    real, seeds = model.fit, []

    def counted(*asked: Any, **settings: Any) -> om.Posterior:
        seeds.append(settings["seed"])
        return real(*asked, **settings)

    monkeypatch.setattr(model, "fit", counted)
    monkeypatch.setattr(fits, "shared_folder", lambda: tmp_path)
    monkeypatch.setattr(fits, "_read", {})
    (tmp_path / "compiled").touch()
    return seeds


def tiny(**changes: Any) -> om.Posterior:
    return fits.fit(small_funnel(), om.Panel(small_frame()), **{**TINY, **changes})


def test_what_another_process_has_made_is_read(made: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fits.MOVED_BY, "0")
    one = tiny()
    assert tiny() is one
    monkeypatch.setattr(fits, "_read", {})  # as in another process
    other = tiny()
    assert made == [8]
    xr.testing.assert_identical(one.draws["posterior"].to_dataset(), other.draws["posterior"].to_dataset())
    assert (other.funnel, other.run.seconds) == (one.funnel, one.run.seconds)


def test_other_settings_data_and_funnels_are_other_fits(made: list[int]) -> None:
    tiny()
    tiny(draws=7)
    fits.fit(small_funnel(controls=[]), om.Panel(small_frame()), **TINY)
    fits.fit(small_funnel(), om.Panel(small_frame(seed=6)), **TINY)
    assert len(made) == 4


def test_a_run_may_move_every_seed(made: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(fits.MOVED_BY, "0")
    tiny()
    monkeypatch.setenv(fits.MOVED_BY, "3")
    tiny()
    assert made == [8, 3_008]
