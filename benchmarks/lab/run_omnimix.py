"""omnimix on a world of the lab: what every channel brought, by draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.lab.worlds import LabWorld
from omnimix.checks import check
from omnimix.effects.contributions import contributions
from omnimix.labels import CHANNEL, DRAW, OUTCOME, WEEK
from omnimix.model import fit

SETTINGS = {"draws": 1000, "tune": 1000, "chains": 4, "seed": 1}


def run(world: LabWorld, cores: int) -> tuple[np.ndarray, dict[str, Any]]:
    """Return contributions in the outcome's units, shape (draws, channels), and how the fit went."""
    posterior = fit(world.funnel, world.panel, cores=cores, progress=False, **SETTINGS)
    brought = contributions(posterior, allow_unconverged=True)
    media = brought.media * brought.value if world.money else brought.media
    names = [c.name for c in world.channels]
    draws = media.sum((WEEK, OUTCOME)).sel({CHANNEL: names}).transpose(DRAW, CHANNEL).to_numpy()
    seen = posterior.run.diagnostics
    found = [f"{f.name} ({f.where})" if f.where else f.name for f in check(posterior).findings if f.severity != "notes"]
    return draws, {
        "seconds": posterior.run.seconds,
        "rhat": seen.rhat_max,
        "divergences": seen.divergences,
        "findings": found,
    }
