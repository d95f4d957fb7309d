"""Media that cost no money: they have contributions, and no part in anything that is held against money."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.config import read_config
from omnimix.effects.future import Future
from omnimix.effects.plan import as_plan
from omnimix.mechanics import fit_scaling, total_priors, value_prior
from tests.fits import converged, fit
from tests.funnel_fits import SETTINGS, funnel_frame, whole_funnel

WEEKS = 5
EMAIL = om.Channel("email", paid=False, exposure="mail", team="crm")
BOUGHT = [
    om.Channel("tv", team="brand"),
    om.Channel("retargeting", fuelled_by="visits", team="online"),
    om.Channel("search", responds_to="visits", team="online"),
]


def funnel_with_email(email: om.Channel = EMAIL) -> om.Funnel:
    outcomes = [
        om.Outcome("online", value=0.3, parents=["visits"]),
        om.Outcome("store", value=0.2, parents=["visits"], drivers=["tv", "email"]),
    ]
    return whole_funnel(channels=[BOUGHT[0], email, *BOUGHT[1:]], outcomes=outcomes)


@pytest.fixture(scope="module")
def posterior() -> om.Posterior:
    return converged(fit(funnel_with_email(), om.Panel(funnel_frame()), **{**SETTINGS, "draws": 40, "tune": 100}))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, ["no exposure column"]),
        ({"exposure": "sends", "spend": "email_eur"}, ["spend names a column of money"]),
        ({"exposure": "sends", "roas_prior": (0.5, 2.0)}, ["roas_prior is about money"]),
        (
            {"spend": "email_eur", "pool": "owned", "responds_to": "visits"},
            ["no exposure", "spend", "pool", "responds_to"],
        ),
    ],
)
def test_an_unpaid_channel_says_what_it_lacks_and_cannot_have(arguments: dict[str, object], said: list[str]) -> None:
    with pytest.raises(om.SpecError) as refused:
        om.Channel("email", paid=False, **arguments)  # type: ignore[arg-type]
    assert all(part in str(refused.value) for part in said)


def test_a_funnel_needs_something_that_is_bought() -> None:
    with pytest.raises(om.SpecError, match="none of its channels is paid"):
        om.Funnel(channels=[EMAIL], outcomes=["sales"])


def test_an_unpaid_channel_has_no_column_of_money() -> None:
    assert funnel_with_email().roles.spend.keys() == {"tv", "retargeting", "search"}
    with pytest.raises(om.SpecError, match="not paid"):
        _ = EMAIL.spend_column


def test_the_unit_in_which_sends_are_counted_changes_nothing() -> None:
    funnel, frame = funnel_with_email(), funnel_frame()
    one, other = (fit_scaling(funnel, om.Panel(f)) for f in (frame, frame.assign(mail=frame["mail"] / 1_000)))
    assert total_priors(funnel, one) == total_priors(funnel, other)
    assert one.typical_exposure["email"] == pytest.approx(1_000 * other.typical_exposure["email"])


def test_what_is_believed_of_bought_media_is_the_same_beside_an_unpaid_channel() -> None:
    panel = om.Panel(funnel_frame())
    outcomes = [om.Outcome("online", value=0.3, parents=["visits"]), om.Outcome("store", value=0.2, parents=["visits"])]
    alone = whole_funnel(channels=BOUGHT, outcomes=outcomes)
    beside = whole_funnel(channels=[*BOUGHT, EMAIL], outcomes=outcomes)
    one, other = (value_prior(f, fit_scaling(f, panel)) for f in (alone, beside))
    assert one is not None
    assert other is not None
    assert one.total == other.total
    groups = {g.name: g for g in total_priors(beside, fit_scaling(beside, panel))}
    assert "email" in groups
    assert "email" not in {p.channel for p in groups["visits"].direct}


def test_an_unpaid_channel_can_act_on_a_stage_that_earns_nothing() -> None:
    online = om.Outcome("online", value=0.3, parents=["visits"], signed=["visits"])
    funnel = om.Funnel(channels=["tv", EMAIL], stages=["visits"], outcomes=[online])
    groups = {g.name: g for g in total_priors(funnel, fit_scaling(funnel, om.Panel(funnel_frame())))}
    assert [p.concentration for p in groups["visits"].direct] == pytest.approx([2.0, 2.0])


def test_what_is_held_against_money_leaves_it_out_and_all_else_has_it(posterior: om.Posterior) -> None:
    bought = ["tv", "retargeting", "search"]
    for verb in (om.roas, om.marginal_roas, om.payback):
        assert list(dict.fromkeys(verb(posterior).table()["channel"])) == [*bought, "all_media"]
    assert list(om.response_curves(posterior).table()["channel"].unique()) == bought
    assert set(om.payback(posterior, by="team").table()["team"]) == {"brand", "online"}
    for told in (om.contributions(posterior).table(), om.paths(posterior).table(), om.traffic_share(posterior).table()):
        assert "email" in set(told["channel"])
    assert (om.contributions(posterior).media.sel(channel="email").sum("week") > 0).all()


def test_baseline_and_contributions_still_add_up(posterior: om.Posterior) -> None:
    found = om.contributions(posterior)
    whole = found.baseline + found.media.sum("channel") + found.remainder
    np.testing.assert_allclose(whole.to_numpy(), found.prediction.to_numpy())


def test_plans_hold_it_as_carried_out_and_later_as_a_year_before(posterior: om.Posterior) -> None:
    later = pd.date_range(posterior.panel.weeks[-1], periods=WEEKS + 1, freq="7D", name="week")[1:]
    plan = as_plan(posterior, pd.DataFrame({"tv": 1.0, "retargeting": 1.0}, index=later))
    sent = plan.exposure["email"].to_numpy() * posterior.scaling.typical_exposure["email"]
    known = posterior.panel.frame["mail"].to_numpy()
    np.testing.assert_allclose(sent, [*known, *known[-52 : WEEKS - 52]])
    assert not plan.spend["email"].any()


def test_money_for_it_is_refused(posterior: om.Posterior) -> None:
    later = pd.date_range(posterior.panel.weeks[-1], periods=2, freq="7D", name="week")[1:]
    with pytest.raises(om.OmnimixError, match="'email' is not paid"):
        om.respond(posterior, pd.DataFrame({"tv": 1.0, "retargeting": 1.0, "email": 5.0}, index=later))
    with pytest.raises(om.SpecError, match="'email' is not paid"):
        om.evaluate_chain(posterior, om.Chain("spring", links=[om.Link("tv"), om.Link("email")]))
    with pytest.raises(om.OmnimixError, match="`email` is not paid"):
        om.joint_roas(posterior, [["tv", "email"]])
    with pytest.raises(om.BudgetError, match="email"):
        om.optimize_budget(posterior, weeks=WEEKS, limits=om.Limits(channels={"email": om.Limit(min=5.0)}))


def test_a_look_at_a_plan_agrees_with_the_engine_beside_it(posterior: om.Posterior) -> None:
    future = Future(posterior, WEEKS)
    assert future.names == ("tv", "retargeting", "search")
    money = np.random.default_rng(1).gamma(2.0, 1_500.0, (3, WEEKS))
    wanted = future.weights({o.name: float(o.value or 1.0) for o in posterior.funnel.outcomes})
    some, none = (future.plan_value(m, wanted) for m in (money, np.zeros(money.shape)))
    told = [a.net(posterior.value_unit) for a in future.accounts([future.plan(m) for m in (money, 0.0 * money)])]
    spent = money[:2].sum()
    np.testing.assert_allclose(some.value - none.value, told[0] - told[1] + spent, rtol=1e-8)
    more = money.copy()
    more[1, 2] += 1.0
    less = money.copy()
    less[1, 2] -= 1.0
    slope = (future.plan_value(more, wanted).value - future.plan_value(less, wanted).value) / 2
    np.testing.assert_allclose(some.slopes[:, 0, 1, 2], slope, rtol=1e-5)


def test_it_is_in_no_budget(posterior: om.Posterior) -> None:
    plan = om.optimize_budget(posterior, weeks=WEEKS, outlook=om.Outlook(draws=20), progress=False)
    assert list(plan.spend.columns) == ["tv", "retargeting", "search"]
    assert set(plan.teams.values()) == {"brand", "online"}


def test_a_forecast_takes_what_will_be_sent_and_refuses_what_cannot_be(posterior: om.Posterior) -> None:
    weeks = pd.date_range(posterior.scaling.weeks[-1], periods=4, freq="7D", name="week")[1:]
    spend = pd.DataFrame({"tv": 900.0, "retargeting": 800.0}, index=weeks)
    none, much = (om.predict(posterior, spend.assign(mail=m), noise=False).draws.sum("week") for m in (0.0, 1e5))
    assert (much.sel(outcome="store") > none.sel(outcome="store")).all()
    with pytest.raises(om.DataError, match=r"`mail` is -5 in week .*; give a number of 0 or more for every week"):
        om.predict(posterior, spend.assign(mail=[1.0, -5.0, 2.0]))


def test_it_is_saved_and_read_from_a_project_file(posterior: om.Posterior, tmp_path) -> None:
    posterior.save(tmp_path / "posterior.nc")
    assert om.load(tmp_path / "posterior.nc").funnel == posterior.funnel
    world = om.simulate(seed=1, weeks=60, channels=["tv", om.Channel("email", paid=False, exposure="email_sends")])
    assert read_config(world.write(tmp_path / "project")).funnel == world.funnel


def test_a_world_may_have_one() -> None:
    email = om.Channel("email", paid=False, exposure="email_sends")
    world = om.simulate(seed=1, weeks=104, channels=["tv", "search", email])
    assert {"tv", "search", "email_sends"} < set(world.panel.columns)
    assert "email" not in world.panel.columns
    truth = world.truth
    assert list(truth.roas().index) == ["tv", "search"]
    assert truth.contributions()["email"].sum() > 0
    assert truth.all_media_roas() == pytest.approx(
        truth.incremental_value(["tv", "search"]) / world.panel.frame[["tv", "search"]].sum().sum()
    )
    assert not om.check_panel(world.panel, world.funnel.roles)


def test_tests_and_schedules_are_those_of_what_is_bought(posterior: om.Posterior) -> None:
    designs = om.design_tests(posterior, weeks=(4,), allow_unconverged=True)
    assert set(designs.table()["channel"]) == {"tv", "retargeting", "search"}
    schedule = om.teaching_schedule(posterior, weeks=6, allow_unconverged=True, progress=False)
    assert "email" not in schedule.spend.columns
