"""Money is rounded once, and parts add up to the total that stands beside them."""

from __future__ import annotations

import re

import numpy as np
import pytest

import omnimix as om
from omnimix.budget.rounding import rounded, step_of
from omnimix.page.advice import changes
from omnimix.page.monday import monday
from omnimix.words import Language


@pytest.mark.parametrize("seed", range(20))
def test_parts_add_up_and_none_moves_by_more_than_a_step(seed: int) -> None:
    draw = np.random.default_rng(seed)
    parts = {f"c{k}": float(m) for k, m in enumerate(10 ** draw.uniform(-3, 6, draw.integers(1, 12)))}
    step = step_of(sum(parts.values()))
    shown = rounded(parts, step)
    assert sum(shown.values()) == pytest.approx(round(sum(parts.values()) / step) * step)
    assert all(abs(shown[n] - parts[n]) <= step * (1 + 1e-9) for n in parts)


def test_nothing_is_rounded_to_nothing() -> None:
    assert step_of(0.0) == 1.0
    assert rounded({"tv": 0.0}, 1.0) == {"tv": 0.0}


def _number(text: str) -> float:
    return float(re.sub(r"[^\d-]", "", text.replace("\N{MINUS SIGN}", "-")) or 0)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_channels_on_the_cover_add_up_to_the_total_below_them(plan: om.BudgetPlan, language: str) -> None:
    told = changes(plan, Language(language, "report", plan.currency))
    for column, total in (("today", told["total"][1]), ("plan", told["total"][2])):
        assert sum(_number(r[column]) for r in told["rows"]) == _number(total)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_weeks_of_the_calendar_add_up_to_what_a_channel_gets(page: om.Report, language: str) -> None:
    advice = page.found.advice
    assert advice is not None
    calendar = monday(advice, Language(language, "report", "EUR")).more["calendar"]
    for row in calendar["rows"]:
        assert sum(_number(c["told"]) for c in row["cells"]) == _number(row["total"])
