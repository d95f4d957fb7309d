"""The first sheet of a plan: what is advised, in words, in a table and in a picture."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from openpyxl.chart import BarChart, Reference, Series
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from omnimix.budget.plan import PROPORTIONAL, TODAY, VERSUS, BudgetPlan
from omnimix.data.sheet_extent import column_letters as letter
from omnimix.labels import CHANNEL, LOWER, MEAN, UPPER
from omnimix.words import money, odds
from omnimix.workbook.plan_groups import Group, groups_of
from omnimix.workbook.sheet_calendar import outside_words
from omnimix.workbook.sheet_geometry import geometry, sheet_name
from omnimix.workbook.sheet_style import (
    CHANGE,
    MONEY,
    OUTSIDE,
    PLAN_COLOUR,
    SHARE,
    TODAY_COLOUR,
    aside,
    channel_colour,
    day_in_words,
    for_paper,
    formula,
    titled,
    widths,
    write,
    write_heads,
    write_row,
    write_text,
)

Say = Mapping[str, str]
MOST_BARS = 30  # pairs of them in a picture
FEW, UNITS = 100.0, "#,##0.00"  # so few units are written with decimals
COLUMNS = (
    ("channel", 22, ""),
    ("team", 14, ""),
    ("pool", 10, ""),
    ("today", 12, MONEY),
    ("advised", 12, MONEY),
    ("change", 12, CHANGE),
    ("share", 10, SHARE),
    ("share_lower", 11, SHARE),
    ("share_upper", 11, SHARE),
    ("free_lower", 12, MONEY),
    ("free_upper", 12, MONEY),
    ("planned", 12, MONEY),
    ("who", 40, ""),
    ("data", 34, ""),
)


def write_summary(page: Worksheet, plan: BudgetPlan, language: str, say: Say, titles: Mapping[str, str]) -> None:
    """Write the first sheet."""
    widths(page, [size for _, size, _ in COLUMNS])
    first, last = (day_in_words(day.date(), say["months"]) for day in (plan.weeks[0], plan.weeks[-1] + _SIX_DAYS))
    total = money(plan.total, plan.currency, language)
    write(page, 1, 1, say["title"].format(total=total, weeks=len(plan.spend), first=first, last=last), "title")
    row = 3
    for sentence in plan.sentences(language).values():
        row = write_text(page, row, sentence, columns=12)
    row = _channels(page, plan, say, titles, row + 1)
    top = row + 1
    row = _gain(page, plan, language, say, top)
    for rows in groups_of(plan):
        row = _groups(page, plan, say, rows, row + 1)
    for_paper(page)


def write_group(page: Worksheet, plan: BudgetPlan, rows: Group, name: str, say: Say, calendar: str) -> None:
    """Write the sheet of a team or geo: its channels as they stand in the calendar, by week, with a picture."""
    at, source, kind = geometry(plan), sheet_name(calendar), rows.kind
    members = [c for c in plan.channels if rows.owner.get(c) == name]
    places = {c: plan.channels.index(c) for c in members}
    widths(page, [22, 10, *[12] * at.weeks, 13, 13, 13, 34])
    write(page, 1, 1, say[f"{kind}_title"].format(**{kind: name}, currency=plan.currency), "title")
    write(page, 2, 1, say["team_how"], "note").alignment = None
    end, after = 3 + at.weeks, [say[name] for name in ("total", "advised", "today", "data")]
    heads = [say["channel"], say["pool"], *[week.to_pydatetime() for week in plan.weeks], *after]
    write_heads(page, 4, dict(enumerate(heads, start=1)), left=2, height=18)
    aside(page.cell(4, end + 3))
    for row, channel in enumerate(members, start=5):
        write(page, row, 1, channel)
        write(page, row, 2, plan.pools.get(channel))
        there = at.row(channel)
        for k in range(at.weeks):
            formula(page, row, 3 + k, f"{source}!{letter(at.first_week + k)}{there}")
        formula(page, row, end, f"SUM({letter(3)}{row}:{letter(end - 1)}{row})", "sum")
        write(page, row, end + 1, float(plan.spend[channel].sum()), number=MONEY)
        write(page, row, end + 2, float(plan.today[channel].sum()), number=MONEY)
        aside(formula(page, row, end + 3, f'{source}!{at.cell("data", there)}&""', number="General"))
    last = 4 + len(members)
    write_row(page, last + 1, [say["total"], None], "sum")
    for column in range(3, end + 3):
        formula(page, last + 1, column, f"SUM({letter(column)}5:{letter(column)}{last})", "sum")
    _weekly_chart(page, say[f"{kind}_chart"].format(**{kind: name}), end - 1, places)
    page.freeze_panes = "C5"
    for_paper(page, head_row=4)


_SIX_DAYS = pd.Timedelta(days=6)


def _channels(page: Worksheet, plan: BudgetPlan, say: Say, titles: Mapping[str, str], row: int) -> int:
    """Write today and plan by channel, and the picture below it."""
    at, source = geometry(plan), sheet_name(titles["calendar"])
    caption = {"currency": plan.currency, "weeks": len(plan.spend)}
    write(page, row, 1, say["by_channel"].format(**caption), "section")
    head = row + 1
    write_heads(page, head, {c: say[name] for c, (name, _, _) in enumerate(COLUMNS, start=1)}, left=3)
    for column in (len(COLUMNS) - 1, len(COLUMNS)):
        aside(page.cell(head, column))
    table = plan.levers().set_index(CHANNEL).to_dict("index")
    for r, channel in enumerate(plan.channels, start=head + 1):
        line = table[channel]
        values = {name: line[name] for name in ("team", "pool", "today", "change", "share", "share_lower")}
        values |= {name: line[name] for name in ("share_upper", "free_lower", "free_upper")}
        values |= {"channel": channel, "advised": line["plan"], "data": outside_words(plan, channel, say)}
        values["who"] = say["answers" if line["answers"] else "set"]
        for column, (name, _, number) in enumerate(COLUMNS, start=1):
            if name == "planned":
                formula(page, r, column, f"{source}!{at.cell('planned', at.row(channel))}")
                continue
            value = values[name] if not number else float(values[name])
            cell = write(page, r, column, value or (0.0 if number else None), number=number or "General")
            if name in ("who", "data"):
                aside(cell)
            if name in ("channel", "data") and values["data"]:
                cell.fill = PatternFill("solid", fgColor=OUTSIDE)
    last = head + len(plan.channels)
    write_row(page, last + 1, [say["total"], *[None] * (len(COLUMNS) - 1)], "sum")
    for column, (name, _, number) in enumerate(COLUMNS, start=1):
        if name in ("today", "advised", "change", "share", "planned"):
            formula(page, last + 1, column, f"SUM({letter(column)}{head + 1}:{letter(column)}{last})", "sum", number)
    below = write_text(
        page, last + 2, say["negotiate"].format(interval=f"{plan.gain.interval:.0%}"), columns=12, kind="note"
    )
    if len(plan.channels) > MOST_BARS:
        return below
    return _today_and_plan(page, say["chart_title"].format(**caption), head, last, below + 1)


def _today_and_plan(page: Worksheet, title: str, head: int, last: int, row: int) -> int:
    """Draw today beside the plan, one pair of bars a channel in the order of the table; return the row below."""
    chart = BarChart()
    chart.type, chart.gapWidth, chart.overlap = "bar", 60, -5
    chart.add_data(Reference(page, min_col=4, max_col=5, min_row=head, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(page, min_col=1, min_row=head + 1, max_row=last))
    titled(chart, title)
    chart.x_axis.scaling.orientation, chart.y_axis.crosses = "maxMin", "max"  # first on top, figures below
    for series, colour in zip(chart.series, (TODAY_COLOUR, PLAN_COLOUR), strict=True):
        series.graphicalProperties.solidFill = colour
        series.graphicalProperties.line.solidFill = colour
    chart.width, chart.height = 24, 3.5 + 1.1 * (last - head)
    page.add_chart(chart, f"A{row}")
    return row + int(chart.height / 0.53) + 1


def _weekly_chart(page: Worksheet, title: str, last_week: int, members: Mapping[str, int]) -> None:
    """Draw the weeks of a team, channels stacked; a channel keeps its colour on every sheet."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 40
    for row, (channel, place) in enumerate(members.items(), start=5):
        series = Series(Reference(page, min_col=3, max_col=last_week, min_row=row), title=channel)
        chart.series.append(series)
        series.graphicalProperties.solidFill = channel_colour(place)
    chart.set_categories(Reference(page, min_col=3, max_col=last_week, min_row=4))
    titled(chart, title)
    chart.x_axis.number_format = "d-m"
    chart.width, chart.height = 26, 9
    page.add_chart(chart, f"A{len(members) + 8}")


