"""Fits that run at the same time: in threads of this process, or where joblib is told to send them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from typing import Any

from omnimix.data import GeoPanel, Panel
from omnimix.many_fits.record import FitFailure, Fitted
from omnimix.processors import count_processors
from omnimix.spec import Funnel

type Pair = tuple[Funnel, Panel | GeoPanel]


def side_by_side(
    pairs: Mapping[str, Pair], settings: Mapping[str, Any], *, backend: str | None = None
) -> Iterator[tuple[str, Fitted | FitFailure]]:
    """Fit every pair and give what came of it as it is there, in the order asked for; a failure is a record.

    A fit uses as many processors as it has chains. Where there are more, more fits run at once, in threads: what is
    compiled serves them all, and nothing is copied. Inside ``joblib.parallel_config``, or with ``backend``, fits go
    where joblib sends them instead, each with one processor, because the cluster divides the rest.

    Args:
        pairs: funnel and panel of each, by name.
        settings: what :func:`omnimix.fit` is told of all of them.
        backend: of joblib, such as ``"loky"``, ``"dask"`` or ``"ray"``.
    """
    import joblib
    from joblib.parallel import get_active_backend

    with joblib.parallel_config(backend=backend, n_jobs=-1) if backend else nullcontext():
        used, jobs = get_active_backend()
        sent = bool(backend) or jobs is not None or not isinstance(used, joblib.parallel.LokyBackend)
        processors = count_processors()
        at_once = max(1, processors // settings["chains"])
        cores = 1 if sent else min(processors, settings["chains"])
        parallel = (
            joblib.Parallel(return_as="generator" if used.supports_return_generator else "list")
            if sent
            else joblib.Parallel(n_jobs=at_once, backend="threading", return_as="generator")
        )
        work = (
            joblib.delayed(fitted_or_not)(name, *pair, {**settings, "cores": cores}) for name, pair in pairs.items()
        )
        yield from zip(pairs, parallel(work), strict=True)


def fitted_or_not(
    name: str, funnel: Funnel, panel: Panel | GeoPanel, settings: Mapping[str, Any]
) -> Fitted | FitFailure:
    """Return the posterior, or what went wrong: one fit's trouble is not that of the others."""
    from omnimix.model import fit  # names the sampling libraries, which a cluster's own process need not have

    try:
        return fit(funnel, panel, progress=False, **settings)
    except Exception as problem:
        return FitFailure(name, type(problem).__name__, str(problem))
