"""What a user can do to `fit`, and what it says when it cannot go on."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.model import native, sampling
from tests.conftest import small_frame, small_funnel
from tests.fits import seed
from tests.model.funnels import funnel_of, funnel_panel

QUICK = {"seed": seed(3), "draws": 50, "tune": 100, "chains": 2, "progress": False}


def test_a_roas_prior_about_effects_that_multiply_is_refused() -> None:
    funnel = small_funnel(
        channels=[om.Channel("tv", roas_prior=(0.5, 2.0)), "search"],
        outcomes=[om.Outcome("sales", likelihood="log_normal")],
    )
    with pytest.raises(om.FitError, match="effects that add"):
        om.fit(funnel, om.Panel(small_frame()), **QUICK)


def test_a_stage_that_is_mostly_empty_is_refused_with_its_weeks() -> None:
    frame = small_frame().assign(visits=lambda f: f["sales"] * 0.4)
    frame.loc[frame.index[10:70], "visits"] = np.nan
    funnel = small_funnel(stages=["visits"], outcomes=[om.Outcome("sales", parents=["visits"])])
    with pytest.raises(om.DataError, match=r"`visits` is empty in 60 of the 104 weeks .*from 2022-03-14"):
        om.fit(funnel, om.Panel(frame), **QUICK)


def test_a_silent_channel_that_is_said_to_answer_to_demand_is_refused() -> None:
    frame = small_frame().assign(visits=lambda f: f["sales"] * 0.4)
    funnel = small_funnel(
        channels=[om.Channel("tv", responds_to="visits"), "search"],
        stages=["visits"],
        outcomes=[om.Outcome("sales", parents=["visits"])],
    )
    assert (frame["tv"] == 0).mean() > 0.5
    with pytest.raises(om.DataError, match=r"`tv` is said to respond to visits, but it is silent in"):
        om.fit(funnel, om.Panel(frame), **QUICK)


def test_a_funnel_with_an_empty_week_of_a_stage_is_fitted_and_that_week_estimated() -> None:
    panel = funnel_panel()
    posterior = om.fit(funnel_of("whole funnel"), panel, **{**QUICK, "draws": 200, "tune": 400})
    found = posterior.flat("missing_week").sel(missing="visits 2022-08-01")
    known = panel.frame["visits"] / panel.frame["visits"].mean()
    assert float(known.min()) - 0.2 < float(found.mean()) < float(known.max()) + 0.2
    assert float(found.std()) < 0.5
    assert set(posterior.draws["posterior"]["stage_effect"].coords["parent"].to_numpy()) == {
        "searches",
        "visits",
        "online",
    }


def test_chains_that_did_not_agree_are_run_once_more_in_small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("omnimix.posterior.diagnostics.USABLE_ESS", 1e9)
    again = om.fit(small_funnel(), om.Panel(small_frame()), **{**QUICK, "draws": 500})
    assert "second run" in again.run.sampler
    trial = om.fit(small_funnel(), om.Panel(small_frame()), **QUICK)
    assert trial.run.sampler == "nutpie"


@pytest.mark.parametrize("setting", [{"draws": 0}, {"tune": -1}, {"chains": 0}, {"draws": 1.5}])
def test_settings_that_make_no_sense_are_refused(setting: dict[str, object]) -> None:
    with pytest.raises((om.FitError, om.ArgumentError), match=next(iter(setting))):
        om.fit(small_funnel(), om.Panel(small_frame()), **{**QUICK, **setting})


def test_bad_data_are_refused_with_everything_that_is_wrong() -> None:
    frame = small_frame()
    frame.loc[frame.index[3], "tv"] = -5.0
    frame.loc[frame.index[8], "search"] = np.nan
    with pytest.raises(om.DataError) as refused:
        om.fit(small_funnel(controls=["price", "prise"]), om.Panel(frame), **QUICK)
    for part in ("tv", "search", "negative", "empty", "did you mean 'price'"):
        assert part in str(refused.value)


def test_a_log_outcome_below_zero_is_refused_by_week() -> None:
    frame = small_frame()
    frame.loc[frame.index[5], "sales"] = 0.0
    with pytest.raises(om.DataError, match="2022-02-07"):
        om.fit(small_funnel(outcomes=[om.Outcome("sales", likelihood="log_normal")]), om.Panel(frame), **QUICK)


def test_a_missing_outcome_week_is_left_out_and_never_zero() -> None:
    frame = small_frame()
    whole = om.fit(small_funnel(), om.Panel(frame), **QUICK)
    frame.loc[frame.index[[20, 21, 55]], "sales"] = np.nan
    gaps = om.fit(small_funnel(), om.Panel(frame), **QUICK)
    expected = om.respond(gaps).mean("draw").squeeze().to_numpy()
    assert np.isfinite(expected).all()
    assert expected[20:22].min() > 0.7 * float(om.respond(whole).mean())


def test_an_interrupt_stops_the_sampler_and_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    import nutpie

    real = nutpie.sample
    stopped: list[bool] = []

    class Interrupted:
        def __init__(self, sampler: object) -> None:
            self._sampler = sampler

        def wait(self) -> None:
            raise KeyboardInterrupt

        def cancel(self) -> None:
            self._sampler.cancel()  # type: ignore[attr-defined]
            stopped.append(True)

    monkeypatch.setattr(nutpie, "sample", lambda *a, **k: Interrupted(real(*a, **k)))
    with pytest.raises(KeyboardInterrupt):
        om.fit(small_funnel(), om.Panel(small_frame()), **{**QUICK, "draws": 5_000})
    assert stopped == [True]


@pytest.mark.slow
def test_nutpies_documented_door_gives_the_same_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {**QUICK, "draws": 500, "tune": 500}
    usual = om.fit(small_funnel(), om.Panel(small_frame()), **settings)
    monkeypatch.setattr(sampling, "native_model", native.python_model)
    slower = om.fit(small_funnel(), om.Panel(small_frame()), **settings)
    first, second = (om.roas(p).table().set_index("channel") for p in (usual, slower))
    assert (abs(first["mean"] - second["mean"]) < 0.15 * (first["upper"] - first["lower"])).all()


def test_a_single_chain_is_fitted_and_said_to_be_unchecked() -> None:
    posterior = om.fit(small_funnel(), om.Panel(small_frame()), **{**QUICK, "chains": 1, "draws": 400, "tune": 400})
    assert "one_chain" in {f.name for f in om.check(posterior).findings}


def test_several_outcomes_without_stages_are_fitted_side_by_side() -> None:
    frame = small_frame()
    frame["visits"] = 0.4 * frame["sales"] + np.random.default_rng(0).normal(0, 300, len(frame))
    funnel = small_funnel(outcomes=["sales", om.Outcome("visits", drivers=["tv"])])
    posterior = om.fit(funnel, om.Panel(frame), **QUICK)
    assert posterior.draws["posterior"]["contribution"].sel(node="visits", channel="search").isnull().all()
    table = om.contributions(posterior, allow_unconverged=True).table()
    assert set(table["outcome"]) == {"sales", "visits"}
    row = table[(table["outcome"] == "visits") & (table["channel"] == "search")]
    assert float(row["mean"].iloc[0]) == 0.0
