"""Is a geo unlike all others, or without a channel, and does every geo's fit look like its weeks?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from omnimix.checks.baseline import baseline_check
from omnimix.checks.fit import fit_check
from omnimix.checks.prior import prior_check
from omnimix.effects.plan import data_window
from omnimix.findings import Finding
from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, GEO, NODE
from omnimix.mechanics.parameters import NOISE
from omnimix.posterior import GeoPosterior, Posterior

TIMES = 2.0  # so many times what it is elsewhere, or less than one such part
SURE = 0.95
NOISY = 3.0  # times the noise of the geo in the middle
SMALL = 1e-12  # in the place of nothing, which has no logarithm
FEW = 400  # draws on which every geo is predicted
FEWEST = 3  # geos of which one can stand out
LISTED = 5


def geo_check(posterior: Posterior) -> Iterator[Finding]:
    """Look at geos beside each other, and at every geo by itself."""
    assert isinstance(posterior, GeoPosterior)
    if posterior.pooling != "none":  # of geos by themselves no figure of all was believed before
        yield from prior_check(posterior)
    yield from _silent(posterior)
    if len(posterior.geos) >= FEWEST:
        yield from _standing_out(posterior)
        yield from _noisy(posterior)
    few = posterior.thinned(FEW)
    assert isinstance(few, GeoPosterior)
    yield from _each(few)


def _silent(posterior: GeoPosterior) -> Iterator[Finding]:
    """Name channels that never ran in some geos: what they would do there is that of the others."""
    spent = {geo: data_window(posterior.of(geo), tail=False).spend.sum() for geo in posterior.geos}
    for name in posterior.funnel.bought_names:
        geos = [geo for geo, money in spent.items() if not float(money[name]) > 0.0]
        if geos and len(geos) < len(posterior.geos):
            told = "taken from the other geos" if posterior.pooling != "none" else "what was believed before"
            message = f"{name} never ran in {_listed(geos)}: what it would do there is {told}."
            yield Finding("geo_without_channel", "notes", message, "", float(len(geos)), name)


def _standing_out(posterior: GeoPosterior) -> Iterator[Finding]:
    """Name geos in which a channel brings far more, or far less, than in the geo in the middle of all."""
    for node in posterior.funnel.nodes:
        for channel in (c for c in posterior.funnel.drivers(node) if not c.signed):
            place = {NODE: node.name, CHANNEL: channel.name}
            draws = [posterior.numbers(CONTRIBUTION_SHARE, **place, **{GEO: geo}) for geo in posterior.geos]
            logs = np.log(np.maximum(np.array(draws), SMALL))
            for geo, away in zip(posterior.geos, logs - np.median(logs, axis=0), strict=True):
                times = float(np.exp(np.median(away)))
                if max((away > np.log(TIMES)).mean(), (away < -np.log(TIMES)).mean()) >= SURE:
                    message = (
                        f"In {geo} {channel.name} brings {times:.2g} times as much of {node.name} as in the other geos."
                    )
                    remedy = "Look whether its money is in another currency or unit there, or a row is of another geo."
                    yield Finding("geo_stands_out", "warns", message, remedy, times, f"{geo}, {channel.name}")


def _noisy(posterior: GeoPosterior) -> Iterator[Finding]:
    """Name geos whose weeks are explained far worse than those of the geo in the middle."""
    for node in posterior.funnel.nodes:
        noise = np.array([np.median(posterior.numbers(NOISE, **{NODE: node.name, GEO: g})) for g in posterior.geos])
        for k in np.flatnonzero(noise > NOISY * np.median(noise)):
            times = float(noise[k] / np.median(noise))
            geo = posterior.geos[k]
            message = f"What is not explained of {node.name} is {times:.2g} times as large in {geo} as elsewhere."
            remedy = "Look for typing errors, openings and closings there; leave it out if it is another business."
            yield Finding("geo_noisy", "warns", message, remedy, times, f"{geo}, {node.name}")


def _each(posterior: GeoPosterior) -> Iterator[Finding]:
    """Return what is seen in geos one by one, every kind once with the geos in which it is seen."""
    found: dict[tuple[str, str | None], list[tuple[str, Finding]]] = {}
    for geo in posterior.geos:
        part = posterior.of(geo)
        for finding in (*fit_check(part), *baseline_check(part)):
            found.setdefault((finding.name, finding.where), []).append((geo, finding))
    for seen in found.values():
        geo, worst = max(seen, key=lambda pair: abs(pair[1].figure or 0.0))
        more = f" The same in {_listed([g for g, _ in seen if g != geo])}." if len(seen) > 1 else ""
        yield replace(worst, message=f"{geo}: {worst.message}{more}")


def _listed(geos: list[str]) -> str:
    more = len(geos) - LISTED
    return ", ".join(geos[:LISTED]) + (f" and {more} more" if more > 0 else "")
