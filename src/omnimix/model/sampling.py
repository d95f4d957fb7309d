"""Fit: check the data, lay out the model, sample it, draw the baseline back, return one posterior."""

from __future__ import annotations

import importlib.metadata
import platform
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from omnimix.arguments import checked
from omnimix.data import GeoPanel, Panel, check_panel, require, with_sums
from omnimix.errors import FitError, did_you_mean
from omnimix.mechanics import Array, Scaling, fit_scaling
from omnimix.model.build import build_layout
from omnimix.model.draws import draws_tree
from omnimix.model.native import Packed, machine, native_model
from omnimix.model.nutpie_import import import_nutpie
from omnimix.model.tests_density import ArmsOfTests, tested_model
from omnimix.model.warm import WarmStart, middles, warm_model
from omnimix.posterior import POOLINGS, Diagnostics, Posterior, Run, diagnose
from omnimix.processors import count_processors
from omnimix.spec import Experiment, Funnel

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


@checked
def fit(  # noqa: PLR0913  every one after the panel is a keyword with a default
    funnel: Funnel,
    panel: Panel | GeoPanel,
    *,
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 4,
    seed: int | None = None,
    cores: int | None = None,
    progress: bool = True,
    model: Any = None,
    experiments: Sequence[Experiment] = (),
    pooling: str = "partial",
) -> Posterior:
    """Fit a funnel to a panel and return its posterior.

    Args:
        funnel: what to estimate.
        panel: the weekly table.
        draws: draws kept of each chain.
        tune: draws of each chain spent on adapting the sampler and thrown away.
        chains: independent chains; R-hat needs at least two, four are usual.
        seed: the same seed, data and versions give the same draws on one machine, bit for bit. Another processor may
            round sums otherwise and give other draws of the same posterior.
        cores: chains at once; all cores by default.
        progress: show a progress bar.
        model: the PyMC model to sample instead, as changed by you after :func:`build_model`; it keeps the names of
            its parameters. It is compiled anew, which takes some ten seconds more.
        experiments: results of tests, which count beside the weeks; `posterior.evidence` says what each would have been
            expected to find without it. Tests that change an audience or what another channel answers to, and shares,
            are taken in after sampling as :func:`omnimix.calibrate` does.
        pooling: of a panel of geos, how much geos share of what channels bring: ``partial`` learns how far they differ,
            ``full`` takes them to be alike, ``none`` fits each by itself. The answer is then a :class:`GeoPosterior`.

    Raises :class:`DataError` listing everything wrong with the data, :class:`FitError` where the funnel cannot be
    fitted, and lets ``KeyboardInterrupt`` through after the sampler has stopped.
    """
    require_settings(funnel, draws, tune, chains, seed)
    tests = [experiments] if isinstance(experiments, Experiment) else list(experiments)
    if tests and model is not None:
        raise FitError("a model of your own holds what you put in it; add the tests to it, or leave out `model`.")
    if pooling not in POOLINGS:
        raise FitError(f"pooling is one of {', '.join(POOLINGS)}, not {pooling!r}{did_you_mean(pooling, POOLINGS)}")
    if isinstance(panel, GeoPanel):
        from omnimix.model.geo_fit import require_fittable_by_geo

        require_fittable_by_geo(funnel, pooling, model)
        if tests:
            raise FitError("results of tests are not yet taken into fits by geo; leave `experiments` out.")
    require(check_panel(panel, funnel.roles))
    settings = Settings(
        draws,
        tune,
        chains,
        cores or min(chains, count_processors()),
        secrets.randbelow(2**31) if seed is None else int(seed),
    )
    if isinstance(panel, GeoPanel):
        from omnimix.model.geo_fit import fit_geos

        return fit_geos(funnel, panel, settings, pooling=pooling, progress=progress)
    panel = with_sums(panel, funnel.roles)
    scaling = fit_scaling(funnel, panel)
    if not tests:
        return sample(funnel, panel, scaling, settings, progress=progress, model=model)
    from omnimix.experiments import calibrate, in_likelihood  # the door to tests; see ARCHITECTURE.md

    inside, after = in_likelihood.parted(funnel, panel, scaling, tests)
    arms = in_likelihood.arms_of(funnel, scaling, inside) if inside else None
    posterior = sample(funnel, panel, scaling, settings, progress=progress, tests=arms)
    posterior = in_likelihood.with_evidence(posterior, [a.experiment for a in inside]) if inside else posterior
    return calibrate(posterior, after, allow_unconverged=True) if after else posterior


@dataclass(frozen=True)
class Settings:
    """How to sample: draws kept and tuning draws of each chain, chains, cores and seed."""

    draws: int = 1000
    tune: int = 1000
    chains: int = 4
    cores: int = 2
    seed: int = 0


