"""Tests that could be done next, ready to be chosen from and handed over."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.chains import Worth
from omnimix.errors import SpecError
from omnimix.labels import CHANNEL

COLUMNS = ("test", CHANNEL, "action", "weeks", "geos", "mde", "power", "cost", "evsi", "net_value")
SCALES = {"off": 0.0, "half": 0.5, "double": 2.0}
MOST_SHOWN = 12
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class TestDesign:
    """A test to be done.

    Attributes:
        test: its name.
        channel: of which the spend is changed.
        action: ``off``, ``half`` or ``double``.
        weeks: how long.
        start: its first day.
        end: its last day.
        tail_weeks: weeks after it in which its effect is still to be counted.
        spend: money that the channel would spend in those weeks as usual.
        expected: the return that is expected of that money, by the mean.
        error: the standard error that the result would have.
        mde: the smallest return that the test would find in four of five cases.
        power: how likely it tells what is expected from nothing.
        cost: profit expected to be lost while it runs; 0 where it saves more than it loses.
        evsi: what its answer is worth over the quarters in which it is true.
        net_value: that less the cost.
    """

    __test__ = False  # a noun, and no test of pytest's

    test: str
    channel: str
    action: str
    weeks: int
    start: dt.date
    end: dt.date
    tail_weeks: int
    spend: float
    expected: float
    error: float
    mde: float
    power: float
    cost: float
    evsi: float
    net_value: float

    @property
    def scale(self) -> float:
        """What is done to the spend: 0 is off."""
        return SCALES[self.action]

    def toml(self) -> str:
        """Return the table of omnimix.toml to which the result is added when it is in."""
        return "\n".join(
            [
                f"[experiments.{json.dumps(self.test)}]",
                f"channels = [{json.dumps(self.channel)}]",
                f"start = {self.start}",
                f"end = {self.end}",
                f"scale = {self.scale}",
                'metric = "roas"',
                f"tail_weeks = {self.tail_weeks}",
                f"spend = {self.spend:.2f}  # usual money in these days",
                f"# value = {self.expected:.3g}  # the result; {self.expected:.3g} is expected",
                f"# error = {self.error:.3g}  # its standard error; {self.error:.3g} is expected",
                "",
            ]
        )


@dataclass(frozen=True, repr=False)
class TestDesigns(words.Counted):
    """Tests that could be done next, the one worth most first.

    Attributes:
        rows: one row a test: ``test, channel, action, weeks, geos``; ``mde``, the smallest return that it finds in four
            of five cases, ``power``, ``cost``, ``evsi`` and ``net_value`` in money; ``expected`` and ``spread`` of the
            return it would measure, its ``error``, ``evppi`` (the worth of knowing that return exactly) and ``spend``.
        start: first day of every test.
        tail_weeks: weeks after a test in which its effect is still to be counted.
        quarters: for which what is learned is counted.
        plans: number of plans that the choice is among.
        perfect: what it would be worth to know everything.
        currency: of all money.
        unvalued: outcomes without a value in money; worth is in their units then, and cost as well.
        made_from: fingerprint of the funnel and data it was made of; empty where that is not known.
    """

    __test__ = False

    rows: pd.DataFrame
    start: dt.date
    tail_weeks: int
    quarters: float
    plans: int
    perfect: float
    currency: str
    unvalued: tuple[str, ...] = ()
    made_from: str = ""

    def table(self) -> pd.DataFrame:
        """Return one row a test, the one worth most first."""
        return self.rows[list(COLUMNS)].copy()

    @property
    def best(self) -> TestDesign:
        """The test that is worth most; look at its ``net_value`` whether it is worth doing."""
        return self.design(0)

    @property
    def worth_doing(self) -> pd.DataFrame:
        """The tests whose answer is worth more than they cost."""
        table = self.table()
        return table[table["net_value"] > 0].reset_index(drop=True)

    @property
    def worth(self) -> dict[str, Worth]:
        """By channel, what its best test is worth and costs: that with the largest ``net_value``."""
        best = self.rows.sort_values("net_value", ascending=False, kind="stable").drop_duplicates(CHANNEL)
        return {str(r[CHANNEL]): Worth(float(r["evsi"]), float(r["cost"])) for _, r in best.iterrows()}

    def design(self, test: int | str) -> TestDesign:
        """Return a test by its place or its name. Raises :class:`SpecError` for one that is not there."""
        found = self.rows[self.rows["test"] == test] if isinstance(test, str) else self.rows.iloc[[test]]
        if not len(found):
            raise SpecError(f"there is no test {test!r}; `.table()` lists them.")
        row = {str(k): v for k, v in found.iloc[0].to_dict().items()}
        end = self.start + int(row["weeks"]) * 7 * ONE_DAY - ONE_DAY
        kept = ("test", CHANNEL, "action", "spend", "expected", "error", "mde", "power", "cost", "evsi", "net_value")
        return TestDesign(
            **{k: row[k] for k in kept},
            weeks=int(row["weeks"]),
            start=self.start,
            end=end,
            tail_weeks=self.tail_weeks,
        )

    def called(self, test: int, language: str = "en") -> str:
        """Return what a test is called: in English by its own name, which files of results use.

        Raises :class:`OmnimixError` for an unknown language.
        """
        words.require_language(language)
        row = self.rows.iloc[test]
        if language == "en":
            return str(row["test"])
        told = words.texts("tests", language)[f"row_{row['action']}"]
        return told.format(channel=words.called(str(row[CHANNEL]), language), weeks=row["weeks"])

    def toml(self, most: int = 3) -> str:
        """Return the first tests as tables of omnimix.toml, to which results are added when they are in."""
        return "\n".join(self.design(k).toml() for k in range(min(most, len(self.rows))))

    def sheet(self) -> pd.DataFrame:
        """Return the tests as :func:`omnimix.read_experiments` reads them, ``value`` and ``error`` left open."""
        designs = [self.design(k) for k in range(len(self.rows))]
        return pd.DataFrame(
            {
                "test": [d.test for d in designs],
                "channels": [d.channel for d in designs],
                "start": [d.start for d in designs],
                "end": [d.end for d in designs],
                "scale": [d.scale for d in designs],
                "metric": "roas",
                "value": None,
                "error": None,
                "tail_weeks": self.tail_weeks,
                "spend": [d.spend for d in designs],
            }
        )

    def sentence(self, language: str = "en") -> str:
        """Return what to do in one or two sentences. Raises :class:`OmnimixError` for an unknown language."""
        words.require_language(language)
        said = words.Language.of(language, "tests", self.value_unit)
        best = self.best
        return said.say(
            "do" if best.net_value > 0 else "none",
            Channel=said.title(best.channel),
            action=words.texts("tests", language)[best.action],
            weeks=said.exact(best.weeks),
            cost=said.value(best.cost),
            evsi=said.value(best.evsi),
            net=said.value(best.net_value),
            mde=said.ratio(best.mde),
        )

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw what tests are worth and cost on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        return f"{self.sentence()}\n{self.table().to_string(index=False)}"

    def _repr_html_(self) -> str:
        money = dict.fromkeys(("cost", "evsi", "net_value"), words.amount)
        forms = {**money, "mde": words.ratio, "power": words.percent}
        return notebook.card(
            "Tests that could be done next",
            notebook.lines([self.sentence()]),
            notebook.table(self.table().drop(columns="geos"), forms, most=MOST_SHOWN),
            under=f"worth over {self.quarters:g} quarters, among {self.plans} plans; `.toml()` hands them over",
        )
