"""Why a result moved between two periods: definitions first, then what the model has learned of their parts."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.effects.figures import require_usable
from omnimix.errors import OmnimixError, did_you_mean
from omnimix.labels import DEFAULT_INTERVAL
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Identity, Names
from omnimix.steering.learned import learned_parts
from omnimix.steering.periods import Days, Periods, periods
from omnimix.steering.tree import FORMULA, ROOT, KpiTree, Row

DRAWS = 1000


@checked
def kpi_tree(
    posterior: Posterior,
    *,
    before: Days,
    after: Days,
    outcome: str | None = None,
    identities: Sequence[Identity] = (),
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> KpiTree:
    """Say why a result moved between two periods, as a tree whose parts add up at every branch.

    A result that has an identity is divided over its factors by their Shapley values; a stage or outcome that the model
    has learned is divided over channels (all paths), controls, season, holidays, level, demand of its parents and what
    is unexplained. All figures are means a week, so that periods may differ in length.

    Args:
        posterior: a fitted model.
        before: first and last day of the earlier period.
        after: first and last day of the later one.
        outcome: the stage or outcome that is explained; the first outcome by default.
        identities: what results are made of by definition; see :class:`Identity`.
        interval: probability mass of the intervals.
        allow_unconverged: use a fit that did not converge all the same.

    Raises :class:`OmnimixError` for periods outside the data or with empty weeks, for an unknown stage or outcome, and
    for an identity on columns that the table does not have; :class:`FitError` for a fit that did not converge, unless
    ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    root = posterior.funnel.outcomes[0].name if outcome is None else outcome
    by_result = {i.of: i for i in identities}
    _require_known(posterior, root, by_result)
    needed = list(dict.fromkeys([root, *(c for i in _on_the_way(root, by_result) for c in i.counts)]))
    found = periods(posterior, before, after, needed)
    few = posterior.thinned(DRAWS)
    series = posterior.panel.frame.reindex(posterior.scaling.window_weeks)
    means = {c: _both(found, series[c].to_numpy(dtype=float)) for c in needed}
    zero = [c for c in needed if min(means[c]) <= 0]
    if zero and by_result:
        raise OmnimixError(f"an identity needs counts above 0 in both periods, and {', '.join(zero)} is not.")
    tree = list(_branch(root, "", np.ones(few.size), means, by_result, learned_parts(few, found)))
    first = Row(ROOT, "", root, root, *means[root], np.full(few.size, means[root][1] - means[root][0]))
    parts = (first, *tree), _told(before), _told(after), found.weeks, interval
    return KpiTree(*parts, posterior.panel.currency, posterior.fingerprint)


def _branch(
    name: str,
    parent: str,
    factor: Array,
    means: Mapping[str, tuple[float, float]],
    identities: Mapping[str, Identity],
    learned: Mapping[str, list[tuple[str, str, Array]]],
) -> Iterator[Row]:
    """Give the rows below a result, each change times ``factor``: what one unit of it is worth at the root."""
    place = f"{parent} > {name}" if parent else name
    if name not in identities:
        for part, kind, change in learned.get(name, ()):
            yield Row(kind, place, f"{place} > {part}", part, math.nan, math.nan, factor * change)
        return
    identity = identities[name]
    one, other = ([means[identity.counts[0]][t], *_rates(identity, means, t)] for t in (0, 1))
    for k, (label, worth) in enumerate(zip(identity.factors, product_weights(one, other), strict=True)):
        change = factor * worth * (other[k] - one[k])
        yield Row(FORMULA, place, f"{place} > {label}", label, one[k], other[k], change)
        if k == 0:
            yield from _branch(label, place, factor * worth, means, identities, learned)


def product_weights(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """Return, by factor, what a unit of its change is worth in a product: the mean of the others over all orders.

    Times the changes they add up to the change of the product.

    >>> product_weights([2.0, 3.0], [4.0, 5.0])
    [4.0, 3.0]
    """
    size = len(one)
    weights = [0.0] * size
    for order in itertools.permutations(range(size)):
        for at, k in enumerate(order):
            done = set(order[:at])
            others = (other[j] if j in done else one[j] for j in range(size) if j != k)
            weights[k] += math.prod(others) / math.factorial(size)
    return weights


def _both(found: Periods, series: Array) -> tuple[float, float]:
    first, second = found.means(series)
    return float(first), float(second)


def _rates(identity: Identity, means: Mapping[str, tuple[float, float]], period: int) -> list[float]:
    pairs = zip(identity.counts[1:], identity.counts[:-1], strict=True)
    return [means[one][period] / means[other][period] for one, other in pairs]


def _on_the_way(root: str, identities: Mapping[str, Identity]) -> Iterator[Identity]:
    """Give the identities that are met from the root down, each once."""
    met: set[str] = set()
    name = root
    while name in identities and name not in met:
        met.add(name)
        yield identities[name]
        name = identities[name].through[0]


def _require_known(posterior: Posterior, root: str, identities: Mapping[str, Identity]) -> None:
    columns = list(posterior.panel.columns)
    wrong = []
    if why := Names.of(posterior.funnel).no_node(root):
        wrong.append(why)
    for identity in identities.values():
        wrong += [
            f"the identity of {identity.of!r} counts {c!r}, which is no column of the table{did_you_mean(c, columns)}"
            for c in identity.counts
            if c not in columns
        ]
    names = [i.of for i in _on_the_way(root, identities)]
    if names and identities[names[-1]].through[0] in names:
        wrong.append(f"the identities of {', '.join(names)} go round in a circle")
    if wrong:
        raise OmnimixError(f"the tree cannot be made: {'; '.join(wrong)}.")


def _told(days: Days) -> tuple[str, str]:
    return str(pd.Timestamp(days[0]).date()), str(pd.Timestamp(days[1]).date())
