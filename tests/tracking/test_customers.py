"""What a second place changes is told apart from who buys much; audiences, lifetime value, and the shell."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.cli import main
from omnimix.errors import DataError
from omnimix.tracking.lifetime import repeats_of_new
from tests.plot.dutch import assert_dutch
from tests.tracking.tables import orders_table

MANY = 5000


def in_both(table: pd.DataFrame) -> pd.Series:
    return pd.crosstab(table["customer"], table["channel"]).gt(0).all(axis=1)


@pytest.fixture(scope="module", params=[1.0, 1.35])
def world(request: pytest.FixtureRequest) -> tuple[float, pd.DataFrame, om.Customers]:
    table = om.simulate_customers(seed=11, customers=MANY, factor=request.param, adoption="by_day")
    return request.param, table, om.customers(om.read_orders(table))


def test_the_true_factor_is_found_where_the_naive_ratio_is_far_off(world: tuple) -> None:
    factor, _, found = world
    for told in (found.adjusted_ratio, found.adjusted_orders):
        assert abs(told["mean"] - factor) < 0.15
        assert told["lower"] < told["mean"] < told["upper"]
    assert found.naive_ratio["mean"] > factor + 0.5


def test_baselines_are_raised_by_what_adopters_could_not_show_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every order may be the first elsewhere, adopters who adopt by fewer orders have baselines too low."""
    orders = om.read_orders(om.simulate_customers(seed=2, customers=2_000, adoption="by_order"))
    raised = om.customers(orders)
    monkeypatch.setattr("omnimix.tracking._customers.unthinned", lambda events, pairs: events)
    left = om.customers(orders)
    for name in ("adjusted_ratio", "adjusted_orders"):
        assert getattr(raised, name)["mean"] < getattr(left, name)["mean"]
    pd.testing.assert_frame_equal(raised.event_study, left.event_study)


def test_the_share_is_that_of_a_plain_count(world: tuple) -> None:
    _, table, found = world
    share = in_both(table).mean()
    assert found.omnichannel_share["mean"] == pytest.approx(share)
    assert found.omnichannel_share["lower"] < share < found.omnichannel_share["upper"]
    assert found.expected_share > share  # everybody has a home place, which chance does not know
    value = table.groupby("customer")["revenue"].sum()
    both = in_both(table)
    assert found.naive_ratio["mean"] == pytest.approx(value[both].mean() / value[~both].mean())


def test_the_currency_and_the_names_of_places_change_nothing_else(world: tuple) -> None:
    _, table, found = world
    names = {"store": "winkel", "web": "online"}
    other = table.assign(revenue=table["revenue"] * 100, channel=table["channel"].map(names))
    again = om.customers(om.read_orders(other))
    assert again.adjusted_ratio == pytest.approx(dict(found.adjusted_ratio), rel=1e-6)
    assert again.omnichannel_share == found.omnichannel_share


def test_two_channels_may_be_one_place() -> None:
    table = orders_table(channel=["web", "app", "app", "store", "store", "app"])
    orders = om.read_orders(table)
    assert om.customers(orders).omnichannel_share["mean"] > 0
    assert om.customers(orders, places={"web": "online", "app": "online"}).omnichannel_share["mean"] == 0
    with pytest.raises(DataError, match="did you mean 'web'"):
        om.customers(orders, places={"wbe": "online"})


def test_few_adopters_are_not_told_a_factor_of() -> None:
    found = om.customers(om.read_orders(orders_table()))
    assert np.isnan(found.adjusted_ratio["mean"])
    assert "few_adopters" in {f.name for f in found.findings}
    assert any("cannot be said" in s for s in found.sentences())
    assert any("niet te zeggen" in s for s in found.sentences("nl"))


def test_guest_orders_lower_the_share_as_stated() -> None:
    """Who buys ``a`` times here and ``b`` times there is seen in both with chance (1 - g^a)(1 - g^b)."""
    table = om.simulate_customers(seed=3, customers=MANY, adoption="by_day")
    guests, draws = 0.3, np.random.default_rng(1)
    counts = pd.crosstab(table["customer"], table["channel"]).to_numpy()
    stated = (1 - guests**counts).prod(axis=1).sum() / (1 - guests ** counts.sum(axis=1)).sum()
    hidden = table.assign(customer=table["customer"].where(draws.random(len(table)) > guests))
    found = om.customers(om.read_orders(hidden))
    assert found.omnichannel_share["mean"] == pytest.approx(stated, abs=0.015)
    assert found.match_rate == pytest.approx(1 - guests, abs=0.01)


