"""The block on regions: what every channel returns in each, who differs for sure, how much they lean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pandas as pd

from omnimix.colours import channel_colours
from omnimix.effects.geo_differences import ABOVE, BELOW, geo_differences, own_share
from omnimix.labels import ALL_MEDIA, CHANNEL, GEO, LOWER, ROAS, UPPER
from omnimix.page.charts import Rows, Scale, dots_with_ranges
from omnimix.page.parts import Block, Chart, Table
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.rows.results import Results
from omnimix.rows.table import Row, records
from omnimix.words import Language, capital

SECTION = "regions"
MOST = 12  # regions in a picture; of more the highest, the lowest, and those that differ for sure
MOSTLY_OWN = 0.5


def regions(posterior: Posterior, results: Results, words: Language) -> Block | None:
    """Return the ROAS of every channel in every region beside that of all; none for a fit without regions."""
    if not isinstance(posterior, GeoPosterior) or results.by_geo is None or len(posterior.geos) < 2:
        return None
    own = replace(words, section=SECTION)
    found = geo_differences(results.roas, results.by_geo)
    silent = _silent(posterior, found, own)
    names = [str(n) for n in dict.fromkeys(found[CHANNEL])]
    said = (
        _finding(found, own),
        *_leaning(posterior, own),
        *([own.say("silent", rows=silent)] if silent else []),
        own.say("sure"),
    )
    order = [n for n in names if n != ALL_MEDIA]
    colours = channel_colours([*posterior.funnel.bought_names, ALL_MEDIA])
    charts = tuple(_chart(n, found[found[CHANNEL] == n], colours, own) for n in [*order, *names[len(order) :]])
    folded = "" if (found["differs"] != "").any() else said[0]
    return Block("regions", own.say("heading"), said, charts, folded=folded)


def region_rows(posterior: Posterior, results: Results) -> list[Row]:
    """Return the rows of the block as plain data; none for a fit without regions."""
    if not isinstance(posterior, GeoPosterior) or results.by_geo is None:
        return []
    return records(geo_differences(results.roas, results.by_geo))


def _finding(found: pd.DataFrame, words: Language) -> str:
    """Return which regions differ for sure, channel by channel."""
    told = []
    for name, rows in found[found[CHANNEL] != ALL_MEDIA].groupby(CHANNEL, sort=False):
        sides = {side: _places(rows.loc[rows["differs"] == side, GEO], words) for side in (ABOVE, BELOW)}
        parts = [words.say(side, regions=places) for side, places in sides.items() if places]
        if parts:
            told.append(words.say("channel_differs", Channel=words.title(str(name)), how=words.say("and").join(parts)))
    return " ".join(told) if told else words.say("none_differs")


def _places(geos: Iterable[Any], words: Language) -> str:
    """Return the first few regions by their own names."""
    names = [str(g) for g in geos]
    few = ", ".join(names[:5])
    return few if len(names) <= 5 else words.say("more", regions=few, count=len(names) - 5)


def _leaning(posterior: GeoPosterior, words: Language) -> list[str]:
    """Return how much regions lean on each other."""
    if posterior.pooling != "partial":
        return [words.say(f"pooling_{posterior.pooling}")]
    shares = own_share(posterior).dropna()
    mostly, hardly = ([str(n) for n in shares[k].index] for k in (shares >= MOSTLY_OWN, shares < MOSTLY_OWN))
    text = [words.say("leaning")]
    text += [words.say("mostly_own", channels=words.names(mostly))] if mostly else []
    text += [words.say("mostly_all", channels=words.names(hardly))] if hardly else []
    return [" ".join(text)]


def _silent(posterior: GeoPosterior, found: pd.DataFrame, words: Language) -> str:
    """Return by channel the regions that have no row; empty where there are none."""
    there = set(zip(found[CHANNEL], found[GEO], strict=True))
    lacking = {n: [g for g in posterior.geos if (n, g) not in there] for n in posterior.funnel.bought_names}
    return "; ".join(f"{words.name(n)}: {_places(geos, words)}" for n, geos in lacking.items() if geos)


def _chart(name: str, found: pd.DataFrame, colours: dict[str, str], words: Language) -> Chart:
    rows = records(found)
    whole = float(rows[0]["all_geos"])
    shown = _shown(rows)
    data: Rows = [
        {
            "label": str(r[GEO]),
            "key": name,
            "told": float(r[ROAS]),
            **{end: float(r[end]) for end in (LOWER, UPPER)},
            "tip": f"{r[GEO]}: {words.ratio(float(r[ROAS]))} ({words.span(words.ratio, r)})",
        }
        for r in shown
    ]
    key = "title_money" if words.value_unit.is_money else "title"
    title = words.say(
        key,
        Channel=words.title(name),
        high=rows[0][GEO],
        most=words.ratio(float(rows[0][ROAS])),
        low=rows[-1][GEO],
        least=words.ratio(float(rows[-1][ROAS])),
    )
    money = words.value_unit.is_money
    spec = dots_with_ranges(
        data, Scale(words.say("axis"), ".1~f" if money else "~r"), colours=colours, line_at=whole, line=words.say("all")
    )
    note = words.say("shown", shown=len(shown), count=len(rows)) if len(shown) < len(rows) else ""
    told = "; ".join(str(r["tip"]) for r in data)
    return Chart(f"regions-{name}", title, capital(told), spec, _table(title, rows, words), note)


def _shown(rows: list[Row]) -> list[Row]:
    """Return the rows of a picture, still from the highest to the lowest."""
    if len(rows) <= MOST:
        return rows
    ends = {*range(MOST // 2), *range(len(rows) - MOST // 2, len(rows))}
    return [r for k, r in enumerate(rows) if k in ends or r["differs"]]


def _table(title: str, rows: list[Row], words: Language) -> Table:
    head = tuple(words.say(k) for k in ("region", "roas", "range", "odds", "spend", "differs"))
    body = tuple(
        (
            str(r[GEO]),
            words.ratio(float(r[ROAS])),
            words.span(words.ratio, r),
            words.odds(float(r["probability_above"])),
            words.brief(float(r["spend"])),
            words.say(f"differs_{r['differs']}") if r["differs"] else words.say("differs_not"),
        )
        for r in rows
    )
    return Table(title, head, body)
