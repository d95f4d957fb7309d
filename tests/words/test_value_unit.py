"""What value is counted in is asked in one place, and both languages answer it."""

from __future__ import annotations

import math

import pytest

import omnimix as om
from omnimix.errors import OmnimixError
from omnimix.spec import value_findings
from omnimix.words import LANGUAGES, ValueUnit, texts
from omnimix.words.texts import _whole

SIGNUPS, MONEY, SEVERAL = ValueUnit("EUR", ("signups",)), ValueUnit("EUR"), ValueUnit("EUR", ("calls", "signups"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("value", [0.0, -0.3, 12.0, 48_499.0, 1_203_441.0, float("nan")])
def test_units_never_stand_beside_a_currency(value: float, language: str) -> None:
    for write in ("told", "end", "brief", "brief_end", "change"):
        assert "EUR" not in getattr(SIGNUPS, write)(value, language)
        if math.isfinite(value):
            assert "EUR" in getattr(MONEY, write)(value, language)


def test_one_outcome_is_counted_in_itself_and_several_as_units() -> None:
    assert [u.name() for u in (SIGNUPS, MONEY, SEVERAL)] == ["signups", "EUR", "units"]
    assert SEVERAL.per_money("nl") == "eenheden per EUR"
    assert (SIGNUPS.price, MONEY.price) == (0.0, 1.0)


def test_every_sentence_in_units_stands_in_both_languages_beside_one_in_money() -> None:
    for language in LANGUAGES:
        for section, said in _whole(language).items():
            for key in said:
                if key.endswith("_in_units"):
                    assert key.removesuffix("_in_units") in said
                    assert all(key in texts(section, other) for other in LANGUAGES)


def test_a_refusal_says_what_to_do() -> None:
    MONEY.require_money("payback")
    with pytest.raises(OmnimixError, match=r"payback needs value in money.*value = 12\.50 below \[outcomes\.calls\]"):
        SEVERAL.require_money("payback")


def test_what_may_be_misread_is_warned_of() -> None:
    def severity(**parts: object) -> list[str]:
        funnel = om.Funnel(**{"channels": ["tv"], "outcomes": ["signups"], **parts})  # type: ignore[arg-type]
        return [f.severity for f in value_findings(funnel, "EUR")]

    assert severity() == ["notes"]
    assert severity(outcomes=["signups", "calls"]) == ["warns"]
    assert severity(channels=[om.Channel("tv", roas_prior=(0.5, 3.0))]) == ["warns"]
    assert severity(outcomes=[om.Outcome("signups", value=12.5)]) == []