def test_a_card_of_two_people_raises_the_share_as_stated() -> None:
    """Two who share a card are omnichannel if one is, or if their homes differ."""
    table = om.simulate_customers(seed=4, customers=MANY, adoption="by_day")
    shared = table.assign(customer=table["customer"] // 2)
    both = in_both(shared).mean()
    assert om.customers(om.read_orders(shared)).omnichannel_share["mean"] == pytest.approx(both)
    assert both > 1.5 * in_both(table).mean()


def test_the_table_and_the_picture_hold_the_figures(world: tuple) -> None:
    _, _, found = world
    table = found.table()
    assert list(table.columns) == ["measure", "kind", "mean", "lower", "upper", "interval"]
    assert "adjusted_ratio" in set(table["measure"])
    assert found.plot().get_xlabel().startswith("weeks")
    assert_dutch(found)
    assert "Customers" in found._repr_html_()


def test_weeks_before_the_adoption_are_flat_where_nothing_happened_before(world: tuple) -> None:
    _, _, found = world
    before = found.event_study[found.event_study["weeks"] < -4]
    assert (before["mean"] - 1).abs().max() < 0.3


# audiences


def bought(**columns: object) -> om.Orders:
    table = pd.DataFrame(
        {
            "customer": ["a", "b", "c", "d"],
            "time": ["2024-03-01 10:01", "2024-02-01 10:00", "2023-08-01 10:00", "2023-01-01 10:00"],
            "channel": ["store", "web", "store", "web"],
            "revenue": [100.0, 10.0, 50.0, 80.0],
            "mail": ["yes", "no", "ja", "1"],
        }
    )
    return om.read_orders(table.assign(**columns), consent="mail")


def test_nobody_without_consent_is_in_a_list(tmp_path: Path) -> None:
    rules = {"audiences": {"everybody": {"orders": {"min": 1}}, "lapsed": {"stage": ["lapsed", "lapsing"]}}}
    found = om.audiences(bought(), rules, out=tmp_path)
    assert found.members("everybody") == ["a", "c", "d"]
    assert found.members("lapsed") == ["c", "d"]
    assert (tmp_path / "everybody.csv").read_text() == "customer\na\nc\nd\n"
    assert found.table()["no_consent"].tolist() == [1, 0]


def test_a_list_says_what_changed_since_the_last_run(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[audiences.store]\nchannel = "store"\n[audiences.good]\nvalue = { min = 60 }\n')
    first = om.audiences(bought(), rules, out=tmp_path / "lists").table()
    assert first["before"].isna().all()
    then = om.audiences(bought(mail=["no", "yes", "yes", "yes"]), rules, out=tmp_path / "lists").table()
    assert then[["before", "added", "removed"]].to_numpy().tolist() == [[2, 0, 1], [2, 0, 1]]


def test_a_run_that_is_stopped_leaves_whole_lists_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = {"audiences": {"everybody": {"orders": {"min": 1}}, "good": {"value": {"min": 1}}}}
    om.audiences(bought(), rules, out=tmp_path)
    before = {f.name: f.read_text() for f in tmp_path.iterdir()}
    fsync, calls = os.fsync, iter(range(99))

    def stopped(handle: int) -> None:
        if next(calls) > 1:  # the first list is on the disk, the second is half written
            raise KeyboardInterrupt
        fsync(handle)

    monkeypatch.setattr("omnimix.whole_file.os.fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        om.audiences(bought(mail=["no", "yes", "yes", "yes"]), rules, out=tmp_path)
    monkeypatch.undo()
    after = {f.name: f.read_text() for f in tmp_path.iterdir()}
    assert set(after) == set(before) == {"everybody.csv", "good.csv"}
    assert after["good.csv"] == before["good.csv"]
    assert after["everybody.csv"] != before["everybody.csv"]
    again = om.audiences(bought(mail=["no", "yes", "yes", "yes"]), rules, out=tmp_path).table()
    assert again["customers"].tolist() == [len(f.read_text().split()) - 1 for f in map(tmp_path.joinpath, before)]


def test_lists_need_consent_to_be_known() -> None:
    orders, rules = om.read_orders(orders_table()), {"audiences": {"all": {"orders": {"min": 1}}}}
    with pytest.raises(DataError, match="nobody's consent is known"):
        om.audiences(orders, rules)
    assert om.audiences(orders, {**rules, "consent_required": False}).table()["customers"].tolist() == [3]


def test_everything_wrong_with_rules_is_told_at_once() -> None:
    rules = {"audiences": {"a/b": {"chanel": "store", "stage": "lapsd", "value": 3}}, "stages": {"x": 1}}
    with pytest.raises(DataError) as problem:
        om.audiences(bought(), rules)
    for part in (
        "did you mean 'channel'",
        "did you mean 'lapsed'",
        "{ min = 90, max = 365 }",
        "a file is called",
        "'x'",
    ):
        assert part in str(problem.value)


# lifetime value


def test_lifetime_value_finds_what_customers_spend_in_a_year() -> None:
    table = om.simulate_customers(seed=2, customers=3000, dropout=0.0, season=0.0, heavy=0.0, yearly=6.0)
    table["revenue"] = np.random.default_rng(1).gamma(4.0, 10.0, len(table))
    found = om.clv(om.read_orders(table), horizon=52)
    assert float(found) == pytest.approx(40 * (1 + 6.2 * 364 / 365), rel=0.08)
    row = found.table().set_index("measure").loc["value"]
    assert row["lower"] < float(found) < row["upper"]
    halved = om.clv(om.read_orders(table), horizon=52, margin=0.5)
    assert float(halved) == pytest.approx(float(found) / 2)


def test_repeats_of_a_new_customer_follow_the_published_example() -> None:
    """CDNOW (Fader, Hardie and Lee 2005): r .243, alpha 4.414, a .793, b 2.426."""
    repeats = repeats_of_new(np.log([0.243, 4.414, 0.793, 2.426]), np.array([0.0, 39.0, 78.0]))
    assert repeats[0] == pytest.approx(0.0, abs=1e-9)
    simulated = _simulated_repeats(39.0)
    assert repeats[1] == pytest.approx(simulated, rel=0.03)


def _simulated_repeats(weeks: float, size: int = 200_000) -> float:
    draws = np.random.default_rng(0)
    rate, leaves = draws.gamma(0.243, 1 / 4.414, size), draws.beta(0.793, 2.426, size)
    now, active, count = np.zeros(size), np.ones(size, dtype=bool), 0
    while active.any():
        with np.errstate(divide="ignore"):
            now[active] += draws.exponential(size=active.sum()) / rate[active]
        active &= now < weeks
        count += int(active.sum())
        active &= draws.random(size) >= leaves
    return count / size


def test_an_outcome_takes_the_mean_of_a_lifetime_value() -> None:
    found = om.clv(om.read_orders(om.simulate_customers(seed=2, customers=600)))
    assert om.Outcome("new_customers", value=found).value == float(found)


def test_too_few_customers_have_no_lifetime_value() -> None:
    with pytest.raises(DataError, match="at least 100"):
        om.clv(om.read_orders(orders_table()))


# the shell


def test_the_shell_tells_customers_and_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, told = tmp_path / "orders.csv", tmp_path / "customers.json"
    om.simulate_customers(seed=5, customers=800).to_csv(file, index=False)
    assert main(["customers", str(file), "--json", str(told), "--language", "nl"]) == 0
    held = json.loads(told.read_text())
    assert {"schema", "omnichannel_share", "value_ratio", "match_rate"} <= set(held)
    assert set(held["omnichannel_share"]) == {"mean", "lower", "upper"}
    assert set(held["value_ratio"]) >= {"naive", "adjusted"}
    assert "van de klanten" in capsys.readouterr().out


def test_the_shell_refuses_what_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, told = tmp_path / "orders.csv", tmp_path / "customers.json"
    orders_table().rename(columns={"revenue": "revnue"}).to_csv(file, index=False)
    assert main(["customers", str(file), "--json", str(told)]) == 1
    assert "did you mean 'revnue'" in capsys.readouterr().err
    assert json.loads(told.read_text())["findings"][0]["severity"] == "blocks"
    assert main(["customers", str(tmp_path / "none.csv")]) == 2


def test_the_day_of_an_audience_is_that_of_the_last_order() -> None:
    rules = {"audiences": {"all": {"orders": {"min": 1}}}}
    assert om.audiences(bought(), rules).today == dt.date(2024, 3, 1)
