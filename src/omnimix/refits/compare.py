"""The verb that says why figures moved from one fit to the next."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.effects import roas
from omnimix.effects.figures import require_usable
from omnimix.errors import FitError, OmnimixWarning
from omnimix.labels import CHANNEL
from omnimix.mechanics import Array
from omnimix.model import fit, refit
from omnimix.posterior import Posterior
from omnimix.posterior.convergence import ess_bulk
from omnimix.progress import bar
from omnimix.refits.causes import CHANCE, Changes, changes
from omnimix.refits.drift import Drift, drift
from omnimix.refits.flips import plans_of, verdicts_of
from omnimix.refits.record import CAUSE, ERROR, NEW, OLD, PART, REAL, FitsCompared
from omnimix.refits.shares import Coalition, part, part_error, shapley_weights

TO_MEDIAN = float(np.sqrt(np.pi / 2))  # error of a median over that of a mean, of normal draws
SURE = 2.0  # Monte Carlo errors below which a move is no real change


@checked
def compare_fits(
    old: Posterior,
    new: Posterior,
    *,
    weeks: int = 13,
    plans: bool = True,
    seed: int = 0,
    progress: bool = True,
    allow_unconverged: bool = False,
) -> FitsCompared:
    """Say why ROAS moved from one fit to the next: revised data, new weeks, priors, the funnel, tests.

    Every cause gets its Shapley value over the orders in which the causes can come, so that parts add up to the move.
    One cause needs no fit; two need two more, three need six: each is a refit from the old fit where the funnel is the
    old one and neither has taken in tests. A move of less than two Monte Carlo errors is no real change.

    Args:
        old: the earlier fit.
        new: the later one.
        weeks: of the best plans that are held against each other.
        plans: compare the best plans of both fits; ``False`` leaves that out.
        seed: of the fits in between.
        progress: show a progress bar.
        allow_unconverged: use fits that did not converge all the same.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``, and where the two have no
    channel in common.
    """
    for one in (old, new):
        require_usable(one, allow_unconverged)
    both = [c for c in old.funnel.bought_names if c in new.funnel.bought_names]
    if not both:
        raise FitError("the two fits have no channel in common, so there is nothing to compare.")
    found = changes(old, new)
    names = [*both, "all_media"]
    with bar("Saying why figures moved", 2 ** max(len(found.causes), 1), progress) as done:
        values, errors = _by_coalition(found, names, seed, done)
    table = _table(found, names, values, errors)
    forecast: Drift | None = None
    if list(found.causes) == ["weeks"] or set(found.causes) == {"data", "weeks"}:
        forecast = drift(old, new, seed=seed, allow_unconverged=True)
    return FitsCompared(
        rows=table,
        verdicts=verdicts_of(old, new),
        plan=plans_of(old, new, both, weeks) if plans else None,
        revised=found.revised,
        causes=found.causes,
        drift=forecast,
        currency=new.panel.currency,
        unvalued=new.funnel.unvalued,
    )


def _by_coalition(
    found: Changes, names: list[str], seed: int, done: Callable[[], None] | None
) -> tuple[dict[Coalition, Array], dict[Coalition, Array]]:
    """Return median ROAS and its Monte Carlo error by set of causes that are present."""
    everything = frozenset(found.causes)
    known = {frozenset[str](): found.old, everything: found.new} if everything else {frozenset[str](): found.old}
    values: dict[Coalition, Array] = {}
    errors: dict[Coalition, Array] = {}
    for weights in shapley_weights(found.causes, _possible(found)).values():
        for coalition in weights:
            if coalition not in values:
                posterior = known.get(coalition) or _between(found, coalition, seed)
                values[coalition], errors[coalition] = _medians(posterior, names)
                if done:
                    done()
    if not everything:
        for coalition, posterior in ((frozenset[str](), found.old), (frozenset({CHANCE}), found.new)):
            values[coalition], errors[coalition] = _medians(posterior, names)
    return values, errors


def _possible(found: Changes) -> Callable[[Coalition], bool]:
    ends = (frozenset[str](), frozenset(found.causes))
    return lambda coalition: coalition in ends or found.panel(coalition) is not None


def _between(found: Changes, present: Collection[str], seed: int) -> Posterior:
    """Return the fit in which only some causes are present."""
    funnel, panel = found.funnel(present), found.panel(present)
    assert panel is not None  # only possible ones are asked for
    tests = found.experiments(present)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OmnimixWarning)  # revised figures are told by the comparison itself
        if funnel == found.old.funnel and not tests and not found.old.evidence:
            return refit(found.old, panel, seed=seed, progress=False)
    run = found.new.run
    tune = run.tune or run.draws
    return fit(
        funnel, panel, draws=run.draws, tune=tune, chains=run.chains, seed=seed, progress=False, experiments=tests
    )


def _medians(posterior: Posterior, names: list[str]) -> tuple[Array, Array]:
    """Return median ROAS by channel with its Monte Carlo error, nan where the fit has no such channel."""
    draws = roas(posterior, allow_unconverged=True).draws
    there = [n for n in names if n in draws[CHANNEL].to_numpy()]
    held = draws.sel({CHANNEL: there}).transpose(CHANNEL, "draw").to_numpy()
    size = ess_bulk(held.reshape(len(there), posterior.run.chains, -1))
    size = np.minimum(size, posterior.left_in_effect)
    errors = TO_MEDIAN * held.std(axis=1) / np.sqrt(np.maximum(size, 1.0))
    known = pd.DataFrame({"middle": np.median(held, axis=1), "error": errors}, index=there).reindex(names)
    middle, error = (np.asarray(known[c].to_numpy(), dtype=np.float64) for c in known.columns)
    return middle, error


def _table(
    found: Changes, names: list[str], values: dict[Coalition, Array], errors: dict[Coalition, Array]
) -> pd.DataFrame:
    causes = found.causes or (CHANCE,)
    weights = shapley_weights(causes, _possible(found)) if found.causes else shapley_weights(causes)
    before, after = values[frozenset()], values[frozenset(causes)]
    whole = np.sqrt(errors[frozenset()] ** 2 + errors[frozenset(causes)] ** 2)
    real = (np.abs(after - before) >= SURE * whole) & bool(found.causes)
    rows = []
    for cause in causes:
        parts, off = part(weights[cause], values), part_error(weights[cause], errors)
        for k, name in enumerate(names):
            rows.append((name, before[k], after[k], cause, parts[k], off[k], whole[k], bool(real[k])))
    columns = [CHANNEL, OLD, NEW, CAUSE, PART, "part_error", ERROR, REAL]
    table = pd.DataFrame(rows, columns=columns)
    order = {n: k for k, n in enumerate(names)}
    return table.sort_values(CHANNEL, key=lambda c: c.map(order), kind="stable", ignore_index=True)
