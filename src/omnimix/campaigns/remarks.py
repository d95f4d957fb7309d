"""What was seen in the rows that are used, and how much is left out."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from omnimix.campaigns.columns import CAMPAIGN, ORDERS, REVENUE, ROW, records
from omnimix.campaigns.links import Links
from omnimix.campaigns.reading import CampaignRows
from omnimix.campaigns.stages import Stages
from omnimix.campaigns.told import ASIDE, Language, cells, rows, told
from omnimix.campaigns.usable import Unusable, Usable
from omnimix.campaigns.weakest import long_visits
from omnimix.campaigns.words import LIKELY, chance, count_word, number, percent
from omnimix.data.phrases import quoted
from omnimix.findings import Finding
from omnimix.labels import CHAIN, SPEND


def left_out_summary(read: CampaignRows, used: Usable, language: Language) -> list[Finding]:
    """Say how much is left out, totals and copies apart: those hold nothing of their own."""
    harmless = {u.row for u in used.unusable if u.reason in ("totals_row", "copied_row")}
    lost = {u.row for u in used.unusable} - harmless
    if not lost:
        return []
    own = read.frame[~read.frame[ROW].isin(harmless)]
    spend = own[SPEND].where(np.isfinite(own[SPEND])).clip(lower=0.0)
    parts = {
        "count": str(len(lost)),
        "all": str(len(own)),
        "spend": number(float(spend[own[ROW].isin(lost)].sum()), language),
        "total": number(float(spend.sum()), language),
    }
    return [told("left_out", ASIDE["left_out"], language, **parts)]


def remarks(links: Links, stages: Stages, steps: Sequence[str] | None, language: Language) -> list[Finding]:
    """Say what was seen in rows that are used."""
    return [
        *_not_shares(stages, language),
        *_unknown(links, language),
        *_untracked(links, stages, language),
        *_long(links, stages, language),
        *_unsure(links, stages, steps, language),
    ]


def _not_shares(stages: Stages, language: Language) -> list[Finding]:
    groups: dict[str, list[Unusable]] = {}
    for one in stages.skipped:
        groups.setdefault(one.reason, []).append(one)
    findings = []
    for reason, found in groups.items():
        target, source = reason.removeprefix("more_").split("_than_")
        parts = {"target": count_word(target, language), "source": count_word(source, language)}
        told_cells = cells(found, language)
        findings.append(told(reason, ASIDE["not_a_share"], language, where=rows(found), cells=told_cells, **parts))
    return findings


def _unknown(links: Links, language: Language) -> list[Finding]:
    used = links.rows
    unknown = {"spend_unknown": used[SPEND].isna()}
    if ORDERS in used and REVENUE in used:
        unknown["revenue_unknown"] = (used[ORDERS] > 0) & used[REVENUE].isna()
    findings = []
    for name, mask in unknown.items():
        own = [Unusable(int(r), CAMPAIGN, c, name) for r, c in used.loc[mask, [ROW, CAMPAIGN]].itertuples(index=False)]
        if own:
            findings.append(told(name, ASIDE[name], language, where=rows(own), cells=cells(own, language)))
    spent = links.table.groupby(CHAIN, sort=False)[SPEND].sum(min_count=1)
    free = [str(chain) for chain, value in spent.items() if value == 0]
    return findings + ([told("no_spend", ASIDE["no_spend"], language, cells=quoted(free))] if free else [])


def _untracked(links: Links, stages: Stages, language: Language) -> list[Finding]:
    findings = []
    for count in dict.fromkeys(count for _, count in stages.untracked):
        names = dict.fromkeys(links.table.loc[link, CAMPAIGN] for link, which in stages.untracked if which == count)
        parts = {"count": count_word(count, language), "cells": quoted(names)}
        findings.append(told("not_tracked", ASIDE["not_tracked"], language, where=count, **parts))
    return findings


def _long(links: Links, stages: Stages, language: Language) -> list[Finding]:
    findings = []
    for row in records(long_visits(links, stages.stages)):
        if row["probability_below_peers"] < LIKELY:
            continue
        parts = {
            "campaign": row[CAMPAIGN],
            "seconds": f"{row['seconds']:.0f}",
            "peers": f"{row['peers_seconds']:.0f}",
            "own": percent(row["own_rate"], language),
            "usual": percent(row["peers_rate"], language),
            "target": count_word(row["target"], language),
            "probability": chance(row["probability_below_peers"], language),
        }
        findings.append(told("long_visits", ASIDE["long_visits"], language, where=row[CAMPAIGN], **parts))
    return findings


def _unsure(links: Links, stages: Stages, steps: Sequence[str] | None, language: Language) -> list[Finding]:
    findings = []
    if stages.stages and all(math.isnan(stage.draws.wobble) for stage in stages.stages):
        findings.append(told("one_period", ASIDE["one_period"], language))
    by_name = [step for step in links.steps if not any(map(str.isdigit, step))]
    if by_name and len(links.steps) > 1 and steps is None:
        order = " > ".join(links.steps[:8]) + (" > ..." if len(links.steps) > 8 else "")
        findings.append(told("order_of_steps", ASIDE["order_of_steps"], language, cells=order))
    return findings
