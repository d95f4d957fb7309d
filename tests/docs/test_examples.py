"""Every script in examples/ runs on the public API, here with few draws."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT

SCRIPTS = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
@pytest.mark.usefixtures("as_a_reader")
def test_an_example_runs(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(script))["main"](draws=400)
    assert capsys.readouterr().out.strip()
