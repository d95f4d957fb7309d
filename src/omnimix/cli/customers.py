"""`omnimix customers`: who buys in more than one place, what they are worth, and what the second place changes."""

from __future__ import annotations

import argparse
from typing import Any

from omnimix.cli.arguments import UsageError
from omnimix.cli.places import require_writable
from omnimix.cli.screen import has_room_for_progress, heading, say, show_findings, show_table, waiting, word
from omnimix.errors import DataError
from omnimix.findings import Finding
from omnimix.rows.customers import SCHEMA, customer_rows
from omnimix.rows.findings import check_rows
from omnimix.rows.json_file import write_json
from omnimix.tracking import Customers, customers, read_orders
from omnimix.words import Language

PARTS = ("customer", "time", "channel", "revenue", "order", "timezone", "decimal", "table")


def run_customers(given: argparse.Namespace) -> bool:
    """Read orders and print what they say of customers."""
    require_writable(given.json)
    if not given.orders.exists() and not any(mark in given.orders.name for mark in "*?["):
        raise UsageError(f"there is no file {given.orders}; give orders as csv or parquet, or a folder of them.")
    asked: dict[str, Any] = {part: getattr(given, part) for part in PARTS if getattr(given, part) is not None}
    bar = has_room_for_progress()
    try:
        with waiting("Reading orders", after=2.0):
            orders = read_orders(given.orders, **asked, unusable="leave_out" if given.leave_out else "refuse")
    except DataError as problem:
        if given.json:
            write_json(
                {
                    "schema": SCHEMA,
                    "omnichannel_share": None,
                    "value_ratio": None,
                    "match_rate": None,
                    **check_rows([Finding("unusable_orders", "blocks", str(problem), "")]),
                },
                given.json,
            )
        raise
    found = customers(orders, seed=given.seed, progress=bar)
    _show(found, given.language)
    seen = (*orders.findings, *found.findings)
    told = customer_rows(found, given.language) | check_rows(seen)
    if seen:
        say()
        show_findings(seen, given.language)
    if given.json:
        write_json(told, given.json)
    return False


def _show(found: Customers, language: str) -> None:
    words = Language(language, "customers", found.currency)
    heading(words.say("title"))
    for sentence in found.sentences(language):
        say(sentence)
    kinds = found.kinds.rename(columns={"mean": "value"})
    columns = {"kind": word, "customers": words.exact, "share": words.percent, "revenue_share": words.percent}
    columns |= {"orders_per_customer": words.ratio, "value": words.amount}
    heads = {name: words.say(f"column_{name}") for name in columns}
    kinds["kind"] = [words.say("omnichannel") if k == "omnichannel" else k for k in kinds["kind"]]
    say()
    show_table(kinds[list(columns)].rename(columns=heads), {heads[name]: form for name, form in columns.items()})
