"""A result of a test is refused until it says everything that gives it a meaning."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import omnimix as om
from omnimix.errors import SpecError
from tests.experiments.made_tests import result


@pytest.mark.parametrize("field", ["start", "end", "scale", "metric", "value", "tail_weeks", "outcome"])
def test_what_gives_a_result_its_meaning_may_not_be_left_out(field: str) -> None:
    with pytest.raises(SpecError, match=f"`{field}` is missing"):
        result(**{field: None})


def test_a_return_may_be_over_all_outcomes() -> None:
    assert result(metric="roas", outcome=None).outcome is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scale": 1}, "1 changes nothing"),
        ({"scale": -0.5}, "from 0 to 100"),
        ({"metric": "rois"}, "did you mean 'roas'"),
        ({"error": None}, "no uncertainty"),
        ({"error": 0.0}, "standard error above 0"),
        ({"interval": (1.0, 2.0)}, "both error and interval"),
        ({"error": None, "interval": (20_000, 30_000)}, "lies outside its interval"),
        ({"error": None, "interval": (30_000, 1)}, "a lower and a higher number"),
        ({"end": "2023-03-01"}, "before it starts"),
        ({"start": "soon"}, "a day such as"),
        ({"channels": ()}, "no channels and no chain"),
        ({"channels": ["tv", "tv"]}, "stands in it twice"),
        ({"chain": om.Chain("c", links=["tv"])}, "channels and a chain"),
        ({"geos": []}, "empty list"),
        ({"tail_weeks": 1.5}, "whole number of weeks"),
        ({"spend": 0.0}, "money above 0"),
        ({"discounts": {"recency": -1.0}}, "by which the variance grows"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SpecError, match=said):
        result(**changes)


def test_everything_missing_is_told_at_once() -> None:
    with pytest.raises(SpecError) as told:
        om.Experiment("tv")
    assert str(told.value).count("is missing") == 7


def test_an_interval_is_an_error_of_the_same_width() -> None:
    one = result(error=None, value=0.0, interval=(-1.64485, 1.64485))
    assert one.standard_error == pytest.approx(1.0, abs=1e-4)


def test_days_are_days_however_they_are_given() -> None:
    assert result(start=dt.datetime(2023, 3, 6, 12), end=dt.date(2023, 4, 2)) == result()
