from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest

from omnimix.data import check_panel, read_panel
from omnimix.errors import OmnimixError
from omnimix.findings import blocking
from omnimix.truth import example


def test_nothing_in_the_example_blocks_a_fit() -> None:
    world = example()
    findings = check_panel(world.panel, world.funnel.roles)
    assert not blocking(findings)
    assert not [f for f in findings if f.severity == "warns"]


def test_the_example_says_that_it_is_simulated() -> None:
    assert "SIMULATED" in example().panel.source
    assert "SIMULATED" in (example.__doc__ or "")


def test_every_example_channel_returns_something_plausible() -> None:
    table = example().truth.table().set_index("channel")
    assert table["roas"].between(0.3, 2.0).all()
    assert 0.05 < table.loc["all_media", "share"] < 0.2
    assert (table["marginal_roas"] < table["roas"]).all()


def test_the_written_project_reads_back_as_the_same_panel(tmp_path: Path) -> None:
    world = example()
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
