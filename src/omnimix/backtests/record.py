"""A backtest: forecasts beside what happened, scored by fold, outcome and horizon."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.backtests.folds import Fold
from omnimix.backtests.narrative import sentences
from omnimix.backtests.scores import AHEAD, CRPS_UNITS, MASSES, OBSERVED, horizons, over_outcomes, pooled
from omnimix.backtests.stability import LARGE_MOVE, MARKED, moves
from omnimix.findings import Finding
from omnimix.labels import CHANNEL, HORIZON, LOWER, MEDIAN, OUTCOME, UPPER

FOLD, ORIGIN = "fold", "origin"
PLAN_SHARE = "plan_share"
PERCENT = ("crps", "wape", *(f"coverage_{m}" for m in MASSES), "total_error", "seasonal_naive_wape", "ridge_wape")
PERCENTS: Mapping[str, words.Form] = dict.fromkeys(PERCENT, words.rate) | dict.fromkeys(
    (f"coverage_{m}" for m in MASSES), words.percent
)


@dataclass(frozen=True, repr=False)
class Backtest:
    """How well a funnel forecast weeks that it had not seen, under the spend and controls that really came.

    Attributes:
        weekly: one row a fold, stage or outcome, and week: ``fold``, ``origin``, ``outcome``, ``week``, ``ahead``,
            ``observed``, ``mean``, ``median``, the ends of the 50, 80 and 90 % intervals, ``crps_units``,
            ``seasonal_naive`` and ``ridge``, in units of the outcome.
        totals: one row a fold, stage or outcome, and horizon: what was ``observed`` up to it in all, with ``median``,
            ``lower`` and ``upper`` (90 %) of the forecast of that sum.
        folds: how each fold went, those without a forecast too.
        returns: ROAS by fold and channel: ``median``, ``lower``, ``upper``, ``sd`` of the posterior, and
            ``plan_share``, the channel's share of the best plan of the same total (nan where plans were not asked for).
        horizon: weeks that each fold predicts.
        outcomes: names of the outcomes; what else stands in ``weekly`` is a stage.
        findings: what to know before a figure is used.
        seed: of every fit and forecast.
    """

    weekly: pd.DataFrame
    totals: pd.DataFrame
    folds: tuple[Fold, ...]
    returns: pd.DataFrame
    horizon: int
    outcomes: tuple[str, ...]
    findings: tuple[Finding, ...]
    seed: int

    def table(self) -> pd.DataFrame:
        """Return one row a fold, stage or outcome, and horizon: the scores of the first weeks up to it.

        ``crps`` (continuous ranked probability score) and ``wape`` (sum of absolute errors) are shares of what was
        observed, ``crps_units`` is in units of the outcome a week; ``coverage_50``, ``coverage_80`` and
        ``coverage_90`` are shares of weeks inside these intervals; ``total_error`` is the error of the sum over the
        weeks, ``total_inside`` whether its 90 % interval held it; ``seasonal_naive_wape`` and ``ridge_wape`` are those
        of the forecasts to be held against.
        """
        return self._table.copy()

    @functools.cached_property
    def _table(self) -> pd.DataFrame:
        rows = []
        for (fold, outcome), found in self.weekly.groupby([FOLD, OUTCOME], sort=False):
            for horizon in horizons(self.horizon):
                first = {FOLD: fold, ORIGIN: found[ORIGIN].iloc[0], OUTCOME: outcome, HORIZON: horizon}
                rows.append({**first, **pooled(found[found[AHEAD] <= horizon])})
        sums = self.totals.assign(
            total_error=self.totals[MEDIAN] / self.totals[OBSERVED].where(self.totals[OBSERVED] != 0) - 1,
            total_inside=self.totals[OBSERVED]
            .between(self.totals[LOWER], self.totals[UPPER])
            .astype(object)
            .where(self.totals[OBSERVED].notna(), None),
        )
        keys = [FOLD, OUTCOME, HORIZON]
        return pd.DataFrame(rows).merge(sums[[*keys, "total_error", "total_inside"]], on=keys, how="left")

    @property
    def by_outcome(self) -> pd.DataFrame:
        """One row a stage or outcome: the scores of all weeks of all folds together."""
        whole = self.weekly.groupby(OUTCOME, sort=False)
        return pd.DataFrame([{OUTCOME: name, **pooled(found)} for name, found in whole])

    @property
    def overall(self) -> dict[str, float]:
        """The scores over all folds, as the mean over outcomes; stages do not count."""
        return over_outcomes([pooled(self.weekly[self.weekly[OUTCOME] == name]) for name in self.outcomes])

    def stability(self) -> pd.DataFrame:
        """Return how far ROAS moved from each fold to the next, in which weeks were added.

        One row a pair of folds and channel: ``roas_before``, ``roas`` (medians), ``move`` (relative), ``sd`` of the
        earlier posterior, ``move_in_sds`` and ``marked`` (a move above 15 %); ``weeks_added``; and, where plans were
        asked for, the channel's share of the best plan, ``plan_share_before`` and ``plan_share``.
        """
        parts = []
        fitted = [f for f in self.folds if f.fitted]
        for old, new in pairwise(fitted):
            before, after = (self.returns[self.returns[FOLD] == f.number] for f in (old, new))
            shares = before[[CHANNEL, PLAN_SHARE]].merge(
                after[[CHANNEL, PLAN_SHARE]], on=CHANNEL, suffixes=("_before", "")
            )
            moved = moves(before, after, LARGE_MOVE).merge(shares, on=CHANNEL)
            moved.insert(0, FOLD, new.number)
            moved.insert(1, "weeks_added", new.weeks - old.weeks)
            parts.append(moved)
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[FOLD, CHANNEL, MARKED])

    @property
    def forecasts(self) -> int:
        """How many folds have a forecast."""
        return sum(f.fitted for f in self.folds)

    def sentences(self, language: str = "en") -> dict[str, str]:
        """Return what it comes to in sentences, by outcome. Raises :class:`OmnimixError` for an unknown language."""
        return sentences(self, language)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the forecasts of all folds beside what happened; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        told = "\n".join([*self.sentences().values(), *(f"{f.severity}: {f.message}" for f in self.findings)])
        return f"{self._title}\n{notebook.text(self._last_rows(), PERCENTS)}\n{told}"

    def _repr_html_(self) -> str:
        return notebook.card(
            self._title,
            notebook.lines(self.sentences().values()),
            notebook.table(self._last_rows(), PERCENTS),
            notebook.findings(self.findings),
            under="Under the spend and controls that really came. CRPS and WAPE as shares of what was observed; "
            "`.stability()` says how far ROAS moved between folds.",
        )

    @property
    def _title(self) -> str:
        return f"Backtest: {self.forecasts} of {len(self.folds)} forecasts of {self.horizon} weeks"

    def _last_rows(self) -> pd.DataFrame:
        table = self._table
        shown = table[table[HORIZON] == self.horizon]
        return shown.drop(columns=[HORIZON, CRPS_UNITS, "weeks", "total_inside"]).assign(
            **{ORIGIN: shown[ORIGIN].dt.strftime("%Y-%m-%d")}
        )
