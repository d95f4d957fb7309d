"""What the verbs on customers, their journeys and readiness are asked with."""

from __future__ import annotations

import argparse
from pathlib import Path

from omnimix.cli.argument_kinds import MAX_SEED, whole

MOST_WINDOW = 365  # days


def add_journeys(parser: argparse.ArgumentParser) -> None:
    """Add what `omnimix journeys` is asked with."""
    parser.add_argument("touches", type=Path, metavar="touches.csv", help="who was met when, by which channel")
    parser.add_argument("orders", type=Path, metavar="orders.csv", help="who bought when, where, for how much")
    parser.add_argument(
        "--window", type=whole(1, MOST_WINDOW), default=30, metavar="N", help="days before an order that count (30)"
    )
    for part in ("customer", "time", "channel"):
        text = f"column of the {part}, if called otherwise; two with a comma, of touches and of orders, if they differ"
        parser.add_argument(f"--{part}", metavar="COLUMN", help=text)
    parser.add_argument("--revenue", metavar="COLUMN", help="column of the revenue of orders, if called otherwise")
    parser.add_argument("--decimal", choices=(".", ","), help="decimal mark, where the amounts do not show it")
    parser.add_argument("--timezone", metavar="ZONE", help="of times that name none, such as Europe/Amsterdam")
    parser.add_argument("--leave-out", action="store_true", help="leave out rows that cannot be used, and say so")
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")


def add_readiness(parser: argparse.ArgumentParser) -> None:
    """Add what `omnimix readiness` is asked with."""
    parser.add_argument(
        "answers", type=Path, nargs="?", default=Path("readiness.toml"), metavar="readiness.toml", help="the answers"
    )
    parser.add_argument("--init", action="store_true", help="write a file of questions to fill in")
    parser.add_argument("--project", type=Path, metavar="omnimix.toml", help="project whose table is measured")
    parser.add_argument("--posterior", type=Path, metavar="posterior.nc", help="a fit, to say which data would narrow")
    parser.add_argument("--orders", type=Path, metavar="orders.csv", help="orders, to see how many customers are known")
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="of what is said and asked (en)")


def add_customers(parser: argparse.ArgumentParser) -> None:
    """Add what `omnimix customers` is asked with."""
    parser.add_argument("orders", type=Path, metavar="orders.csv", help="orders: csv, parquet, a folder, a DuckDB file")
    for part in ("customer", "time", "channel", "revenue", "order"):
        parser.add_argument(f"--{part}", metavar="COLUMN", help=f"column of the {part}, if called otherwise")
    parser.add_argument("--timezone", metavar="ZONE", help="of times that name none, such as Europe/Amsterdam")
    parser.add_argument("--decimal", choices=(".", ","), help="decimal mark, where the amounts do not show it")
    parser.add_argument("--table", metavar="NAME", help="which table of a DuckDB file")
    parser.add_argument("--leave-out", action="store_true", help="leave out rows that cannot be used, and say so")
    parser.add_argument("--seed", type=whole(0, MAX_SEED), default=0, metavar="N", help="of the bootstrap (0)")
    parser.add_argument("--language", choices=("en", "nl"), default="en", help="of what is said (en)")
