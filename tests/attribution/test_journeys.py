"""What the database counts is what plain Python counts; credit adds up; bad input is named all at once."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import omnimix as om
from omnimix.attribution.counts import RULES
from omnimix.attribution.credit import METHODS
from omnimix.attribution.markov import in_proportion, removal_effects, steps_of
from omnimix.attribution.shapley import shapley
from omnimix.attribution.walks import Rules
from omnimix.cli import main
from omnimix.words import LANGUAGES
from tests.attribution.by_hand import followed, rule_credit
from tests.attribution.worked import MIXED, MIXED_CREDIT, MIXED_FIRST, MIXED_LAST, MIXED_LINEAR
from tests.plot.dutch import assert_dutch

pytest.importorskip("duckdb")
START = pd.Timestamp("2024-01-01")
CHANNELS = ["tv", "search", "social", "display", "mail"]

type Touch = tuple[str, int, str]
type Order = tuple[str, int, float]


def made(seed: int, customers: int = 40) -> tuple[list[Touch], list[Order]]:
    """Return touches and orders of a few customers, minute by minute, with ties, returns and bursts."""
    draw = np.random.default_rng(seed)
    touches: list[Touch] = []
    orders: list[Order] = []
    for k in range(customers):
        minutes = draw.integers(0, 120 * 24 * 60, draw.integers(1, 25))
        minutes = np.concatenate([minutes, minutes[:6] + draw.integers(0, 40, len(minutes[:6]))])
        touches += [(f"c{k}", int(m), str(draw.choice(CHANNELS))) for m in minutes]
        bought = draw.integers(0, 120 * 24 * 60, draw.integers(0, 4))
        orders += [(f"c{k}", int(m), float(draw.integers(5, 90))) for m in bought]
        orders += [(f"c{k}", int(minutes[0]), 50.0), (f"c{k}", int(minutes[0]) + 500, -20.0)][: draw.integers(0, 3)]
    return sorted(set(touches)), sorted(set(orders))


def read(touches: list[Touch], orders: list[Order]) -> tuple[om.Touches, om.Orders]:
    seen = pd.DataFrame(touches, columns=["customer", "minute", "channel"])
    bought = pd.DataFrame(orders, columns=["customer", "minute", "revenue"]).assign(channel="web")
    return tuple(  # type: ignore[return-value]
        door(frame.assign(time=START + pd.to_timedelta(frame["minute"], "min")).drop(columns="minute"))
        for door, frame in ((om.read_touches, seen), (om.read_orders, bought))
    )


def written(paths: list[tuple[list[str], float, float]]) -> tuple[list[Touch], list[Order]]:
    """Return touches and orders of which the journeys are these paths, so often with and without an order."""
    touches: list[Touch] = []
    orders: list[Order] = []
    for path, won, lost in paths:
        for k in range(int(won + lost)):
            who = f"c{len(touches)}"
            touches += [(who, 100 * place, channel) for place, channel in enumerate(path)]
            orders += [(who, 100 * len(path), 10.0)] if k < won else []
    return touches, orders


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rules", [Rules(7, 30, 50, 7.0), Rules(30, 30, 4, 3.0), Rules(90, 1, 2, 14.0)], ids=str)
def test_the_database_counts_what_plain_python_counts(seed: int, rules: Rules) -> None:
    touches, orders = made(seed)
    expected = followed(touches, orders, rules)
    won = [j for j in expected if j.ordered is not None]
    settings = {"window": rules.window, "session": rules.session, "longest": rules.longest}
    found = om.journeys(*read(touches, orders), half_life=rules.half_life, robustness=False, **settings)
    assert found.journeys == len(expected)
    assert found.touches == sum(len(j.channels) for j in expected)
    assert found.orders == len(won)
    assert found.value == pytest.approx(sum(j.value for j in won))
    table = found.table().set_index("channel")
    value = found.table("value").set_index("channel")
    for rule in RULES:
        credit: dict[str, float] = defaultdict(float)
        money: dict[str, float] = defaultdict(float)
        for journey in won:
            for channel, share in rule_credit(journey, rule, rules.half_life).items():
                credit[channel] += share
                money[channel] += share * journey.value
        assert table[rule].to_dict() == pytest.approx(dict.fromkeys(CHANNELS, 0.0) | credit, abs=1e-9)
        assert value[rule].to_dict() == pytest.approx(dict.fromkeys(CHANNELS, 0.0) | money, abs=1e-9)
    paths = [(j.channels, float(j.ordered is not None), float(j.ordered is None)) for j in expected]
    for name, memory in (("markov", 1), ("markov_2", 2), ("markov_3", 3)):
        plain = in_proportion(removal_effects(steps_of(paths, memory)), found.orders)
        assert table[name].to_dict() == pytest.approx(plain, abs=1e-9)
    sets: dict[tuple[int, ...], float] = defaultdict(float)
    for journey in won:
        sets[tuple(sorted({CHANNELS.index(c) for c in journey.channels}))] += 1.0
    assert [table.loc[c, "shapley"] for c in CHANNELS] == pytest.approx(shapley(dict(sets), 5), abs=1e-9)


def test_a_public_package_credits_the_same_by_first_last_linear_and_markov() -> None:
    found = om.journeys(*read(*written(MIXED)), session=1, robustness=False)
    table = found.table().set_index("channel")
    for name, theirs in (("first", MIXED_FIRST), ("last", MIXED_LAST), ("linear", MIXED_LINEAR)):
        assert table[name].to_dict() == pytest.approx(dict.fromkeys(MIXED_CREDIT, 0.0) | theirs, abs=1e-9)
    assert table["markov"].to_dict() == pytest.approx(MIXED_CREDIT, abs=1e-6)


def test_every_method_adds_up_to_all_orders_with_a_touch_and_to_their_value() -> None:
    found = om.journeys(*read(*made(9)), robustness=False)
    for name in METHODS:
        assert found.table()[name].sum() == pytest.approx(found.orders)
        assert found.table("value")[name].sum() == pytest.approx(found.value)
        assert found.table("share")[name].sum() == pytest.approx(1.0)
    assert found.starts["orders"].sum() == pytest.approx(found.orders)
    assert found.lengths["orders"].sum() == found.orders == found.days["orders"].sum()
    with pytest.raises(om.OmnimixError, match="did you mean 'share'"):
        found.table("shares")  # type: ignore[arg-type]


def test_the_order_of_rows_changes_nothing() -> None:
    touches, orders = made(2)
    one = om.journeys(*read(touches, orders), robustness=False)
    other = om.journeys(*read(touches[::-1], orders[::-1]), robustness=False)
    pd.testing.assert_frame_equal(one.table().sort_values("channel"), other.table().sort_values("channel"))


def test_a_longer_window_never_has_fewer_orders_and_lost_identities_never_more() -> None:
    touches, orders = read(*made(5, customers=150))
    followed_by_window = [om.journeys(touches, orders, window=w, robustness=False).orders for w in (3, 10, 40)]
    assert followed_by_window == sorted(followed_by_window)
    found = om.journeys(touches, orders, window=14)
    variants = found.robustness.groupby("variant")[["markov", "last"]].sum()
    assert set(variants.index) == {"window 7", "window 14", "window 30", "window 90", "identity loss 20%"}
    assert variants.to_numpy() == pytest.approx(1.0)


def refused(touches: pd.DataFrame, orders: pd.DataFrame, **settings: object) -> str:
    with pytest.raises(om.OmnimixError) as told:
        om.journeys(om.read_touches(touches), om.read_orders(orders), **settings)
    return str(told.value)


def frames(who: str = "a") -> tuple[pd.DataFrame, pd.DataFrame]:
    touches = pd.DataFrame({"customer": ["a", "b"], "channel": ["tv", "web"], "time": ["2024-03-01 10:00"] * 2})
    orders = pd.DataFrame({"customer": [who], "channel": ["shop"], "revenue": [5.0], "time": ["2024-03-02 10:00"]})
    return touches, orders


def test_everything_that_keeps_touches_and_orders_apart_is_said_at_once() -> None:
    touches, orders = frames(who="z")
    said = refused(touches.assign(time="2024-05-01T10:00:00+02:00"), orders)
    for part in ("The clocks differ", "None of the 2 customers", "comes after the last order", "timezone="):
        assert part in said
    assert "'a'" not in said
    assert "'z'" not in said


def test_no_order_after_a_touch_and_settings_that_cannot_be_are_refused() -> None:
    touches, orders = frames()
    late = pd.concat([orders, orders.assign(customer="q")]).assign(time=["2024-02-28 10:00", "2024-03-04 10:00"])
    assert "no order has a touch" in refused(touches, late)
    said = refused(touches, orders, window=0, session=5000, longest=0, half_life=-1.0)
    for name in ("window", "session", "longest", "half_life"):
        assert f"`{name}`" in said


def test_channels_that_look_alike_and_clocks_hours_apart_are_found() -> None:
    touches = [(f"c{k}", 1000 * k, channel) for k, channel in enumerate(["search", "serach"] * 20)]
    orders = [(f"c{k}", 1000 * k - 90, 10.0) for k in range(40)] + [("c1", 50_000, 1.0)]
    touches += [("c1", 49_000, "shop_1"), ("c1", 49_100, "shop_2")]
    found = om.journeys(*read(touches, orders), robustness=False)
    names = {f.name: f.message for f in found.findings}
    assert "'serach'" in names["channels_alike"]
    assert "40 touches come within 3 hours after" in names["touches_after_orders"]
    assert "shop" not in names["channels_alike"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_shell_json_card_and_picture_tell_the_same(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    touches, orders = made(7)
    seen = pd.DataFrame(touches, columns=["customer", "minute", "channel"])
    bought = pd.DataFrame(orders, columns=["customer", "minute", "revenue"]).assign(channel="web")
    for name, frame in (("touches", seen), ("orders", bought)):
        stamped = frame.assign(time=START + pd.to_timedelta(frame["minute"], "min"))
        stamped.drop(columns="minute").to_csv(tmp_path / f"{name}.csv", index=False)
    files, out = [str(tmp_path / f"{n}.csv") for n in ("touches", "orders")], tmp_path / "journeys.json"
    assert main(["journeys", *files, "--json", str(out), "--language", language]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    found = om.journeys(om.read_touches(files[0]), om.read_orders(files[1]))
    for sentence in found.sentences(language).values():
        assert sentence in printed
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["schema"] == 1
    assert list(told["credit"][0])[:6] == ["channel", "first", "last", "linear", "markov", "shapley"]
    assert sum(row["markov"] for row in told["credit"]) == pytest.approx(told["orders"])
    assert {row["channel"] for row in told["starts"]} == set(CHANNELS)
    assert "Journeys" in found._repr_html_()
    assert "Journeys" in repr(found)
    assert found.plot().get_legend() is not None
    assert_dutch(found)
    plt.close("all")
    assert main(["journeys", str(tmp_path / "none.csv"), files[1]]) == 2


def test_columns_may_be_called_otherwise_in_either_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    touches, orders = frames()
    files = [str(tmp_path / f"{name}.csv") for name in ("touches", "orders")]
    touches.rename(columns={"customer": "visitor", "time": "seen"}).to_csv(files[0], index=False)
    orders.rename(columns={"customer": "card", "time": "paid", "revenue": "margin"}).to_csv(files[1], index=False)
    named = ["--customer", "visitor,card", "--time", "seen,paid", "--revenue", "margin"]
    assert main(["journeys", *files, *named]) == 0
    assert "tv" in capsys.readouterr().out
    assert main(["journeys", *files]) == 1
    assert "customer" in capsys.readouterr().err
