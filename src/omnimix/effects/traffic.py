"""Where traffic comes from: the share of every stage that each channel brings."""

from __future__ import annotations

import functools
import operator
from typing import Literal, get_args

import pandas as pd
import xarray as xr

from omnimix.arguments import checked
from omnimix.effects.figures import Figures, require_usable
from omnimix.effects.geos import parts_of
from omnimix.effects.plan import data_window, everywhere, without
from omnimix.effects.respond import respond_each
from omnimix.errors import OmnimixError, did_you_mean
from omnimix.labels import ALL_MEDIA, CHANNEL, DEFAULT_INTERVAL, DRAW, NODE, STAGE, WEEK
from omnimix.posterior import GeoPart, GeoPosterior, Posterior

Of = Literal["all", "media"]
OF: tuple[str, ...] = get_args(Of)


@checked
def traffic_share(
    posterior: Posterior | GeoPosterior | GeoPart,
    *,
    of: Of = "all",
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> Figures:
    """Return the share of every stage in the data window that each channel brings, over all paths.

    Args:
        posterior: a fitted model; of several geos, the stage is that of all of them together.
        of: ``all`` takes shares of the whole stage, what comes without media included; ``media`` of what all media
            bring together.
        interval: probability mass of the intervals.
        allow_unconverged: report a fit that did not converge all the same.

    What channels bring together can be less than the sum of what each brings: where TV makes people search, the same
    visit is lost without TV and without search. The label ``all_media`` counts it once.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``, and
    :class:`OmnimixError` for a funnel without stages.
    """
    require_usable(posterior, allow_unconverged)
    if of not in OF:
        raise OmnimixError(f"of is one of {', '.join(OF)}, not {of!r}{did_you_mean(str(of), OF)}")
    stages = [s.name for s in posterior.funnel.stages]
    if not stages:
        raise OmnimixError("this funnel has no stages, so there is no traffic to share out; declare stages=[...].")
    each = [_sums(part, stages) for _, part in parts_of(posterior)]
    sums = {k: functools.reduce(operator.add, [one[k] for one in each]) for k in each[0]}
    labels = [*posterior.funnel.channel_names, ALL_MEDIA]
    brought = xr.concat([sums["plan"] - sums[n] for n in labels], dim=pd.Index(labels, name=CHANNEL, dtype=object))
    whole = sums["plan"] if of == "all" else brought.sel({CHANNEL: ALL_MEDIA}, drop=True)
    unit = "share of the stage" if of == "all" else "share of what media bring to the stage"
    return Figures("traffic_share", (brought / whole).transpose(DRAW, STAGE, CHANNEL), unit, interval)


def _sums(posterior: Posterior, stages: list[str]) -> dict[str, xr.DataArray]:
    """Return stages summed over the window, as they were and without every channel and all of them."""
    plan, names = data_window(posterior, tail=False), posterior.funnel.channel_names
    always = everywhere(plan)
    plans = {"plan": plan, ALL_MEDIA: without(always, names), **{n: without(always, [n]) for n in names}}
    found = respond_each(posterior, plans, weeks=plan.weeks)
    return {k: v.sel({NODE: stages}).sum(WEEK).rename({NODE: STAGE}) for k, v in found.items()}
