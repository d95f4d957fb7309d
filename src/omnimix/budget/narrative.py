"""The narrative of a plan in plain words, in English and Dutch: what to move, what it should bring, how sure it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.words import Language, between, called, capital, listing, money, odds, texts

if TYPE_CHECKING:
    from omnimix.budget.costs import SiloCost
    from omnimix.budget.plan import BudgetPlan

SILOS, WRONG_SPLIT, WRONG_GOAL = "silo_cost", "wrong_split", "wrong_goal"

SMALL = 0.01  # of the total: a change too small to speak of
SURE = 0.8  # from here on a gain is advised, below it is offered as a test
EVEN = 0.55  # below it today's plan is as good
SAME = 1e-4  # of the total: plans that differ by less are the same


def narrate(plan: BudgetPlan, language: str) -> dict[str, str]:
    """Return sentences by what they say: ``advice``, ``gain`` and, where so, ``flat``, ``extrapolated``, ``answers``.

    Raises :class:`OmnimixError` for a language that is not spoken.
    """
    say, change = texts("budget", language), plan.spend.sum() - plan.today.sum()
    moved = change[change.abs() >= SMALL * plan.total]
    moved = moved[[c for c in moved.index if c not in plan.answering]]
    better = plan.probability_better
    found = {"advice": _advice(plan, moved, better, language), "gain": _gain(plan, better, language)}
    found["flat"] = _flat(plan, language)
    far = [c for c in plan.channels if plan.extrapolated[c].any()]
    if far:
        found["extrapolated"] = say["extrapolated"].format(Channels=capital(_names(far, language)))
    if plan.answering:
        found["answers"] = say["answers" if len(plan.answering) == 1 else "answer"].format(
            Channels=capital(_names(list(plan.answering), language)),
            spend=money(float(plan.spend[list(plan.answering)].to_numpy().sum()), plan.currency, language),
        )
    return {k: v for k, v in found.items() if v}


def _advice(plan: BudgetPlan, moved: pd.Series[float], better: float, language: str) -> str:
    say = texts("budget", language)
    down, up = moved[moved < 0].sort_values(), moved[moved > 0].sort_values(ascending=False)
    if moved.empty or better < EVEN:
        return say["keep"].format(weeks=len(plan.spend))
    if down.empty or up.empty:
        which, size = (up, up.sum()) if down.empty else (down, -down.sum())
        return say["more" if down.empty else "less"].format(
            amount=money(float(size), plan.currency, language),
            channels=_names(list(map(str, which.index)), language),
            weeks=len(plan.spend),
        )
    return say["move" if better >= SURE else "try"].format(
        amount=money(float(min(up.sum(), -down.sum())), plan.currency, language),
        sources=_names(list(map(str, down.index)), language),
        targets=_names(list(map(str, up.index)), language),
        weeks=len(plan.spend),
    )


def _gain(plan: BudgetPlan, better: float, language: str) -> str:
    say, row = texts("budget", language), _row(plan.gain.table().set_index("versus"), "today")
    if float((plan.spend - plan.today).abs().to_numpy().sum()) < SAME * plan.total:
        return say["same"]
    low, high = (plan.value_unit.end(row[end], language) for end in (LOWER, UPPER))
    return say["gain" if row["corrected"] > 0 else "loses"].format(
        range=between(low, high, language),
        mass=round(100 * plan.gain.interval),
        expected=plan.value_unit.told(abs(row["corrected"]), language),
        odds=odds(better, language),
        Odds=capital(odds(better, language)),
    )


def narrate_silos(cost: SiloCost, language: str) -> str:
    """Return what separate budgets cost, in one or two sentences."""
    rows, words = cost.table().set_index("part"), Language.of(language, "budget", cost.value_unit)

    def amount(part: str, column: str) -> str:
        return words.value(_row(rows, part)[column])

    return words.say(
        "silos",
        cost=amount(SILOS, MEAN),
        range=words.span(words.end_of_value, _row(rows, SILOS)),
        odds=odds(_row(rows, SILOS)["probability_positive"], language),
        split=amount(WRONG_SPLIT, MEAN),
        goal=amount(WRONG_GOAL, MEAN),
    )


def _flat(plan: BudgetPlan, language: str) -> str:
    """Return the channel that can be moved furthest at little cost."""
    width = (plan.free[UPPER] - plan.free[LOWER]).dropna()
    width = width[width >= SMALL * plan.total]
    if width.empty:
        return ""
    name = str(width.idxmax())
    low, high = (money(_row(plan.free, name)[end], plan.currency, language) for end in (LOWER, UPPER))
    return texts("budget", language)["flat"].format(channel=called(name, language), range=between(low, high, language))


def _row(table: pd.DataFrame, label: str) -> dict[str, float]:
    """Return a row of numbers by column."""
    numbers = table.select_dtypes("number")
    return dict(zip(map(str, numbers.columns), numbers.loc[[label]].to_numpy(dtype=float)[0].tolist(), strict=True))


def _names(names: list[str], language: str) -> str:
    return listing([called(n, language) for n in names], language)
