"""What differs between two fits, and the funnel and table of which only some of that is new."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from omnimix.data import Panel, with_sums
from omnimix.labels import WEEK
from omnimix.model.revisions import columns_of, revisions
from omnimix.posterior import Posterior, Revision
from omnimix.spec import Baseline, Channel, Experiment, Funnel

Cause = Literal["data", "weeks", "prior", "spec", "tests", "chance"]
DATA, WEEKS, PRIOR, SPEC, TESTS, CHANCE = "data", "weeks", "prior", "spec", "tests", "chance"
BASELINE_PRIORS = ("level_scale", "season_scale", "holiday_scale", "noise", "control_sd")
CHANNEL_PRIORS = ("roas_prior", "contribution_prior", "priors")


@dataclass(frozen=True)
class Changes:
    """What differs between an old and a new fit.

    Attributes:
        old: the old fit.
        new: the new one.
        causes: what differs, in the order in which it is told.
        revised: figures of weeks that both have and that are others now.
    """

    old: Posterior
    new: Posterior
    causes: tuple[Cause, ...]
    revised: tuple[Revision, ...]

    def funnel(self, present: Collection[str]) -> Funnel:
        """Return the funnel in which only some causes are present."""
        structure = self.new.funnel if SPEC in present else self.old.funnel
        believed = self.new.funnel if PRIOR in present else self.old.funnel
        return with_priors_of(structure, believed)

    def experiments(self, present: Collection[str]) -> tuple[Experiment, ...]:
        """Return the tests that count where only some causes are present."""
        return tests_of(self.new if TESTS in present else self.old)

    def panel(self, present: Collection[str]) -> Panel | None:
        """Return the table in which only some causes are present; ``None`` where no such table can be made.

        There is none where the funnel reads a column that the weeks which it would have lack.
        """
        old, new = self.old.panel.frame, self.new.panel.frame
        weeks = self.new.scaling.weeks if WEEKS in present else self.old.scaling.weeks
        first, second = (new, old) if DATA in present else (old, new)
        columns = columns_of(self.funnel(present))
        if any(c not in old.columns and c not in new.columns for c in columns):
            return None
        frame = pd.DataFrame(
            {c: _column(c, weeks, self.old.scaling.weeks, first, second) for c in columns}, index=weeks
        )
        added = weeks.difference(self.old.scaling.weeks)
        roles = self.funnel(present).roles
        needed = [c for c in columns if c not in roles.outcomes]
        if frame.loc[added, needed].isna().any().any():
            return None
        return with_sums(Panel(frame.rename_axis(WEEK), currency=self.new.panel.currency), roles)


def changes(old: Posterior, new: Posterior) -> Changes:
    """Say what differs between two fits."""
    both = [c for c in columns_of(old.funnel) if c in new.panel.frame.columns]
    revised = revisions(old, new.panel, [c for c in both if c in columns_of(new.funnel)])
    return Changes(old, new, tuple(_causes(old, new, revised)), revised)


def tests_of(posterior: Posterior) -> tuple[Experiment, ...]:
    """Return the tests that a posterior has taken in."""
    return tuple(one.experiment for one in posterior.evidence)


def with_priors_of(structure: Funnel, believed: Funnel) -> Funnel:
    """Return a funnel with what another believes of the channels that both have, of all media and of the baseline."""
    others = {c.name: c for c in believed.channels}
    return Funnel(
        channels=[_believing(c, others[c.name]) if c.name in others else c for c in structure.channels],
        outcomes=structure.outcomes,
        stages=structure.stages,
        controls=structure.controls,
        holidays=structure.holidays,
        baseline=replace(structure.baseline, **{k: getattr(believed.baseline, k) for k in BASELINE_PRIORS}),
        media_share=believed.media_share,
        media_roas=None if structure.unvalued and believed.media_roas is None else believed.media_roas,
        stock=structure.stock,
        effects_change=structure.effects_change,
        change_scale=believed.change_scale,
    )


def _believing(channel: Channel, other: Channel) -> Channel:
    known = {p.name for curve in channel.curves for p in curve.parameters}
    if channel.signed != other.signed:
        return channel
    priors = {name: prior for name, prior in other.priors.items() if name in known}
    return replace(channel, roas_prior=other.roas_prior, contribution_prior=other.contribution_prior, priors=priors)


def _causes(old: Posterior, new: Posterior, revised: tuple[Revision, ...]) -> Iterator[Cause]:
    if revised:
        yield "data"
    if not new.scaling.window_weeks.equals(old.scaling.window_weeks):
        yield "weeks"
    if with_priors_of(old.funnel, new.funnel) != old.funnel:
        yield "prior"
    if _bare(old.funnel) != _bare(new.funnel):
        yield "spec"
    if tests_of(old) != tests_of(new):
        yield "tests"


def _bare(funnel: Funnel) -> tuple[object, ...]:
    """Return what a funnel says but for its priors."""
    baseline = replace(funnel.baseline, **{k: getattr(Baseline(), k) for k in BASELINE_PRIORS})
    channels = tuple(replace(c, roas_prior=None, contribution_prior=None, priors={}) for c in funnel.channels)
    around = (funnel.stock, funnel.effects_change, funnel.controls, funnel.holidays, baseline)
    return channels, funnel.outcomes, funnel.stages, *around


def _column(
    name: str, weeks: pd.DatetimeIndex, known: pd.DatetimeIndex, first: pd.DataFrame, second: pd.DataFrame
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return a column: in weeks that were known from the first table that has it, in later ones from the newer."""
    source = first if name in first.columns else second
    values = source[name].reindex(weeks).to_numpy(dtype=float, copy=True)
    later = ~weeks.isin(known)
    longer = max((f for f in (first, second) if name in f.columns), key=len)
    values[later] = longer[name].reindex(weeks).to_numpy(dtype=float)[later]
    return values
