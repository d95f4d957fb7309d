"""Every script in examples/ runs on the public API, here with few draws."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT

# A whole page takes long; tests/page write one in every run.
LONG = ("report.py",)
SCRIPTS = [
    pytest.param(script, id=script.name, marks=[pytest.mark.slow] if script.name in LONG else [])
    for script in sorted((ROOT / "examples").glob("*.py"))
]


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.usefixtures("as_a_reader")
def test_an_example_runs(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(script))["main"](draws=400)
    assert capsys.readouterr().out.strip()
