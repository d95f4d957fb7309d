"""Fit: check the data, lay out the model, sample it, draw the baseline back, return one posterior."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import secrets
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from omnimix.data import Panel, check_panel, require
from omnimix.errors import FitError
from omnimix.labels import CHAIN, CHANNEL, CONTRIBUTION, CONTRIBUTION_SHARE, DRAW, NODE, TERM
from omnimix.mechanics import Array, Learned, design, learn
from omnimix.mechanics.parameters import RAW_BASELINE
from omnimix.model.layout import Layout
from omnimix.model.native import machine, native_model
from omnimix.model.prepare import build_layout
from omnimix.posterior import Posterior, Run, diagnose
from omnimix.spec import Funnel, Prior

BASELINE = "baseline_coefficient"
WORTH_A_SECOND_RUN = 500  # draws a chain below which a run is a trial and left as it is
STATISTICS = {
    "diverging": "diverging",
    "depth": "tree_depth",
    "energy": "energy",
    "n_steps": "n_steps",
    "step_size": "step_size",
    "logp": "lp",
    "mean_tree_accept": "acceptance_rate",
}


def fit(
    funnel: Funnel,
    panel: Panel,
    *,
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 4,
    seed: int | None = None,
    cores: int | None = None,
    progress: bool = True,
    model: Any = None,
) -> Posterior:
    """Fit a funnel to a panel and return its posterior.

    Args:
        funnel: what to estimate.
        panel: the weekly table.
        draws: draws kept of each chain.
        tune: draws of each chain spent on adapting the sampler and thrown away.
        chains: independent chains; R-hat needs at least two, four are usual.
        seed: the same seed, data and versions give the same draws.
        cores: chains at once; all cores by default.
        progress: show a progress bar.
        model: the PyMC model to sample instead, as changed by you after :func:`build_model`; it keeps the names of
            its parameters. It is compiled anew, which takes some ten seconds more.

    Raises :class:`DataError` listing everything wrong with the data, :class:`FitError` where the funnel cannot be
    fitted, and lets ``KeyboardInterrupt`` through after the sampler has stopped.
    """
    _require_fittable(funnel, draws, tune, chains)
    require(check_panel(panel, funnel.roles))
    settings = Settings(
        draws, tune, chains, cores or _cores(chains), secrets.randbelow(2**31) if seed is None else int(seed)
    )
    return sample(funnel, panel, learn(funnel, panel), settings, progress=progress, model=model)


@dataclass(frozen=True)
class Settings:
    """How to sample: draws kept and tuning draws of each chain, chains, cores and seed."""

    draws: int = 1000
    tune: int = 1000
    chains: int = 4
    cores: int = 2
    seed: int = 0


def sample(
    funnel: Funnel, panel: Panel, learned: Learned, settings: Settings, *, progress: bool = False, model: Any = None
) -> Posterior:
    """Sample a checked panel with given learned constants; :func:`fit` is the door for users.

    Channels that moved together leave a posterior of several bends that the quick settings do not cross. Where the
    chains of a run of ordinary length do not agree, it is made once more in small steps.
    """
    began = time.perf_counter()
    layout = build_layout(funnel, panel, learned)
    labels = [s.label for s in layout.slots]
    theta, statistics = _run(layout, settings, progress=progress, model=model)
    diagnostics, sampler = diagnose(theta, statistics, labels), "nutpie"
    if not diagnostics.usable and settings.draws >= WORTH_A_SECOND_RUN:
        theta, statistics = _run(layout, settings, progress=progress, model=model, careful=True)
        diagnostics, sampler = diagnose(theta, statistics, labels), "nutpie, second run in small steps"
    tree = _tree(funnel, learned, layout, theta, statistics, np.random.default_rng(settings.seed))
    run = Run(
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        seed=settings.seed,
        seconds=time.perf_counter() - began,
        sampler=sampler if model is None else f"{sampler}, PyMC model given by the user",
        versions=_versions(),
        diagnostics=diagnostics,
    )
    return Posterior(draws=tree, funnel=funnel, panel=panel, learned=learned, run=run)


def _require_fittable(funnel: Funnel, draws: int, tune: int, chains: int) -> None:
    wrong = [
        f"`{n}` is a whole number from {low}, not {v}"
        for n, v, low in (("draws", draws, 1), ("tune", tune, 1), ("chains", chains, 1))
        if not isinstance(v, int) or v < low
    ]
    linked = [n.name for n in funnel.nodes if n.parents]
    if funnel.stages or linked:
        wrong.append("stages and parents are declared, but this version fits outcomes without stages; leave them out")
    responding = [c.name for c in funnel.channels if c.responds_to]
    if responding:
        wrong.append(
            f"`responds_to` is given for {', '.join(responding)}, but this version fits spend as it was set; "
            "leave it out"
        )
    wrong += _stated_twice(funnel)
    if wrong:
        raise FitError("the fit cannot start: " + "; ".join(wrong) + ".")


def _stated_twice(funnel: Funnel) -> list[str]:
    """Name ROAS priors that this version cannot turn into a prior of one outcome's contribution."""
    wrong = []
    for channel in (c for c in funnel.channels if c.roas_prior is not None):
        driven = [n for n in funnel.nodes if channel in funnel.drivers(n)]
        if len(driven) > 1:
            wrong.append(
                f"the roas_prior of {channel.name} is about all outcomes together, but it drives {len(driven)}; "
                "state contribution_prior, which is about each outcome, or leave the prior out"
            )
        elif any(n.likelihood == "log_normal" for n in driven):
            wrong.append(
                f"the roas_prior of {channel.name} is about effects that add, but {driven[0].name} is log_normal; "
                "state contribution_prior, or use likelihood='normal'"
            )
    return wrong


