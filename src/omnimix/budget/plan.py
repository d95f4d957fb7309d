"""A joint plan and what it is worth: the record that tables, pictures, workbooks and the page are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.budget.outlook import Outlook
from omnimix.effects import Figures
from omnimix.labels import CHANNEL, LOWER, SPEND, UPPER, WEEK
from omnimix.spec import Cvar, Limits, Target

PLAN, TODAY, PROPORTIONAL = "plan", "today", "proportional"
VERSUS = "versus"
SCEPTICAL, SCEPTICAL_LOWER, SCEPTICAL_UPPER = "sceptical", "sceptical_lower", "sceptical_upper"
SCEPTICAL_SHAPE = "sceptical_k_hat"
PART = "part"
SPLIT, TIMING, TODAY_EVENLY, PLAN_EVENLY = "split", "timing", "today_evenly", "plan_evenly"


@dataclass(frozen=True, repr=False)
class Assumptions:
    """What a plan rests on, beside the model.

    Attributes:
        objective: what was made as large as possible: ``value``, ``profit`` or a :class:`Cvar`.
        target: what an open total was to reach, if anything.
        limits: every limit that was kept.
        phasing: ``pattern`` or ``free``.
        horizon: weeks, from the first week of the plan, whose value counts.
        discount: yearly rate by which later money counts less.
        draws: number of joint posterior draws that it was worked out on.
        remarks: what else a reader has to know, in sentences.
        total_from: where the total comes from: ``given``, ``today`` (what today's plan spends) or ``target``.
        effects_of: first and last day of the weeks whose effects it goes by, where effects change over time.
    """

    objective: str | Cvar
    target: Target | None
    limits: Limits
    phasing: str
    horizon: int
    discount: float
    draws: int
    remarks: tuple[str, ...] = ()
    total_from: str = "given"
    effects_of: tuple[str, str] | None = None


@dataclass(frozen=True, repr=False)
class BudgetPlan(words.Counted):
    """The best use found of one joint budget, beside today's plan.

    Attributes:
        spend: money a week (index) and channel (column). A channel that answers to a stage has what it is expected to
            spend; all cells add up to ``total``.
        today: today's plan, brought to the same total by one factor; see ``today_from``.
        proportional: the rule of thumb at the same total: money in proportion to every channel's estimated ROAS, as
            near to that as limits and what the data have seen allow.
        total: money over the whole window.
        teams: team by channel, for channels that have one.
        pools: pool by channel, for channels that have one.
        answering: the channels that answer to a stage in this plan; all others are set by it.
        gain: what the plan brings more than a reference, all money spent taken off, label ``versus``: ``today`` and
            ``proportional``; with ``probability_positive``, ``draw_luck`` (what choosing and valuing on the same draws
            adds to the mean: plans chosen on one half of the draws and valued on the other) and ``corrected``, the
            mean less that luck. ``sceptical`` is the mean, ``sceptical_lower`` and ``sceptical_upper`` the interval for
            somebody who takes it beforehand that next money brings about the same in every channel, half more or less;
            nan where draws cannot tell (``sceptical_k_hat`` too large).
        phasing: what comes from when money is spent, label ``part``: ``split`` and ``timing`` add up to the gain over
            today's plan (the plan in the weekly patterns that were to be kept, less today's; the plan in its own weeks,
            less that), ``today_evenly`` and ``plan_evenly`` are what today's plan and the plan would bring more with
            the same money by channel spread evenly; with ``probability_positive``.
        value: what ``plan``, ``today`` and ``proportional`` bring more than no media at all in the window, label
            ``plan``, in money; with ``spend``, and ``profit`` (the mean of value less spend).
        shares: the best share of the total by channel, one solution a resampled draw; with ``share``, the plan's.
        free: by channel (index) the ``lower`` and ``upper`` money between which the plan can be moved, the rest
            following, at a cost below one percent of what it brings: what can be negotiated freely.
        regret: expected loss against knowing the truth, in money: of following the ``plan`` and of staying with
            ``today``'s. The two differ by the gain.
        region: what the data have seen, by channel (index): money over the window ``lowest`` and ``highest`` and in a
            week ``highest_week``, and ``allowed_lowest`` and ``allowed_highest``, as widened.
        extrapolated: by week (index) and channel (column), whether the plan is outside what the data have seen.
        gap: money by which a plan near it could be better: how far the search converged.
        assumptions: what it rests on.
        currency: of all money.
        today_from: by channel (index) the weeks of the data that today's plan is read from, ``first`` and ``last``,
            and by which ``rule``: ``last_year`` (the same weeks of the last year), ``last_weeks`` (the last weeks of
            data shorter than a year), ``since_start`` (an average week since the channel started), ``stopped``
            (nothing; its silent weeks), ``given`` (with the outlook) or ``answers`` (to a stage).
        today_breaks: what today's plan does not keep: the channels, pools and teams whose ``limits`` it breaks, and the
            channels of which it leaves what the ``data`` have seen.
        unvalued: outcomes without a value in money. Gain, value, regret and gap are in units then, no money taken off,
            and profit is nan.
        made_from: fingerprint of the funnel and data it was made of; empty where that is not known.
    """

    spend: pd.DataFrame
    today: pd.DataFrame
    proportional: pd.DataFrame
    total: float
    teams: Mapping[str, str]
    pools: Mapping[str, str]
    answering: tuple[str, ...]
    gain: Figures
    phasing: Figures
    value: Figures
    shares: Figures
    free: pd.DataFrame
    regret: Mapping[str, float]
    region: pd.DataFrame
    extrapolated: pd.DataFrame
    gap: float
    assumptions: Assumptions
    currency: str
    today_from: pd.DataFrame
    today_breaks: Mapping[str, tuple[str, ...]]
    unvalued: tuple[str, ...] = ()
    made_from: str = ""

    @property
    def weeks(self) -> pd.DatetimeIndex:
        """The weeks of the plan."""
        return pd.DatetimeIndex(self.spend.index, name=WEEK)

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels, as the funnel lists them."""
        return tuple(map(str, self.spend.columns))

    @property
    def outlook(self) -> Outlook:
        """What it was valued against: today's plan as it stands beside it, horizon, discount and number of draws."""
        narrate = self.assumptions
        today = self.today.drop(columns=list(self.answering))
        return Outlook(today=today, horizon=narrate.horizon, discount=narrate.discount, draws=narrate.draws)

    @property
    def probability_better(self) -> float:
        """Probability that the plan brings more than today's at the same total."""
        return float(self.gain.known["probability_positive"].sel({VERSUS: TODAY}))

    def table(self) -> pd.DataFrame:
        """Return one row a channel: money today and in the plan, shares with their range, what is negotiable."""
        return self.levers()

    def levers(self) -> pd.DataFrame:
        """Return the rows of the table by the names that ``spend`` has: a channel, or a channel in one geo."""
        plan, today = self.spend.sum(), self.today.sum()
        shares = self.shares.table().set_index(CHANNEL).reindex(list(self.channels))
        out = pd.DataFrame(
            {
                CHANNEL: list(self.channels),
                "team": [self.teams.get(c, "") for c in self.channels],
                "pool": [self.pools.get(c, "") for c in self.channels],
                TODAY: today.to_numpy(),
                PLAN: plan.to_numpy(),
                "change": (plan - today).to_numpy(),
                "share": (plan / self.total).to_numpy(),
                "share_lower": shares[LOWER].to_numpy(),
                "share_upper": shares[UPPER].to_numpy(),
                "free_lower": self.free[LOWER].reindex(list(self.channels)).to_numpy(),
                "free_upper": self.free[UPPER].reindex(list(self.channels)).to_numpy(),
                "answers": [c in self.answering for c in self.channels],
                "extrapolated": self.extrapolated.any().reindex(list(self.channels)).to_numpy(),
            }
        )
        return out.assign(interval=self.gain.interval)

    def calendar(self) -> pd.DataFrame:
        """Return one row a week and channel: week, channel, team, pool, spend, today, extrapolated."""
        long = (
            pd.DataFrame(
                {
                    SPEND: self.spend.stack(),  # noqa: PD013
                    TODAY: self.today.stack(),  # noqa: PD013
                    "extrapolated": self.extrapolated.stack(),  # noqa: PD013
                }
            )
            .rename_axis([WEEK, CHANNEL])
            .reset_index()
        )
        long.insert(2, "team", [self.teams.get(c, "") for c in long[CHANNEL]])
        long.insert(3, "pool", [self.pools.get(c, "") for c in long[CHANNEL]])
        return long

    def by(self, group: str) -> pd.DataFrame:
        """Return money a week for every ``team`` or ``pool``: index week, columns the groups."""
        owner = self.teams if group == "team" else self.pools
        known = {c: owner[c] for c in self.channels if c in owner}
        return self.spend[list(known)].T.groupby(list(known.values()), sort=False).sum().T

    def to_excel(
        self, path: Any, *, language: str = "en", rounding: int | None = None, response: Figures | None = None
    ) -> Any:
        """Write the plan as a workbook to edit, in ``en`` or ``nl``; :func:`omnimix.read_plan` reads it back.

        ``rounding`` of 100 or 1,000 rounds money a week and channel, and with it the agreed total; ``response``, the
        result of :func:`omnimix.plan_response`, adds a sheet that estimates live what an edit brings.
        """
        from omnimix.workbook import write_plan

        curves = None if response is None else response.table()
        return write_plan(self, path, language=language, rounding=rounding, response=curves)

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what the plan says in plain words; ``en`` or ``nl``."""
        from omnimix.budget.narrative import narrate

        return narrate(self, language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw today's plan beside this one; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        head = f"Plan of {self.currency} {self.total:,.0f} over {len(self.spend)} weeks from {self.weeks[0].date()}"
        return f"{head}\n{notebook.text(self.table())}\n{self.gain!r}"

    def _repr_html_(self) -> str:
        head = f"Plan of {self.currency} {self.total:,.0f} over {len(self.spend)} weeks from {self.weeks[0].date()}"
        columns = [CHANNEL, "team", TODAY, PLAN, "change", "share", "free_lower", "free_upper", "extrapolated"]
        return notebook.card(
            head,
            notebook.lines(self.sentences().values()),
            notebook.table(self.table()[columns]),
            under=self.currency,
        )
