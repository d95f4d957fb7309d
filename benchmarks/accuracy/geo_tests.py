"""Geo tests: known answers of published examples, coverage where nothing was done, power where something was, time.

    uv run python -m benchmarks.accuracy.geo_tests [--tests 200] [--data ../shared/data]

The published examples are read from a folder of other people's data and skipped where it is absent; panels of our own
are made here: markets with a common season (plain), days with markets that answer to it differently (daily), and markets
that drift with three hidden factors (drift). Writes benchmarks/accuracy/geo_tests.md.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import omnimix as om
from omnimix.errors import DataError
from omnimix.geo_tests import METHODS
from omnimix.mechanics import Array

TABLE = Path(__file__).with_suffix(".md")
LIFT = 0.03


def wandering(generator: np.random.Generator, rows: int, count: int, kept: float, size: float) -> Array:
    """Return series that keep a part of their last value, shape (rows, count)."""
    steps = generator.normal(0, size, (rows, count))
    steps[0] /= np.sqrt(1 - kept**2)
    for row in range(1, rows):
        steps[row] += kept * steps[row - 1]
    return steps


def plain(generator: np.random.Generator) -> tuple[Array, int, int, int]:
    """Return markets with a season in common, with days a row, rows of the test and treated markets."""
    rows, at = 104, np.arange(104)
    together = 1 + 0.15 * np.sin(2 * np.pi * at / 52) + wandering(generator, rows, 1, 0.6, 0.03)[:, 0]
    return together[:, None] + generator.normal(0, 0.05, (rows, 24)), 7, 8, 4


def daily(generator: np.random.Generator) -> tuple[Array, int, int, int]:
    """Return days with a week in common that markets answer to differently."""
    rows, at = 150, np.arange(150)
    week = (1 + 0.2 * np.sin(2 * np.pi * at / 7)) * (1 + 0.1 * wandering(generator, rows, 1, 0.9, 0.2)[:, 0])
    own = 1 + generator.normal(0, 0.25, 40)
    return 1 + own * (week - 1)[:, None] + wandering(generator, rows, 40, 0.5, 0.06), 1, 28, 3


def drift(generator: np.random.Generator) -> tuple[Array, int, int, int]:
    """Return markets that drift with three hidden factors."""
    rows = 120
    hidden = wandering(generator, rows, 3, 0.95, 0.03)
    return 1 + hidden @ generator.normal(0, 0.5, (3, 30)) + wandering(generator, rows, 30, 0.7, 0.03), 7, 8, 5


KINDS: dict[str, Callable[[np.random.Generator], tuple[Array, int, int, int]]] = {
    "plain": plain,
    "daily": daily,
    "drift": drift,
}


def made(kind: str, seed: int, lift: float) -> tuple[pd.DataFrame, list[str], pd.Timestamp, pd.Timestamp]:
    """Return a long table, its treated markets and the days of the test."""
    generator = np.random.default_rng(seed)
    moves, step, tested, treated = KINDS[kind](generator)
    days = pd.date_range("2023-01-02", periods=len(moves), freq=f"{step}D")
    names = [f"m{k:02}" for k in range(moves.shape[1])]
    wide = pd.DataFrame(moves * np.exp(generator.normal(6, 0.6, len(names))), index=days, columns=names)
    chosen = [str(n) for n in generator.choice(names, treated, replace=False)]
    wide.loc[wide.index[-tested:], chosen] *= 1 + lift
    long = wide.rename_axis(index="week").reset_index().melt("week", var_name="geo", value_name="sales")
    return long, chosen, days[-tested], days[-1] + pd.Timedelta(days=step - 1)


def coverage(kind: str, method: str, tests: int) -> list[str]:
    """Return a row: how often intervals hold nothing where nothing was done, and how many tests were refused."""
    held, refused = [], 0
    for seed in range(tests):
        one = read(kind, method, seed, 0.0)
        if one is None:
            refused += 1
        else:
            held.append(one.effect["lower"] <= 0 <= one.effect["upper"])
    return [kind, method, f"{np.mean(held):.1%}", f"{refused}"]


def power(kind: str, method: str, tests: int) -> list[str]:
    """Return a row: how often a true lift is found, and how often that was told beforehand."""
    found, told = [], []
    for seed in range(tests):
        one = read(kind, method, seed, LIFT)
        if one is not None:
            found.append(one.p_value < 0.1)
            told.append(float(one.power([LIFT])["power"].iloc[0]))
    return [kind, method, f"{np.mean(told):.1%}", f"{np.mean(found):.1%}"]


def read(kind: str, method: str, seed: int, lift: float) -> om.GeoTest | None:
    """Return the reading of a made test; None where it is refused."""
    table, treated, first, last = made(kind, seed, lift)
    try:
        return om.analyze_test(
            table,
            treated=treated,
            start=first,
            end=last,
            outcome="sales",
            method=method,  # type: ignore[arg-type]
        )
    except DataError:
        return None


def known(folder: Path) -> list[list[str]]:
    """Return rows of published examples: ours beside theirs."""
    rows = []
    file = folder / "geo_geolift" / "GeoLift_Test.csv"
    if file.exists():
        theirs = {"synthetic_control": "155.556 (GeoLift, no ridge); 156.805 (ridge)", "did": "-", "tbr": "-"}
        for method in METHODS:
            one = om.analyze_test(
                file, treated=["chicago", "portland"], start="2021-04-01", end="2021-04-15", outcome="Y",
                geo="location", week="date", method=method,  # type: ignore[arg-type]
            )  # fmt: skip
            rows.append(
                ["GeoLift, units a day and market", method, f"{one.effect['mean'] / 30:.3f}", theirs[method],
                 f"{one.effect['lower'] / 30:.0f} to {one.effect['upper'] / 30:.0f}", f"{one.p_value:.3f}"]
            )  # fmt: skip
    place = folder / "geo_google_salesandcost"
    if place.exists():
        table, groups = pd.read_csv(place / "salesandcost.csv"), pd.read_csv(place / "geoassignment.csv")
        treated = [str(g) for g in groups["geo"][groups["geo.group"] == 2]]
        theirs = {"synthetic_control": "-", "did": "3.04 (a DiD)", "tbr": "2.9467 (time-based regression)"}
        for method in METHODS:
            one = om.analyze_test(
                table, treated=treated, start="2015-02-16", end="2015-03-15", outcome="sales", geo="geo", week="date",
                method=method, spend="cost",  # type: ignore[arg-type]
            )  # fmt: skip
            cost = one.incremental_spend or float("nan")
            rows.append(
                ["sales and cost, incremental ROAS", method, f"{one.roas:.4f}", theirs[method],
                 f"{one.effect['lower'] / cost:.2f} to {one.effect['upper'] / cost:.2f}", f"{one.p_value:.1g}"]
            )  # fmt: skip
    return rows


def seconds() -> float:
    """Return the time of a test of 100 markets over 365 days."""
    generator = np.random.default_rng(1)
    moves = 1 + wandering(generator, 365, 1, 0.9, 0.03) + generator.normal(0, 0.05, (365, 100))
    wide = pd.DataFrame(
        moves * 500, index=pd.date_range("2024-01-01", periods=365), columns=[f"m{k}" for k in range(100)]
    )
    long = wide.rename_axis(index="week").reset_index().melt("week", var_name="geo", value_name="sales")
    began = time.perf_counter()
    om.analyze_test(long, treated=[f"m{k}" for k in range(5)], start="2024-12-02", end="2024-12-30", outcome="sales")
    return time.perf_counter() - began


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    """Return a table in Markdown."""
    return [f"| {' | '.join(r)} |" for r in (head, ["---"] * len(head), *rows)]


def main() -> None:
    """Work everything out and write the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--tests", type=int, default=200)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    given = parser.parse_args()
    lines = ["# Geo tests", "", "Made by `python -m benchmarks.accuracy.geo_tests`.", "", "## Published examples", ""]
    lines += table(["example", "method", "ours", "theirs", "90 % interval", "p"], known(given.data))
    lines += ["", f"100 markets, 365 days, synthetic control: {seconds():.1f} seconds.", ""]
    lines += ["## Nothing done", "", f"{given.tests} tests a row.", ""]
    head = ["panel", "method", "90 % intervals that hold 0", "refused"]
    rows: list[list[str]] = []
    for method in ("did", "tbr", "synthetic_control"):
        for kind in KINDS:
            rows.append(coverage(kind, method, given.tests))
            TABLE.write_text("\n".join([*lines, *table(head, rows), ""]), encoding="utf-8")
    lines += [*table(head, rows), "", f"## A lift of {LIFT:.0%}", "", f"{given.tests} tests a row.", ""]
    rows = [power(kind, method, given.tests) for kind in KINDS for method in ("did", "tbr")]
    lines += table(["panel", "method", "power told", "power found"], rows)
    TABLE.write_text("\n".join([*lines, ""]), encoding="utf-8")
    print(TABLE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
