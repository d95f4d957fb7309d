"""``Channel(long_run=True)``: the short way to a slow stock, and nothing else than it."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from omnimix.config import read_config
from omnimix.spec import LONG_RUN
from omnimix.truth.project import config_text
from tests.funnel_fits import funnel_frame, plain_funnel
from tests.model.compiled import compiled

TV = om.Channel("tv", long_run=True)
OUTCOMES = [om.Outcome("online", value=0.3), om.Outcome("store", value=0.2, drivers=["mail"])]


def test_it_is_a_stage_with_a_stock_among_the_parents_of_every_outcome_it_acts_on() -> None:
    short = om.Funnel(channels=[TV, "mail"], outcomes=OUTCOMES)
    outcomes = [om.Outcome("online", value=0.3, parents=["brand"]), OUTCOMES[1]]
    stages = [om.Stage("brand", drivers=["tv"], stock=om.Stock())]
    long = om.Funnel(channels=["tv", "mail"], stages=stages, outcomes=outcomes)
    panel = om.Panel(funnel_frame())
    one, other = compiled(short, panel), compiled(long, panel)
    assert one.labels == other.labels
    for seed in range(3):
        z = one.middle + np.random.default_rng(seed).normal(0, 0.4, one.middle.size)
        value, gradient = one.log_posterior(z)
        assert value == other.log_posterior(z)[0]
        np.testing.assert_array_equal(gradient, other.log_posterior(z)[1])


def test_channels_that_say_so_share_one_stock() -> None:
    funnel = om.Funnel(channels=[TV, om.Channel("mail", long_run=True), "search"], outcomes=["online"])
    assert funnel.stock is not None
    assert (funnel.stock.name, funnel.stock.drivers, funnel.stock.feeds) == (LONG_RUN, ("tv", "mail"), ("online",))
    assert funnel.with_confounding("none").stock == funnel.stock


def test_beside_a_stage_with_a_stock_it_says_the_same_or_is_refused() -> None:
    def funnel(*drivers: str) -> om.Funnel:
        brand = om.Stage("brand", drivers=list(drivers), stock=om.Stock(half_life=(10, 40)))
        return om.Funnel(channels=[TV, "mail"], stages=[brand], outcomes=[om.Outcome("online", parents=["brand"])])

    stock = funnel("tv", "mail").stock
    assert stock is not None
    assert stock.name == "brand"
    with pytest.raises(om.SpecError, match="does not take it; name it among the drivers of brand"):
        funnel("mail")


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ({"campaigns": ("a", "b")}, "campaigns and long_run"),
        ({"fuelled_by": "visits"}, "needs no audience"),
        ({"long_run": "yes"}, "long_run"),
    ],
)
def test_a_long_run_that_cannot_be_is_refused(channel: dict[str, object], said: str) -> None:
    with pytest.raises(om.OmnimixError, match=said):
        om.Channel("tv", **{"long_run": True, **channel})  # type: ignore[arg-type]


def test_a_channel_that_reaches_no_outcome_directly_is_told_the_way_to_a_stage() -> None:
    with pytest.raises(om.SpecError, match=r'om.Stage|Stage\("brand", drivers=\["tv"\]'):
        om.Funnel(
            channels=[TV, "mail"],
            stages=["visits"],
            outcomes=[om.Outcome("online", parents=["visits"], drivers=["mail"])],
        )


def test_it_stands_in_a_project_file_and_comes_back(tmp_path) -> None:
    funnel = plain_funnel(channels=[TV, "mail", "retargeting", "search"])
    text = config_text(funnel)
    assert "long_run = true" in text
    assert "half_life" not in text
    (tmp_path / "omnimix.toml").write_text(text, encoding="utf-8")
    assert read_config(tmp_path / "omnimix.toml").funnel == funnel


def test_a_tracker_stands_in_a_project_file_and_comes_back(tmp_path) -> None:
    brand = om.Stage("brand", stock=om.Stock(), tracker="aware", tracker_n="asked")
    funnel = om.Funnel(channels=["tv"], stages=[brand], outcomes=[om.Outcome("online", value=0.3, parents=["brand"])])
    (tmp_path / "omnimix.toml").write_text(config_text(funnel), encoding="utf-8")
    assert read_config(tmp_path / "omnimix.toml").funnel == funnel
