"""Audiences: lists of customers by rules, with consent respected, and how they changed since the last run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from omnimix import notebook
from omnimix.arguments import checked
from omnimix.errors import DataError
from omnimix.findings import Finding
from omnimix.progress import bar
from omnimix.tracking.engine import Store, registered
from omnimix.tracking.orders import Orders
from omnimix.tracking.rules import Rule, Rules, read_rules
from omnimix.whole_file import write_whole

CUSTOMER = "customer"


@dataclass(frozen=True, eq=False, repr=False)
class Audiences:
    """Who belongs to each audience.

    Attributes:
        counts: one row an audience: ``audience, customers, share, value`` (of all their orders), ``no_consent`` (who
            would belong but did not consent), and since the last run in the same folder ``before, added, removed``.
        today: the day from which days are counted.
        files: the csv of each audience, where they were written.
        findings: what to know before a list is used.
    """

    counts: pd.DataFrame
    today: dt.date
    files: Mapping[str, Path]
    findings: tuple[Finding, ...]
    _people: Store
    _rules: Rules

    def table(self) -> pd.DataFrame:
        """Return one row an audience: how many, their share and value, and what changed since the last run."""
        return self.counts.copy()

    def members(self, audience: str) -> list[str]:
        """Return what stands for the customers of an audience, as in its file. Raises DataError for an unknown one."""
        rule = next((r for r in self._rules.audiences if r.name == audience), None)
        if rule is None:
            raise DataError(f"there is no audience {audience!r}; there are {', '.join(self.counts['audience'])}.")
        return _members(self._people, rule, self._rules)

    def __repr__(self) -> str:
        seen = [f"{f.severity}: {f.message} {f.remedy}".rstrip() for f in self.findings]
        return "\n".join([self._title, notebook.text(self.counts), *seen])

    def _repr_html_(self) -> str:
        return notebook.card(self._title, notebook.table(self.counts), notebook.findings(self.findings))

    @property
    def _title(self) -> str:
        return f"Audiences: {len(self.counts)} on {self.today}"


@checked
def audiences(
    orders: Orders,
    rules: str | Path | Mapping[str, Any],
    *,
    out: str | Path | None = None,
    today: dt.date | None = None,
    progress: bool = False,
) -> Audiences:
    """List customers by rules; the same rules run on new orders without being told anything.

    Rules stand in TOML, an audience a table: ``recency_days, first_days, orders, value, places`` with ``min`` and
    ``max``; ``channel, not_channel`` with names; ``stage`` of new, active, lapsing and lapsed. Only customers who
    consented are in a list, unless the rules say ``consent_required = false``.

    Args:
        orders: from :func:`read_orders`, with ``consent=`` naming the column of consent.
        rules: the path of a TOML file, or the same as a mapping.
        out: a folder that gets one csv an audience, each written whole; what stood there is the last run.
        today: the day from which days are counted; the day of the last order if not given.
        progress: whether to show a bar.

    Raises :class:`DataError` with everything that is wrong with the rules, or where consent is required and unknown.

    >>> from omnimix.tracking import read_orders
    >>> bought = pd.DataFrame({"customer": ["a", "b", "c"], "channel": ["store", "web", "store"],
    ...     "time": pd.to_datetime(["2024-03-05", "2024-03-01", "2023-02-01"]), "revenue": [90, 20, 5],
    ...     "may_mail": ["yes", "yes", "no"]})
    >>> rules = {"audiences": {"store": {"channel": "store"}, "good": {"value": {"min": 50}}}}
    >>> found = audiences(read_orders(bought, consent="may_mail"), rules)
    >>> found.table()[["audience", "customers", "no_consent"]]
      audience  customers  no_consent
    0    store          1           1
    1     good          1           0
    """
    read = read_rules(rules, orders.channels)
    folder = _folder(out)
    (stated,), *_ = orders.tokens.rows("SELECT count(consent) FROM {table}")
    if read.consent_required and not stated:
        raise DataError(
            "nobody's consent is known; read the orders with consent='...' naming its column, or write "
            "consent_required = false into the rules where no message will be sent."
        )
    day = today or orders.last.date()
    people = _people(orders, read, day)
    (every,), *_ = people.rows("SELECT count(*) FROM {table}")
    rows, files, findings = [], {}, []
    with bar("Listing audiences", len(read.audiences), progress) as advance:
        for rule in read.audiences:
            row = _count(people, rule, read, every)
            if folder is not None:
                file = folder / f"{rule.name}.csv"
                row |= _change(people, rule, read, file)
                tokens = _members(people, rule, read)
                text = "\n".join([CUSTOMER, *map(_cell, tokens), ""])
                files[rule.name] = write_whole(text, file, kind=f"the audience {rule.name}", error=DataError)
                findings += _other_people(rule.name, row)
            rows.append(row)
            if advance:
                advance()
    counts = pd.DataFrame(rows)
    return Audiences(counts, day, files, tuple(findings), people, read)


def _folder(out: str | Path | None) -> Path | None:
    if out is None:
        return None
    folder = Path(out).expanduser()
    if folder.exists() and not folder.is_dir():
        raise DataError(f"{folder} is a file; name a folder for the lists.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise DataError(f"the folder {folder} cannot be made: {problem.strerror}.") from None
    return folder


def _people(orders: Orders, rules: Rules, today: dt.date) -> Store:
    """Make one row a customer: what the rules look at."""
    when = f"TIMESTAMP '{today}'"
    days = {k: f"INTERVAL {int(v)} DAY" for k, v in rules.stages.items()}
    return Store.made(
        orders.store.connection,
        f"""WITH bought AS (SELECT customer, min(time) AS first, max(time) AS last, count(*) AS n,
                list(DISTINCT channel) AS channels FROM {orders.store.name}
                WHERE customer IS NOT NULL AND revenue >= 0 AND time < {when} + INTERVAL 1 DAY GROUP BY customer),
            money AS (SELECT customer, sum(revenue) AS value FROM {orders.store.name}
                WHERE customer IS NOT NULL AND time < {when} + INTERVAL 1 DAY GROUP BY customer)
        SELECT t.token, t.consent, b.n, b.channels, len(b.channels) AS places, m.value,
            date_diff('day', b.last, {when}) AS days_since, date_diff('day', b.first, {when}) AS days_known,
            CASE WHEN b.last < {when} - {days["lapsed_days"]} THEN 'lapsed'
                WHEN b.last < {when} - {days["active_days"]} THEN 'lapsing'
                WHEN b.n = 1 AND b.first >= {when} - {days["new_days"]} THEN 'new' ELSE 'active' END AS stage
        FROM bought b JOIN money m USING (customer) JOIN {orders.tokens.name} t USING (customer)""",
        "people",
    )


def _allowed(rules: Rules) -> str:
    return "consent IS true" if rules.consent_required else "true"


def _count(people: Store, rule: Rule, rules: Rules, every: int) -> dict[str, Any]:
    allowed = _allowed(rules)
    (count, value, without), *_ = people.rows(
        f"SELECT count(*) FILTER ({allowed}), coalesce(sum(value) FILTER ({allowed}), 0), "
        f"count(*) FILTER (NOT ({allowed})) "
        f"FROM {{table}} WHERE {rule.where()}".replace("[", "[")
    )
    share = count / every if every else 0.0
    return {"audience": rule.name, "customers": count, "share": share, "value": value, "no_consent": without}


def _members(people: Store, rule: Rule, rules: Rules) -> list[str]:
    query = f"SELECT token FROM {{table}} WHERE {rule.where()} AND {_allowed(rules)} ORDER BY token"
    return [token for (token,) in people.rows(query)]


def _change(people: Store, rule: Rule, rules: Rules, file: Path) -> dict[str, Any]:
    """Return how many were in the last list, came in and went out."""
    if not file.is_file():
        return {"before": None, "added": None, "removed": None}
    last = pd.read_csv(file, dtype=str, keep_default_na=False)
    if list(last.columns) != [CUSTOMER]:
        raise DataError(f"{file.name} in the folder is no list of the last run; name another folder, or move it away.")
    with registered(people.connection, last) as name:
        now = f"SELECT token FROM {{table}} WHERE {rule.where()} AND {_allowed(rules)}"
        (added,), *_ = people.rows(f"SELECT count(*) FROM ({now}) WHERE token NOT IN (SELECT {CUSTOMER} FROM {name})")
        (removed,), *_ = people.rows(f"SELECT count(*) FROM {name} WHERE {CUSTOMER} NOT IN ({now})")
    return {"before": len(last), "added": added, "removed": removed}


def _other_people(name: str, row: Mapping[str, Any]) -> list[Finding]:
    if not row["before"] or row["removed"] < row["before"] or not row["customers"]:
        return []
    message = f"Nobody of the last list of {name} is in the new one."
    remedy = "Look whether the orders were read with another key=, or none."
    return [Finding("all_changed", "warns", message, remedy, row["before"])]


def _cell(token: str) -> str:
    return '"' + token.replace('"', '""') + '"' if any(mark in token for mark in ',"\n\r') else token
