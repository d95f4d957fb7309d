"""Campaigns under a channel in every verb that tells or plans: laws that hold whatever the draws are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.effects.future import Future
from omnimix.rows.fits import effects_rows
from omnimix.rows.results import results
from tests.fits import converged, fit
from tests.funnel_fits import SETTINGS, funnel_frame, whole_funnel

CHANNELS = [
    "tv",
    om.Channel("mail", campaigns=("news", "offers"), saturation="michaelis_menten"),
    om.Channel("retargeting", fuelled_by="visits"),
    om.Channel("search", responds_to="visits", campaigns=("brand", "generic")),
]


def _frame() -> pd.DataFrame:
    frame, generator = funnel_frame(), np.random.default_rng(8)
    for channel, names in (("mail", ("news", "offers")), ("search", ("brand", "generic"))):
        part = generator.uniform(0.1, 0.9, len(frame))
        total = frame.pop(channel)
        frame[names[0]], frame[names[1]] = part * total, (1 - part) * total
    return frame


@pytest.fixture(scope="module")
def posterior() -> om.Posterior:
    """A fit of a funnel in which a lever and a channel that answers to demand have campaigns."""
    return converged(fit(whole_funnel(channels=CHANNELS), om.Panel(_frame()), **SETTINGS))


def test_multipliers_add_up_to_zero_by_spend_in_every_draw(posterior: om.Posterior) -> None:
    logs = np.log(posterior.flat("campaign_multiplier"))
    frame = posterior.panel.frame
    for names in (("news", "offers"), ("brand", "generic")):
        shares = frame[list(names)].sum() / frame[list(names)].to_numpy().sum()
        total = sum(float(shares[n]) * logs.sel(campaign=n) for n in names)
        np.testing.assert_allclose(total, 0.0, atol=1e-9)


def test_contributions_of_campaigns_add_up_to_their_channel_in_every_draw(posterior: om.Posterior) -> None:
    parts, whole = om.contributions(posterior, by="campaign"), om.contributions(posterior).media.sum("week")
    for channel, names in (("mail", ["news", "offers"]), ("search", ["brand", "generic"])):
        together = parts.draws.sel(campaign=names).sum("campaign")
        there = whole.sel(channel=channel).transpose(*together.dims)
        np.testing.assert_allclose(together, there, rtol=1e-8, atol=1e-6)
    assert list(parts.table().columns[:3]) == ["channel", "campaign", "outcome"]


def test_on_a_curve_that_bends_campaigns_one_at_a_time_lose_no_more_than_their_channel_brings(
    posterior: om.Posterior,
) -> None:
    frozen, whole = om.roas(posterior, by="campaign", basis="frozen"), om.roas(posterior, basis="frozen")
    lost = (frozen.draws * frozen.known["spend"]).sel(campaign=["news", "offers"]).sum("campaign")
    brought = (whole.draws * whole.known["spend"]).sel(channel="mail")
    assert (lost <= brought * (1 + 1e-9) + 1e-6).all()


def test_all_campaigns_of_a_channel_are_the_channel_in_a_chain(posterior: om.Posterior) -> None:
    of = {"start": "2023-10-02", "end": "2024-01-28"}
    members = om.Link("mail", channels=["news", "offers"])
    parts = om.evaluate_chain(posterior, om.Chain("c", links=[members, "tv"], **of), progress=False)
    whole = om.evaluate_chain(posterior, om.Chain("c", links=["mail", "tv"], **of), progress=False)
    np.testing.assert_allclose(parts.coalitions.value, whole.coalitions.value, rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(parts.coalitions.cost, whole.coalitions.cost, rtol=1e-9, atol=1e-6)


def test_a_link_of_a_chain_may_be_a_campaign(posterior: om.Posterior) -> None:
    chain = om.Chain("c", links=["news", "brand", "tv"], start="2023-10-02", end="2024-01-28")
    verdict = om.evaluate_chain(posterior, chain, progress=False)
    spent = posterior.panel.frame.loc["2023-10-02":"2024-01-28", "news"].sum()
    assert verdict.spend["news"] == pytest.approx(spent)
    assert verdict.later["news"] == ("brand",)
    with pytest.raises(om.SpecError, match="'newz' is no channel; did you mean 'news'"):
        om.evaluate_chain(posterior, om.Chain("c", links=["newz"]), progress=False)


def test_two_links_cannot_have_the_same_campaign(posterior: om.Posterior) -> None:
    links = ["news", om.Link("again", channels=["news"])]
    with pytest.raises(om.SpecError, match="take 200% of the spend of 'news'"):
        om.evaluate_chain(posterior, om.Chain("c", links=links), progress=False)


def test_the_search_for_a_plan_sees_what_the_engine_tells(posterior: om.Posterior) -> None:
    future = Future(posterior, 4)
    money = np.full((4, 4), 3_000.0) * np.array([[2.0], [1.0], [0.5], [0.0]])
    wanted = future.weights({"online": 0.3, "store": 0.2})
    value = future.plan_value(money, wanted).value
    other = future.plan_value(0.5 * money, wanted).value
    one, half = future.accounts([future.plan(money), future.plan(0.5 * money)])
    told = (one.value.sum(axis=1) - one.spend) - (half.value.sum(axis=1) - half.spend)
    bought = float(0.5 * money[:3].sum())  # a search counts only what answering channels spend
    np.testing.assert_allclose(value - other, told + bought, rtol=1e-7, atol=1e-4)


def test_slopes_of_a_plan_are_its_finite_differences(posterior: om.Posterior) -> None:
    future = Future(posterior, 3)
    money, few = np.full((4, 3), 2_500.0), np.arange(5)
    wanted = future.weights({"online": 0.3, "store": 0.2})
    slope = future.plan_value(money, wanted, few).slopes[:, 0, 1, 1]
    step = np.zeros_like(money)
    step[1, 1] = 0.5
    ends = [future.plan_value(money + s * step, wanted, few, slopes=False).value for s in (1, -1)]
    np.testing.assert_allclose(slope, ends[0] - ends[1], rtol=1e-4)


def test_a_plan_names_channels_not_campaigns(posterior: om.Posterior) -> None:
    weeks = pd.date_range(posterior.scaling.weeks[-1], periods=3, freq="7D")[1:]
    spend = pd.DataFrame({"tv": 1.0, "mail": 1.0, "retargeting": 1.0, "news": 1.0}, index=weeks)
    with pytest.raises(om.OmnimixError, match="'news' is a campaign of mail; name the channel"):
        om.respond(posterior, spend)


def test_a_forecast_takes_the_channel_or_its_campaigns(posterior: om.Posterior) -> None:
    weeks = pd.date_range(posterior.scaling.weeks[-1], periods=4, freq="7D", name="week")[1:]
    parts = pd.DataFrame({"tv": 900.0, "retargeting": 800.0, "news": 300.0, "offers": 200.0}, index=weeks)
    whole = parts.drop(columns=["news", "offers"]).assign(mail=500.0)
    one, other = (om.predict(posterior, f, seed=1) for f in (parts, whole))
    np.testing.assert_array_equal(one.draws, other.draws)


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"mail": 900.0}, r"campaigns news, offers add up to 500\.00 in week .* and `mail` is 900\.00"),
        ({"news": -300.0}, "`news` is -300 in week .*; give money of 0 or more"),
        ({"news": None}, "campaigns offers and lacks news; give all of them, or only `mail`"),
    ],
)
def test_a_forecast_refuses_campaigns_that_are_not_their_channel(
    posterior: om.Posterior, columns: dict[str, float | None], said: str
) -> None:
    weeks = pd.date_range(posterior.scaling.weeks[-1], periods=4, freq="7D", name="week")[1:]
    parts = pd.DataFrame({"tv": 900.0, "retargeting": 800.0, "news": 300.0, "offers": 200.0}, index=weeks)
    given = parts.assign(**columns).drop(columns=[c for c, value in columns.items() if value is None])
    with pytest.raises(om.DataError, match=said):
        om.predict(posterior, given)


def test_the_shell_writes_campaigns_for_machines(posterior: om.Posterior) -> None:
    told = effects_rows(results(posterior))["by_campaign"]
    assert [(row["channel"], row["campaign"]) for row in told][:2] == [("mail", "news"), ("mail", "offers")]
    assert set(told[0]) >= {"median", "lower", "upper", "spend"}


def test_what_is_saved_is_read_back(posterior: om.Posterior, tmp_path: object) -> None:
    read = om.load(posterior.save(f"{tmp_path}/campaigns.nc"))
    assert read.funnel == posterior.funnel
    assert read.scaling.campaign_spend == posterior.scaling.campaign_spend
    pd.testing.assert_frame_equal(om.roas(read, by="campaign").table(), om.roas(posterior, by="campaign").table())


def test_figures_by_campaign_need_campaigns(small_posterior: om.Posterior) -> None:
    with pytest.raises(om.OmnimixError, match="this fit has none; name their columns"):
        om.roas(small_posterior, by="campaign")
