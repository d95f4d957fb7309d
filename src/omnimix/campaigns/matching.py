"""Which column plays which part: the reader's own names first, then the headings of its platform, then usual ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from omnimix.campaigns.columns import CAMPAIGN, COUNTS, MONEY, ORDERS, PARTS, PERIOD, REVENUE
from omnimix.campaigns.headings import (
    Heading,
    Platform,
    campaign_headings,
    folded,
    heading_of,
    looks_like_money_or_results,
    platforms_of,
    usual,
)
from omnimix.data.phrases import ended, listed, quoted
from omnimix.errors import did_you_mean
from omnimix.labels import SPEND


@dataclass(frozen=True)
class Remark:
    """What a person must know of how a column was read; `instead` is the column that was used in its place."""

    name: str
    column: str
    instead: str = ""


@dataclass(frozen=True)
class Matched:
    """Which column of a table plays which part.

    Attributes:
        columns: the column of each part.
        problems: what is wrong with that.
        renamed: those columns whose heading is not the part's own name.
        unused: columns that play no part.
        platform: whose export it is; its name is empty where nobody known wrote the headings.
        platform_name: of the platform, or of two that would read every column alike.
        currencies: the currency that the headings of parts carry.
        details: unused columns that may part the rows of one campaign further.
        remarks: what must be said of the reading.
        results: the columns of results of many kinds and of the kind of each, empty where there are none.
        period_start: a column that tells the period if its dates differ.
    """

    columns: dict[str, str]
    problems: tuple[str, ...]
    renamed: dict[str, str]
    unused: tuple[str, ...]
    platform: Platform = field(default_factory=usual)
    platform_name: str = ""
    currencies: Mapping[str, str] = field(default_factory=dict)
    details: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    results: tuple[str, str] = ("", "")
    period_start: str = ""


def matched(names: Sequence[str]) -> Matched:
    """Find the part of every column by its name, whatever its case, accents and currency.

    A column that bears the name of a part plays it. The other parts go to the headings of the platform whose export
    this is, in the order in which it ranks them, and then to a usual other name. Rates, averages and budgets are in no
    list and so never play a part.

    >>> matched(["Campagne", "Kosten", "clicks", "orders", "ctr"]).renamed
    {'campaign': 'Campagne', 'spend': 'Kosten'}
    >>> matched(["Campaign name", "Amount spent (EUR)", "Link clicks", "Purchases", "Purchase ROAS"]).platform_name
    'Meta Ads'
    """
    headings = {name: heading_of(name) for name in names}
    wrote = platforms_of(names) or (usual(),)
    readings = [_columns(headings, platform) for platform in wrote]
    found, problems = readings[0]
    if any(columns != found for columns, _ in readings):
        problems = [*problems, _two_readings(wrote, [columns for columns, _ in readings])]
    problems = [
        *(
            f"these column names occur more than once: {quoted(twice)}; give every column its own name."
            for twice in [sorted({n for n in names if names.count(n) > 1})]
            if twice
        ),
        *problems,
    ]
    unused = tuple(n for n in names if n not in found.values())
    platform, texts = wrote[0], {name: headings[name].text for name in unused}
    results = ("", "")
    if platform.results and ORDERS not in found:
        results = (_first(texts, platform.results["headings"]), _first(texts, platform.results["indicators"]))
    return Matched(
        columns=found,
        problems=(*problems, *_missing(found, unused, kinds_told=all(results))),
        renamed={part: name for part, name in found.items() if folded(name) != part.replace("_", " ")},
        unused=unused,
        platform=platform,
        platform_name=" / ".join(platform.name for platform in wrote),
        currencies={part: headings[found[part]].currency for part in MONEY if part in found},
        details=tuple(name for name, text in texts.items() if text in platform.details | usual().details),
        remarks=tuple(_remarks(found, headings, platform)),
        results=results,
        period_start="" if PERIOD in found else _first(texts, platform.period_starts),
    )


def campaign_column(cells: Sequence[object]) -> str | None:
    """Return the cell that heads the column of campaigns, as it is written, in a line of cells.

    >>> campaign_column(["Kosten", " Campagne "])
    'Campagne'
    """
    heads = {CAMPAIGN, *campaign_headings()}
    written = (" ".join(str(c).split()) for c in cells if c is not None)
    return next((cell for cell in written if heading_of(cell).text in heads), None)


def ranked(unused: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part the columns that play no part into those that look like money or results, and the rest."""
    important = [name for name in unused if looks_like_money_or_results(name)]
    return important, [name for name in unused if name not in important]


