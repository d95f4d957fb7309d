"""What a test should find is what every other verb reports of that spend in those weeks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.errors import SpecError
from omnimix.experiments import predicted
from omnimix.labels import CHANNEL, WEEK
from tests.chains.conftest import SPAN, spring
from tests.experiments.made_tests import result, window


def day(week: pd.Timestamp, later: int = 0) -> str:
    return f"{week + pd.Timedelta(days=later):%Y-%m-%d}"


LONG = 60  # weeks of tail, more than any effect lasts


@pytest.mark.parametrize("channel", ["tv", "mail", "retargeting", "search"])
def test_the_return_of_switching_off_for_the_whole_window_is_roas(funnel_posterior: om.Posterior, channel: str) -> None:
    one = result(**window(funnel_posterior), channels=channel, metric="roas", outcome=None, tail_weeks=LONG)
    told = om.roas(funnel_posterior, allow_unconverged=True).draws.sel({CHANNEL: channel})
    np.testing.assert_allclose(predicted(funnel_posterior, [one])[:, 0], told, rtol=1e-8)


def test_the_return_of_all_channels_together_is_that_of_all_media(funnel_posterior: om.Posterior) -> None:
    names = funnel_posterior.funnel.channel_names
    one = result(**window(funnel_posterior), channels=names, metric="roas", outcome=None, tail_weeks=LONG)
    told = om.roas(funnel_posterior, allow_unconverged=True).draws.sel({CHANNEL: "all_media"})
    np.testing.assert_allclose(predicted(funnel_posterior, [one])[:, 0], told, rtol=1e-8)


def test_the_increments_of_all_outcomes_are_worth_the_value_that_roas_counts(funnel_posterior: om.Posterior) -> None:
    whole = {**window(funnel_posterior), "channels": "mail", "tail_weeks": LONG}
    parts = [result(o.name, outcome=o.name, **whole) for o in funnel_posterior.funnel.outcomes]
    shares = [result(f"{e.name} share", outcome=e.outcome, metric="lift_share", **whole) for e in parts]
    found = predicted(funnel_posterior, [*parts, *shares])
    worth = found[:, :2] @ [o.value for o in funnel_posterior.funnel.outcomes]
    table = om.roas(funnel_posterior, allow_unconverged=True)
    spend = float(table.known["spend"].sel({CHANNEL: "mail"}))
    gross = om.roas(funnel_posterior, basis="gross", allow_unconverged=True).draws.sel({CHANNEL: "mail"})
    np.testing.assert_allclose(worth / spend, gross, rtol=1e-8)
    assert ((found[:, 2:] < 1) & (np.sign(found[:, 2:]) == np.sign(found[:, :2]))).all()


def test_a_test_of_a_few_weeks_is_the_difference_of_two_plans(funnel_posterior: om.Posterior) -> None:
    weeks = funnel_posterior.scaling.weeks
    spend = funnel_posterior.panel.frame[["tv", "mail", "retargeting"]].iloc[10:20]
    off = spend.assign(tv=[0.0] * 4 + list(spend["tv"].iloc[4:]))
    told = om.respond(funnel_posterior, spend).sum(WEEK) - om.respond(funnel_posterior, off).sum(WEEK)
    one = result(start=day(weeks[10]), end=day(weeks[13], 6), outcome="visits", tail_weeks=6)
    np.testing.assert_allclose(predicted(funnel_posterior, [one])[:, 0], told.sel(node="visits"), rtol=1e-8)


def test_a_test_of_a_chain_is_what_the_chain_earned(funnel_posterior: om.Posterior) -> None:
    judged = om.evaluate_chain(funnel_posterior, spring(), allow_unconverged=True)
    one = result(channels=(), chain=spring(), **SPAN, metric="roas", outcome=None, tail_weeks=LONG)
    told = judged.returns.draws.sel(basis="net")
    np.testing.assert_allclose(predicted(funnel_posterior, [one])[:, 0], told, rtol=1e-8)


def test_weeks_that_are_covered_in_part_count_for_the_part(plain_posterior: om.Posterior) -> None:
    whole = result(channels="mail", start="2023-03-06", end="2023-03-12", outcome="visits", scale=1 - 3 / 7)
    part = result("part", channels="mail", start="2023-03-08", end="2023-03-10", outcome="visits")
    found = predicted(plain_posterior, [whole, part])
    np.testing.assert_allclose(found[:, 0], found[:, 1], rtol=1e-9)


def test_more_spend_and_less_are_both_told_as_what_the_money_brings(plain_posterior: om.Posterior) -> None:
    less, more = result(outcome="store", scale=0.99), result("b", outcome="store", scale=1.01)
    found = predicted(plain_posterior, [less, more])
    assert (found > 0).all()
    np.testing.assert_allclose(found[:, 0], found[:, 1], rtol=0.05)


def test_the_usual_spend_can_be_stated_where_the_table_does_not_hold_it(plain_posterior: om.Posterior) -> None:
    weeks, frame = plain_posterior.scaling.weeks, plain_posterior.panel.frame
    total = float(frame.loc["2023-03-06":"2023-03-27", "mail"].sum())
    told = result(channels="mail", outcome="store")
    stated = result("b", channels="mail", outcome="store", spend=total)
    double = result("c", channels="mail", outcome="store", spend=2 * total)
    found = predicted(plain_posterior, [told, stated, double])
    np.testing.assert_allclose(found[:, 0], found[:, 1], rtol=1e-9)
    assert (found[:, 2] > found[:, 1]).all()
    later = {"start": day(weeks[-1], 7), "end": day(weeks[-1], 34)}
    after = result("d", channels="mail", outcome="store", spend=total, **later)
    assert (predicted(plain_posterior, [after]) > 0).all()


def test_everything_that_does_not_fit_the_model_is_told_at_once(plain_posterior: om.Posterior) -> None:
    wrong = [
        result("one", channels=["tvv", "mail"], outcome="visit"),
        result("two", geos="south"),
        result("three", start="2020-01-06", metric="roas", outcome="visits"),
        result("three", start="2026-01-05", end="2026-02-01", outcome="visits"),
    ]
    with pytest.raises(SpecError) as told:
        predicted(plain_posterior, wrong)
    for text in (
        "did you mean 'tv'?",
        "did you mean 'visits'?",
        "in south",
        "before the data window",
        "a roas is of what",
        "give `spend`",
        "two experiments are called 'three'",
    ):
        assert text in str(told.value)


def test_a_channel_that_was_off_already_says_what_is_missing(plain_posterior: om.Posterior) -> None:
    frame = plain_posterior.panel.frame
    week = frame.index[(frame["tv"] == 0).to_numpy()][0]
    day = f"{week:%Y-%m-%d}"
    with pytest.raises(SpecError, match="no spend of tv"):
        predicted(plain_posterior, [result(start=day, end=day, outcome="visits")])
