"""What is told of rows and cells: one finding a reason and column, with rows and values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from omnimix.campaigns.bottleneck import long_visits
from omnimix.campaigns.columns import CAMPAIGN, ORDERS, REVENUE, ROW, records
from omnimix.campaigns.links import Links, in_money
from omnimix.campaigns.narrative import LIKELY
from omnimix.campaigns.reading import CampaignRows
from omnimix.campaigns.row_validation import RowProblem, ValidRows
from omnimix.campaigns.stages import Stages
from omnimix.campaigns.total_labels import is_grand_total
from omnimix.data.phrases import listed, quoted
from omnimix.findings import Finding, Severity
from omnimix.labels import CHAIN, SPEND
from omnimix.words import Language, texts

LISTED = 12
ABOVE = 0.005  # share by which campaigns may exceed a total that was rounded
_NOTES = """
    totals_row empty_row not_tracked one_period order_of_steps
    columns_matched columns_not_used conversions_as_orders wider_unused revenue_is_cost results_as_orders
    results_as_leads results_of_other_kinds parts_of_campaigns below_threshold
"""
NOTES = frozenset(_NOTES.split())  # all others warn


def left_out_findings(problems: Iterable[RowProblem], words: Language) -> list[Finding]:
    """Return one finding a reason and column, rows and values named."""
    groups: dict[tuple[str, str], list[RowProblem]] = {}
    for one in problems:
        groups.setdefault((one.reason, one.column), []).append(one)
    return [_of_rows(reason, found, words, column=column) for (reason, column), found in groups.items()]


def left_out_summary(read: CampaignRows, used: ValidRows, words: Language) -> list[Finding]:
    """Say how much is left out, totals, copies and footers apart: those hold nothing of their own."""
    harmless = {u.row for u in used.problems if u.reason in ("totals_row", "copied_row", "empty_row")}
    lost = {u.row for u in used.problems} - harmless
    if not lost:
        return []
    own = read.frame[~read.frame[ROW].isin(harmless)]
    spend = own[SPEND].where(np.isfinite(own[SPEND])).clip(lower=0.0)
    known: dict[str, Any] = {
        "spend": words.exact(float(spend[own[ROW].isin(lost)].sum())),
        "total": words.exact(float(spend.sum())),
    }
    return [finding("left_out", words, count=len(lost), all=len(own), **known)]


def above_total(read: CampaignRows, used: ValidRows, words: Language) -> Iterator[Finding]:
    """Say where campaigns come to more spend than the totals of the table, since something then counts twice."""
    sums = {u.row: u.value for u in used.problems if u.reason == "totals_row"}
    grand = [row for row, label in sums.items() if is_grand_total(label)]
    spend = read.frame.set_index(ROW)[SPEND]
    told = spend[grand].drop_duplicates().sum()  # of months or groups, if there are several
    held = spend.drop(list(sums)).sum()
    if told > 0 and held > told * (1 + ABOVE):
        where = f"row{'s' if len(grand) > 1 else ''} {', '.join(map(str, grand))}"
        yield finding("above_total", words, where=where, held=words.exact(float(held)), total=words.exact(float(told)))


def netted_findings(used: ValidRows, words: Language) -> Iterator[Finding]:
    """Say which amounts were netted."""
    if used.netted:
        yield _of_rows("netted", used.netted, words)


def file_notes(read: CampaignRows, used: ValidRows) -> list[Finding]:
    """Return what reading the file found; a footer of short rows is told as what it is and is no broken file."""
    harmless = {u.row for u in used.problems if u.reason in ("totals_row", "empty_row")}

    def is_footer(note: Finding) -> bool:
        first = (note.where or "").split(",")[0]
        return (
            note.name == "short_row"
            and first.isdigit()
            and set(read.frame[ROW][read.frame[ROW] >= int(first)]) <= harmless
        )

    return [note for note in read.notes if not is_footer(note)]


def remarks(links: Links, stages: Stages, steps: Sequence[str] | None, words: Language) -> Iterator[Finding]:
    """Say what was seen in rows that are used."""
    groups: dict[str, list[RowProblem]] = {}
    for one in stages.skipped:
        groups.setdefault(one.reason, []).append(one)
    for reason, found in groups.items():
        target, source = (words.name(n) for n in reason.removeprefix("more_").split("_than_"))
        yield _of_rows(reason, found, words, kind="not_a_share", target=target, source=source)
    yield from _unknown(links, words)
    for count in dict.fromkeys(count for _, count in stages.untracked):
        names = dict.fromkeys(links.table.loc[link, CAMPAIGN] for link, which in stages.untracked if which == count)
        yield finding("not_tracked", words, where=count, count=words.name(count), cells=quoted(names))
    yield from _long(links, stages, words)
    if stages.stages and all(math.isnan(stage.draws.overdispersion) for stage in stages.stages):
        yield finding("one_period", words)
    by_name = [step for step in links.steps if not any(map(str.isdigit, step))]
    if by_name and len(links.steps) > 1 and steps is None:
        order = " > ".join(links.steps[:8]) + (" > ..." if len(links.steps) > 8 else "")
        yield finding("order_of_steps", words, cells=order)


def _unknown(links: Links, words: Language) -> Iterator[Finding]:
    used = links.rows
    unknown = {"spend_unknown": ~in_money(used)}
    if ORDERS in used and REVENUE in used:
        unknown["revenue_unknown"] = (used[ORDERS] > 0) & used[REVENUE].isna()
        unknown["orders_unknown"] = (used[REVENUE] > 0) & used[ORDERS].isna()
        unknown["orders_without_value"] = (used[ORDERS] > 0) & (used[REVENUE] == 0)
    elif REVENUE in used and used[REVENUE].notna().any():
        unknown["revenue_empty"] = (used[SPEND] > 0) & used[REVENUE].isna()
    for name, mask in unknown.items():
        own = [
            RowProblem(int(r), CAMPAIGN, c, name) for r, c in used.loc[mask, [ROW, CAMPAIGN]].itertuples(index=False)
        ]
        if own:
            yield _of_rows(name, own, words)
    spent = links.table.groupby(CHAIN, sort=False)[SPEND].sum(min_count=1)
    free = [str(chain) for chain, value in spent.items() if value == 0]
    if free:
        yield finding("no_spend", words, cells=quoted(free))


def _long(links: Links, stages: Stages, words: Language) -> Iterator[Finding]:
    for row in records(long_visits(links, stages.stages)):
        if row["probability_below_peers"] >= LIKELY:
            yield finding(
                "long_visits",
                words,
                where=row[CAMPAIGN],
                campaign=row[CAMPAIGN],
                seconds=words.figure(row["seconds"]),
                peers=words.figure(row["peers_seconds"]),
                own=words.rate(row["own_rate"]),
                usual=words.rate(row["peers_rate"]),
                target=words.name(row["target"]),
                probability=words.percent(row["probability_below_peers"]),
            )


def _of_rows(name: str, found: Sequence[RowProblem], words: Language, *, kind: str = "", **parts: object) -> Finding:
    """Return a finding on rows: it names each with the value that made it unusable."""
    cells = [words.say("row", row=one.row, column=one.column, value=one.value) for one in found]
    where = f"row{'s' if len(found) > 1 else ''} {', '.join(str(one.row) for one in found)}"
    return finding(name, words, kind=kind, severity=None, where=where, cells=listed(cells, LISTED), **parts)


def finding(
    name: str,
    words: Language,
    *,
    kind: str = "",
    severity: Severity | None = None,
    where: str | None = None,
    **parts: object,
) -> Finding:
    """Return a finding with the sentence and remedy of its kind; its name says how bad it is, if nothing else does."""
    kind = kind or name
    message = texts("campaign_findings", words.code)[kind].format(**parts)
    remedy = texts("campaign_remedies", words.code).get(kind, "").format(**parts)
    return Finding(name, severity or ("notes" if name in NOTES else "warns"), message, remedy, where=where)
