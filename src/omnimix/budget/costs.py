"""Records of what separate budgets cost, of how a pool divides, and of plans side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.effects import Figures
from omnimix.labels import LOWER, MEAN, TEAM
from omnimix.spec import TeamGoal

SILOS, WRONG_SPLIT, WRONG_GOAL, STAYING = "silo_cost", "wrong_split", "wrong_goal", "today"


@dataclass(frozen=True, repr=False)
class SiloCost(words.Counted):
    """What separate budgets leave on the table.

    Attributes:
        cost: money lost against the joint plan of the same total, label ``part``: ``silo_cost`` (the whole), its two
            parts ``wrong_split`` (between the budgets) and ``wrong_goal`` (within them), and ``today`` (of staying with
            today's plan); with ``probability_positive``.
        plans: money a week and channel of ``joint``, ``own_budgets`` (today's team budgets, right goal), ``silos`` and
            ``today``.
        budgets: money of every team, or geo, (index) in ``today`` and in ``joint``.
        goals: what every team looked at.
        rounds: rounds of answering each other until no team changed its plan.
        currency: of all money.
        remarks: what else a reader has to know, in sentences.
        unvalued: outcomes without a value in money; the cost is in units then.
        made_from: fingerprint of the funnel and data it was made of; empty where that is not known.
        between: whose budgets are separate: ``team`` or ``geo``.
    """

    cost: Figures
    plans: Mapping[str, pd.DataFrame]
    budgets: pd.DataFrame
    goals: Mapping[str, TeamGoal]
    rounds: int
    currency: str
    remarks: tuple[str, ...] = ()
    unvalued: tuple[str, ...] = ()
    made_from: str = ""
    between: str = TEAM

    def table(self) -> pd.DataFrame:
        """Return one row a part of the cost, with mean, median, lower, upper and probability_positive."""
        return self.cost.table()

    def sentence(self, language: str = "en") -> str:
        """Return what separate budgets cost in plain words; ``en`` or ``nl``."""
        from omnimix.budget.narrative import narrate_silos

        return narrate_silos(self, language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the cost and its parts; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return (
            f"Cost of silos in {self.value_unit.name()}\n{notebook.text(self.table(), notebook.summary(words.amount))}"
        )

    def _repr_html_(self) -> str:
        table = notebook.table(self.table(), dict.fromkeys((MEAN, LOWER), words.amount))
        unit = self.value_unit
        told = f"money lost against the joint plan of the same total, {self.currency}"
        under = told if unit.is_money else f"{unit.name()} lost against the joint plan of the same total"
        return notebook.card("Cost of silos", notebook.lines([self.sentence()]), table, under=under)


@dataclass(frozen=True, repr=False)
class PoolSplit:
    """How a pool is best divided as it grows.

    Attributes:
        pool: its name.
        shares: the best share of every member, labels ``channel`` and ``pool_spend`` (money over the window), one
            solution a resampled draw; with ``share``, that of the expected value, and ``extrapolated`` (whether the
            member then runs outside what the data have seen).
        crossover: money over the window from which the member that has less of the smallest pool (by expected value)
            has the larger share, one row a draw that has one, label ``pool``; empty where no draw has.
        crosses: share of draws that have a crossover within the sizes looked at.
        now: what its set members spend in today's plan.
        weeks: length of the window.
        currency: of all money.
        channels: all channels, as the funnel lists them: every channel has its colour by its place here.
    """

    pool: str
    shares: Figures
    crossover: Figures
    crosses: float
    now: float
    weeks: int
    currency: str
    channels: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row a member and size of the pool."""
        return self.shares.table()

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the best shares as the pool grows; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return f"Best division of pool {self.pool}\n{notebook.text(self.table(), notebook.summary(words.percent))}"

    def _repr_html_(self) -> str:
        return notebook.card(
            f"Best division of pool {self.pool}",
            notebook.table(self.table(), dict.fromkeys((MEAN, LOWER), words.percent)),
            under=f"share of the pool by its size over {self.weeks} weeks, {self.currency}",
        )


@dataclass(frozen=True, repr=False)
class PlansCompared(words.Counted):
    """Plans side by side.

    Attributes:
        value: what every plan brings more than no media at all in the window, label ``plan``; with ``spend`` (expected
            where channels answer) and ``profit`` (the mean of value less spend).
        gain: what every plan brings more than the first one, all money spent taken off, label ``plan``; with
            ``probability_positive``.
        best: probability that a plan is the best of all, by plan.
        spend: money by plan (column) and channel (index) over the window.
        extrapolated: by plan, the channels outside what the data have seen.
        currency: of all money.
        unvalued: outcomes without a value in money. Value and gain are in units then, no money taken off; ``profit`` is
            nan, and the best plan is the one that brings most, whatever it costs.
    """

    value: Figures
    gain: Figures
    best: Mapping[str, float]
    spend: pd.DataFrame
    extrapolated: Mapping[str, tuple[str, ...]]
    currency: str
    unvalued: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row a plan: spend, value, profit, gain over the first with its odds, extrapolated channels."""
        gain = self.gain.table().set_index("plan")
        out = self.value.table().set_index("plan").rename(columns={"mean": "value"})
        out = out[["spend", "value", "profit"]]
        out = out.join(gain[["mean", "lower", "upper", "probability_positive"]].rename(columns={"mean": "gain"}))
        out["probability_best"] = pd.Series(self.best)
        out["extrapolated"] = [", ".join(self.extrapolated[str(p)]) for p in out.index]
        return out.assign(interval=self.gain.interval).reset_index()

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the gains; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what an ``edit`` of an advised plan costs in plain words, for a workbook that was read back."""
        from omnimix.budget.edit import narrate_edit

        return narrate_edit(self, language)

    def __repr__(self) -> str:
        told = "".join(f"\n{text}" for text in self.sentences().values())
        return f"Plans compared, {self._units}{told}\n{notebook.text(self.table())}"

    def _repr_html_(self) -> str:
        table = self.table()
        return notebook.card(
            "Plans compared",
            notebook.lines(self.sentences().values()),
            notebook.table(table, {LOWER: words.amount}),
            under=f"{self._units}; gain over {table['plan'].iloc[0]} with its interval, "
            f"{'all' if self.value_unit.is_money else 'no'} money spent taken off",
        )

    @property
    def _units(self) -> str:
        unit = self.value_unit
        return self.currency if unit.is_money else f"spend in {self.currency}, value and gain in {unit.name()}"
