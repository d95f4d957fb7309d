"""What a name stands for is said where it cannot stand."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

import omnimix as om
from omnimix.config import read_config
from omnimix.spec import Names

SOCIAL = om.Channel("social", campaigns=("lead", "sale"))
EMAIL = om.Channel("email", paid=False, exposure="sends")
FUNNEL = om.Funnel(
    channels=["tv", SOCIAL, EMAIL],
    stages=["visits", om.Stage("brand", stock=om.Stock(), drivers=["tv"])],
    outcomes=[om.Outcome("sales", value=1.0, parents=["visits", "brand"])],
)
DECLARED = """
[data]
file = "weekly.csv"
[channels.tv]
[channels.social]
campaigns = ["lead", "sale"]
[channels.email]
paid = false
exposure = "sends"
[stages.visits]
[stages.brand]
half_life = [26, 78]
drivers = ["tv"]
[outcomes.sales]
value = 1.0
parents = ["visits", "brand"]
"""
A_TEST = (
    'start = 2024-01-01\nend = 2024-01-28\nmetric = "roas"\nscale = 0.0\ntail_weeks = 4\nvalue = 1.0\nerror = 0.5\n'
)


def test_names_of_a_file_are_those_of_the_funnel_that_it_declares(tmp_path: Path) -> None:
    file = tmp_path / "omnimix.toml"
    file.write_text(DECLARED, encoding="utf-8")
    funnel = read_config(file).funnel

    assert Names.of(funnel) == Names.of_file(tomllib.loads(DECLARED)) == Names.of(FUNNEL)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("tv", ""),
        ("email", "'email' is not paid, so there is no money of it"),
        ("lead", "'lead' is a campaign of social; name the channel"),
        ("visits", "'visits' is a stage or outcome and no channel"),
        ("brand", "'brand' is a stage or outcome and no channel"),
        ("tvv", "'tvv' is no channel; did you mean 'tv'?"),
    ],
)
def test_a_name_where_money_is_meant(name: str, said: str) -> None:
    found = Names.of(FUNNEL).no_channel(name)
    assert found.startswith(said)
    assert bool(found) == bool(said)


def test_a_stage_without_a_column_is_no_place_to_count(tmp_path: Path) -> None:
    assert "no column holds a figure" in Names.of(FUNNEL).no_node("brand")
    assert not Names.of(FUNNEL).no_node("visits")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[chains.spring]\nlinks = ["tv", "email"]\n', r"\[chains\.spring\] link 'email' is not paid"),
        ("[budget.channels.email]\nmax = 5\n", r"\[budget\.channels\.email\] 'email' is not paid"),
        ("[budget.channels.lead]\nmax = 5\n", r"\[budget\.channels\.lead\] 'lead' is a campaign of social"),
        (f'[experiments.a]\nchannels = ["email"]\n{A_TEST}', r"\[experiments\.a\] 'email' is not paid"),
        (f'[experiments.a]\nchannels = ["sale"]\n{A_TEST}', r"\[experiments\.a\] 'sale' is a campaign of social"),
        (
            '[goals.known]\nnode = "brand"\ntarget = 5\nby = 2030-12-31\n',
            r"\[goals\.known\] 'brand' is a stage of which no column holds a figure",
        ),
    ],
)
def test_the_door_of_a_project_file_says_what_a_name_is(more: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "omnimix.toml"
    file.write_text(DECLARED + more, encoding="utf-8")
    with pytest.raises(om.OmnimixError, match=said):
        read_config(file)
    file.write_text(DECLARED + '[chains.spring]\nlinks = ["tv", "lead"]\n', encoding="utf-8")
    assert read_config(file).chains
