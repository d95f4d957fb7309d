"""A schedule that teaches: the same money, in weeks that tell more."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest

import omnimix as om
from omnimix.errors import SpecError
from omnimix.experiments.teaching import Lesson
from tests.plot.dutch import assert_dutch


@pytest.fixture(scope="module")
def schedule(small_posterior: om.Posterior) -> om.TeachingSchedule:
    return om.teaching_schedule(small_posterior, weeks=8, seed=2, progress=False)


def test_every_channel_keeps_its_money(schedule: om.TeachingSchedule) -> None:
    np.testing.assert_allclose(schedule.spend.sum(), schedule.usual.sum())
    assert (schedule.spend.to_numpy() >= 0).all()
    assert len(schedule.calendar()) == 8 * len(schedule.spend.columns)


def test_it_costs_no_more_than_it_takes_off_what_is_at_stake(schedule: om.TeachingSchedule) -> None:
    money = schedule.usual[list(schedule.rows["channel"])].sum().to_numpy()
    now = float((money * schedule.rows["width_now"]).sum())
    assert schedule.price["mean"] <= now
    assert (
        schedule.rows[["width_usual", "width_schedule"]].to_numpy() <= schedule.rows[["width_now"]].to_numpy()
    ).all()


def test_channels_that_always_move_together_are_taken_apart() -> None:
    generator = np.random.default_rng(1)
    returns = generator.normal(1.0, 0.5, (1000, 2))
    noise = generator.normal(0.0, 1.0, (1000, 6))

    def weeks(money: np.ndarray) -> np.ndarray:
        return noise + returns @ money

    lesson = Lesson(("a", "b"), returns, np.array([6.0, 6.0]), weeks)
    together, apart = np.ones((2, 6)), np.array([[2.0, 0.0] * 3, [0.0, 2.0] * 3])
    told = lesson.explained(weeks(apart))
    assert (told > lesson.explained(weeks(together)) + 0.1).all()
    assert told == pytest.approx(0.25 / (0.25 + 1.0 / 12.0), abs=0.06)  # three weeks of 2 a channel: 1 / (3 x 4)
    assert lesson.at_stake(weeks(apart)) < lesson.at_stake(weeks(together))


def test_it_says_what_it_teaches_and_draws_itself(schedule: om.TeachingSchedule) -> None:
    assert schedule.sentence("nl") != schedule.sentence("en")
    assert "TeachingSchedule" not in repr(schedule)
    assert schedule.plot().get_title(loc="left") or schedule.plot().figure
    assert_dutch(schedule)
    plt.close("all")


def test_what_makes_no_schedule_is_refused_at_once(small_posterior: om.Posterior) -> None:
    with pytest.raises(SpecError) as told:
        om.teaching_schedule(small_posterior, weeks=3, swing=0.0)
    assert "`weeks`" in str(told.value)
    assert "`swing`" in str(told.value)


def test_where_nothing_is_spent_there_is_nothing_to_lay_or_test(small_posterior: om.Posterior) -> None:
    frame = small_posterior.panel.frame.copy()
    frame.iloc[-60:, [frame.columns.get_loc(c.spend_column) for c in small_posterior.funnel.channels]] = 0.0
    silent = replace(small_posterior, panel=small_posterior.panel.with_frame(frame))
    with pytest.raises(SpecError, match="nothing to test"):
        om.teaching_schedule(silent, weeks=8, progress=False)
    with pytest.raises(SpecError, match="nothing to test"):
        om.design_tests(silent, weeks=(4,))
