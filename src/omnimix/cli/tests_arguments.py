"""What the verbs on tests are asked with."""

from __future__ import annotations

import argparse
from pathlib import Path

from omnimix.cli.argument_kinds import MOST_WEEKS, lengths, not_negative, positive, whole


def add_calibrate(parser: argparse.ArgumentParser) -> None:
    """Add what `omnimix calibrate` is asked with."""
    parser.add_argument("posterior", type=Path, metavar="posterior.nc", help="a saved posterior")
    parser.add_argument(
        "tests", type=Path, metavar="tests.csv", help="results of tests: csv, xlsx or parquet, a row each"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("calibrated.nc"), metavar="FILE", help="where to save (calibrated.nc)"
    )
    parser.add_argument("--sheet", metavar="NAME", help="which sheet of a workbook")
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
    parser.add_argument("--refit", action="store_true", help="fit again where draws cannot be weighed by the results")
    parser.add_argument("--allow-unconverged", action="store_true", help="take them into a fit that did not converge")


def add_tests(parser: argparse.ArgumentParser) -> None:
    """Add what `omnimix tests` is asked with."""
    parser.add_argument("posterior", type=Path, metavar="posterior.nc", help="a saved posterior")
    parser.add_argument("--weeks", type=lengths, default=(4, 6, 8), metavar="N,N,...", help="lengths of tests (4,6,8)")
    parser.add_argument("--quarters", type=positive, default=4.0, metavar="N", help="how long answers stay true (4)")
    parser.add_argument("--out", type=Path, metavar="tests.toml", help="write the first three for omnimix.toml")
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
    parser.add_argument("--allow-unconverged", action="store_true", help="use a fit that did not converge")


def add_analyze_test(parser: argparse.ArgumentParser) -> None:
    """Add what `omnimix analyze-test` is asked with."""
    parser.add_argument(
        "table", type=Path, metavar="geo.csv", help="a row a market and day or week: csv, xlsx, parquet"
    )
    parser.add_argument("--treated", required=True, metavar="A,B,...", help="the markets of the test")
    parser.add_argument("--start", required=True, metavar="DAY", help="its first day, such as 2026-03-02")
    parser.add_argument("--end", required=True, metavar="DAY", help="its last day")
    parser.add_argument("--outcome", required=True, metavar="COLUMN", help="the column in which the effect is read")
    parser.add_argument("--week", default="week", metavar="COLUMN", help="the column of days or weeks (week)")
    parser.add_argument("--geo", default="geo", metavar="COLUMN", help="the column of markets (geo)")
    parser.add_argument(
        "--method",
        choices=("synthetic_control", "did", "tbr"),
        default="synthetic_control",
        help="how the other markets foretell the treated ones (synthetic_control)",
    )
    parser.add_argument("--tail-weeks", type=whole(0, MOST_WEEKS), default=0, metavar="N", help="weeks after it (0)")
    parser.add_argument("--spend", metavar="COLUMN", help="the column of money spent")
    parser.add_argument("--channels", default="", metavar="A,B,...", help="channels of which the spend was changed")
    parser.add_argument("--scale", type=not_negative, metavar="X", help="what was done to it: 0 for off, 1.5 half more")
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
