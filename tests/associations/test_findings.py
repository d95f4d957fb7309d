"""Each finding speaks in a world that it is for and is silent in clean ones; nothing is fitted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.associations.bend import bent_responses
from tests.conftest import small_frame, small_funnel

WEEKS = 150


def swings(seed: int) -> np.ndarray:
    """Return a slow force between -1 and 1 that neither a trend nor a season resembles."""
    shift = np.random.default_rng(seed).uniform(0, 2 * np.pi)
    return np.asarray(np.sin(2 * np.pi * np.arange(WEEKS) / 37 + shift))


def table(
    seed: int = 1, *, force: float = 0.0, regular: bool = False, late: int = 0, **changed: object
) -> pd.DataFrame:
    """Return three channels with curves that level off, a price, a season; ``changed`` are returns by channel."""
    generator = np.random.default_rng(seed)
    tide = swings(seed)
    index = pd.date_range("2022-01-03", periods=WEEKS, freq="7D", name="week")
    on = np.arange(WEEKS) % 8 < 4 if regular or force else np.repeat(generator.random(WEEKS // 3) < 0.45, 3)
    money = {
        "tv": np.where(on, generator.gamma(8.0, 5_000.0, WEEKS), 0.0),
        "radio": generator.gamma(9.0, 1_500.0, WEEKS),
        "mail": generator.gamma(5.0, 2_000.0, WEEKS),
    }
    money = {c: x * (1 + force * tide) for c, x in money.items()}
    returns = {"tv": 1.5, "radio": 1.0, "mail": 2.0, **{k: v for k, v in changed.items() if k != "curve"}}
    sales = 300_000 + 20_000 * np.sin(2 * np.pi * np.arange(WEEKS) / 52.18) + 5_000 * generator.normal(size=WEEKS)
    for channel, spend in money.items():
        carried = np.convolve(np.concatenate([np.zeros(late if channel == "tv" else 0), spend]), [0.6, 0.3, 0.1])[
            :WEEKS
        ]
        typical = np.median(spend[spend > 0])
        bent = changed.get("curve") == "s" and channel == "tv"
        response = carried**4 / (carried**4 + typical**4) if bent else carried / (carried + 2 * typical)
        sales = sales + returns[channel] * spend.sum() * response / response.sum()  # type: ignore[operator]
    price = generator.normal(10.0, 0.5, WEEKS)
    return pd.DataFrame({**money, "price": price, "sales": sales + 60_000 * force * tide}, index=index)


def found(frame: pd.DataFrame, **changes: object) -> dict[str, om.Finding]:
    funnel = small_funnel(**{"channels": ["tv", "radio", "mail"], **changes})
    return {f.name: f for f in om.check_associations(funnel, om.Panel(frame))}


@pytest.mark.parametrize("seed", range(8))
def test_a_world_that_the_model_can_represent_raises_none(seed: int) -> None:
    assert not found(table(seed))
    assert not found(table(seed, regular=True))


def test_the_only_channel_of_a_funnel_is_looked_at_as_well() -> None:
    frame = table().drop(columns=["radio", "mail"])
    funnel = small_funnel(channels=["tv"])
    assert "bent_response" not in {f.name for f in bent_responses(funnel, om.Panel(frame))}


def test_a_channel_that_takes_away_is_named_with_its_cause() -> None:
    finding = found(table(tv=-1.5))["wrong_sign"]
    assert (finding.severity, finding.where) == ("warns", "tv")
    assert finding.figure is not None
    assert finding.figure < -4
    assert "negative effect on sales" in finding.message
    assert "signed=True" in finding.remedy


def test_a_channel_that_is_said_to_be_signed_is_not_named() -> None:
    assert "wrong_sign" not in found(table(tv=-1.5), channels=[om.Channel("tv", signed=True), "radio", "mail"])


def test_an_effect_that_comes_weeks_later_is_carryover_and_no_wrong_sign() -> None:
    assert not {"wrong_sign", "late_or_negative"} & set(found(table(late=3)))


def test_regular_flights_with_a_bare_trace_leave_sign_or_delay_open() -> None:
    open_to_both = []
    for seed in range(6):
        frame = table(seed, regular=True, tv=0.0)
        away = np.where(
            np.arange(WEEKS) % 8 < 4, -1.0, 1.0
        )  # a square wave: half a period later it is its own opposite
        frame["sales"] += 9_000 * away
        names = found(frame)
        open_to_both.append("late_or_negative" in names)
        assert "late_or_negative" in names or "wrong_sign" in names or not names
    assert any(open_to_both)


def test_a_response_that_bends_is_named_with_its_remedy() -> None:
    finding = found(table(curve="s", tv=3.0))["bent_response"]
    assert finding.where == "tv"
    assert "S-shaped" in finding.message
    assert "slope" in finding.remedy


def test_media_that_all_follow_a_hidden_force_are_named() -> None:
    finding = found(table(force=0.6))["media_follow_level"]
    assert finding.where == "sales"
    assert "control" in finding.remedy


def test_a_control_that_measures_the_force_settles_it() -> None:
    frame = table(force=0.6)
    assert "media_follow_level" not in found(frame.assign(economy=swings(1)), controls=["price", "economy"])


def test_a_table_that_cannot_be_fitted_has_none_of_these_findings() -> None:
    assert not found(table().drop(columns="radio"))
    assert not found(table().assign(price=10.0))
    assert not found(table().iloc[:30])


def test_money_in_another_unit_changes_nothing() -> None:
    frame = table(tv=-1.5)
    ours, theirs = (found(f) for f in (frame, frame * 1_000.0))
    assert set(ours) == set(theirs)
    assert theirs["wrong_sign"].figure == pytest.approx(ours["wrong_sign"].figure, rel=1e-6)


def test_a_fit_says_them_too(small_posterior: om.Posterior) -> None:
    assert not set(found(small_frame(), channels=["tv", "search"])) & {
        f.name for f in om.check(small_posterior).findings
    }
