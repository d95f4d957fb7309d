"""Effects that change over time, as they are declared."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import omnimix as om
from omnimix.config import read_config
from omnimix.refits.causes import with_priors_of
from omnimix.truth.project import config_text

CHANGING = om.Funnel(
    channels=["tv"], outcomes=["sales"], effects_change="year", change_scale=om.Prior("HalfNormal", 0.3)
)


def test_effects_are_the_same_in_all_weeks_by_default() -> None:
    assert om.Funnel(channels=["tv"], outcomes=["sales"]).effects_change is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"effects_change": "halfyear"}, "effects_change"),
        ({"effects_change": "year", "change_scale": om.Prior("Normal", 0.0, 1.0)}, "change_scale needs a positive"),
        (
            {
                "effects_change": "year",
                "stages": [om.Stage("brand", stock=om.Stock())],
                "outcomes": [om.Outcome("sales", parents=["brand"])],
            },
            "does not go together with a slow stock",
        ),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, object], told: str) -> None:
    with pytest.raises(om.OmnimixError, match=told):
        om.Funnel(**{"channels": ["tv"], "outcomes": ["sales"], **given})  # type: ignore[arg-type]


def test_other_beliefs_about_demand_keep_them() -> None:
    assert CHANGING.with_confounding("none").effects_change == "year"
    assert CHANGING.with_confounding("none").change_scale == CHANGING.change_scale


def test_another_s_priors_bring_its_scale_and_not_its_periods() -> None:
    still = om.Funnel(channels=["tv"], outcomes=["sales"], effects_change="half_year")
    found = with_priors_of(still, CHANGING)
    assert (found.effects_change, found.change_scale) == ("half_year", CHANGING.change_scale)


def test_the_file_of_a_project_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "omnimix.toml").write_text(config_text(CHANGING))
    assert read_config(tmp_path / "omnimix.toml").funnel == CHANGING


def test_the_file_says_what_is_no_period(tmp_path: Path) -> None:
    text = config_text(CHANGING).replace('effects_change = "year"', 'effects_change = "quarter"')
    (tmp_path / "omnimix.toml").write_text(text)
    with pytest.raises(om.OmnimixError, match="effects_change"):
        read_config(tmp_path / "omnimix.toml")


def test_all_of_a_funnel_is_in_its_card() -> None:
    assert "effects may change by year" in CHANGING._repr_html_()
    assert {"effects_change", "change_scale"} <= {f.name for f in dataclasses.fields(CHANGING)}
