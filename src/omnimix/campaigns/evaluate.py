"""From a campaign table to a verdict on its chains."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.campaigns.bottleneck import bottleneck_table
from omnimix.campaigns.columns import PERIOD, records
from omnimix.campaigns.links import Links, links_of
from omnimix.campaigns.messages import (
    above_total,
    file_notes,
    left_out_findings,
    left_out_summary,
    netted_findings,
    remarks,
)
from omnimix.campaigns.money import break_even_table, chain_table, link_table
from omnimix.campaigns.narrative import (
    LIKELY,
    break_even_sentence,
    chain_sentence,
    link_sentence,
    weakest_sentence,
)
from omnimix.campaigns.reading import read_rows
from omnimix.campaigns.reading_messages import reading_findings
from omnimix.campaigns.record import CampaignVerdict
from omnimix.campaigns.row_validation import validate_rows
from omnimix.campaigns.stages import rate_table, stages_of
from omnimix.data.phrases import quoted
from omnimix.errors import DataError, OmnimixError, did_you_mean
from omnimix.labels import CHAIN, DEFAULT_INTERVAL
from omnimix.words import LANGUAGES, Language


@checked
def evaluate_campaigns(
    frame: Any,
    *,
    hurdle: float = 1.0,
    margin: float = 1.0,
    interval: float = DEFAULT_INTERVAL,
    steps: Sequence[str] | None = None,
    language: str = "en",
    decimal: str | None = None,
    sheet: str | int | None = None,
    seed: int = 0,
) -> CampaignVerdict:
    """Judge chains of campaigns as a whole from a plain export; no model is fitted and nothing is incremental.

    Columns: `campaign`, `spend` and at least two of the counts `impressions, clicks, visits, leads, orders`; if there,
    `revenue`, `chain`, `step` (place in the chain), `period`, and `time_on_site` in seconds. The headings of exports of
    ad platforms are known in English, Dutch, German and French, and a finding says what was read as what; what a
    platform reports as conversions is treated as orders. An empty cell is unknown, never 0. Negative amounts (returns,
    credits) are netted within their campaign. Rows of totals are no campaigns. Rows that cannot be are listed in
    `findings` with row, column and value, and left out of every figure.

    Args:
        frame: a pandas, polars or pyarrow dataframe, or the path of a csv, xlsx or parquet file.
        hurdle: the ROAS that a chain must reach.
        margin: what is earned on one unit of revenue, such as 0.3; ROAS is margin x revenue / spend.
        interval: probability mass of the intervals.
        steps: the order of steps that are texts; without it by their numbers, else as they first appear.
        language: of sentences, warning and findings, ``en`` or ``nl``.
        decimal: the decimal mark of written amounts, where the table does not show it.
        sheet: which sheet of a workbook.
        seed: of the draws; the same seed gives the same figures.

    Raises :class:`DataError` that lists everything wrong when the table cannot be read or no row can be used, and
    :class:`OmnimixError` for a hurdle, margin, interval or language that cannot be.

    >>> export = pd.DataFrame({"campaign": ["guide", "offer"], "step": [1, 2], "spend": [900.0, 300.0],
    ...     "visits": [5000, 1200], "leads": [600, None], "orders": [0, 90], "revenue": [0.0, 3600.0]})
    >>> evaluate_campaigns(export).table()[["campaign", "platform_roas", "chain_roas", "contradicts"]]
      campaign  platform_roas  chain_roas  contradicts
    0    guide            0.0         3.0         True
    1    offer           12.0         3.0        False
    """
    _require(hurdle=hurdle, margin=margin, interval=interval, language=language, seed=seed)
    read = read_rows(frame, decimal=decimal, sheet=sheet)
    used, words = validate_rows(read), Language(language, "campaigns")
    seen = left_out_findings(used.problems, words)
    if used.frame.empty:
        raise DataError("\n".join([f"{read.source}: no row can be used.", *(f"{f.message} {f.remedy}" for f in seen)]))
    links = links_of(used.frame, steps, whole=words.say("all_campaigns"))
    draws = np.random.default_rng(seed)
    stages = stages_of(links, draws)
    chains = chain_table(links, margin)
    table = link_table(links, chains, hurdle=hurdle, margin=margin)
    even = break_even_table(links, chains, hurdle=hurdle, interval=interval, seed=draws)
    weakest = bottleneck_table(links, stages.stages, interval)
    alone = table[CHAIN].map(chains.set_index(CHAIN)["links"]) == 1
    table["sentence"] = [link_sentence(r, hurdle, a, words) for r, a in zip(records(table), alone, strict=True)]
    chains["sentence"] = [chain_sentence(row, hurdle, margin, words) for row in records(chains)]
    weakest["sentence"] = [weakest_sentence(row, words) for row in records(weakest)]
    even["sentence"] = [break_even_sentence(row, hurdle, words) for row in records(even)]
    findings = (
        *left_out_summary(read, used, words),
        *above_total(read, used, words),
        *seen,
        *netted_findings(used, words),
        *reading_findings(read, words),
        *remarks(links, stages, steps, words),
        *file_notes(read, used),
    )
    return CampaignVerdict(
        hurdle=float(hurdle),
        margin=float(margin),
        interval=float(interval),
        currency=read.currency,
        horizon=_horizon(links),
        warning=words.say("warning"),
        sentences=_sentences(chains, table, even, weakest),
        findings=findings,
        _links=table.drop(columns="place"),
        _chains=chains,
        _rates=rate_table(links, stages.stages, interval),
        _weakest=weakest,
        _break_even=even,
        _left_out=pd.DataFrame([vars(u) for u in used.problems], columns=["row", "column", "value", "reason"]),
    )


def _require(**given: Any) -> None:
    problems = []
    for name in ("hurdle", "margin"):
        if not _is_number(given[name]) or not 0 < given[name] < math.inf:
            problems.append(f"{name} is a number above 0, not {given[name]!r}.")
    if not _is_number(given["interval"]) or not 0 < given["interval"] < 1:
        problems.append(f"interval is a probability between 0 and 1, such as 0.9, not {given['interval']!r}.")
    if given["language"] not in LANGUAGES:
        near = did_you_mean(str(given["language"]), LANGUAGES) or "."
        problems.append(f"language is one of {quoted(LANGUAGES)}, not {given['language']!r}{near}")
    if isinstance(given["seed"], bool) or not isinstance(given["seed"], int | np.integer) or given["seed"] < 0:
        problems.append(f"seed is a whole number from 0, not {given['seed']!r}.")
    if problems:
        raise OmnimixError(" ".join(problems))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def _horizon(links: Links) -> tuple[str, ...]:
    if not links.has_periods:
        return ()
    periods = [p for p in links.rows[PERIOD] if p]
    dated = all(len(p) == 10 and p[4] == p[7] == "-" for p in periods)
    return (min(periods), max(periods)) if dated and periods else tuple(dict.fromkeys([*periods[:1], *periods[-1:]]))


def _sentences(chains: pd.DataFrame, links: pd.DataFrame, even: pd.DataFrame, weakest: pd.DataFrame) -> tuple[str, ...]:
    """Return what is said chain by chain, then of campaigns that are weaker than their peers."""
    parts: dict[str, list[str]] = {c: [s] for c, s in zip(chains[CHAIN], chains["sentence"], strict=True)}
    for table in (links[links["chain_roas"].notna()], even):  # where no ROAS is known, the chain says so for its links
        for chain, sentence in zip(table[CHAIN], table["sentence"], strict=True):
            parts[chain] += [sentence] if sentence else []
    weak = weakest.loc[weakest["probability_below_peers"] >= LIKELY, "sentence"]
    return (*(sentence for own in parts.values() for sentence in own), *weak)
