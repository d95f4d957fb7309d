"""Every finding on the panel of several geos: each geo by itself, and what they must have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from omnimix.data.geo_panel import GeoPanel
from omnimix.data.geo_tables import by_geo
from omnimix.data.panel import Panel
from omnimix.data.phrases import week_list
from omnimix.data.roles import Roles, Use
from omnimix.findings import Finding

SILENT = "channel_never_runs"


def check_geos(panel: GeoPanel, roles: Roles, check: Callable[[Panel, Roles], Sequence[Finding]]) -> list[Finding]:
    """Return the findings of ``check`` on every geo, and those on what geos share.

    What blocks one series may be ordinary in one geo of many: a channel that does not run there, a control that stands
    still there.
    """
    found = {name: list(check(panel.of(name), roles)) for name in panel.geos}
    controls = {use.column for use in roles.uses if use.role == "control"}
    for column in {f.where for held in found.values() for f in held if f.name == SILENT}:
        if _count(found, SILENT, column) < len(panel.geos):
            for name, held in found.items():
                found[name] = [_silent_here(f) if _is(f, SILENT, column) else f for f in held]
    for column in controls:
        if 0 < _count(found, "never_varies", column) < len(panel.geos):
            found = {name: [f for f in held if not _is(f, "never_varies", column)] for name, held in found.items()}
    return [*_scopes(panel, roles), *by_geo(found)]


def _is(finding: Finding, name: str, column: str | None) -> bool:
    return finding.name == name and finding.where == column and finding.severity == "blocks"


def _count(found: dict[str, list[Finding]], name: str, column: str | None) -> int:
    return sum(any(_is(f, name, column) for f in held) for held in found.values())


def _silent_here(finding: Finding) -> Finding:
    remedy = "What it does there is taken from the other geos."
    return replace(finding, name="geo_without_channel", severity="notes", remedy=remedy)


def _scopes(panel: GeoPanel, roles: Roles) -> Iterator[Finding]:
    """Find series of geos that are national, and national ones that differ between geos."""
    for use in roles.uses:
        if use.column not in panel.columns:
            continue
        shared = use.column in panel.national_columns
        if use.column in roles.national:
            yield from () if shared else _differing(panel, use)
        elif shared and use.role != "control":
            what = "channel" if use.channel else "node"
            message = f"The {use} is one series for all geos, and the {what} has scope 'geo'."
            remedy = f"Declare it with scope='national', or give the {use} of every geo."
            yield Finding("scope_is_national", "blocks", message, remedy, where=use.column)


def _differing(panel: GeoPanel, use: Use) -> Iterator[Finding]:
    wide = pd.DataFrame({name: panel.of(name).series(use.column) for name in panel.geos})
    spread = wide.max(axis=1) - wide.min(axis=1)
    apart = (spread > 1e-9 * wide.abs().max(axis=1)).to_numpy()
    if not apart.any():
        return
    weeks = pd.DatetimeIndex(wide.index[apart])
    first = wide.loc[weeks[0]].dropna()
    low, high = str(first.idxmin()), str(first.idxmax())
    message = (
        f"The {use} has scope 'national' and differs between geos in {int(apart.sum())} weeks ({week_list(weeks, 3)}): "
        f"in {weeks[0]:%Y-%m-%d} it is {first[low]:g} in '{low}' and {first[high]:g} in '{high}'."
    )
    remedy = "Give the national figure once, in a table beside (national=...) or alike in all geos; or use scope='geo'."
    yield Finding("national_differs", "blocks", message, remedy, figure=float(np.sum(apart)), where=use.column)
