"""The verbs on a project before there is a fit: a starter to fill in, and what its table lacks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from omnimix.associations import check_associations
from omnimix.cli.arguments import UsageError
from omnimix.cli.messages import require_shown, show_data_findings, show_panel
from omnimix.cli.places import a_folder, require_writable
from omnimix.cli.screen import say
from omnimix.cli.spoken import line
from omnimix.config import Config, read_config, schema_text, starter_text
from omnimix.data import GeoPanel, Panel, WeeksError, check_panel, check_refused, holiday_terms, require, with_sums
from omnimix.errors import DataError
from omnimix.findings import Finding, blocking
from omnimix.mechanics import fit_scaling
from omnimix.mechanics.geo_scaling import fit_geo_scaling
from omnimix.rows.findings import check_rows
from omnimix.rows.json_file import write_json
from omnimix.spec import value_findings
from omnimix.whole_file import write_whole


def run_init(given: argparse.Namespace) -> bool:
    """Write a project to start from; refuse to overwrite anything."""
    from omnimix.truth import QUARTER, SPRING, config_text, example

    world = example()
    project = config_text(world.funnel, currency=world.panel.currency, chains=[SPRING], budget=QUARTER)
    text = "#:schema ./omnimix.schema.json\n" + starter_text(project)
    files = {
        "omnimix.toml": text,
        "weekly.csv": world.panel.frame.round(4).to_csv(date_format="%Y-%m-%d"),
        "omnimix.schema.json": schema_text(),
    }
    folder = a_folder(given.folder)
    there = [name for name in files if (folder / name).exists()]
    if there:
        raise UsageError(f"{folder} already holds {', '.join(there)}; name another folder, nothing was written.")
    for name, content in files.items():
        write_whole(content, folder / name, kind=name, error=UsageError)
    say(f"Wrote {folder / 'omnimix.toml'} (what to estimate; read its comments),")
    say(f"      {folder / 'weekly.csv'} (SIMULATED data; put your own weekly table in its place),")
    say(f"      {folder / 'omnimix.schema.json'} (completion for editors).")
    say(f"Next: omnimix check {folder / 'omnimix.toml'}")
    return False


def run_check(given: argparse.Namespace) -> bool:
    """Read and check the data; fit nothing."""
    require_writable(given.json)
    config = read_config(given.project)
    panel, findings = checked(config, given.json, fitting=False)
    show_panel(panel, config.funnel, given.language)
    show_data_findings(findings, given.language)
    if given.json:
        write_json({"weeks": len(panel), **check_rows(findings)}, given.json)
    require_shown(findings)
    say(line(given.language, "can_be_fitted", project=given.project))
    return False


def checked(config: Config, json_file: Path | None, *, fitting: bool) -> tuple[Panel, tuple[Finding, ...]]:
    """Read the panel and every finding on it; a table that cannot be read is told by JSON as well."""
    try:
        panel = config.panel()
    except DataError as problem:
        found = _unreadable(config, problem)
        if json_file:
            told: dict[str, Any] = {"weeks": None, **check_rows(found)}
            if fitting:
                from omnimix.rows.fits import fit_rows  # it loads what only a fit needs

                told = fit_rows(None, None, found)
            write_json(told, json_file)
        if len(found) > 1:
            require(found)
        raise
    findings = (*check_panel(panel, config.funnel.roles), *value_findings(config.funnel, panel.currency))
    if config.funnel.holidays:
        try:
            holiday_terms(panel.weeks, config.funnel.holidays)
        except DataError as problem:
            findings = (Finding("unknown_holidays", "blocks", str(problem), "", where="holidays"), *findings)
    if not blocking(findings):
        findings = (*_window(config, panel), *findings)
    if not blocking(findings) and not isinstance(panel, GeoPanel):  # of several geos nothing is associated yet
        findings = (*findings, *check_associations(config.funnel, panel))
    refused = {finding.where for finding in findings if finding.name == "text_in_numbers"}
    twice = ("text_column", "unread_cells")
    notes = [note for note in panel.notes if note.name not in twice or note.where not in refused]
    return panel, (*findings, *notes)


def _window(config: Config, panel: Panel) -> tuple[Finding, ...]:
    """Return what `fit` would refuse of the data window, as one finding."""
    try:
        if isinstance(panel, GeoPanel):
            fit_geo_scaling(config.funnel, panel)
        else:
            fit_scaling(config.funnel, with_sums(panel, config.funnel.roles))
    except DataError as problem:
        return (Finding("data_window", "blocks", str(problem), ""),)
    return ()


def _unreadable(config: Config, problem: DataError) -> tuple[Finding, ...]:
    """Return every reason not to read the table and, where its cells can be told, what is wrong with them too."""
    if not isinstance(problem, WeeksError):
        return (Finding("unreadable_data", "blocks", str(problem), ""),)
    reasons = [Finding("unreadable_data", "blocks", f"{problem.source}: {why}", "") for why in problem.problems]
    return (*reasons, *blocking(check_refused(problem.table, config.funnel.roles)))
