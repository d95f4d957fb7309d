"""What media did: everything sold, week by week, and the part of it that media brought."""

from __future__ import annotations

from typing import Any

import pandas as pd

from omnimix.colours import INK, OKABE_ITO
from omnimix.effects import Contributions, Figures
from omnimix.effects.geos import observed
from omnimix.labels import DRAW, LOWER, OUTCOME, UPPER, WEEK
from omnimix.page.charts import Rows, Scale, observed_and_expected, sold_and_baseline
from omnimix.page.parts import Block, Chart, Table
from omnimix.page.units import Unit
from omnimix.posterior import Posterior
from omnimix.rows.table import records
from omnimix.words import Language

BLUE = OKABE_ITO[3]
LEVELS = ((1 - 0.9) / 2, (1 + 0.9) / 2)
BREAK = 0.9  # of the lowest point: where the axis begins
QUARTER = 13  # weeks of a row of the table


def did(posterior: Posterior, found: Contributions, words: Language) -> Block:
    """Return everything sold by week with the part that would have come without media."""
    value = found.value
    baseline, expected = ((part * value).sum(OUTCOME) for part in (found.baseline, found.prediction))
    brought = (expected - baseline).sum(WEEK)
    share = brought / expected.sum(WEEK)
    low, high = (float(share.quantile(q)) for q in LEVELS)
    title = words.say(
        "did_title",
        share=words.percent(float(share.mean(DRAW))),
        range=words.between(words.percent(low), words.percent(high)),
    )
    weeks = pd.DatetimeIndex(expected[WEEK].to_numpy())
    seen = sum(
        observed(posterior, o.name, weeks) * float(value.sel({OUTCOME: o.name})) for o in posterior.funnel.outcomes
    )
    return Block(
        "did", words.say("did"), (words.say("did_lead"),), (_sold(title, weeks, seen, baseline, expected, words),)
    )


def _sold(title: str, weeks: pd.DatetimeIndex, seen: Any, baseline: Any, expected: Any, words: Language) -> Chart:
    middle, all_of_it = baseline.mean(DRAW).to_numpy(), expected.mean(DRAW).to_numpy()
    ends = baseline.quantile(list(LEVELS), dim=DRAW).to_numpy()
    unit = Unit.of_value(float(all_of_it.max()), words)
    rows: Rows = [
        {
            "x": f"{week:%Y-%m-%d}",
            "base": unit(float(middle[k])),
            LOWER: unit(float(ends[0, k])),
            UPPER: unit(float(ends[1, k])),
            "all": unit(float(all_of_it[k])),
            "seen": None if pd.isna(seen.iloc[k]) else unit(float(seen.iloc[k])),
            "tip": words.say(
                "did_tip",
                day=words.day(week.date()),
                seen=words.brief_value(float(seen.iloc[k])),
                media=words.brief_value(float(all_of_it[k] - middle[k])),
            ),
        }
        for k, week in enumerate(weeks)
    ]
    start = BREAK * min([r[LOWER] for r in rows] + [r["seen"] for r in rows if r["seen"] is not None])
    names = [words.say(k) for k in ("did_seen", "did_media", "did_base")]
    spec = sold_and_baseline(rows, Scale(words.say("did_axis", unit=unit.name), unit.form), start, names, (INK, BLUE))
    note = words.say("did_broken", start=words.value(start * unit.size)) if start > 0 else ""
    return Chart(
        "sold",
        title,
        _quarters_told(weeks, middle, all_of_it, words),
        spec,
        _quarters(title, weeks, middle, all_of_it, words),
        note,
    )


def _quarters(title: str, weeks: pd.DatetimeIndex, base: Any, whole: Any, words: Language) -> Table:
    """Return what came without and through media, a row a quarter of a year."""
    frame = pd.DataFrame({"base": base, "whole": whole}, index=weeks)
    sums = frame.groupby(pd.PeriodIndex(weeks, freq="Q")).sum()
    head = tuple(words.say(k) for k in ("did_quarter", "did_base", "did_media", "total"))
    rows = tuple(
        (
            words.say("quarter", number=str(period)[-1], year=str(period)[:4]),
            words.brief_value(float(row["base"])),
            words.brief_value(float(row["whole"] - row["base"])),
            words.brief_value(float(row["whole"])),
        )
        for period, row in sums.iterrows()
    )
    return Table(title, head, rows)


def _quarters_told(weeks: pd.DatetimeIndex, base: Any, whole: Any, words: Language) -> str:
    table = _quarters("", weeks, base, whole, words)
    return "; ".join(f"{row[0]}: {table.head[2]} {row[2]}, {table.head[1]} {row[1]}" for row in table.rows)


def fits(posterior: Posterior, predicted: Figures, words: Language) -> tuple[Chart, ...]:
    """Return a chart an outcome: what happened beside what the model expects of it."""
    table = predicted.table()
    return tuple(
        _fit(o.name, own, observed(posterior, o.name, pd.DatetimeIndex(own[WEEK])), words)
        for o in posterior.funnel.outcomes
        for own in (table[table[OUTCOME] == o.name],)
    )


def _fit(name: str, table: pd.DataFrame, seen: pd.Series, words: Language) -> Chart:
    known = seen.to_numpy(dtype=float)
    low, high = table[LOWER].to_numpy(), table[UPPER].to_numpy()
    counted = known[~pd.isna(known)].size
    inside = int(((known >= low) & (known <= high)).sum())
    unit = Unit.of_value(float(max(high)), Language(words.code, words.section, words.currency, (name,)))
    rows: Rows = [
        {
            "x": f"{row[WEEK]:%Y-%m-%d}",
            "told": unit(float(row["mean"])),
            LOWER: unit(float(row[LOWER])),
            UPPER: unit(float(row[UPPER])),
            "seen": None if pd.isna(one) else unit(float(one)),
            "tip": words.say(
                "fit_tip",
                day=words.day(row[WEEK].date()),
                seen=words.exact(float(one)),
                expected=words.amount(float(row["mean"])),
            ),
        }
        for row, one in zip(records(table), known, strict=True)
    ]
    title = words.say("fit_title", outcome=words.name(name), inside=inside, weeks=counted)
    names = [words.say(k) for k in ("did_seen", "fit_range")]
    spec = observed_and_expected(rows, Scale(unit.name, unit.form), names, (INK, BLUE))
    head = (words.say("fit_weeks"), words.say("fit_inside"), words.say("fit_should"))
    body = ((words.figure(counted), words.figure(inside), words.figure(round(predicted_share(table) * counted))),)
    return Chart(f"fit-{name}", title, title, spec, Table(title, head, body))


def predicted_share(table: pd.DataFrame) -> float:
    """Return the probability mass of the ranges of a table."""
    return float(table["interval"].iloc[0])
