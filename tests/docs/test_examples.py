"""Every script in examples/ runs on the public API, here with few draws."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from tests.docs.snippets import ROOT

SCRIPTS = sorted((ROOT / "examples").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_an_example_runs(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(script))["main"](draws=400)
    assert capsys.readouterr().out.strip()