def _columns(headings: Mapping[str, Heading], platform: Platform) -> tuple[dict[str, str], list[str]]:
    """Return the column of each part as one platform calls them, and where that cannot be decided."""
    found, problems = _own_names(headings)
    problems += _cost_that_reads_like_revenue(headings, platform, found)
    for part in PARTS:
        free = {name: heading.text for name, heading in headings.items() if name not in found.values()}
        if part in found:
            continue
        own = platform.headings(part) if platform.name else ()
        could = next((same for heading in own if (same := [n for n in free if free[n] == heading])), [])
        if not could:
            could = [name for name, text in free.items() if text in usual().parts[part]]
        if not could and part == ORDERS:
            could = [_first(free, usual().conversions)]
        if len(could) > 1:
            problems.append(_ambiguous(part, could))
        if could and could[0]:
            found[part] = could[0]
    return {part: found[part] for part in PARTS if part in found}, problems


def _own_names(headings: Mapping[str, Heading]) -> tuple[dict[str, str], list[str]]:
    """Return the columns that bear the name of a part, written so or with a currency behind it."""
    found, problems = {}, []
    for part in PARTS:
        own = [name for name in headings if folded(name) == part.replace("_", " ")]
        own = own or [name for name, heading in headings.items() if heading.text == part.replace("_", " ")]
        if len(own) > 1:
            problems.append(_ambiguous(part, own))
        if own:
            found[part] = own[0]
    return found, problems


def _cost_that_reads_like_revenue(
    headings: Mapping[str, Heading], platform: Platform, found: dict[str, str]
) -> list[str]:
    """Give `revenue` to the spend where a platform calls the cost so and nothing else can be the spend."""
    name = found.get(REVENUE, "")
    text = headings[name].text if name else ""
    if text not in platform.cost_headings or SPEND in found:
        return []
    others = [n for n, heading in headings.items() if heading.text in usual().headings(SPEND)]
    if others:
        return [
            f"'{name}' is the cost in an export of {platform.name}, and {quoted(others)} can be the cost as well; "
            f"call the cost '{SPEND}', and what was sold '{REVENUE}'."
        ]
    if _first({n: h.text for n, h in headings.items()}, platform.cost_headings[: platform.cost_headings.index(text)]):
        return []
    found[SPEND] = found.pop(REVENUE)
    return []


def _first(texts: Mapping[str, str], headings: Sequence[str]) -> str:
    """Return the first column in the order of the headings, or an empty text."""
    return next((name for heading in headings for name, text in texts.items() if text == heading), "")


def _ambiguous(part: str, could: Sequence[str]) -> str:
    return f"the columns {quoted(could)} could each be `{part}`; call the one that is meant '{part}'."


def _two_readings(wrote: Sequence[Platform], readings: Sequence[Mapping[str, str]]) -> str:
    differ = [part for part in PARTS if len({columns.get(part) for columns in readings}) > 1]
    told = listed(
        f"in an export of {platform.name} "
        + ", ".join(f"{part} is {quoted([columns[part]]) if part in columns else 'not there'}" for part in differ)
        for platform, columns in zip(wrote, readings, strict=True)
    )
    return f"the headings fit two platforms and they are read differently: {told}; call these columns {quoted(differ)}."


def _remarks(found: Mapping[str, str], headings: Mapping[str, Heading], platform: Platform) -> list[Remark]:
    """Say where a platform's word and the part that its column plays are not the same thing."""
    remarks, conversions = [], {*platform.conversions, *usual().conversions}
    for name, heading in headings.items():
        part = next((part for part, column in found.items() if column == name), "")
        if heading.text in platform.wider:
            beside = found.get(ORDERS if heading.text in conversions else REVENUE, "")
            if part or beside:
                remarks.append(Remark("wider_used" if part else "wider_unused", name, "" if part else beside))
        elif part == ORDERS and heading.text in conversions:
            remarks.append(Remark("conversions_as_orders", name))
        elif part == SPEND and heading.text in platform.cost_headings:
            remarks.append(Remark("revenue_is_cost", name))
        elif part == REVENUE and heading.text in platform.cost_headings:
            remarks.append(Remark("revenue_may_be_cost", name))
    return remarks


def _missing(found: Mapping[str, str], unused: Sequence[str], *, kinds_told: bool) -> list[str]:
    """Say which parts are missing, and name in full every unknown column that may hold one of them.

    Results whose kinds are told may become orders or leads, which their cells decide.
    """
    problems = [
        ended(f"there is no column '{part}'{did_you_mean(part, unused)}")
        for part in (CAMPAIGN, SPEND)
        if part not in found
    ]
    counts = [c for c in COUNTS if c in found]
    if len(counts) + kinds_told < 2:
        has = f"only {quoted(counts)}" if counts else "none"
        near = [ended(f"'{c}' is not there{did_you_mean(c, unused)}") for c in COUNTS if did_you_mean(c, unused)]
        of = f"at least two of the counts {', '.join(COUNTS)} are needed and the table has {has}"
        problems.append(" ".join([f"{of}; name the columns so.", *(n for n in near if n.endswith("?"))]))
    important, rest = ranked(unused)
    if problems and important:
        problems[-1] += f" These look like money or results and are not known: {quoted(important, len(important))}."
    if problems and rest:
        problems[-1] += f" The other columns are {quoted(rest)}."
    return problems
