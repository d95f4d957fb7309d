"""What a geo test found: one effect with one interval and one p-value, and everything they rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.errors import SpecError
from omnimix.findings import Finding
from omnimix.geo_tests.placebos import Chance
from omnimix.labels import INTERVAL, LOWER, MEAN, UPPER
from omnimix.mechanics import Array
from omnimix.spec import Experiment

WEEK_DAYS = 7
LEAST_TOLD = 0.001  # of a p-value in a sentence: under 1 %, and never nothing


@dataclass(frozen=True, repr=False)
class GeoTest:
    """The reading of a test in some markets.

    Attributes:
        outcome: the column that was read.
        method: ``synthetic_control``, ``did`` or ``tbr``.
        treated: the markets of the test.
        controls: the weight of every other market in what was expected.
        start: first day of the test.
        end: last day of the test.
        tail_weeks: weeks after it that count as well.
        rows: one row a day or week: ``observed`` and ``expected`` of all treated markets together, ``effect`` their
            difference, ``part`` one of before, test, tail.
        effect: ``mean``, ``lower`` and ``upper`` of the whole effect, in units of the outcome over all treated markets.
        interval: probability mass of the interval.
        p_value: how often a test that does nothing looks at least so large.
        pre_fit: share of what moved the treated markets before the test that the controls foretold in rows that were
            left out; 1 is all of it, 0 none.
        scale: what chance does to the mean treated market in one row.
        chance: the placebos in space and what they say of chance.
        time_placebos: the same of the treated markets in blocks of rows before the test.
        incremental_spend: money that the test added to the treated markets (below 0: took away); ``None`` if no column
            of spend was named.
        channels: channels of which the spend was changed, if they were named.
        spend_scale: the spend in the test as a multiple of the usual, if it was named.
        step: days a row.
        notes: what was noticed.
    """

    outcome: str
    method: str
    treated: tuple[str, ...]
    controls: pd.Series
    start: dt.date
    end: dt.date
    tail_weeks: int
    rows: pd.DataFrame
    effect: dict[str, float]
    interval: float
    p_value: float
    pre_fit: float
    scale: float
    chance: Chance
    time_placebos: Array
    incremental_spend: float | None
    channels: tuple[str, ...]
    spend_scale: float | None
    step: int
    notes: tuple[Finding, ...]

    @property
    def weeks(self) -> float:
        """Weeks over which the effect was added up."""
        return float((self.rows["part"] != "before").sum() * self.step / WEEK_DAYS)

    @property
    def per_week(self) -> float:
        """The effect a week, over all treated markets."""
        return self.effect[MEAN] / self.weeks

    @property
    def lift_share(self) -> float:
        """The effect as a share of what was expected without the test."""
        return self.effect[MEAN] / float(self.rows.loc[self.rows["part"] != "before", "expected"].sum())

    @property
    def roas(self) -> float | None:
        """The effect over the money that the test added; ``None`` where that is not known or none."""
        return self.effect[MEAN] / self.incremental_spend if self.incremental_spend else None

    @property
    def error(self) -> float:
        """The standard error that an interval of this width has under a normal distribution."""
        return (self.effect[UPPER] - self.effect[LOWER]) / (2 * NormalDist().inv_cdf(0.5 + self.interval / 2))

    @property
    def experiment(self) -> Experiment:
        """The result as evidence for a fit. Raises :class:`SpecError` where it was not said what the test changed."""
        missing = [f"`{n}`" for n, v in (("channels", self.channels), ("scale", self.spend_scale)) if v in ((), None)]
        if missing:
            raise SpecError(
                f"a result is evidence once it is known what was done: give {' and '.join(missing)} to analyze_test, "
                "the channels of which the spend was changed and what it was times, as channels=['tv'], "
                "scale=0.0 for off."
            )
        fields = self.experiment_fields()
        return Experiment(str(fields.pop("name")), **fields)

    def experiment_fields(self) -> dict[str, Any]:
        """Return the result as the fields of an :class:`Experiment`; ``None`` for what was not said."""
        less = self.spend_scale is not None and self.spend_scale < 1
        return {
            "name": f"{' and '.join(self.channels) or 'test'} in {', '.join(self.treated)}",
            "channels": self.channels or None,
            "geos": self.treated,
            "start": self.start,
            "end": self.end,
            "scale": self.spend_scale,
            "outcome": self.outcome,
            "metric": "increment",
            "value": -self.effect[MEAN] if less else self.effect[MEAN],
            "error": self.error,
            "tail_weeks": self.tail_weeks,
        }

    def power(self, lifts: Sequence[float] = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2)) -> pd.DataFrame:
        """Return how likely this design finds a true lift: its interval leaves out 0. One row a lift.

        The lift is added to what chance does to a test.
        """
        counted = self.rows["part"] != "before"
        unit = float(self.rows.loc[counted, "expected"].mean()) / len(self.treated) / self.scale
        beyond, by_chance = self.chance.limit(self.interval), self.chance
        found = [by_chance.beyond(beyond, lift * unit) for lift in lifts]
        return pd.DataFrame({"lift_share": list(lifts), "power": found})

    def table(self) -> pd.DataFrame:
        """Return one row: the effect with its interval, a week and as a share, p-value and pre-period fit."""
        return pd.DataFrame(
            {
                "outcome": [self.outcome],
                "method": [self.method],
                **{name: [value] for name, value in self.effect.items()},
                "per_week": [self.per_week],
                "lift_share": [self.lift_share],
                "p_value": [self.p_value],
                "pre_fit": [self.pre_fit],
                INTERVAL: [self.interval],
            }
        )

    def placebos(self) -> pd.DataFrame:
        """Return every placebo, in time and in space, as a multiple of what chance does in a row."""
        kinds = ["time"] * len(self.time_placebos) + ["space"] * len(self.chance.ratios)
        return pd.DataFrame({"kind": kinds, "ratio": [*self.time_placebos, *self.chance.ratios]})

    def sentence(self, language: str = "en") -> str:
        """Return what was found in one sentence. Raises :class:`OmnimixError` for a language that is not spoken."""
        words.require_language(language)
        said = words.Language(language, "geo_tests")
        return said.say(
            "found" if self.p_value <= 1 - self.interval else "open",
            outcome=said.name(self.outcome),
            treated=words.listing(self.treated, language),
            effect=said.amount(self.effect[MEAN]),
            lift=said.rate(self.lift_share),
            range=said.span(said.amount, self.effect),
            chance=said.percent(max(self.p_value, LEAST_TOLD)),
        )

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw observed beside expected on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return f"{self.sentence()}\n{self.table().to_string(index=False)}"

    def _repr_html_(self) -> str:
        return notebook.card(
            f"Geo test on {self.outcome}",
            notebook.lines([self.sentence()]),
            notebook.table(self.table()),
            notebook.findings(self.notes),
            under=f"{self.start} to {self.end}, {len(self.treated)} treated markets, {len(self.controls)} controls; "
            "`.plot()` draws it, `.experiment` is the evidence",
        )
