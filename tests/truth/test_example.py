from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from omnimix.config import read_config
from omnimix.data import check_panel, read_panel
from omnimix.errors import OmnimixError
from omnimix.findings import blocking
from omnimix.spec import (
    Baseline,
    Budget,
    Chain,
    Channel,
    Funnel,
    Limit,
    Limits,
    Link,
    Outcome,
    Prior,
    Stage,
    TeamGoal,
)
from omnimix.truth import QUARTER, SCENARIOS, SPRING, World, config_text, example, simulate


@pytest.fixture(params=["retailer", "one_outcome"])
def shipped(request: pytest.FixtureRequest) -> Callable[[], World]:
    return partial(example, request.param)


def test_nothing_in_the_example_blocks_a_fit(shipped: Callable[[], World]) -> None:
    world = shipped()
    findings = check_panel(world.panel, world.funnel.roles)
    assert not blocking(findings)
    assert not [f for f in findings if f.severity == "warns"]


def test_the_example_says_that_it_is_simulated(shipped: Callable[[], World]) -> None:
    assert "SIMULATED" in shipped().panel.source
    assert "SIMULATED" in (example.__doc__ or "")


def test_an_unknown_example_is_refused_with_the_nearest() -> None:
    with pytest.raises(OmnimixError, match="did you mean 'retailer'"):
        example("retailr")


def test_every_example_channel_returns_something_plausible(shipped: Callable[[], World]) -> None:
    table = shipped().truth.table().set_index("channel")
    assert table["roas"].between(0.3, 2.0).all()
    assert 0.05 < table.loc["all_media", "share"] < 0.2
    assert (table["marginal_roas"] < table["roas"]).all()


def test_the_written_project_reads_back_as_the_same_panel(tmp_path: Path) -> None:
    world = example("one_outcome")
    config = tomllib.loads(world.write(tmp_path).read_text(encoding="utf-8"))
    panel = read_panel(tmp_path / config["data"]["file"], week=config["data"]["week"])
    assert list(config["channels"]) == list(world.funnel.channel_names)
    assert config["channels"]["tv"]["exposure"] == "tv_grp"
    assert config["outcomes"]["sales"]["value"] == 0.3
    assert panel.columns == world.panel.columns
    np.testing.assert_allclose(panel.frame, world.panel.frame, atol=0.006)


def test_a_written_project_never_overwrites(tmp_path: Path) -> None:
    example().write(tmp_path)
    with pytest.raises(OmnimixError, match="would be overwritten"):
        example().write(tmp_path)


@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_the_written_project_of_a_funnel_declares_the_same_funnel(tmp_path: Path, name: str) -> None:
    world = simulate(name, seed=1, weeks=60)
    assert read_config(world.write(tmp_path)).funnel == world.funnel


def test_a_written_world_is_read_back_as_the_model_that_it_is(tmp_path: Path) -> None:
    """All that is not so by default: another likelihood, unseen demand, carryover of links, signs, lags, fuel."""
    channels = [
        Channel("tv", adstock="weibull", saturation="logistic", max_lag=6, roas_prior=(0.5, 3.0)),
        Channel('in "shops"', spend="shop spend", priors={"retention": Prior("Beta", 4, 2)}),
        Channel("mail", fuelled_by="visits", fuel_weeks=2, contribution_prior=Prior("LogNormal", -3.0, 0.5)),
    ]
    parents = {"parents": ["visits"], "confounding": "strong", "signed": "visits", "max_lag": 3}
    nodes = [
        Stage("visits", drivers=["tv"], likelihood="student_t"),
        Outcome("shop sales", value=0.3, drivers=[], **parents),
        Outcome("sales", value=1.0, adstock="gamma", likelihood="log_normal", **parents),
    ]
    world = simulate(seed=1, weeks=60, channels=channels, nodes=nodes)
    assert read_config(world.write(tmp_path)).funnel == world.funnel


def test_what_is_believed_of_media_and_baseline_is_written_too(tmp_path: Path) -> None:
    baseline = Baseline(harmonics=2, knot_weeks=0, noise=Prior("Gamma", 2.0, 4.0))
    file = tmp_path / "omnimix.toml"
    for share in ((0.05, 0.5), Prior("HalfNormal", 0.2)):
        funnel = Funnel(channels=["tv"], outcomes=["sales"], baseline=baseline, media_share=share)
        file.write_text(config_text(funnel), encoding="utf-8")
        assert read_config(file).funnel == funnel


@pytest.mark.parametrize(
    "links",
    [
        ["tv", "search"],
        [Link("tv", share=0.5, start="2024-03-11", order=1), Link("search", end="2024-05-05", order=2)],
        [Link("moving pictures", channels=["tv", "online_video"], share={"tv": 0.25}, job="reach"), "search"],
    ],
)
def test_chains_are_read_back_as_they_were_declared(tmp_path: Path, links: list[Link | str]) -> None:
    world, chain = example(), Chain("spring", links=links, start="2024-03-04", hurdle=1.2)
    project = world.write(tmp_path)
    project.write_text(config_text(world.funnel, chains=[chain]), encoding="utf-8")
    assert read_config(project).chains == (chain,)


@pytest.mark.parametrize(
    "budget",
    [
        QUARTER,
        Budget(),
        Budget(
            weeks=6,
            phasing="free",
            limits=Limits(
                channels={
                    "tv": Limit(flights=[("2025-01-06", "2025-02-16")], weekly_min=4_000.5),
                    "radio": Limit(lock=True),
                    "outdoor": Limit(lock=0),
                },
                teams={"brand": Limit(change=(-0.2, 0.3))},
                levers=["search"],
                widen=0.5,
            ),
            goals={"ecommerce": TeamGoal(["visits", "online_sales"])},
        ),
    ],
)
def test_a_budget_is_read_back_as_it_was_declared(tmp_path: Path, budget: Budget) -> None:
    world = example()
    project = world.write(tmp_path)
    project.write_text(config_text(world.funnel, budget=budget), encoding="utf-8")
    assert read_config(project).budget == budget


def test_the_budget_that_comes_with_the_example_is_about_what_was_spent_a_year_before() -> None:
    world = example()
    spent = world.panel.frame.iloc[-52:-39][list(world.funnel.channel_names)]
    assert len(spent) == QUARTER.weeks
    assert 0.8 * QUARTER.total < spent.to_numpy().sum() < 1.2 * QUARTER.total  # type: ignore[operator]


def test_every_link_of_the_chain_that_comes_with_the_example_spent_money() -> None:
    spent = example().panel.frame.loc[str(SPRING.start) : str(SPRING.end)]
    assert len(spent) == 13
    assert (spent[list(SPRING.link_names)].sum() > 0).all()
