"""`fit_many`: many independent fits, resumed from a folder where it holds them."""

from __future__ import annotations

import importlib.metadata
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from omnimix.arguments import checked
from omnimix.data import GeoPanel, Panel
from omnimix.errors import FitError, OmnimixError, StoreError
from omnimix.many_fits.record import FitFailure, Fitted, ManyFits
from omnimix.many_fits.side_by_side import Pair, side_by_side
from omnimix.posterior import load
from omnimix.progress import bar
from omnimix.spec import Funnel
from omnimix.whole_file import write_whole

TRIED = ".omnimix-can-be-written"
TOLD = {"source", "notes", "unread"}  # of a panel: where it came from, which moves no fit


@checked
def fit_many(
    fits: Mapping[str, tuple[Funnel, Panel | GeoPanel]],
    *,
    folder: str | Path | None = None,
    backend: str | None = None,
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 4,
    seed: int | None = None,
    pooling: str = "partial",
    progress: bool = True,
) -> ManyFits:
    """Fit many funnels: brands, markets, seeds, settings; posteriors by name, or the record of a failure.

    Without more said, fits run on this machine, several at once where it has more processors than a fit has chains.
    They go to a cluster inside joblib's own context, with one processor a fit::

        with joblib.parallel_config(backend="dask"):       # a dask.distributed Client is there; or backend="ray"
            fits = om.fit_many({"brand A": (funnel, a), "brand B": (funnel, b)}, folder="fits", seed=7)

    Args:
        fits: funnel and panel of each, by name.
        folder: where every posterior is saved as soon as it is there, as ``<name>-<mark>.nc``; a later call finds those
            of the same funnel, weeks, settings and version of omnimix, and fits the rest. It is made if it is missing.
        backend: of joblib, in place of the context: ``"loky"`` (processes of this machine), ``"dask"``, ``"ray"``.
        draws: draws kept of each chain, of every fit.
        tune: draws of each chain spent on adapting.
        chains: independent chains of every fit.
        seed: of every fit; without one, one is drawn that all share, and a later call cannot find what was saved.
        pooling: of panels of geos, as in :func:`omnimix.fit`.
        progress: whether to show a bar of the fits.

    Returns a dictionary in the order of ``fits`` with ``.posteriors``, ``.failures`` and ``.table()``.

    Raises :class:`FitError` where nothing is asked for, joblib does not know the backend, or a process of it ended,
    and :class:`StoreError` where the folder cannot be written to. Whatever goes wrong within a fit is its record.

    >>> import omnimix as om
    >>> world = om.simulate(weeks=60, seed=1)
    >>> fits = om.fit_many({"a": (world.funnel, world.panel)}, draws=20, tune=20, chains=2, seed=1, progress=False)
    >>> fits.table()["name"].tolist()
    ['a']
    """
    if not fits:
        raise FitError("there is nothing to fit; give {'name': (funnel, panel), ...}.")
    from omnimix.model.sampling import require_settings  # names the sampling libraries

    require_settings(next(iter(fits.values()))[0], draws, tune, chains, seed)
    settings = {"draws": draws, "tune": tune, "chains": chains, "pooling": pooling}
    settings["seed"] = secrets.randbelow(2**31) if seed is None else seed
    files = _files(fits, settings, folder)
    found: dict[str, Fitted | FitFailure] = {n: kept for n, f in files.items() if (kept := _kept(f)) is not None}
    missing = {name: pair for name, pair in fits.items() if name not in found}
    with bar(f"{len(missing)} fits", len(missing), progress and bool(missing)) as done:
        try:
            for name, made in side_by_side(missing, settings, backend=backend):
                found[name] = made
                if name in files and not isinstance(made, FitFailure):
                    made.save(files[name])
                if done:
                    done()
        except OmnimixError:
            raise
        except Exception as problem:
            left = len(fits) - len(found)
            raise FitError(
                f"joblib could not finish {left} of {len(fits)} fits ({type(problem).__name__}: {problem}). "
                "See that the backend is installed and its workers have omnimix and memory enough; with `folder=` the "
                "same call goes on from what is done."
            ) from problem
    return ManyFits({name: found[name] for name in fits})


def _files(fits: Mapping[str, Pair], settings: Mapping[str, Any], folder: str | Path | None) -> dict[str, Path]:
    """Return the file of every fit: its name, and a mark of all that its draws depend on."""
    if folder is None:
        return {}
    import joblib

    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise StoreError(f"'{place}' cannot be made ({problem.strerror}); name another folder.") from None
    write_whole(b"", place / TRIED, kind="fits", error=StoreError).unlink()  # before hours of fitting, not after
    return {
        name: place / f"{re.sub(r'[^\w-]+', '_', name)[:60]}-{joblib.hash(_mark(pair, settings))[:12]}.nc"
        for name, pair in fits.items()
    }


def _mark(pair: Pair, settings: Mapping[str, Any]) -> tuple[object, ...]:
    funnel, panel = pair
    table = {f.name: getattr(panel, f.name) for f in fields(panel) if f.name not in TOLD}
    return asdict(funnel), table, sorted(settings.items()), importlib.metadata.version("omnimix")


def _kept(file: Path) -> Fitted | None:
    """Return what a file holds, if it is there whole."""
    try:
        return load(file) if file.exists() else None
    except StoreError:
        return None