def _cores(chains: int) -> int:
    return min(chains, os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count() or 1)


def _run(
    layout: Layout, settings: Settings, *, progress: bool, model: Any, careful: bool = False
) -> tuple[Array, dict[str, Array]]:
    import nutpie

    if model is None:
        compiled, name = native_model(layout), "theta"
        more = {"init_mean": np.array([_middle(s.prior) for s in layout.slots])}
    else:
        compiled, name, more = nutpie.compile_pymc_model(model), "parameters", {}
    sampler = nutpie.sample(
        compiled,
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        cores=settings.cores,
        seed=settings.seed,
        progress_bar=progress,
        adaptation="diag" if careful else "low_rank",
        target_accept=0.95 if careful else 0.8,
        save_warmup=False,
        return_raw_trace=True,
        blocking=False,
        **more,
    )
    try:
        raw = sampler.wait()
    except BaseException:
        sampler.cancel()
        raise
    draw_batches, statistic_batches = raw.get_arrow_trace()
    return _kept(draw_batches, statistic_batches, name, len(layout.slots))


def _middle(prior: Prior) -> float:
    """Return the middle of a prior on the unbounded scale."""
    a = (*prior.arguments, 0.0)
    match prior.family:
        case "Beta":
            return float(np.log(a[0] / a[1]))
        case "HalfNormal" | "Gamma":
            return 0.0
        case _:
            return a[0]


def _kept(draw_batches: Any, statistic_batches: Any, name: str, size: int) -> tuple[Array, dict[str, Array]]:
    """Return the draws after tuning, shape (chains, draws, parameters), and the statistics, (chains, draws)."""
    theta: list[Array] = []
    statistics: dict[str, list[Array]] = {s: [] for s in STATISTICS.values()}
    for batch, table in zip(draw_batches, statistic_batches, strict=True):
        keep = ~_column(table, "tuning").astype(bool)
        theta.append(_column(batch, name).reshape(-1, size)[keep])
        for source, statistic in STATISTICS.items():
            if source in table.column_names:
                statistics[statistic].append(_column(table, source)[keep])
    return np.stack(theta), {k: np.stack(v) for k, v in statistics.items() if v}


def _column(batch: Any, name: str) -> Array:
    import pyarrow as pa

    column = pa.array(batch.column(name))
    values = column.flatten() if hasattr(column, "flatten") and pa.types.is_nested(column.type) else column
    return np.asarray(values.to_numpy(zero_copy_only=False))


def _tree(
    funnel: Funnel,
    learned: Learned,
    layout: Layout,
    theta: Array,
    statistics: dict[str, Array],
    generator: np.random.Generator,
) -> xr.DataTree:
    posterior = labelled(funnel, learned, layout, theta)
    posterior[BASELINE] = _baseline(funnel, learned, layout, theta, generator)
    stats = xr.Dataset({k: ((CHAIN, DRAW), v) for k, v in statistics.items()}, coords=_sizes(theta))
    return xr.DataTree.from_dict({"posterior": posterior, "sample_stats": stats})


def _sizes(theta: Array) -> dict[str, Any]:
    return {CHAIN: np.arange(theta.shape[0]), DRAW: np.arange(theta.shape[1])}


def labelled(funnel: Funnel, learned: Learned, layout: Layout, theta: Array) -> xr.Dataset:
    """Name the sampled numbers: one variable a parameter, with dimensions node and channel where it has them.

    A combination that has no such parameter (the slope of a channel with a logistic curve) is nan.
    """
    nodes, channels = [n.name for n in funnel.nodes], list(funnel.channel_names)
    coords = {**_sizes(theta), NODE: nodes}
    variables: dict[str, xr.DataArray] = {}
    for k, slot in enumerate(layout.slots):
        if slot.name == RAW_BASELINE:
            continue
        if slot.name not in variables:
            more = {CHANNEL: channels} if slot.channel else {}
            variables[slot.name] = xr.DataArray(
                np.nan, coords={**coords, **more}, dims=(CHAIN, DRAW, NODE, *more)
            ).copy()
        place: tuple[Any, ...] = (slice(None), slice(None), nodes.index(slot.node))
        place += (channels.index(slot.channel),) if slot.channel else ()
        variables[slot.name].values[place] = theta[:, :, k]
    levels = [np.nan if n.log else n.level for n in learned.nodes]  # log points are no outcome units
    scale = xr.DataArray(levels, coords={NODE: nodes}, dims=NODE)
    variables[CONTRIBUTION] = (variables[CONTRIBUTION_SHARE] * scale).assign_attrs(units="outcome units a week")
    return xr.Dataset(variables)


def _baseline(
    funnel: Funnel, learned: Learned, layout: Layout, theta: Array, generator: np.random.Generator
) -> xr.DataArray:
    window = design(funnel, learned, learned.window_weeks, None)
    flat = np.ascontiguousarray(theta.reshape(-1, theta.shape[2]))
    out = np.empty((len(learned.nodes), flat.shape[0], len(window.terms)))
    for k, scale in enumerate(learned.nodes):
        normals = generator.standard_normal(out[k].shape)
        machine().draw_baseline(layout.ints, layout.floats, k, flat, normals, out[k])
        out[k] *= window.sds(scale)
    shaped = out.reshape(len(learned.nodes), *theta.shape[:2], -1).transpose(1, 2, 0, 3)
    coords = {**_sizes(theta), NODE: [n.name for n in learned.nodes], TERM: list(window.terms)}
    return xr.DataArray(shaped, coords=coords, dims=(CHAIN, DRAW, NODE, TERM))


def _versions() -> dict[str, str]:
    names = ("omnimix", "nutpie", "numba", "numpy", "scipy", "pandas", "xarray")
    return {"python": platform.python_version(), **{n: importlib.metadata.version(n) for n in names}}
