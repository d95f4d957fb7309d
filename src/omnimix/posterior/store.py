"""Save a posterior to one netCDF file and load it in another process.

The file holds the draws as a DataTree, the training table as one more group, and spec, learned constants and run as
JSON in another. After the last byte of HDF5 stands a line with the SHA-256 of all bytes before it, which HDF5, netCDF
and xarray pass over: a file that was changed, cut short or damaged anywhere is refused before any library reads it.
Files of version 2 have no such line; what can be checked of their content is.

A file of several geos has a version of its own, because what reads files of one cannot read it: a long table, the
columns that all geos share, and the scales of every geo (:mod:`omnimix.posterior.geo_store`).
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import mmap
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.arguments import checked
from omnimix.data import GeoPanel, Panel
from omnimix.errors import StoreError
from omnimix.labels import WEEK
from omnimix.posterior.geo_posterior import GeoPart, GeoPosterior
from omnimix.posterior.geo_store import (
    GEOS,
    SHARED,
    long_table,
    posterior_of_geos,
    shared_table,
    told,
    told_scaling,
)
from omnimix.posterior.posterior import Posterior
from omnimix.posterior.stored_records import require_learned, require_matching, told_records
from omnimix.whole_file import write_whole

FORMAT = "omnimix-posterior"
FORMAT_VERSION = 3
FORMAT_OF_GEOS = 5  # 4 is left to the next one of one geo
WITHOUT_CHECKSUM = 2  # the version before files had one
TRAINING = "training_data"
ABOUT = "about"
COLUMN = "column"  # attribute that holds the name of a column of the training table
DAYS = "first day of the week"  # beside columns of any name
SEAL = b"\nomnimix sha256 "
SEAL_LENGTH = len(SEAL) + 64 + 1
MOST_TEXT = 50_000_000  # characters of JSON


def save(posterior: Posterior, path: str | Path) -> Path:
    """Write a posterior to one file, whole or not at all, and return its path.

    Raises :class:`StoreError` where it cannot be written; what was there is then as it was.
    """
    whole = posterior.draws.copy()
    if isinstance(posterior, GeoPart):
        raise StoreError(
            "this is one geo of a fit of several; save that fit, and take the geo from it with `of` again."
        )
    content = _content(posterior)
    if isinstance(posterior, GeoPosterior) and isinstance(posterior.panel, GeoPanel):
        whole[GEOS], whole[SHARED] = (
            xr.DataTree(long_table(posterior.panel)),
            xr.DataTree(shared_table(posterior.panel)),
        )
        content[GEOS] = told(posterior)
    else:
        whole[TRAINING] = xr.DataTree(_training(posterior.panel.frame))
    whole[ABOUT] = xr.DataTree(xr.Dataset({"content": json.dumps(content, default=_written)}))
    version = FORMAT_OF_GEOS if GEOS in content else FORMAT_VERSION
    whole.attrs = {"format": FORMAT, "format_version": version}
    written = bytes(whole.to_netcdf(None, engine="h5netcdf"))  # in memory: HDF5 ends the process on a full disk
    return write_whole(written + _seal(written), path, kind="the posterior", error=StoreError)


@checked
def load(path: str | Path) -> Posterior:
    """Load a posterior.

    Raises :class:`StoreError` for a file that is missing, foreign, cut short, damaged or of another format version.
    """
    source = Path(path).expanduser()
    try:
        if not source.is_file():
            raise StoreError(f"there is no file {source}; fit first, or give the path that `posterior.save` returned.")
        with source.open("rb") as stream:
            sealed = _require_whole(source, stream)
    except (OSError, ValueError) as problem:
        if isinstance(problem, StoreError):
            raise
        raise StoreError(f"{source} cannot be read: {problem}.") from None
    import h5py  # only here, where xarray loads it anyway

    try:
        with h5py.File(source, "r"):  # h5netcdf leaves a half-made object behind where HDF5 refuses
            pass
        with xr.open_datatree(source, engine="h5netcdf", phony_dims="access") as opened:
            _require_known(source, opened.attrs, sealed=sealed)
            _require_small(opened, source.stat().st_size)
            whole = opened.load()
        posterior = _posterior(whole)
        if not sealed:
            require_learned(posterior)
        return posterior
    except StoreError:
        raise
    except Exception as problem:  # whatever else a reader or a record raises, the file is not what was saved
        raise _damaged(source, _in_one_line(problem)) from None


def _require_whole(source: Path, stream: BinaryIO) -> bool:
    """Return whether a file has a checksum; refuse a foreign one, and one whose checksum is not that of its bytes."""
    if stream.read(8) != b"\x89HDF\r\n\x1a\n":
        raise StoreError(f"{source} is no omnimix posterior; give a file written by `posterior.save` or `omnimix fit`.")
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as held, memoryview(held) as content:
        if content[-SEAL_LENGTH:][: len(SEAL)] != SEAL:
            return False
        if _seal(content[:-SEAL_LENGTH]) != content[-SEAL_LENGTH:]:
            raise _damaged(source, "its checksum is not that of its content")
        return True


def _seal(content: bytes | memoryview) -> bytes:
    return SEAL + hashlib.sha256(content).hexdigest().encode("ascii") + b"\n"


def _posterior(whole: xr.DataTree) -> Posterior:
    text = str(whole[ABOUT]["content"].item())
    if len(text) > MOST_TEXT:
        raise ValueError(f"its text has {len(text):,} characters")
    content = json.loads(text)
    if GEOS in content:
        kept = {k: v.to_dataset() for k, v in whole.children.items() if k not in (GEOS, SHARED, ABOUT)}
        long, shared = whole[GEOS].to_dataset(), whole[SHARED].to_dataset()
        return posterior_of_geos(xr.DataTree.from_dict(kept), long, shared, content)
    frame = _frame(whole[TRAINING].to_dataset())
    draws = xr.DataTree.from_dict({k: v.to_dataset() for k, v in whole.children.items() if k not in (TRAINING, ABOUT)})
    records = told_records(content)
    panel = Panel(frame.rename_axis(DAYS).reset_index(), week=DAYS, currency=records.pop("currency"))
    posterior = Posterior(draws=draws, panel=panel, **records)
    require_matching(posterior)
    return posterior


def _require_small(tree: xr.DataTree, size: int) -> None:
    """Refuse variables that say they are larger than their file: nothing in it is compressed."""
    texts = 4 * sum(v.dtype.kind in "OU" for node in tree.subtree for v in node.variables.values())
    declared = sum(v.nbytes for node in tree.subtree for v in node.variables.values() if v.dtype.kind not in "OU")
    if declared + texts > size:
        raise ValueError(f"it declares {declared:,} bytes of figures and has {size:,}")


def _training(frame: pd.DataFrame) -> xr.Dataset:
    """Return the table with its own column names as attributes.

    A variable of a tree may not be called 'A / B', nor like the weeks, which a column of week numbers often is.
    """
    names = enumerate(map(str, frame.columns))
    columns = {
        (f"column {place}" if "/" in name or name == WEEK else name): (
            WEEK,
            frame[name].to_numpy(float),
            {COLUMN: name},
        )
        for place, name in names
    }
    return xr.Dataset(columns, coords={WEEK: frame.index.to_numpy()})


def _frame(stored: xr.Dataset) -> pd.DataFrame:
    """Return the table of a file; one written before names were attributes has them as its variables."""
    return stored.to_dataframe().rename(columns={k: v.attrs.get(COLUMN, k) for k, v in stored.data_vars.items()})


def _damaged(source: Path, why: str) -> StoreError:
    return StoreError(
        f"{source} was cut short or damaged ({why}); save it again, or copy it again from where it was saved."
    )


def _in_one_line(problem: Exception) -> str:
    told = " ".join(str(problem).split())
    return f"{type(problem).__name__}: {told[:160]}" if told else type(problem).__name__


def _require_known(source: Path, attributes: dict[Any, Any], *, sealed: bool) -> None:
    if attributes.get("format") != FORMAT:
        raise StoreError(f"{source} is no omnimix posterior; give a file written by `posterior.save` or `omnimix fit`.")
    version = int(attributes["format_version"])
    if version not in (WITHOUT_CHECKSUM, FORMAT_VERSION, FORMAT_OF_GEOS):
        raise StoreError(
            f"{source} has format version {version}, this omnimix reads version {WITHOUT_CHECKSUM} and "
            f"{FORMAT_VERSION}; {'update omnimix' if version > FORMAT_VERSION else 'fit again with this omnimix'}."
        )
    if version != WITHOUT_CHECKSUM and not sealed:
        raise _damaged(source, "its checksum is missing")


def _content(posterior: Posterior) -> dict[str, Any]:
    return {
        "funnel": dataclasses.asdict(posterior.funnel),
        "currency": posterior.panel.currency,
        "learned": told_scaling(posterior.scaling),
        "run": dataclasses.asdict(posterior.run),
        "chains": [dataclasses.asdict(chain) for chain in posterior.campaign_chains],
        "budget": None if posterior.budget is None else dataclasses.asdict(posterior.budget),
        "evidence": [dataclasses.asdict(one) for one in posterior.evidence],
        "goals": [dataclasses.asdict(goal) for goal in posterior.goals],
        "refitted": None if posterior.refitted is None else dataclasses.asdict(posterior.refitted),
    }


def _written(value: Any) -> Any:
    """Write what JSON has no form for: figures of NumPy as numbers, days as texts."""
    return value.item() if isinstance(value, np.generic) else str(value)
