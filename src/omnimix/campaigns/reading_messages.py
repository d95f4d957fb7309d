"""What is told of the columns of a table: whose export it is, what was read as what, and what was not used."""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.campaigns.columns import COUNTS, ORDERS, REVENUE
from omnimix.campaigns.matching import ranked
from omnimix.campaigns.messages import LISTED, finding
from omnimix.campaigns.reading import CampaignRows, kind_of
from omnimix.data.phrases import listed, quoted
from omnimix.findings import Finding, Severity
from omnimix.words import Language


def reading_findings(read: CampaignRows, words: Language) -> Iterator[Finding]:
    """Say how the columns were read."""
    parts = read.matched
    if parts.renamed:
        told = [words.say("as_part", column=name, part=part) for part, name in parts.renamed.items()]
        kind = "columns_of_platform" if parts.platform_name else "columns_matched"
        platform = parts.platform_name
        yield finding("columns_matched", words, kind=kind, cells=listed(told, len(told)), platform=platform)
    for remark in parts.remarks:
        yield finding(
            remark.name,
            words,
            where=remark.column,
            column=remark.column,
            instead=remark.instead,
            platform=parts.platform_name,
        )
    if parts.details:
        yield finding("parts_of_campaigns", words, cells=quoted(parts.details))
    yield from _not_used(read, words)
    for part in read.texts:
        kind = f"{kind_of(part)}_as_text"
        yield finding("text_column", words, kind=kind, where=parts.columns[part], column=parts.columns[part])
    if read.below:
        cells = [words.say("row", row=cell.row, column=cell.column, value=cell.value) for cell in read.below]
        yield finding("below_threshold", words, cells=listed(cells, LISTED))


def _not_used(read: CampaignRows, words: Language) -> Iterator[Finding]:
    """Name in full what looks like money or results; where one of these is missing, that is more than a note."""
    parts = read.matched
    important, rest = ranked([name for name in parts.unused if name not in parts.details])
    absent = [part for part in (*COUNTS, REVENUE) if part not in parts.columns]
    named = words.say("important_unused", cells=quoted(important, len(important))) if important else ""
    cells = ", ".join(filter(None, [named, quoted(rest)]))
    if cells:
        severity: Severity = "warns" if important and not {ORDERS, REVENUE}.isdisjoint(absent) else "notes"
        kind = "columns_not_used" if absent else "columns_without_part"
        missing = listed(absent, len(absent))
        yield finding("columns_not_used", words, kind=kind, severity=severity, cells=cells, absent=missing)
