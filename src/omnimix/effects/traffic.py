"""Where traffic comes from: the share of every stage that each channel brings."""

from __future__ import annotations

from typing import Literal, get_args

import pandas as pd
import xarray as xr

from omnimix.arguments import checked
from omnimix.effects.figures import Figures, require_usable
from omnimix.effects.plan import data_window, everywhere, without
from omnimix.effects.respond import respond_each
from omnimix.errors import OmnimixError, did_you_mean
from omnimix.labels import ALL_MEDIA, CHANNEL, DEFAULT_INTERVAL, DRAW, NODE, STAGE, WEEK
from omnimix.posterior import GeoPart, Posterior

Of = Literal["all", "media"]
OF: tuple[str, ...] = get_args(Of)


@checked
def traffic_share(
    posterior: Posterior | GeoPart,
    *,
    of: Of = "all",
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> Figures:
    """Return the share of every stage in the data window that each channel brings, over all paths.

    Args:
        posterior: a fitted model.
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
    plan = data_window(posterior, tail=False)
    names = posterior.funnel.channel_names
    always = everywhere(plan)
    plans = {"plan": plan, ALL_MEDIA: without(always, names), **{n: without(always, [n]) for n in names}}
    found = respond_each(posterior, plans, weeks=plan.weeks)
    sums = {k: v.sel({NODE: stages}).sum(WEEK).rename({NODE: STAGE}) for k, v in found.items()}
    labels = [*names, ALL_MEDIA]
    brought = xr.concat([sums["plan"] - sums[n] for n in labels], dim=pd.Index(labels, name=CHANNEL, dtype=object))
    whole = sums["plan"] if of == "all" else brought.sel({CHANNEL: ALL_MEDIA}, drop=True)
    unit = "share of the stage" if of == "all" else "share of what media bring to the stage"
    return Figures("traffic_share", (brought / whole).transpose(DRAW, STAGE, CHANNEL), unit, interval)
