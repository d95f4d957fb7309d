"""Many fits: the same draws wherever they run, failures as records, and a folder that is gone on from."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import joblib
import numpy as np
import pytest

import omnimix as om

SETTINGS = {"draws": 25, "tune": 50, "chains": 2, "seed": 3, "progress": False}


@pytest.fixture(scope="module")
def worlds() -> dict[str, tuple[om.Funnel, om.Panel]]:
    made = {name: om.simulate(weeks=60, seed=seed, channels=["tv"]) for name, seed in (("brand A", 1), ("brand B", 2))}
    return {name: (world.funnel, world.panel) for name, world in made.items()}


def same_draws(one: om.Posterior, other: om.Posterior) -> bool:
    return all(np.array_equal(one.draws["posterior"][v], other.draws["posterior"][v]) for v in one.draws["posterior"])


@pytest.fixture(scope="module")
def alone(worlds: dict[str, tuple[om.Funnel, om.Panel]]) -> dict[str, om.Posterior]:
    return {name: om.fit(*pair, **SETTINGS) for name, pair in worlds.items()}


@pytest.fixture
def cluster() -> Iterator[object]:
    distributed = pytest.importorskip("distributed", reason="a group of its own: uv run --group cluster pytest")
    Client, LocalCluster = distributed.Client, distributed.LocalCluster
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as two,
        Client(two) as client,
    ):
        yield client


def test_fits_side_by_side_are_those_made_one_by_one(
    worlds: dict[str, tuple[om.Funnel, om.Panel]], alone: dict[str, om.Posterior]
) -> None:
    many = om.fit_many(worlds, **SETTINGS)
    assert list(many) == list(worlds)
    assert all(same_draws(many[name], alone[name]) for name in worlds)
    assert many.table()["fitted"].all()


def test_a_local_dask_cluster_of_two_processes_gives_the_same_draws(
    worlds: dict[str, tuple[om.Funnel, om.Panel]], alone: dict[str, om.Posterior], cluster: object
) -> None:
    with joblib.parallel_config(backend="dask"):
        many = om.fit_many(worlds, **SETTINGS)
    assert all(same_draws(many[name], alone[name]) for name in worlds)


def test_a_fit_that_fails_is_a_record_and_the_rest_goes_on(worlds: dict[str, tuple[om.Funnel, om.Panel]]) -> None:
    funnel, panel = worlds["brand A"]
    wrong = om.Funnel(channels=["radio"], outcomes=["sales"])
    many = om.fit_many({"bad": (wrong, panel), "good": (funnel, panel)}, **SETTINGS)
    assert list(many.failures) == ["bad"]
    assert list(many.posteriors) == ["good"]
    assert many["bad"].error == "DataError"
    assert "radio" in many["bad"].message
    assert many.table().set_index("name").loc["bad", "message"].startswith("DataError: ")


def test_a_folder_keeps_what_is_done_and_what_is_asked_otherwise_is_fitted_anew(
    worlds: dict[str, tuple[om.Funnel, om.Panel]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = {"brand A": worlds["brand A"]}
    first = om.fit_many(one, folder=tmp_path / "fits", **SETTINGS)
    (file,) = (tmp_path / "fits").iterdir()
    assert file.name.startswith("brand_A-")
    asked: list[str] = []
    monkeypatch.setattr(
        "omnimix.many_fits.verb.side_by_side",
        lambda pairs, settings, **_: (asked.extend(pairs), iter([(n, om.FitFailure(n, "E", "")) for n in pairs]))[1],
    )
    again = om.fit_many(worlds, folder=tmp_path / "fits", **SETTINGS)
    assert asked == ["brand B"]
    assert same_draws(again["brand A"], first["brand A"])
    om.fit_many(one, folder=tmp_path / "fits", **{**SETTINGS, "draws": 26})
    file.write_bytes(file.read_bytes()[:1000])
    om.fit_many(one, folder=tmp_path / "fits", **SETTINGS)
    assert asked == ["brand B", "brand A", "brand A"]


def test_a_folder_that_cannot_be_written_to_is_told_before_the_first_fit(
    worlds: dict[str, tuple[om.Funnel, om.Panel]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verb = importlib.import_module("omnimix.many_fits.verb")
    monkeypatch.setattr(verb, "side_by_side", lambda *_, **__: pytest.fail("it has begun to fit"))
    monkeypatch.setattr("omnimix.whole_file.os.access", lambda *_: False)
    with pytest.raises(om.StoreError, match="may only be read; name another"):
        om.fit_many(worlds, folder=tmp_path, **SETTINGS)
    assert not list(tmp_path.iterdir())


def test_nothing_to_fit_and_an_unknown_backend_are_told(worlds: dict[str, tuple[om.Funnel, om.Panel]]) -> None:
    with pytest.raises(om.FitError, match="nothing to fit"):
        om.fit_many({})
    with pytest.raises(om.FitError, match="`chains` is a whole number"):
        om.fit_many(worlds, chains=0, draws=5)
    with pytest.raises(om.FitError, match="backend"):
        om.fit_many(worlds, backend="abacus", **SETTINGS)
