"""Whether a customer may be approached, as it is written in the source."""

from __future__ import annotations

from omnimix.tracking.columns import Columns
from omnimix.tracking.faults import Fault

YES = ("1", "1.0", "true", "t", "yes", "y", "ja", "j", "opt-in", "optin", "opt in", "granted", "given", "subscribed")
NO = ("0", "0.0", "false", "f", "no", "n", "nee", "opt-out", "optout", "opt out", "denied", "withdrawn", "unsubscribed")


def consents(column: str, kind: str) -> str:
    """Return the SQL of consent: true, false, or NULL where nothing is stated."""
    if kind == "BOOLEAN":
        return column
    text = f"lower(trim(CAST({column} AS VARCHAR)))"
    return f"CASE WHEN {text} IN {_listed(YES)} THEN true WHEN {text} IN {_listed(NO)} THEN false END"


def consent_fault(columns: Columns, part: str) -> list[Fault]:
    """Return that a word of the column is neither yes nor no."""
    if part not in columns or columns.kind(part) == "BOOLEAN":
        return []
    column, name = columns.sql(part), columns.names[part]
    text = f"trim(CAST({column} AS VARCHAR))"
    test = f"coalesce({text}, '') <> '' AND ({consents(column, columns.kind(part))}) IS NULL"
    return [Fault(name, test, "what stands there is neither yes nor no", "write yes or no", column)]


def _listed(words: tuple[str, ...]) -> str:
    return f"({', '.join(repr(word) for word in words)})"
