"""Saved posteriors that were changed, cut, or written by somebody else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

import omnimix as om
from benchmarks.robustness.trial import Trial
from omnimix.posterior import store


def trials(generator: np.random.Generator, folder: Path, posterior: om.Posterior) -> Iterator[Trial]:
    """Give damaged files without end: bytes of a file, and the JSON inside one that was sealed again or never."""
    whole = posterior.save(folder / "whole.nc").read_bytes()
    with xr.open_datatree(folder / "whole.nc", engine="h5netcdf") as opened:
        tree = opened.load()
    file = folder / "posterior.nc"
    reads = _reads(file, posterior)
    for turn in range(10**9):
        if turn % 10 == 0:
            kind = _by_hand(generator, tree, file)
        else:
            kind, content = _bytes(generator, whole)
            file.write_bytes(content)
        yield Trial("saved posterior", kind, plain=kind == "as it was", read=reads)


def _bytes(generator: np.random.Generator, whole: bytes) -> tuple[str, bytes]:
    kind = str(
        generator.choice(
            [
                "a bit",
                "a stretch of zeros",
                "noise",
                "cut short",
                "bytes more",
                "bytes less",
                "a page moved",
                "as it was",
            ]
        )
    )
    bent, at, long = bytearray(whole), int(generator.integers(0, len(whole) - 1)), int(generator.integers(1, 5000))
    if kind == "a bit":
        bent[at] ^= 1 << int(generator.integers(8))
    elif kind == "a stretch of zeros":
        bent[at : at + long] = bytes(len(bent[at : at + long]))
    elif kind == "noise":
        bent[at : at + long] = generator.bytes(len(bent[at : at + long]))
    elif kind == "cut short":
        del bent[at:]
    elif kind == "bytes more":
        bent[at:at] = generator.bytes(long)
    elif kind == "bytes less":
        del bent[at : at + long]
    elif kind == "a page moved":
        to = int(generator.integers(0, len(whole) - 1))
        bent[at : at + long], bent[to : to + long] = bent[to : to + long], bent[at : at + long]
    return kind, bytes(bent)


def _by_hand(generator: np.random.Generator, tree: xr.DataTree, file: Path) -> str:
    """Write a file whose JSON was edited at one place, as the version without checksums."""
    content = json.loads(tree[store.ABOUT]["content"].item())
    places = list(_places(content))
    holder, key = places[int(generator.integers(len(places)))]
    odd: list[Any] = [None, "odd", -1, 1e308, [], {}, [1, [2, [3]]], True, 10**400, float("nan")]
    if generator.random() < 0.3:
        del holder[key]
    else:
        holder[key] = odd[int(generator.integers(len(odd)))]
    changed = tree.copy()
    changed.attrs = {"format": store.FORMAT, "format_version": store.WITHOUT_CHECKSUM}
    changed[store.ABOUT] = xr.DataTree(xr.Dataset({"content": json.dumps(content)}))
    changed.to_netcdf(file, engine="h5netcdf")
    return "JSON edited by hand"


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    for key, inside in pairs:
        yield value, key
        yield from _places(inside)


def _reads(file: Path, posterior: om.Posterior) -> Callable[[], str]:
    figures = om.roas(posterior, allow_unconverged=True).table()["mean"].to_numpy()

    def read() -> str:
        again = om.load(file)
        got = om.roas(again, allow_unconverged=True).table()["mean"].to_numpy()
        if got.shape != figures.shape or not np.array_equal(got, figures, equal_nan=True):
            same = again.funnel == posterior.funnel and again.panel.frame.equals(posterior.panel.frame)
            return "other figures of the same funnel and table" if same else ""  # what it says by itself is what it is
        return ""

    return read
