"""A posterior goes to one file and comes back in another process; anything else is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import omnimix as om
from omnimix.posterior import store
from omnimix.spec import Budget, Limit, Limits, TeamGoal
from tests.conftest import small_frame, small_funnel
from tests.fits import seed


@pytest.fixture
def saved(small_posterior: om.Posterior, tmp_path: Path) -> Path:
    return small_posterior.save(tmp_path / "posterior.nc")


def test_a_saved_posterior_comes_back_whole(small_posterior: om.Posterior, saved: Path) -> None:
    again = om.load(saved)
    assert again.funnel == small_posterior.funnel
    assert again.run == small_posterior.run
    assert again.scaling.nodes == small_posterior.scaling.nodes
    assert (again.scaling.weeks == small_posterior.scaling.weeks).all()
    xr.testing.assert_identical(om.respond(again), om.respond(small_posterior))
    xr.testing.assert_identical(om.roas(again).draws, om.roas(small_posterior).draws)
    assert [f.name for f in saved.parent.iterdir()] == [saved.name]


def test_columns_may_be_called_anything(small_posterior: om.Posterior, tmp_path: Path) -> None:
    """A slash is how people write 'folder / door drop', in a channel as in a column that no model uses."""
    others = {"folder / krant": 1.0, "A/B": 2.0, "a & <b>": 3.0, "é.": 4.0, "week": 5.0}
    frame = small_posterior.panel.frame.rename_axis("datum").assign(**others)
    named = replace(small_posterior, panel=om.Panel(frame.reset_index(), week="datum", currency="EUR"))
    back = om.load(named.save(tmp_path / "posterior.nc"))
    assert back.panel.frame.equals(named.panel.frame)


def test_another_process_reads_the_same_figures_without_the_sampling_libraries(
    small_posterior: om.Posterior, saved: Path
) -> None:
    code = (
        "import sys, omnimix as om; t = om.roas(om.load(sys.argv[1])).table(); print(repr(float(t['mean'].iloc[0])));"
        "assert not {'pymc', 'pytensor', 'nutpie'} & set(sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code, str(saved)], capture_output=True, text=True, check=True)
    assert float(out.stdout) == float(om.roas(small_posterior).table()["mean"].iloc[0])


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.95])
def test_a_file_that_was_cut_short_says_so(saved: Path, kept: float) -> None:
    whole = saved.read_bytes()
    saved.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(om.StoreError, match="cut short or damaged"):
        om.load(saved)


def test_a_file_that_was_damaged_anywhere_says_so(saved: Path) -> None:
    """One bit, a stretch of zeros, a stretch moved, bytes put in or taken out: what was saved or an error."""
    whole, generator = saved.read_bytes(), np.random.default_rng(seed(3))
    for turn in range(150):
        at = int(generator.integers(8, len(whole)))
        long = int(generator.integers(1, 200))
        bent = bytearray(whole)
        if turn % 4 == 0:
            bent[at] ^= 1 << int(generator.integers(8))
        elif turn % 4 == 1:
            bent[at : at + long] = bytes(len(bent[at : at + long]))
        elif turn % 4 == 2:
            del bent[at : at + long]
        else:
            bent[at:at] = generator.bytes(long)
        if bytes(bent) == whole:
            continue
        saved.write_bytes(bent)
        with pytest.raises(om.StoreError, match="cut short or damaged"):
            om.load(saved)


def resaved(saved: Path, change: Callable[[xr.DataTree, dict[str, Any]], object], version: int = 2) -> Path:
    """Write a file by hand, without a checksum, with something changed in its tree or in its JSON."""
    with xr.open_datatree(saved, engine="h5netcdf") as opened:
        tree = opened.load()
    content = json.loads(tree[store.ABOUT]["content"].item())
    tree.attrs["format_version"] = version
    changed = change(tree, content)
    text = changed if isinstance(changed, str) else json.dumps(content)
    tree[store.ABOUT] = xr.DataTree(xr.Dataset({"content": text}))
    path = saved.with_name("by hand.nc")
    tree.to_netcdf(path, engine="h5netcdf")
    return path


def test_a_file_of_the_version_before_checksums_still_loads(small_posterior: om.Posterior, saved: Path) -> None:
    again = om.load(resaved(saved, lambda tree, content: None))
    assert again.run == small_posterior.run
    with pytest.raises(om.StoreError, match="its checksum is missing"):
        om.load(resaved(saved, lambda tree, content: None, version=store.FORMAT_VERSION))


ODD: dict[str, Callable[[xr.DataTree, dict[str, Any]], object]] = {
    "no funnel": lambda tree, content: content.pop("funnel"),
    "no run": lambda tree, content: content.pop("run"),
    "an unknown key": lambda tree, content: content["run"].update(colour="red"),
    "a text for a number": lambda tree, content: content["run"].update(seconds="long"),
    "a list for a record": lambda tree, content: content.update(learned=[1, 2]),
    "no number in a scale": lambda tree, content: content["learned"]["nodes"][0].update(scale=None),
    "another mean": lambda tree, content: content["learned"]["mean_spend"].update(tv=1e6),
    "another scale": lambda tree, content: content["learned"]["nodes"][0].update(scale=7.0),
    "a mean less": lambda tree, content: content["learned"]["mean_spend"].popitem(),
    "another channel": lambda tree, content: content["funnel"]["channels"][0].update(name="fax"),
    "a channel less": lambda tree, content: content["funnel"]["channels"].pop(),
    "an impossible value": lambda tree, content: content["funnel"]["outcomes"][0].update(value=-1),
    "weeks that were not": lambda tree, content: content["learned"]["weeks"].pop(),
    "a day that is none": lambda tree, content: content["learned"]["weeks"].__setitem__(0, "2024-13-45"),
    "no JSON": lambda tree, content: "{'funnel'",
    "another kind of JSON": lambda tree, content: "17",
    "nesting without end": lambda tree, content: "[" * 200_000,
    "a number without end": lambda tree, content: '{"currency": ' + "9" * 20_000 + "}",
    "more chains than were drawn": lambda tree, content: content["run"].update(chains=9),
    "no draws": lambda tree, content: tree.__delitem__("posterior"),
    "no table": lambda tree, content: tree.__delitem__(store.TRAINING),
    "no noise": lambda tree, content: tree.__setitem__(
        "posterior", xr.DataTree(tree["posterior"].to_dataset().drop_vars("noise"))
    ),
    "no version": lambda tree, content: tree.attrs.pop("format_version"),
    "a version in words": lambda tree, content: tree.attrs.update(format_version="two"),
}


@pytest.mark.parametrize("what", ODD)
def test_content_that_no_fit_has_written_is_refused_as_a_damaged_file(saved: Path, what: str) -> None:
    with pytest.raises(om.StoreError, match="cut short or damaged"):
        om.load(resaved(saved, ODD[what]))


def test_a_size_that_the_file_cannot_hold_is_refused_before_it_is_read(saved: Path) -> None:
    """HDF5 promises a terabyte in a few bytes: chunks that were never written read as zeros."""
    import h5py

    path = resaved(saved, lambda tree, content: None)
    with h5py.File(path, "r+") as file:
        file["posterior"].create_dataset("vast", (10**6, 10**6), chunks=(1000, 1000), dtype="f8")
    with pytest.raises(om.StoreError, match="it declares 8,000,0"):
        om.load(path)


@pytest.mark.parametrize("path", [3, None, {"a": 1}])
def test_what_is_no_path_is_no_posterior(path: object) -> None:
    with pytest.raises(om.ArgumentError, match="`path` is a text or a path"):
        om.load(path)  # type: ignore[arg-type]


def test_a_disk_without_room_ends_in_an_error_and_leaves_the_old_file(saved: Path) -> None:
    """HDF5 ends the whole process where a disk is full while it writes, so it writes to memory."""
    pytest.importorskip("resource")
    before = saved.read_bytes()
    code = (
        "import sys, resource, omnimix as om; posterior = om.load(sys.argv[1])\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"
        "try:\n    posterior.save(sys.argv[1])\nexcept om.StoreError as problem:\n    print(problem)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(saved)], capture_output=True, text=True, check=True)
    assert "the posterior cannot be written to" in done.stdout
    assert saved.read_bytes() == before
    assert [f.name for f in saved.parent.iterdir()] == [saved.name]


@pytest.mark.parametrize(("version", "advice"), [(store.FORMAT_VERSION + 1, "update omnimix"), (0, "fit again")])
def test_a_file_of_another_format_version_is_refused(
    small_posterior: om.Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int, advice: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(store, "FORMAT_VERSION", version)
        path = small_posterior.save(tmp_path / "other.nc")
    with pytest.raises(om.StoreError, match=f"format version {version}.*{advice}"):
        om.load(path)


def test_a_file_in_an_old_layout_is_refused_by_its_version_before_anything_in_it_is_read(tmp_path: Path) -> None:
    """Version 1 by hand: no training table and no spec, and draws under names of then."""
    old = xr.DataTree.from_dict({"posterior": xr.Dataset({"beta": (("chain", "draw"), np.zeros((1, 2)))})})
    old.attrs = {"format": store.FORMAT, "format_version": 1}
    path = tmp_path / "old.nc"
    old.to_netcdf(path, engine="h5netcdf")
    with pytest.raises(
        om.StoreError, match=r"old\.nc has format version 1, .* reads version 2 and 3; fit again with this"
    ):
        om.load(path)


def test_a_foreign_or_missing_file_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.nc"
    text.write_text("week,sales\n")
    foreign = tmp_path / "foreign.nc"
    xr.Dataset({"x": 1.0}).to_netcdf(foreign, engine="h5netcdf")
    for path, message in (
        (text, "no omnimix posterior"),
        (foreign, "no omnimix posterior"),
        (tmp_path / "no.nc", "no file"),
    ):
        with pytest.raises(om.StoreError, match=message):
            om.load(path)
    with pytest.raises(om.StoreError, match="no file"):
        om.load(tmp_path)


def test_a_posterior_that_cannot_be_written_leaves_nothing_behind(
    small_posterior: om.Posterior, tmp_path: Path
) -> None:
    with pytest.raises(om.StoreError, match="cannot be written"):
        small_posterior.save(tmp_path / "no" / "such" / "folder.nc")
    assert not list(tmp_path.iterdir())


def test_every_kind_of_spec_survives_the_file(tmp_path: Path) -> None:
    frame = small_frame().assign(grp=lambda f: f["tv"] / 300)
    funnel = om.Funnel(
        channels=[
            om.Channel(
                "tv", exposure="grp", team="brand", pool="video", adstock="weibull", saturation="logistic", max_lag=6
            ),
            om.Channel("search", adstock="none", saturation="none", roas_prior=(0.5, 3.0)),
        ],
        outcomes=[om.Outcome("sales", value=0.3, likelihood="student_t")],
        controls=["price"],
        holidays="NL",
        baseline=om.Baseline(harmonics=2, knot_weeks=26, level_scale=om.Prior("HalfNormal", 0.2)),
    )
    posterior = om.fit(
        funnel, om.Panel(frame, currency="SEK"), seed=seed(1), draws=20, tune=50, chains=2, progress=False
    )
    again = om.load(posterior.save(tmp_path / "p.nc"))
    assert again.funnel == posterior.funnel
    assert again.panel.currency == "SEK"
    assert again.draws["posterior"]["lag_scale"].sel(channel="search").isnull().all()
    first, second = (om.roas(p, allow_unconverged=True).draws for p in (posterior, again))
    xr.testing.assert_identical(first, second)
    assert replace(again.run, seconds=0.0) == replace(posterior.run, seconds=0.0)


DECLARED = Budget(
    total=np.float32(400_000),
    weeks=8,
    phasing="free",
    limits=Limits(
        channels={
            "tv": Limit(min=np.int64(10_000), max=90_000.5, flights=[("2024-01-01", "2024-02-11")], weekly_min=500),
            "search": Limit(lock=True),
        },
        pools={"video": Limit(change=(-0.2, 0.3))},
        teams={"brand": Limit(lock=0, weekly_max=1_000)},
        levers=["search"],
        widen=0.25,
    ),
    goals={"brand": TeamGoal("sales"), "ecommerce": TeamGoal(["visits", "sales"], direct=True)},
)


@pytest.mark.parametrize("budget", [None, Budget(), DECLARED])
def test_a_declared_budget_survives_the_file(
    small_posterior: om.Posterior, tmp_path: Path, budget: Budget | None
) -> None:
    again = om.load(replace(small_posterior, budget=budget).save(tmp_path / "posterior.nc"))
    assert again.budget == budget
    assert again.campaign_chains == small_posterior.campaign_chains


def test_a_file_written_before_there_were_chains_and_budgets_is_read(
    small_posterior: om.Posterior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = store._content
    with monkeypatch.context() as patch:
        patch.setattr(store, "_content", lambda p: {k: v for k, v in whole(p).items() if k not in ("chains", "budget")})
        path = replace(small_posterior, budget=DECLARED).save(tmp_path / "old.nc")
    again = om.load(path)
    assert (again.campaign_chains, again.budget) == ((), None)


def test_the_draws_carry_names_and_the_sampler_statistics(small_posterior: om.Posterior) -> None:
    posterior, statistics = small_posterior.draws["posterior"], small_posterior.draws["sample_stats"]
    assert posterior["contribution"].dims == ("chain", "draw", "node", "channel")
    assert list(posterior["channel"].to_numpy()) == ["tv", "search"]
    assert posterior["baseline_coefficient"].dims == ("chain", "draw", "node", "term")
    assert {"diverging", "energy", "tree_depth"} <= set(statistics.data_vars)
    assert small_posterior.size == 4000


def test_small_funnel_is_what_was_fitted(small_posterior: om.Posterior) -> None:
    assert small_posterior.funnel == small_funnel()
