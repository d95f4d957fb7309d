"""Effects that change are found where the weeks want them, and not where they do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import omnimix as om
from omnimix.checks import effects_change, score_of_change
from omnimix.checks.effects_change import effects_change_check, latest_over_mean
from omnimix.checks.score_of_change import _change, _left
from omnimix.mechanics.periods import stretches
from tests.fits import fit
from tests.funnel_fits import SETTINGS, funnel_frame, whole_funnel

WEEKS, NOISE = 130, 0.05
WINDOW = pd.date_range("2023-01-02", periods=WEEKS, freq="7D", name="week")
FOUND = stretches(26, WINDOW)
HELD = np.repeat(np.arange(5), 26)


@pytest.fixture(scope="module")
def changing() -> om.Posterior:
    funnel = whole_funnel(effects_change="half_year")
    return fit(funnel, om.Panel(funnel_frame()), **{**SETTINGS, "draws": 40, "tune": 100})


def _planted(posterior: om.Posterior, spread: float, mail: tuple[float, float, float]) -> om.Posterior:
    """Return a fit whose draws all have a spread and, up to a few percent, levels of mail."""
    draws = posterior.draws["posterior"].to_dataset().copy(deep=True)
    draws["effect_spread"][:] = spread
    generator, size = np.random.default_rng(2), draws["effect_level"].shape
    draws["effect_level"][:] = np.exp(generator.normal(0.0, 0.3, size))
    jitter = np.exp(generator.normal(0, 0.03, (*size[:2], 3)))
    draws["effect_level"].loc[{"channel": "mail"}] = np.array(mail) * jitter
    return replace(posterior, draws=xr.DataTree.from_dict({"posterior": draws}))


def test_a_channel_whose_latest_period_is_surely_lower_is_named_with_by_how_much(changing: om.Posterior) -> None:
    planted = _planted(changing, 0.4, (1.2, 1.1, 0.5))
    (found,) = [f for f in effects_change_check(planted) if f.where == "mail"]
    assert found.severity == "notes"
    assert found.figure == pytest.approx(np.median(latest_over_mean(planted, "mail")))
    assert "2024-01-01" in found.message
    assert "less" in found.message
    assert "by='period'" in found.remedy


def test_a_small_spread_is_no_finding_whatever_the_levels(changing: om.Posterior) -> None:
    assert not list(effects_change_check(_planted(changing, 0.02, (1.2, 1.1, 0.5))))


def test_a_spread_without_a_sure_channel_is_told_of_all(changing: om.Posterior) -> None:
    draws = _planted(changing, 0.4, (1.0, 1.0, 1.0)).draws["posterior"].to_dataset()
    generator = np.random.default_rng(3)
    draws["effect_level"][:] = np.exp(generator.normal(0.0, 0.3, draws["effect_level"].shape))
    (found,) = effects_change_check(replace(changing, draws=xr.DataTree.from_dict({"posterior": draws})))
    assert found.where is None
    assert "of no channel is it sure" in found.message


def _chance(generator: np.random.Generator, change: np.ndarray) -> score_of_change.Change:
    """Return the score of a channel whose effect differs by period, beside a trend and its own level fitted along."""
    brought = np.where(generator.random(WEEKS) < 0.6, generator.gamma(4.0, 0.03, WEEKS), 0.0)
    columns = np.vstack([np.ones(WEEKS), np.linspace(-0.5, 0.5, WEEKS)])
    residual = brought * change[HELD] + columns.T @ generator.normal(0, 1, 2) + generator.normal(0, NOISE, WEEKS)
    whitened, left = _left(residual, columns, NOISE, brought[None, :])
    return _change("tv", "sales", brought, HELD, FOUND, left, whitened)


def test_the_chance_is_uniform_under_effects_that_never_change() -> None:
    generator = np.random.default_rng(1)
    chances = np.array([_chance(generator, np.zeros(5)).chance for _ in range(400)])
    for level in (0.05, 0.5, 0.9):
        error = np.sqrt(level * (1 - level) / 400)
        assert abs((chances < level).mean() - level) < 4 * error


def test_an_effect_that_fades_is_seen_with_its_period_and_direction() -> None:
    found = _chance(np.random.default_rng(5), np.array([0.4, 0.4, 0.0, 0.0, -1.0]))
    assert found.chance < 1e-3
    lowest = _chance(np.random.default_rng(5), np.array([0.0, 0.0, 0.0, 0.0, -1.5]))
    assert not lowest.more
    assert lowest.period == FOUND[-1]


def test_a_fit_without_change_is_told_what_contradicts_it(
    small_posterior: om.Posterior, monkeypatch: pytest.MonkeyPatch
) -> None:
    rare = score_of_change.Change("tv", "sales", 0.001, FOUND[1], more=False)
    usual = score_of_change.Change("search", "sales", 0.3, FOUND[2], more=True)
    monkeypatch.setattr(effects_change, "changes", lambda _: [rare, usual])
    (found,) = effects_change_check(small_posterior)
    assert (found.where, found.severity) == ("tv", "warns")
    assert "less from 2023-07-03 to 2023-12-31" in found.message
    assert "effects_change='half_year'" in found.remedy


def test_a_real_fit_gives_a_chance_a_channel_and_node() -> None:
    without = fit(whole_funnel(), om.Panel(funnel_frame()), **SETTINGS)
    found = score_of_change.changes(without)
    pairs = {(n.name, c.name) for n in without.funnel.nodes for c in without.funnel.drivers(n)}
    assert {(c.node, c.channel) for c in found} == pairs
    assert all(0.0 < c.chance <= 1.0 for c in found)