def _gain(page: Worksheet, plan: BudgetPlan, language: str, say: Say, row: int) -> int:
    """Write what the plan is expected to bring more than others, with range and odds; return the row below."""
    unit = plan.value_unit
    title = say["gain_title" if unit.is_money else "gain_title_in_units"]
    write(page, row, 1, title.format(currency=plan.currency, unit=unit.name(language)), "section")
    heads = [say[n] for n in ("versus", "mean", "lower", "upper", "corrected", "odds")]
    by_column = dict.fromkeys(range(1, 11)) | dict(zip((1, 4, 5, 6, 7, 8), heads, strict=True))
    write_heads(page, row + 1, by_column, left=3)
    aside(page.cell(row + 1, 8))
    names = {TODAY: say["today"], PROPORTIONAL: say["proportional"]}
    table = plan.gain.table()
    few = not unit.is_money and float(table[[MEAN, LOWER, UPPER]].abs().to_numpy().max()) < FEW
    for r, (_, line) in enumerate(table.iterrows(), start=row + 2):
        write(page, r, 1, names.get(line[VERSUS], str(line[VERSUS])))
        for column, name in ((4, MEAN), (5, LOWER), (6, UPPER), (7, "corrected")):
            if name in line:
                write(page, r, column, float(line[name]), number=UNITS if few else MONEY)
        aside(write(page, r, 8, odds(float(line["probability_positive"]), language)))
    below = row + 2 + len(table)
    return write_text(
        page, below, say["interval"].format(interval=f"{plan.gain.interval:.0%}"), columns=12, kind="note"
    )


def _groups(page: Worksheet, plan: BudgetPlan, say: Say, rows: Group, row: int) -> int:
    """Write today and plan by team, pool, geo or channel; return the row below."""
    word, owner = rows.kind, rows.owner
    names = list(dict.fromkeys(owner[c] for c in plan.channels if c in owner))
    write(page, row, 1, say["by_group"].format(group=say[word]), "section")
    heads = dict(enumerate((word, "", "", "today", "advised", "change"), start=1))
    write_heads(page, row + 1, {c: say[n] if n else None for c, n in heads.items()}, left=3, height=18)
    for r, name in enumerate(names, start=row + 2):
        members = [c for c in plan.channels if owner.get(c) == name]
        today, planned = (float(money[members].to_numpy().sum()) for money in (plan.today, plan.spend))
        write(page, r, 1, name)
        for column, figure, number in ((4, today, MONEY), (5, planned, MONEY), (6, planned - today, CHANGE)):
            write(page, r, column, figure, number=number)
    return row + 2 + len(names)
