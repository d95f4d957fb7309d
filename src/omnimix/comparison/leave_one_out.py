"""How well a fit foresees a week that it has not seen: leave-one-out by Pareto-smoothed importance sampling.

No week is taken out and fitted again: draws are weighed by how much less likely each makes the week (Vehtari, Gelman
and Gabry 2017, https://arxiv.org/abs/1507.04544), which is exact but for the draws' number. Pareto k-hat says where
that fails: above 0.7 a single week moved the fit so much that its figure is not to be relied on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import logsumexp

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.comparison.week_densities import week_densities
from omnimix.effects import require_usable
from omnimix.errors import OmnimixError
from omnimix.labels import NODE, WEEK
from omnimix.mechanics import Array
from omnimix.posterior import Posterior

ELPD, K_HAT = "elpd", "k_hat"
RELIABLE_K_HAT = 0.7
FEWEST_DRAWS = 100


@dataclass(frozen=True, repr=False)
class LeaveOneOut:
    """Expected log predictive density of every observed week, that week left out.

    Attributes:
        pointwise: one row a node and week: ``elpd``, in nats for the week's density in the node's own units, and
            ``k_hat``, the Pareto shape that judges it.
    """

    pointwise: pd.DataFrame

    @property
    def elpd(self) -> float:
        """The sum over all weeks and nodes."""
        return float(self.pointwise[ELPD].sum())

    @property
    def by_week(self) -> pd.Series:
        """The sum over nodes, by week."""
        return self.pointwise.groupby(WEEK)[ELPD].sum()

    @property
    def k_hat_max(self) -> float:
        """The largest Pareto k-hat."""
        return float(self.pointwise[K_HAT].max())

    @property
    def unreliable(self) -> pd.DataFrame:
        """The rows whose k-hat is above 0.7, largest first."""
        return self.pointwise[self.pointwise[K_HAT] > RELIABLE_K_HAT].sort_values(K_HAT, ascending=False)

    def table(self) -> pd.DataFrame:
        """Return one row a node: weeks, elpd with its standard error, largest k-hat, weeks with a k-hat above 0.7."""
        rows = []
        for node, part in self.pointwise.groupby(NODE, sort=False):
            rows.append(
                {
                    NODE: node,
                    "weeks": len(part),
                    ELPD: part[ELPD].sum(),
                    "se": np.sqrt(len(part) * part[ELPD].var(ddof=1)),
                    "k_hat_max": part[K_HAT].max(),
                    "weeks_unreliable": int((part[K_HAT] > RELIABLE_K_HAT).sum()),
                }
            )
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        return f"leave-one-out, expected log predictive density {self.elpd:,.1f}\n{self.table().to_string(index=False)}"

    def _repr_html_(self) -> str:
        forms = {ELPD: words.exact, "se": words.exact, "k_hat_max": words.ratio}
        under = f"expected log predictive density {self.elpd:,.1f}; `.pointwise` has every week"
        return notebook.card("Leave-one-out", notebook.table(self.table(), forms), under=under)


@checked
def leave_one_out(posterior: Posterior, *, allow_unconverged: bool = False) -> LeaveOneOut:
    """Return how well a fit foresees each observed week from all others, without fitting again.

    Exact for the model with its baseline integrated out. Every stage and outcome counts, given the weeks of its parents
    as they were seen; the equations of answering spend do not. A fit of a PyMC model of your own is judged by the
    likelihood of :func:`omnimix.build_model`.

    Raises :class:`FitError` for a fit that did not converge, unless ``allow_unconverged``, and :class:`OmnimixError`
    for fewer than 100 draws.
    """
    require_usable(posterior, allow_unconverged)
    return LeaveOneOut(_pointwise(week_table(posterior)))


def week_table(posterior: Posterior) -> tuple[pd.DataFrame, Array]:
    """Return the observed weeks, one row a node and week, and their log densities left out, shape (draws, rows)."""
    if posterior.size < FEWEST_DRAWS:
        raise OmnimixError(
            f"leave-one-out needs at least {FEWEST_DRAWS} draws, this posterior has {posterior.size}; fit with more."
        )
    parts = list(week_densities(posterior))
    rows = pd.concat([pd.DataFrame({NODE: node, WEEK: weeks}) for node, weeks, _ in parts], ignore_index=True)
    return rows, np.concatenate([density for _, _, density in parts], axis=1)


def _pointwise(table: tuple[pd.DataFrame, Array]) -> pd.DataFrame:
    rows, densities = table
    elpd, k_hat = smoothed(densities)
    return rows.assign(**{ELPD: elpd, K_HAT: k_hat})


def smoothed(densities: Array) -> tuple[Array, Array]:
    """Return the expected log density of every column, and the Pareto k-hat that judges it.

    ``densities`` are log densities of weeks, shape (draws, weeks).
    """
    from arviz_stats.base import array_stats  # takes as long to import as a fit takes to sample

    weights, k_hat = array_stats.psislw(np.ascontiguousarray(densities.T), axis=-1)
    return np.asarray(logsumexp(weights + densities.T, axis=1)), np.asarray(k_hat, dtype=float)
