"""What a plan says of itself: one headline and one sentence on its gain in every situation, never against a figure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from omnimix.budget import BudgetPlan
from omnimix.budget.situation import EVEN, SURE, Situation, situation_of
from omnimix.effects import Figures
from omnimix.spec import Target
from omnimix.words import texts
from tests.budget.made_plans import TODAY, made_phasing, made_plan, made_scepticism

CHANNELS = (*TODAY, "display")
MOVES = {
    "none": {},
    "little": {"tv": 900.0, "radio": -900.0},
    "some": {"tv": 60_000.0, "radio": -30_000.0},
}
BREAKS = {
    "nothing": {"limits": (), "data": ()},
    "limits": {"limits": ("tv", "e-commerce"), "data": ()},
    "data": {"limits": (), "data": ("radio",)},
    "both": {"limits": ("tv",), "data": ("radio", "display")},
    "target": {"limits": (), "data": ()},
}
GAINS = (-20_000.0, 0.0, 20_000.0)
ODDS = (0.3, 0.6, 0.9)
BOUNDS = ("free", "limits", "target")
GRID = list(
    itertools.starmap(
        Situation,
        itertools.product(
            BOUNDS, ("none", "little", "some"), ("more", "open", "less"), (0.0, 0.3, 0.54, 0.56, 0.7, 0.8, 0.99, 1.0)
        ),
    )
)
PLANS = {name: made_plan(changes=changes) for name, changes in MOVES.items()}


@dataclass(frozen=True)
class Told:
    """A situation, and what is said in it in one language."""

    plan: BudgetPlan
    moves: str
    breaks: str
    mean: float
    corrected: float
    probability: float
    language: str
    said: dict[str, str]

    @property
    def gains(self) -> bool:
        return min(self.mean, self.corrected) > 0

    @property
    def loses(self) -> bool:
        return max(self.mean, self.corrected) < 0

    def has(self, what: str, english: str, dutch: str) -> bool:
        return re.search(english if self.language == "en" else dutch, self.said[what]) is not None


def gain(mean: float, corrected: float, probability: float) -> Figures:
    labels = ["today", "proportional"]
    draws = np.linspace(-30_000.0, 30_000.0, 41)[:, None] + np.full(2, mean)
    known = {"probability_positive": [probability] * 2, "corrected": [corrected] * 2}
    marked = {k: xr.DataArray(v, {"versus": labels}, ("versus",)) for k, v in known.items()}
    marked |= made_scepticism(np.full(2, 0.5 * mean), labels)
    return Figures("gain", xr.DataArray(draws, {"versus": labels}, ("draw", "versus")), "EUR", known=marked)


def situations() -> Iterator[Told]:
    """Give plans in every situation there can be."""
    for mean, corrected, odds in itertools.product(GAINS, GAINS, ODDS):
        if corrected > mean:
            continue  # a correction takes off, and never adds
        for moves, breaks in itertools.product(MOVES, BREAKS):
            rests = replace(PLANS[moves].assumptions, target=Target("sales", 1e6) if breaks == "target" else None)
            figures = gain(mean, corrected, odds)
            plan = replace(PLANS[moves], today_breaks=BREAKS[breaks], assumptions=rests, gain=figures)
            language = "en" if (len(moves) + len(breaks) + round(10 * odds)) % 2 else "nl"  # both, in turn
            yield Told(plan, moves, breaks, mean, corrected, odds, language, plan.sentences(language))


def test_every_situation_has_its_words_in_both_languages() -> None:
    english, dutch = texts("budget", "en"), texts("budget", "nl")
    for each in GRID:
        for key in (each.headline, each.gain):
            assert english[key]
            assert dutch[key]


def test_what_is_advised_follows_from_what_is_known() -> None:
    for each in GRID:
        gains, likely = each.outcome == "more", each.probability >= EVEN
        assert each.headline.startswith("within") == (each.bound != "free")
        assert each.acts == (each.bound == "free" and each.moves == "some" and gains and likely)
        if each.headline == "sure":
            assert each.probability >= SURE
        if each.headline == "keep_open":
            assert not (gains and likely)
        assert (each.headline == "keep_less") == (
            each.bound == "free" and each.moves != "none" and each.outcome == "less"
        )
        assert each.gain != "same" or (each.moves == "none" and each.bound != "limits")
        losing = each.gain in ("loses", "limits_less", "target_less")
        assert losing == (each.outcome == "less" and each.gain != "same")


@pytest.fixture(scope="module")
def told() -> list[Told]:
    return list(situations())


def test_every_situation_has_one_headline_and_one_sentence_on_the_gain(told: list[Told]) -> None:
    for each in told:
        for key in ("advice", "gain", "today"):
            assert each.said[key][0].isupper()
            assert each.said[key].endswith(".")
            assert not re.search(r"[{}]|None|nan|  ", each.said[key]), each.said[key]


def test_no_headline_says_better_where_a_figure_says_less(told: list[Told]) -> None:
    for each in told:
        if each.has("advice", "looks better", "lijkt beter"):
            assert each.gains, each
            assert each.probability >= EVEN


def test_money_is_moved_for_its_gain_only_where_there_is_one(told: list[Told]) -> None:
    for each in told:
        if each.has("advice", "^(Move|Spend) ", "^(Verschuif|Geef) "):
            assert each.gains, each
            assert each.probability >= EVEN
            assert each.breaks == "nothing"


def test_what_limits_forbid_is_never_advised(told: list[Told]) -> None:
    for each in told:
        forbidden = each.breaks not in ("nothing", "target")
        assert not (each.breaks != "nothing" and each.has("advice", "^(Keep|Stay)", "^(Houd|Blijf)")), each
        assert not (forbidden and each.has("gain", "It is today's plan", "Het is het plan van nu")), each
        assert forbidden == each.has("advice", "^Within", "^Binnen")
        assert forbidden == each.has("gain", "^Today's plan", "^Het plan van nu")


def test_todays_division_is_kept_only_where_no_gain_is_likely(told: list[Told]) -> None:
    for each in told:
        if each.has("advice", "^Keep", "^Houd"):
            assert not each.gains or each.probability < EVEN or each.moves == "none", each
        if each.has("advice", "promises a gain that is sure", "belooft een zekere winst"):
            assert not each.gains or each.probability < EVEN


def test_the_sentence_on_the_gain_agrees_with_both_means(told: list[Told]) -> None:
    for each in told:
        more = each.has("gain", "we expect", "verwachten we")
        less = each.has("gain", "less|costs", "minder|kost ")
        assert not (more and less), each
        if more:
            assert each.gains, each
        if less:
            assert each.loses, each
        if each.moves != "none" or each.breaks not in ("nothing", "target"):
            assert less == each.loses, each


def test_a_plan_that_gains_on_average_and_not_once_corrected_has_no_gain_that_is_sure(told: list[Told]) -> None:
    found = [e for e in told if e.mean > 0 >= e.corrected and e.moves == "some" and e.breaks == "nothing"]
    assert {e.language for e in found} == {"en", "nl"}
    for each in found:
        assert each.has("advice", "no other one promises a gain that is sure", "geen andere verdeling belooft")
        assert each.has("gain", "no gain over today's that is sure", "geen zeker voordeel")


def test_a_plan_that_is_todays_says_so(told: list[Told]) -> None:
    for each in told:
        if each.moves == "none" and each.breaks == "nothing":
            assert each.has("gain", "It is today's plan", "Het is het plan van nu")
            assert not situation_of(each.plan).acts


@pytest.mark.parametrize(
    ("way", "english", "dutch"),
    [(1, "Spend EUR 9,000 more on", "meer uit aan"), (-1, "Spend EUR 9,000 less on", "minder uit aan")],
)
def test_where_one_channel_changes_it_is_named_alone(way: int, english: str, dutch: str) -> None:
    changes = {"tv": way * 9_000.0, **dict.fromkeys(CHANNELS[1:], -way * 1_800.0)}
    plan = made_plan(changes=changes, gain=gain(2e4, 2e4, 0.9))
    assert plan.sentences()["advice"] == f"{english} TV over these 13 weeks."
    assert dutch in plan.sentences("nl")["advice"]


def test_what_limits_cost_is_named_with_whose_limits_they_are() -> None:
    plan = replace(PLANS["some"], today_breaks=BREAKS["both"], gain=gain(-20_000.0, -20_000.0, 0.2))
    said = plan.sentences("en")
    assert said["advice"].startswith("Within these limits and what the data have seen: move EUR 60,000 from ")
    assert "does not keep the limits on TV and leaves what the data have seen of radio and display" in said["gain"]
    assert "costs EUR 20,000 against today's plan (between -EUR 7,000 and EUR 47,000" in said["gain"]


# --- what a sceptic expects, and when money is spent -----------------------------------------------------------------


def test_the_gain_is_followed_by_what_a_sceptic_expects_unless_there_is_none(told: list[Told]) -> None:
    for each in told:
        none = each.moves == "none" and each.breaks in ("nothing", "target")
        assert ("sceptic" in each.said) != none, each
        if not none:
            assert each.has("sceptic", " less \\(", " minder verwachten") == (each.mean < 0), each
            assert list(each.said).index("sceptic") == list(each.said).index("gain") + 1


def test_where_draws_cannot_tell_what_a_sceptic_expects_it_is_said() -> None:
    unknown = {
        k: v if k == "sceptical_k_hat" else v * np.nan
        for k, v in made_scepticism(np.ones(2), ["today", "proportional"]).items()
    }
    figures = gain(2e4, 2e4, 0.9)
    plan = replace(PLANS["some"], gain=replace(figures, known={**figures.known, **unknown}))
    assert "cannot be told" in plan.sentences()["sceptic"]
    assert "is niet te zeggen" in plan.sentences("nl")["sceptic"]


def test_weeks_are_spoken_of_only_where_even_ones_bring_much_and_likely_so() -> None:
    for much, odds, key in (
        (97_000.0, 0.9, "weeks_first"),
        (20_000.0, 0.9, "weeks"),
        (97_000.0, 0.7, ""),
        (1_000.0, 0.9, ""),
        (-97_000.0, 0.1, ""),
    ):
        plan = replace(PLANS["some"], phasing=made_phasing(split=50_000.0, plan=much, odds=odds))
        for language in ("en", "nl"):
            said = plan.sentences(language).get("weeks", "")
            assert bool(said) == bool(key), (much, odds)
            if key:
                assert said.startswith(texts("budget", language)[key].split(",")[0])
                assert "97" in said or "20" in said


def test_of_free_weeks_it_is_said_what_they_bring() -> None:
    rests = replace(PLANS["some"].assumptions, phasing="free")
    parts = made_phasing(split=30_000.0, timing=40_000.0, plan=90_000.0, odds=0.95)
    said = replace(PLANS["some"], assumptions=rests, phasing=parts).sentences()["weeks"]
    assert said.startswith("Of what is expected, EUR 40,000 comes from when the money is spent")


# --- which weeks today's plan is read from ---------------------------------------------------------------------------


def read_from(**rules: tuple[str, str, str]) -> BudgetPlan:
    table = PLANS["some"].today_from.copy()
    for channel, (rule, first, last) in rules.items():
        table.loc[channel] = (rule, pd.Timestamp(first), pd.Timestamp(last))
    return replace(PLANS["some"], today_from=table)


def test_it_is_said_which_weeks_todays_plan_is_read_from() -> None:
    plan = read_from(
        social=("since_start", "2026-06-29", "2026-08-31"),
        radio=("stopped", "2026-07-06", "2026-08-31"),
        search=("answers", "NaT", "NaT"),
    )
    for language, words in {
        "en": ("in the same weeks of the last year (8 September 2025 to 7 December 2025)",
               "Social started in the week of 29 June 2026", "or next to nothing, since the week of 6 July 2026"),
        "nl": ("in dezelfde weken van het laatste jaar is uitgegeven (8 september 2025 tot en met 7 december 2025)",
               "Social is in de week van 29 juni 2026 begonnen", "Radio heeft sinds de week van 6 juli 2026 niets"),
    }.items():  # fmt: skip
        said = plan.sentences(language)["today"]
        assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("rule", "last", "said"),
    [
        ("last_weeks", "2026-08-31", "in the last 13 weeks (8 June 2026 to 6 September 2026), because the data do not"),
        ("last_weeks", "2026-07-20", "in the last 7 weeks (8 June 2026 to 26 July 2026), then the same again"),
        ("given", "NaT", "the one that was given as such"),
    ],
)
def test_other_weeks_are_not_called_those_of_the_last_year(rule: str, last: str, said: str) -> None:
    told = read_from(**dict.fromkeys(CHANNELS, (rule, "2026-06-08", last))).sentences()["today"]
    assert said in told
    assert "last year" not in told


def test_it_is_said_that_the_total_is_todays() -> None:
    rests = replace(PLANS["some"].assumptions, total_from="today")
    assert "No total was given" in replace(PLANS["some"], assumptions=rests).sentences()["today"]
    assert "total was given" not in PLANS["some"].sentences()["today"]
