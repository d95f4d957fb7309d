"""Posteriors that hold the truth of a world, and the small worlds they are made for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from omnimix.labels import BASELINE_COEFFICIENT, CHAIN, CHANNEL, CONTRIBUTION_SHARE, DRAW, MEAN_RESPONSE, NODE, TERM
from omnimix.mechanics import Scaling, design, fit_scaling, spend_equation
from omnimix.mechanics.parameters import NOISE, SPEND_RESPONSE, STAGE_EFFECT
from omnimix.model.build import build_layout
from omnimix.model.draws import labelled
from omnimix.posterior import Posterior, Run
from omnimix.posterior.diagnostics import Diagnostics
from omnimix.spec import Channel, Outcome, Stage
from omnimix.truth import Answer, Bond, Medium, Step, Surroundings, World, simulate
from tests.truth.funnels import NODES, flat, funnel

FINE = Diagnostics(1.0, "", 1000.0, "", 1000.0, "", 0, 0.0, 1.0)
FLAT = Surroundings(wander=0.0, trend=0.0, season=0.0, controls={})
NOISY = 0.03  # the noise of every equation
STEADY = Answer(wander=0.0)


def one_outcome(adstock: str, saturation: str) -> World:
    tv = Channel("tv", exposure="grp", adstock=adstock, saturation=saturation, max_lag=8)
    radio = Channel("radio", adstock=adstock, saturation=saturation)
    media = [Medium(tv, exposure_price=700.0), Medium(radio, style="flighted")]
    outcome = Outcome("sales", value=0.4)
    return simulate(seed=5, weeks=80, history=20, channels=media, surroundings=FLAT, outcome=outcome)


def two_stages() -> World:
    """Return brand searches before visits before sales; search answers to the first, mail is fuelled by the second."""
    search, mail = Channel("search", responds_to="brand"), Channel("mail", fuelled_by="visits", fuel_weeks=2)
    nodes = [
        Step(Stage("brand", drivers=["tv"]), media={"tv": 0.2}),
        Step(
            Stage("visits", parents=["brand"], max_lag=4),
            media={"tv": 0.1, "search": 0.1},
            links={"brand": Bond(0.4, retention=0.5, correlation=0.3)},
        ),
        Step(Outcome("sales", value=1.0, parents=["visits", "brand"]), media={"search": 0.05, "mail": 0.06}),
    ]
    media = ["tv", Medium(search, answer=STEADY), Medium(mail)]
    return simulate(seed=8, weeks=90, history=15, channels=media, nodes=[flat(n) for n in nodes])


def still(**kind: bool) -> World:
    """Return visits before online and store sales, without anything that moves by itself."""
    return funnel(nodes=[flat(n) for n in NODES], answer=STEADY, **kind)


def multiplying() -> World:
    """Return visits before sales of which effects multiply."""
    around = replace(FLAT, noise=NOISY, likelihood="log_normal")
    sales = Outcome("sales", value=0.5, parents=["visits"], likelihood="log_normal", adstock="none")
    nodes = [
        flat(Step(Stage("visits"), media={"tv": 0.2, "radio": 0.1})),
        Step(sales, media={"tv": 0.1}, links={"visits": Bond(0.5)}, surroundings=around),
    ]
    return simulate(seed=4, weeks=90, channels=["tv", "radio"], nodes=nodes)


def reached() -> World:
    """Return visits before two outcomes; TV is known by reach and frequency, and fuelled video as well."""
    tv = Channel("tv", reach="tv_reach", frequency="tv_frequency")
    video = Channel("video", reach="video_reach", frequency="video_frequency", fuelled_by="visits", adstock="gamma")
    media = [
        Medium(tv, style="flighted", weekly_spend=900.0, exposure_price=0.02, parameters={"half_frequency": 2.0}),
        Medium(video, weekly_spend=300.0, frequency=5.0, parameters={"frequency_slope": 0.8}),
        Medium("search", style="always_on", weekly_spend=500.0),
    ]
    shares = {"visits": {"tv": 0.1, "search": 0.05}, "online_sales": {"tv": 0.02, "video": 0.04}}
    nodes = [flat(replace(n, media=shares.get(n.node.name, {"tv": 0.03}))) for n in NODES]
    return simulate(seed=3, weeks=104, history=10, nodes=nodes, channels=media)


def true_posterior(world: World) -> Posterior:
    """Return a posterior of two equal draws that hold the true parameters and a flat baseline."""
    scaling = fit_scaling(world.funnel, world.panel)
    layout = build_layout(world.funnel, world.panel, scaling)
    true = true_numbers(world)
    theta = np.array([true.get((s.name, s.node, s.channel or s.parent), 1.0) for s in layout.parameters])
    draws = labelled(world.funnel, scaling, layout.parameters, np.tile(theta, (1, 2, 1)))
    draws[MEAN_RESPONSE] = xr.full_like(draws[CONTRIBUTION_SHARE], np.nan)
    for node in world.truth.nodes:
        for effect in node.effects:
            draws[MEAN_RESPONSE].loc[{NODE: node.name, CHANNEL: effect.name}] = effect.size
    draws[BASELINE_COEFFICIENT] = flat_baseline(world, scaling)
    run = Run(2, 0, 1, 0, 0.0, "none", {}, FINE)
    tree = xr.DataTree.from_dict({"posterior": draws})
    return Posterior(draws=tree, funnel=world.funnel, panel=world.panel, scaling=scaling, run=run)


def true_numbers(world: World) -> dict[tuple[str, str, Any], float]:
    """Return the truth in typical weeks by parameter, equation and channel or parent."""
    truth = world.truth
    found = {(r.parameter, r.node, r.channel): r.value for r in truth.parameters.itertuples()}
    for name, node, channel in found:
        if name == CONTRIBUTION_SHARE:
            found[name, node, channel] *= truth.typical_ratio(node)
    for link in truth.links.to_dict("records"):
        for name in (STAGE_EFFECT, "link_retention"):
            found[name, link["node"], link["parent"]] = link[name]
    found |= {(NOISE, e.name, None): NOISY for e in fit_scaling(world.funnel, world.panel).equations}
    for answer in truth.answers.itertuples():
        equation = spend_equation(world.funnel.channel(str(answer.channel)))
        found[SPEND_RESPONSE, equation, None] = answer.spend_response
    return found  # type: ignore[return-value]


def flat_baseline(world: World, scaling: Scaling) -> xr.DataArray:
    """Return coefficients of a baseline that is the true level of every node and the true base of every spend."""
    truth, terms = world.truth, list(design(world.funnel, scaling, scaling.window_weeks, None).terms)
    coords = {CHAIN: [0], DRAW: [0, 1], NODE: [e.name for e in scaling.equations], TERM: terms}
    out = xr.DataArray(np.zeros([len(v) for v in coords.values()]), coords=coords, dims=tuple(coords))
    levels = {n.name: np.log(n.level / n.typical) if n.multiplies else n.level / n.typical - 1 for n in truth.nodes}
    places = {n.name: levels[n.name] - 0.5 * NOISY**2 * n.multiplies for n in truth.nodes}
    for link in truth.links.itertuples():
        places[link.node] -= link.stage_effect * levels[link.parent]
    for medium in (m for m in truth.mechanism.media.values() if m.answer is not None):
        answer, equation = medium.answer, spend_equation(medium.channel)
        money = answer.baseline.at(scaling.weeks)[0] + answer.money * (1 / (1 + levels[answer.stage]) - 1)
        places[equation] = money / scaling.scale(equation).scale - 1.0
    for name, value in places.items():
        out.loc[{NODE: name, TERM: "intercept"}] = value
    return out
