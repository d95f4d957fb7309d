"""`omnimix campaigns`: chains, links, stage rates and losses of a plain campaign table."""

from __future__ import annotations

import argparse
from typing import Any

from omnimix.campaigns import CampaignVerdict, evaluate_campaigns
from omnimix.cli.arguments import UsageError
from omnimix.cli.campaign_tables import show_verdict
from omnimix.cli.places import require_writable
from omnimix.errors import DataError
from omnimix.findings import Finding
from omnimix.rows.findings import check_rows
from omnimix.rows.json_file import write_json
from omnimix.rows.table import records
from omnimix.words import texts

SCHEMA = 1
LINK_KEYS: tuple[str, ...] = ("campaign", "step", "spend", "revenue", "leads", "orders", "platform_roas")
LINK_KEYS += ("cost_per_lead", "cost_per_order", "feeds", "contradicts", "sentence")
CHAIN_KEYS: tuple[str, ...] = ("chain", "spend", "revenue", "leads", "orders", "roas", "cost_per_lead")
CHAIN_KEYS += ("cost_per_order", "value_per_order", "sentence")


def run_campaigns(given: argparse.Namespace) -> bool:
    """Read a campaign table and print what it says of its chains."""
    require_writable(given.json)
    if given.table.is_dir():
        raise UsageError(f"{given.table} is a folder; name an export in it.")
    if not given.table.is_file():
        raise UsageError(f"there is no file {given.table}; give an export of campaigns (csv, xlsx or parquet).")
    steps = [step.strip() for step in given.steps.split(",")] if given.steps else None
    try:
        verdict = evaluate_campaigns(
            given.table,
            hurdle=given.hurdle,
            margin=given.margin,
            steps=steps,
            language=given.language,
            decimal=given.decimal,
            sheet=given.sheet,
        )
    except DataError as problem:
        if given.json:
            refused = check_rows([Finding("unusable_table", "blocks", str(problem), "")])
            empty: dict[str, Any] = {"interval": None, "chains": [], "rates": [], "weakest": [], "break_even": []}
            write_json(
                {"schema": SCHEMA, "warning": texts("campaigns", given.language)["warning"], **empty, **refused},
                given.json,
            )
        raise
    show_verdict(verdict, given.language)
    if given.json:
        write_json(campaignrecords(verdict), given.json)
    return False


def campaignrecords(verdict: CampaignVerdict) -> dict[str, Any]:
    """Return chains with their links, rates, weakest steps, break-even rates and findings as plain rows."""
    links: dict[str, list[dict[str, Any]]] = {}
    for row in records(verdict.table(), ("chain", *LINK_KEYS)):
        links.setdefault(row.pop("chain"), []).append(row)
    chains = [{**row, "links": links[row["chain"]]} for row in records(verdict.chains(), CHAIN_KEYS)]
    return {
        "schema": SCHEMA,
        "interval": verdict.interval,
        "hurdle": verdict.hurdle,
        "margin": verdict.margin,
        "periods": list(verdict.horizon),
        "warning": verdict.warning,
        "chains": chains,
        "rates": records(verdict.rates()),
        "weakest": records(verdict.weakest()),
        "break_even": records(verdict.break_even()),
        "left_out": records(verdict.left_out()),
        **check_rows(verdict.findings),
    }
