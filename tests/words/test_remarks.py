"""Remarks on plans: English text for who reads the record, any language for who is spoken to."""

from __future__ import annotations

import copy
import pickle

import pytest

from omnimix.errors import OmnimixError
from omnimix.words import LANGUAGES, Remark, texts, told_remark
from omnimix.words.remarks import SECTION


def test_a_remark_is_its_english_sentence_and_can_be_told_in_dutch() -> None:
    remark = Remark.of("beyond_total", currency="EUR", most=1_250_000.0)
    assert remark == "in total this is more than the data have seen (EUR 1,250,000 over so many weeks): extrapolated"
    assert remark.told("nl").startswith("In totaal is dit meer dan de data hebben gezien (EUR 1.250.000 over")


def test_one_name_and_several_have_sentences_of_their_own_and_are_named_as_readers_call_them() -> None:
    assert Remark.of("levers", channels=("search",)) == "search is set by the plan and does not answer to demand"
    several = Remark.of("beyond_data", channels=("online_video", "radio"))
    assert several == "online_video and radio would run outside what the data have seen: extrapolated"
    assert several.told("nl") == "Online video en radio liggen buiten wat de data hebben gezien: geëxtrapoleerd"


@pytest.mark.parametrize("again", [copy.deepcopy, lambda remark: pickle.loads(pickle.dumps(remark))])
def test_a_remark_that_went_through_another_process_still_speaks_both(again) -> None:
    remark = again(Remark.of("weeks_further", share=0.25))
    assert "25%" in remark
    assert remark.told("nl").startswith("Losse weken mogen 25% verder gaan")


def test_a_sentence_of_somebody_else_stays_as_it_is() -> None:
    assert told_remark("as agreed in March", "nl") == "as agreed in March"
    with pytest.raises(OmnimixError, match="language is one of"):
        Remark.of("levers", channels=("tv",)).told("de")


def test_every_remark_stands_in_both_languages() -> None:
    english, dutch = (texts(SECTION, language) for language in LANGUAGES)
    assert list(english) == list(dutch)
    assert not [key for key in english if english[key] == dutch[key]]
