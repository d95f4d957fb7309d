"""What a posterior holds stays as it was made: fewer draws are the same draws, a model that is read is no one's."""

from __future__ import annotations

import numpy as np
import pymc as pm
import pytensor
import pytest
import xarray as xr

import omnimix as om


@pytest.mark.parametrize("most", [7, 400])
def test_fewer_draws_are_draws_of_the_whole_with_their_statistics(small_posterior: om.Posterior, most: int) -> None:
    few = small_posterior.thinned(most)
    assert few.size <= most
    assert set(few.draws.children) == set(small_posterior.draws.children)
    for group in ("posterior", "sample_stats"):
        found, whole = few.draws[group].to_dataset(), small_posterior.draws[group].to_dataset()
        xr.testing.assert_identical(found, whole.isel(draw=np.flatnonzero(whole["draw"].isin(found["draw"]))))
    assert few.run == small_posterior.run
    assert f"4 chains x {few.size // 4} draws" in repr(few)


def test_no_more_draws_than_there_are_is_the_same(small_posterior: om.Posterior) -> None:
    assert small_posterior.thinned(small_posterior.size) is small_posterior


def test_reading_the_model_compiles_nothing_and_what_is_added_to_it_is_in_no_other(
    small_posterior: om.Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("compiled")

    monkeypatch.setattr(pytensor, "function", refuse)
    monkeypatch.setattr(pm.Model, "compile_fn", refuse)
    with small_posterior.model:
        pm.Normal("mine")
    again = small_posterior.model
    assert "mine" not in again.named_vars
    assert {"retention", "sales"} <= set(again.named_vars)