def sample(
    funnel: Funnel,
    panel: Panel | GeoPanel,
    scaling: Scaling,
    settings: Settings,
    *,
    progress: bool = False,
    model: Any = None,
    tests: ArmsOfTests | None = None,
    warm: WarmStart | None = None,
) -> Posterior:
    """Sample a checked panel with given learned constants; :func:`fit` and :func:`refit` are the doors for users.

    Channels that moved together leave a posterior of several bends that the quick settings do not cross. Where the
    chains of a run of ordinary length do not agree, it is made once more in small steps.
    """
    began = time.perf_counter()
    layout = build_layout(funnel, panel, scaling)
    theta, statistics, diagnostics, sampler = sampled(
        layout, settings, progress=progress, model=model, tests=tests, warm=warm
    )
    tree = draws_tree(funnel, scaling, layout, theta, statistics, np.random.default_rng(settings.seed))
    run = made_run(settings, began, sampler, diagnostics)
    return Posterior(draws=tree, funnel=funnel, panel=panel, scaling=scaling, run=run)


def sampled(
    layout: Packed,
    settings: Settings,
    *,
    progress: bool,
    model: Any = None,
    code: Callable[[], Any] = machine,
    tests: ArmsOfTests | None = None,
    warm: WarmStart | None = None,
    first: Any = None,
    restart: Callable[[Array], Any] | None = None,
) -> tuple[Array, dict[str, Array], Diagnostics, str]:
    """Sample a layout, a second time in small steps where its chains do not agree.

    ``first`` is the model as it is sampled first, where that is another one than the layout by itself; ``restart``
    makes a model of the draws of the first run, which the second one samples instead.

    Returns draws, shape (chains, draws, parameters), statistics of the sampler, shape (chains, draws), what the chains
    say of themselves and how they were made.
    """
    labels = [s.label for s in layout.parameters]
    shown: dict[str, Any] = {"progress": progress, "model": model, "code": code, "tests": tests}
    theta, statistics = _run(layout, settings, **shown, warm=warm, instead=first)
    diagnostics, sampler = diagnose(theta, statistics, labels), "nutpie"
    if not diagnostics.usable and settings.draws >= WORTH_A_SECOND_RUN:
        again = None if restart is None else restart(theta)
        theta, statistics = _run(layout, settings, **shown, careful=True, instead=again)
        diagnostics, sampler = diagnose(theta, statistics, labels), "nutpie, second run in small steps"
    return theta, statistics, diagnostics, sampler if model is None else f"{sampler}, PyMC model given by the user"


def made_run(settings: Settings, began: float, sampler: str, diagnostics: Diagnostics) -> Run:
    """Return the record of a run that began at a reading of ``time.perf_counter``."""
    return Run(
        draws=settings.draws,
        tune=settings.tune,
        chains=settings.chains,
        seed=settings.seed,
        seconds=time.perf_counter() - began,
        sampler=sampler,
        versions=versions(),
        diagnostics=diagnostics,
    )


def require_settings(funnel: Funnel, draws: int, tune: int, chains: int, seed: int | None) -> None:
    """Refuse settings or a funnel that cannot be sampled. Raises :class:`FitError` with everything that is wrong."""
    wrong = [
        f"`{n}` is a whole number from {low}, not {v}"
        for n, v, low in (("draws", draws, 1), ("tune", tune, 1), ("chains", chains, 1))
        if not isinstance(v, int) or v < low
    ]
    if seed is not None and seed < 0:
        wrong.append(f"`seed` is a whole number from 0, not {seed}")
    wrong += _not_in_money(funnel)
    if wrong:
        raise FitError("the fit cannot start: " + "; ".join(wrong) + ".")


def _not_in_money(funnel: Funnel) -> list[str]:
    """Name ROAS priors that cannot be turned into a prior of contributions, because the effects multiply."""
    multiplied = [n.name for n in funnel.nodes if n.likelihood == "log_normal"]
    return [
        f"the roas_prior of {c.name} is about effects that add, but {multiplied[0]} is log_normal; state "
        "contribution_prior, or use likelihood='normal'"
        for c in funnel.channels
        if c.roas_prior is not None and multiplied
    ]


def _run(
    layout: Packed,
    settings: Settings,
    *,
    progress: bool,
    model: Any,
    code: Callable[[], Any],
    tests: ArmsOfTests | None = None,
    warm: WarmStart | None = None,
    careful: bool = False,
    instead: Any = None,
) -> tuple[Array, dict[str, Array]]:
    nutpie = import_nutpie()
    more: dict[str, Any]
    if instead is not None:
        compiled, name, more = instead, "theta", {}
    elif warm is not None:
        compiled, name, more = warm_model(layout, warm), "theta", {}
    elif model is None:
        compiled, name = native_model(layout, code) if tests is None else tested_model(layout, tests), "theta"
        more = {"init_mean": middles(layout.parameters)}
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
        adaptation="diag" if careful or warm is not None else "low_rank",
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
    return _kept(draw_batches, statistic_batches, name, len(layout.parameters))


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


def versions() -> dict[str, str]:
    """Return the versions of what the draws were made with."""
    names = ("omnimix", "nutpie", "numba", "numpy", "scipy", "pandas", "xarray")
    return {"python": platform.python_version(), **{n: importlib.metadata.version(n) for n in names}}
