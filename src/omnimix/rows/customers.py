"""Customers as plain rows. Nobody is in them."""

from __future__ import annotations

from typing import Any

from omnimix.rows.findings import check_rows
from omnimix.rows.table import records
from omnimix.tracking import Customers

SCHEMA = 1


def customer_rows(found: Customers, language: str = "en") -> dict[str, Any]:
    """Return shares, ratios, kinds, migration, retention and the weeks around adoption."""
    return {
        "schema": SCHEMA,
        "interval": found.interval,
        "currency": found.currency,
        "omnichannel_share": dict(found.omnichannel_share),
        "omnichannel_share_repeat": dict(found.omnichannel_share_repeat),
        "expected_share": found.expected_share,
        "value_ratio": {
            "naive": found.naive_ratio["mean"],
            "adjusted": dict(found.adjusted_ratio),
            "adjusted_orders": dict(found.adjusted_orders),
            "adopters": found.adopters,
        },
        "match_rate": found.match_rate,
        "kinds": records(found.kinds),
        "migration": records(found.migration),
        "retention": records(found.retention),
        "event_study": records(found.event_study),
        "sentences": list(found.sentences(language)),
        **check_rows(found.findings),
    }
