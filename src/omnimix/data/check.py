"""Every finding on a panel and its roles at once, before anything is fitted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from omnimix.arguments import checked
from omnimix.data.check_cells import check_cells
from omnimix.data.check_dependence import check_dependence
from omnimix.data.check_frequency import check_frequency
from omnimix.data.check_geos import check_geos
from omnimix.data.check_headings import check_heading
from omnimix.data.check_made import made_from_outcomes
from omnimix.data.check_outcomes import check_outcomes
from omnimix.data.check_rates import check_rates
from omnimix.data.check_series import check_series
from omnimix.data.check_tracker import check_tracker
from omnimix.data.check_variation import check_variation
from omnimix.data.geo_panel import GeoPanel
from omnimix.data.panel import Panel
from omnimix.data.phrases import ended, quoted
from omnimix.data.roles import Roles, Use
from omnimix.data.sums import check_sums, with_sums
from omnimix.data.table import WeeklyTable
from omnimix.errors import DataError, did_you_mean
from omnimix.findings import SEVERITIES, Finding, blocking


@checked
def check_panel(panel: Panel | GeoPanel, roles: Roles) -> tuple[Finding, ...]:
    """Return every finding on the columns that have a role, those that block first; of several geos each by itself.

    >>> import pandas as pd
    >>> weeks = pd.date_range("2024-01-01", periods=30, freq="7D")
    >>> panel = Panel(pd.DataFrame({"week": weeks, "tv": 0.0, "sales": [i % 7 + 9 for i in range(30)]}))
    >>> [f.name for f in check_panel(panel, Roles(("sales",), {"tv": "tv"}))][0]
    'channel_never_runs'
    """
    findings = check_geos(panel, roles, _findings) if isinstance(panel, GeoPanel) else _findings(panel, roles)
    return tuple(sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity)))


def _findings(panel: Panel, roles: Roles) -> list[Finding]:
    findings = [*_unknown(panel, roles), *_twice(roles)]
    cells = [finding for use in roles.uses for finding in check_cells(panel, use)]
    findings += [*cells, *check_sums(panel, roles), *check_frequency(panel, roles), *check_tracker(panel, roles)]
    panel, roles = with_sums(panel, roles), roles.summed
    known = [use for use in roles.uses if use.column in panel.columns and use.role != "frequency"]
    for use in known:
        findings += [*check_variation(panel, use), *check_series(panel, use), *check_heading(panel, use)]
    outcomes = [use.column for use in known if use.role == "outcome"]
    findings += [*check_outcomes(panel, outcomes), *check_rates(panel, outcomes)]
    findings += [*check_dependence(panel, known), *made_from_outcomes(panel.frame, known)]
    return findings


def check_refused(table: WeeklyTable, roles: Roles) -> tuple[Finding, ...]:
    """Return what is wrong with roles and cells of a table whose weeks were refused already."""
    panel = Panel.from_table(table)
    cells = [finding for use in roles.uses for finding in check_cells(panel, use)]
    checked = (*check_frequency(panel, roles), *check_tracker(panel, roles))
    return (*_unknown(panel, roles), *_twice(roles), *cells, *checked)


def require(findings: Iterable[Finding]) -> None:
    """Raise one DataError that lists all blocking findings, numbered; do nothing when none blocks.

    >>> require([Finding("outlier_week", "warns", "Week 2024-01-01 stands out.", "Look at it.")])
    """
    stopping = blocking(tuple(findings))
    if not stopping:
        return
    if len(stopping) == 1:
        raise DataError(f"{stopping[0].message} {stopping[0].remedy}".rstrip())
    lines = [f"{number}. {f.message} {f.remedy}".rstrip() for number, f in enumerate(stopping, start=1)]
    blank = [str(f.where) for f in stopping if f.name in ("empty_spend", "empty_exposure")]
    together = [f"To read every empty cell of these columns as 0: blank_is_zero={blank}."] if blank[1:] else []
    raise DataError("\n".join([f"The data block this: {len(stopping)} findings.", *lines, *together]))


def _unknown(panel: Panel, roles: Roles) -> list[Finding]:
    there = [*panel.columns, *(name for name in panel.unread if name not in panel.columns)]
    return [
        Finding(
            "unknown_column",
            "blocks",
            ended(f"There is no column '{use.column}' for the {use}{did_you_mean(use.column, there)}"),
            f"The columns are {quoted(there, 30)}.",
            where=use.column,
        )
        for use in roles.named
        if use.column not in there
    ]


def _twice(roles: Roles) -> Iterator[Finding]:
    holders: dict[str, list[Use]] = defaultdict(list)
    for use in roles.named:
        holders[use.column].append(use)
    for column, uses in holders.items():
        if len(uses) > 1:
            told = " and as ".join(f"{use.role} of '{use.channel}'" if use.channel else use.role for use in uses)
            message = f"Column '{column}' is used {len(uses)} times: as {told}."
            yield Finding("column_in_two_roles", "blocks", message, "Give each role its own column.", where=column)
