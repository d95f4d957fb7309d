from __future__ import annotations

import numpy as np
import pytest

from omnimix.truth import simulate
from omnimix.truth.payback import campaign_start
from tests.truth.funnels import funnel


def test_a_campaign_is_the_thirteen_weeks_of_most_spend_in_the_window_from_the_first_with_spend() -> None:
    spend = np.zeros(60)
    spend[2:6], spend[30:34], spend[50:56] = 100.0, 5.0, 4.0
    assert campaign_start(spend, slice(10, 60)) == 50
    truth = funnel().truth
    for channel, rows in truth.payback().query("channel != 'all_media'").groupby("channel"):
        start = rows["start"].iloc[0]
        best = truth.spend[str(channel)].loc[truth.window].rolling(13).sum()
        spend = truth.spend[str(channel)].loc[truth.window]
        assert spend.loc[start] > 0
        assert spend.loc[start:].iloc[:13].sum() == pytest.approx(best.max())
        assert rows["spend"].iloc[-1] == pytest.approx(best.max())


def test_value_so_far_only_grows_and_ends_at_what_the_campaign_brings() -> None:
    truth = funnel(answers=True).truth
    table = truth.payback().set_index(["channel", "horizon"])
    for channel in truth.channels:
        assert (np.diff(table.loc[channel, "value"]) >= -1e-6).all()
    start = table.loc["tv", "start"].iloc[0]
    weeks = truth.window[(truth.window >= start) & (truth.window < start + np.timedelta64(91, "D"))]
    plan = truth.spend[["tv", "mail"]].loc[truth.window]
    plan.loc[weeks, "tv"] = 0.0
    lost = truth.respond() - truth.respond(plan)
    within = lost[lost.index < start + np.timedelta64(91, "D")]
    money = 0.3 * within["online_sales"].sum() + 0.25 * within["store_sales"].sum()
    assert table.loc[("tv", 13), "value"] == pytest.approx(money)
    saved = (truth.spend.loc[truth.window] - truth.resulting_spend(plan)).loc[weeks, "search"].sum()
    assert table.loc[("tv", 13), "induced_spend"] == pytest.approx(saved)


def test_net_is_value_less_all_spend() -> None:
    table = simulate("answering_search", seed=2, weeks=104).truth.payback()
    np.testing.assert_allclose(table["net"], table["value"] - table["spend"] - table["induced_spend"])
    assert (table["paid_back"] == (table["net"] >= 0)).all()
    assert not table.set_index(["channel", "horizon"])["paid_back"]["tv", 2]
