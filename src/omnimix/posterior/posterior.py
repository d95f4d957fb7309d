"""The posterior: draws, what was asked, what was learned from the data, and how the run went."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from omnimix import notebook
from omnimix.data import Panel
from omnimix.labels import CHAIN, CHANNEL, DRAW, NODE
from omnimix.mechanics import Array, Design, Scaling, design
from omnimix.posterior.diagnostics import Diagnostics
from omnimix.posterior.evidence import Evidence
from omnimix.posterior.fingerprint import fingerprint
from omnimix.posterior.refitted import Refitted
from omnimix.spec import Budget, Chain, Funnel, Goal
from omnimix.words import ValueUnit

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd


@dataclass(frozen=True)
class Run:
    """How the draws were made, so that they can be made again, and what the chains say of themselves.

    ``chain_weights`` are those by which :func:`omnimix.stack_chains` took draws of each chain; empty where it did not.
    """

    draws: int
    tune: int
    chains: int
    seed: int
    seconds: float
    sampler: str
    versions: dict[str, str]
    diagnostics: Diagnostics
    chain_weights: tuple[float, ...] = ()


@dataclass(frozen=True, repr=False)
class Posterior:
    """A fitted model. Nothing in it samples or compiles; every figure comes from a verb such as ``om.roas``.

    Attributes:
        draws: ArviZ-style DataTree with groups ``posterior`` and ``sample_stats``. ``contribution_share`` is a
            channel's mean weekly contribution in typical weeks of the outcome, ``contribution`` the same in the
            outcome's units; other scales are in typical weeks of the outcome (log points for ``log_normal``).
        funnel: what was asked.
        panel: the training data.
        learned: scales and codings learned from them.
        run: settings, seed, seconds, versions.
        campaign_chains: chained campaigns declared with the fit, for the verbs that judge them.
        budget: the joint budget declared with the fit, for the verbs that divide it.
        evidence: tests that it has taken in, each with what was expected of it before.
        goals: what the company wants to reach, declared with the fit.
        refitted: how it came from an earlier fit, if it did.
    """

    draws: xr.DataTree
    funnel: Funnel
    panel: Panel
    scaling: Scaling
    run: Run
    campaign_chains: tuple[Chain, ...] = ()
    budget: Budget | None = None
    evidence: tuple[Evidence, ...] = ()
    goals: tuple[Goal, ...] = ()
    refitted: Refitted | None = None

    @property
    def model(self) -> Any:
        """The PyMC model of this posterior, open for reading, prior predictive draws and change.

        Declared anew at every reading, without sampling or compiling: what is added to one model is in no other, and
        none is kept with the draws. Give it a name to read it twice.
        """
        from omnimix.model import build_model  # the one door back to the sampling room; see ARCHITECTURE.md

        return build_model(self.funnel, self.panel, scaling=self.scaling)

    @property
    def value_unit(self) -> ValueUnit:
        """What value is counted in: the currency, or units where the outcomes have no value in money."""
        return ValueUnit(self.panel.currency, self.funnel.unvalued)

    @functools.cached_property
    def fingerprint(self) -> str:
        """What tells its funnel and data from any other; records made of it hold it in ``made_from``."""
        return fingerprint(self.funnel, self.panel)

    @property
    def size(self) -> int:
        """Number of draws over all chains."""
        values = next(iter(self._shelf.values()))[0]
        return int(values.shape[0] * values.shape[1])

    def thinned(self, most: int) -> Posterior:
        """Return it with at most so many draws, evenly chosen from every chain; ``run`` still tells of all of them."""
        if self.size <= most:
            return self
        sizes = self.draws["posterior"].sizes
        kept = np.unique(np.linspace(0, sizes[DRAW] - 1, max(1, most // sizes[CHAIN])).astype(int))
        return replace(self, draws=self.draws.isel({DRAW: kept}, missing_dims="ignore"))

    def declared_as(self, other: Posterior) -> Posterior:
        """Return it with the chains, the budget and the goals that were declared with another fit."""
        return replace(self, campaign_chains=other.campaign_chains, budget=other.budget, goals=other.goals)

    @property
    def left_in_effect(self) -> float:
        """How many equal draws are left where draws were weighed by new weeks or tests; infinite where none were."""
        told = [e.effective for e in self.evidence if e.how == "reweighted"]
        if self.refitted is not None and self.refitted.method == "reweighted":
            told.append(self.refitted.effective_draws)
        return min(told, default=math.inf)

    def taking(self, places: np.ndarray[tuple[int, ...], np.dtype[Any]]) -> Posterior:
        """Return it with other draws in the places of its draws, chains end to end: as many places as it has draws."""
        groups = self.draws.children
        tree = xr.DataTree.from_dict({g: _chosen(self.draws[g].to_dataset(), places) for g in groups})
        return replace(self, draws=tree)

    def flat(self, name: str) -> xr.DataArray:
        """Return a variable with chains laid end to end under the dimension ``draw``."""
        stacked = self.draws["posterior"][name].stack(sample=(CHAIN, DRAW))  # noqa: PD013  xarray's, not pandas'
        return stacked.transpose("sample", ...).reset_index("sample", drop=True).rename(sample=DRAW)

    def numbers(self, name: str, **place: str | int) -> Array:
        """Return the draws of a variable at given labels as a plain array, chains end to end; quicker than `flat`."""
        values, dims, indexes = self._shelf[name]
        found = values[tuple(indexes[d].get_loc(place[d]) if d in place else slice(None) for d in dims)]
        return np.ascontiguousarray(found.reshape(self.size, *found.shape[2:]))

    @functools.cached_property
    def _shelf(self) -> dict[str, tuple[Array, tuple[str, ...], dict[str, pd.Index]]]:
        whole = self.draws["posterior"].to_dataset()
        indexes = {str(k): v for k, v in whole.indexes.items()}
        return {str(k): (v.to_numpy(), tuple(str(d) for d in v.dims), indexes) for k, v in whole.data_vars.items()}

    def design(self, weeks: pd.DatetimeIndex, controls: pd.DataFrame | None = None) -> Design:
        """Return the baseline's design for any weeks, in the training coding."""
        return design(self.funnel, self.scaling, weeks, controls)

    def curve_draws(self, node: str, channel: str) -> Array:
        """Return three adstock and two saturation parameters per draw, shape (draws, 5); 1 where there is none."""
        out = np.ones((self.size, 5))
        for start, curve in zip((0, 3), self.funnel.channel(channel).curves, strict=True):
            for k, parameter in enumerate(curve.parameters):
                out[:, start + k] = self.numbers(parameter.name, **{NODE: node, CHANNEL: channel})
        return out

    def save(self, path: str | Path) -> Path:
        """Save to one file; :func:`omnimix.load` reads it back without fitting again."""
        from omnimix.posterior.store import save

        return save(self, path)

    def __repr__(self) -> str:
        weeks = self.scaling.window_weeks
        outcomes = ", ".join(o.name for o in self.funnel.outcomes)
        return (
            f"Posterior of {outcomes} from {len(self.funnel.channels)} channels: {len(weeks)} weeks "
            f"{weeks[0].date()} to {weeks[-1].date()}, {self.run.chains} chains x {self.size // self.run.chains} "
            f"draws, seed {self.run.seed}"
        )

    def _repr_html_(self) -> str:
        """Say what was fitted, how it went, and what to ask next, in a notebook."""
        weeks, run, seen = self.scaling.window_weeks, self.run, self.run.diagnostics
        outcomes = " and ".join(o.name for o in self.funnel.outcomes)
        went = (
            f"The chains agree: R-hat at most {seen.rhat_max:.3f}, at least {seen.ess_bulk_min:,.0f} effective draws, "
            f"{seen.divergences} of {self.size:,} draws diverged."
            if seen.usable
            else f"Not usable for figures in money: {seen.complaint}. Fit again with more tune and draws."
        )
        following = (
            "Next: `om.check(posterior)` for what else to know, `om.roas(posterior)` for returns, "
            "`om.plot.funnel(posterior)` for the whole picture."
            if seen.usable
            else "Next: `om.check(posterior)` says what may be wrong."
        )
        made = (
            f"{run.chains} chains x {run.draws:,} draws after {run.tune:,} to tune, {run.seconds:,.0f} seconds, "
            f"seed {run.seed}"
        )
        return notebook.card(
            f"Posterior of {outcomes} from {len(self.funnel.channels)} channels",
            notebook.lines([went, following]),
            self.funnel.drawing(),
            verdict="usable" if seen.usable else "not usable",
            under=f"{len(weeks)} weeks {weeks[0]:%Y-%m-%d} to {weeks[-1]:%Y-%m-%d}, {self.panel.currency}; {made}",
        )


def _chosen(group: xr.Dataset, places: Array) -> xr.Dataset:
    """Return a group with other draws in the places of its draws; variables begin with chain and draw."""

    def taken(values: xr.DataArray) -> xr.DataArray:
        if values.dims[:2] != (CHAIN, DRAW):
            return values
        flat = values.to_numpy().reshape(-1, *values.shape[2:])
        return values.copy(data=flat[places].reshape(values.shape))

    return group.map(taken, keep_attrs=True)
