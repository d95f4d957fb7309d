"""Fit a funnel to several geos: pooled by one density, or each by itself."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from omnimix.data import GeoPanel, Panel
from omnimix.data.table import WeeklyTable
from omnimix.errors import SpecError
from omnimix.labels import CHAIN, DRAW, GEO
from omnimix.mechanics.geo_scaling import GeoScaling, fit_geo_scaling, geo_frames
from omnimix.mechanics.parameters import MISSING_WEEK, SAMPLED_WEEKS
from omnimix.mechanics.scaling import fit_scaling
from omnimix.model.geo_build import build_geo_layout
from omnimix.model.geo_draws import geo_draws_tree
from omnimix.model.geo_native import geo_machine
from omnimix.model.geo_pilot import centred
from omnimix.model.geo_restart import restarted_model
from omnimix.model.geo_start import started_model
from omnimix.model.sampling import Settings, made_run, sample, sampled
from omnimix.posterior import Diagnostics, GeoPosterior, Posterior
from omnimix.spec import Funnel


def require_fittable_by_geo(funnel: Funnel, pooling: str, model: Any) -> None:
    """Raise :class:`SpecError` with all that a fit of several geos does not know yet."""
    never = [f"stage or outcome {n.name} has scope='national'" for n in funnel.nodes if n.scope == "national"]
    never += [f"channel {c.name} has campaigns" for c in funnel.channels if c.campaigns]
    never += ["effects_change is set"] if funnel.effects_change is not None else []
    never += [f"channel {c.name} has reach and frequency" for c in funnel.channels if c.reach]
    wrong = list(never)
    if pooling != "none":
        wrong += [f"{n.name} has likelihood='student_t'" for n in funnel.nodes if n.likelihood == "student_t"]
        wrong += [f"stage {funnel.stock.name} has a stock"] if funnel.stock is not None else []
        wrong += [f"channel {c.name} has responds_to" for c in funnel.responding]
        wrong += [f"channel {c.name} has fuelled_by" for c in funnel.channels if c.fuelled_by is not None]
    if model is not None:
        wrong.append("it is given a PyMC model")
    if wrong:
        apart = not never and model is None and pooling != "none"
        raise SpecError(
            f"a fit of several geos does not know this yet: {'; '.join(wrong)}. Leave it out, or fit one geo with "
            "om.fit(funnel, panel.of(geo))" + (", or all by themselves with pooling='none'." if apart else ".")
        )


def fit_geos(funnel: Funnel, panel: GeoPanel, settings: Settings, *, pooling: str, progress: bool) -> GeoPosterior:
    """Fit a checked panel of geos; a single geo is fitted as ever, whatever the pooling."""
    if pooling == "none" or len(panel.geos) == 1:
        return _each_by_itself(funnel, panel, settings, pooling=pooling, progress=progress)
    began = time.perf_counter()
    scaling = fit_geo_scaling(funnel, panel)
    layout = centred(funnel, build_geo_layout(funnel, panel, scaling, varying=pooling == "partial"))
    theta, statistics, diagnostics, sampler = sampled(
        layout,
        settings,
        progress=progress,
        code=geo_machine,
        first=started_model(layout),
        restart=lambda draws: restarted_model(layout, draws),
    )
    tree = geo_draws_tree(funnel, scaling, layout, theta, statistics, np.random.default_rng(settings.seed))
    run = made_run(settings, began, sampler, diagnostics)
    return GeoPosterior(
        draws=tree,
        funnel=funnel,
        panel=panel,
        scaling=scaling.pooled,
        run=run,
        geo_scaling=scaling,
        pooling=pooling,
    )


def _each_by_itself(
    funnel: Funnel, panel: GeoPanel, settings: Settings, *, pooling: str, progress: bool
) -> GeoPosterior:
    """Fit every geo as if there were no other; their draws lie side by side under the dimension ``geo``."""
    began = time.perf_counter()
    scaling = fit_geo_scaling(funnel, panel)
    frames = geo_frames(funnel, panel, scaling.heads)
    fits: dict[str, Posterior] = {}
    for geo, frame in frames.items():
        own = panel.of(geo).weeks
        table = WeeklyTable(frame.loc[own[0] : own[-1]], panel.source, (), {})  # media history of its own rows only
        alone = Panel.from_table(table, currency=panel.currency)
        fits[geo] = sample(funnel, alone, fit_scaling(funnel, alone), settings, progress=progress)
    whole = xr.concat([_labelled_by(geo, fit) for geo, fit in fits.items()], dim=GEO, join="outer")
    whole = whole.transpose(CHAIN, DRAW, ...)
    stats = next(iter(fits.values())).draws["sample_stats"].to_dataset()
    run = replace(next(iter(fits.values())).run, diagnostics=_worst(fits), seconds=time.perf_counter() - began)
    own_scalings = {geo: fit.scaling for geo, fit in fits.items()}
    return GeoPosterior(
        draws=xr.DataTree.from_dict({"posterior": whole, "sample_stats": stats}),
        funnel=funnel,
        panel=panel,
        scaling=scaling.pooled,
        run=run,
        geo_scaling=GeoScaling(scaling.pooled, own_scalings, scaling.heads, scaling.own_controls),
        pooling=pooling,
    )


def _labelled_by(geo: str, fit: Posterior) -> xr.Dataset:
    held = fit.draws["posterior"].to_dataset().expand_dims({GEO: [geo]})
    dim = SAMPLED_WEEKS[MISSING_WEEK]
    return held.assign_coords({dim: [f"{geo}: {x}" for x in held[dim].to_numpy()]}) if dim in held.dims else held


def _worst(fits: dict[str, Posterior]) -> Diagnostics:
    """Return the worst of every figure over geos, with the geo before the name of the parameter."""
    held = {geo: fit.run.diagnostics for geo, fit in fits.items()}
    rhat = max(held, key=lambda g: np.nan_to_num(held[g].rhat_max))
    bulk = min(held, key=lambda g: held[g].ess_bulk_min)
    tail = min(held, key=lambda g: held[g].ess_tail_min)
    return Diagnostics(
        rhat_max=held[rhat].rhat_max,
        rhat_worst=f"{rhat}/{held[rhat].rhat_worst}",
        ess_bulk_min=held[bulk].ess_bulk_min,
        ess_bulk_worst=f"{bulk}/{held[bulk].ess_bulk_worst}",
        ess_tail_min=held[tail].ess_tail_min,
        ess_tail_worst=f"{tail}/{held[tail].ess_tail_worst}",
        divergences=sum(d.divergences for d in held.values()),
        divergent_share=max(d.divergent_share for d in held.values()),
        e_bfmi_min=min(d.e_bfmi_min for d in held.values()),
    )
