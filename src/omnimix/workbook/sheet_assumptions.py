"""The sheet that says what a plan rests on: aim, limits, what the data have seen, and how to use the workbook."""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.worksheet.worksheet import Worksheet

from omnimix.budget.plan import BudgetPlan
from omnimix.spec import Cvar, Limit, Target
from omnimix.words import ValueUnit, figure, listing, ratio, told_remark
from omnimix.workbook.sheet_style import MONEY, day_in_words, for_paper, widths, write, write_heads, write_text

Say = Mapping[str, str]
SEEN = ("lowest", "highest", "highest_week", "allowed_lowest", "allowed_highest")
WIDE = 8


def write_assumptions(page: Worksheet, plan: BudgetPlan, language: str, say: Say) -> None:
    """Write what the plan rests on."""
    rests = plan.assumptions
    widths(page, [30, *[16] * (WIDE - 1)])
    write(page, 1, 1, say["assumptions_title"], "title")
    row = 3
    for label, text in _basis(plan, language, say):
        write(page, row, 1, label, "section")
        write(page, row, 2, text)
        row += 1
    write(page, row + 1, 1, say["limits_title"], "section")
    row += 2
    for name, text in limits_in_words(plan, language, say):
        write(page, row, 1, name)
        write(page, row, 2, text)
        row += 1
    caption = say["seen_title"].format(currency=plan.currency, weeks=len(plan.spend))
    write(page, row + 1, 1, caption, "section")
    write_heads(page, row + 2, dict(enumerate([say["channel"], *[say[name] for name in SEEN]], start=1)), left=1)
    row, seen = row + 3, plan.region.astype(float).to_dict("index")
    for channel in plan.channels:
        write(page, row, 1, channel)
        for column, name in enumerate(SEEN, start=2):
            write(page, row, column, seen[channel][name], number=MONEY)
        row += 1
    row = write_text(page, row, say["outside_rule"], columns=WIDE, kind="note")
    for title, texts in (
        (say["remarks_title"], [told_remark(remark, language) for remark in rests.remarks]),
        (say["how_title"], (say["how"],)),
    ):
        if texts:
            write(page, row + 1, 1, title, "section")
            row += 2
            for text in texts:
                row = write_text(page, row, text, columns=WIDE)
    for_paper(page)


def limits_in_words(plan: BudgetPlan, language: str, say: Say) -> list[tuple[str, str]]:
    """Return every limit of a plan as the name it is on and what it says."""
    limits, told = plan.assumptions.limits, []
    groups = [(f"{say[kind]} {name}", limit) for kind, name, limit in limits.groups]
    in_geos = [(f"{n} ({geo})", own) for n, by in limits.channels_in_geos.items() for geo, own in by.items()]
    for name, limit in (*limits.channels.items(), *in_geos, *groups):
        told.append((name, "; ".join(_clauses(limit, plan.currency, language, say))))
    if limits.levers:
        told.append((say["channel"], say["levers"].format(channels=listing(list(limits.levers), language))))
    if limits.widen:
        told.append((say["data"], say["widen"].format(widen=f"{limits.widen:.0%}")))
    return told or [(say["no_limits"], "")]


def _clauses(limit: Limit, currency: str, language: str, say: Say) -> list[str]:
    told = []
    for name in ("min", "max", "weekly_min", "weekly_max"):
        amount = getattr(limit, name)
        if amount is not None:
            told.append(say[f"limit_{name}"].format(money=_exact(amount, currency, language)))
    if limit.change is not None:
        low, high = (f"{share:+.0%}" for share in limit.change)
        told.append(say["limit_change"].format(low=low, high=high))
    if limit.lock is True:
        told.append(say["limit_lock_today"])
    elif limit.locked:
        told.append(say["limit_lock"].format(money=_exact(float(limit.lock), currency, language)))
    if limit.flights is not None:
        stretches = [
            " - ".join(day_in_words(day, say["months"]) for day in flight)  # type: ignore[arg-type]
            for flight in limit.flights
        ]
        told.append(say["limit_flights"].format(flights=listing(stretches, language)))
    return told


def _basis(plan: BudgetPlan, language: str, say: Say) -> list[tuple[str, str]]:
    rests, objective = plan.assumptions, plan.assumptions.objective
    if isinstance(objective, Cvar):
        objective = say["cvar"].format(worst=f"{1 - objective.level:.0%}")
    else:
        objective = say[objective]
    unit = plan.value_unit
    rows = [
        (say["agreed"], _exact(plan.total, plan.currency, language)),
        (say["objective"], objective),
        (say["phasing"], say[rests.phasing]),
        (say["horizon"], say["horizon_value"].format(weeks=rests.horizon)),
        (say["discount"], say["discount_value"].format(rate=f"{figure(100 * rests.discount, language)}%")),
        (say["draws"], say["draws_value"].format(draws=rests.draws)),
        (say["gap"], unit.told(plan.gap, language) if unit.unvalued else _exact(plan.gap, plan.currency, language)),
    ]
    if not unit.is_money:
        told = say["counted_value"].format(unit=unit.name(language), currency=plan.currency)
        rows.insert(2, (say["counted"], told))
    if rests.target is not None:
        rows.insert(2, (say["target"], _target(rests.target, unit, language, say)))
    return rows


def _target(target: Target, unit: ValueUnit, language: str, say: Say) -> str:
    key = {"marginal_roas": "target_marginal", "roas": "target_roas"}.get(target.of, "target_node")
    if key != "target_node" and not unit.is_money:
        return say[key].format(at=f"{ratio(target.at, language)} {unit.per_money(language)}")
    digits = 0 if target.at >= 100 else 2
    return say[key].format(of=target.of, at=figure(target.at, language, digits))


def _exact(amount: float, currency: str, language: str) -> str:
    """Write a sum as it was given: limits are not rounded."""
    return f"{currency} {figure(amount, language, 0 if float(amount).is_integer() or amount >= 1000 else 2)}"
