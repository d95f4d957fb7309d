"""Channels that the data cannot tell apart are read together: which ones, and what they return in all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.arguments import checked
from omnimix.effects.figures import Figures, require_usable
from omnimix.effects.geos import parts_of
from omnimix.effects.plan import data_window, without
from omnimix.effects.respond import money, simulate_plans
from omnimix.effects.roas import induced_by_week, roas, unit_of_returns
from omnimix.errors import OmnimixError
from omnimix.labels import ALL_MEDIA, CHANNEL, DEFAULT_INTERVAL, DRAW, INDUCED_SPEND, ROAS, SPEND, WEEK
from omnimix.posterior import GeoPart, GeoPosterior, Posterior
from omnimix.spec import Names

APART = -0.5  # correlation of two channels' returns below which the data know their sum better than either


@checked
def joint_roas(
    posterior: Posterior | GeoPosterior | GeoPart,
    groups: Sequence[Sequence[str]] | None = None,
    *,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> Figures:
    """Return net ROAS of groups of channels, each group as if it were one channel.

    Args:
        posterior: a fitted model; of several geos, returns are those of all of them together.
        groups: names of channels that belong together; by default those that the data cannot tell apart
            (:func:`indistinct`), which may be none.
        interval: probability mass of the intervals.
        allow_unconverged: report a fit that did not converge all the same.

    The label of a group is its channels joined by `` + ``.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``, and
    :class:`OmnimixError` for an unknown channel or an empty group.
    """
    require_usable(posterior, allow_unconverged)
    wanted = indistinct(posterior) if groups is None else [tuple(g) for g in groups]
    _require_known(posterior, wanted)
    labels = [" + ".join(g) for g in wanted]
    gains, extra = np.zeros((2, posterior.size, len(wanted)))
    costs = np.zeros(len(wanted))
    for _, part in parts_of(posterior):
        plan = data_window(part)
        found = simulate_plans(part, {None: plan, **{g: without(plan, g) for g in wanted}})
        spend = plan.spend.iloc[plan.reported].sum()
        for k, group in enumerate(wanted):
            extra[:, k] += induced_by_week(found[None], found[group], group).sum(WEEK)
            costs[k] += float(spend[list(group)].sum())
            gains[:, k] += money(part, found[None].nodes) - money(part, found[group].nodes)
    draws, induced = gains / (costs + extra), extra.mean(axis=0)
    coords = {CHANNEL: pd.Index(labels, dtype=object)}
    known = {n: xr.DataArray(v, coords=coords, dims=CHANNEL) for n, v in ((SPEND, costs), (INDUCED_SPEND, induced))}
    labelled = xr.DataArray(draws, coords=coords, dims=(DRAW, CHANNEL))
    return Figures(ROAS, labelled, unit_of_returns(posterior), interval, known, posterior.value_unit)


def indistinct(posterior: Posterior, *, apart: float = APART) -> list[tuple[str, ...]]:
    """Return the groups of channels whose returns the data cannot tell apart.

    Two channels belong together where the posterior correlation of their ROAS lies below ``apart``: what one gains the
    other loses. Groups are what hangs together by such pairs.
    """
    draws = roas(posterior, allow_unconverged=True).draws
    names = [str(c) for c in draws[CHANNEL].to_numpy() if c != ALL_MEDIA]
    correlation = np.corrcoef(draws.sel({CHANNEL: names}).to_numpy(), rowvar=False)
    groups = [{n} for n in names]
    for a, b in combinations(range(len(names)), 2):
        if correlation[a, b] < apart:
            one = next(g for g in groups if names[a] in g)
            two = next(g for g in groups if names[b] in g)
            if one is not two:
                one |= two
                groups.remove(two)
    return [tuple(n for n in names if n in g) for g in groups if len(g) > 1]


def _require_known(posterior: Posterior, groups: Sequence[Sequence[str]]) -> None:
    names, unpaid = Names.of(posterior.funnel), {c.name for c in posterior.funnel.unpaid}
    for group in groups:
        if not group:
            raise OmnimixError("a group of channels is empty; name at least one channel in each.")
        for name in group:
            if name in unpaid:
                raise OmnimixError(f"`{name}` is not paid and has no ROAS; om.contributions tells what it brings.")
            if why := names.no_channel(name):
                raise OmnimixError(f"a group cannot be told: {why}")
