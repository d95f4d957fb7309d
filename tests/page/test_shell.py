"""What the shell hands to the page beside the fit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import omnimix as om
from omnimix.cli import main
from omnimix.cli import report as verb
from tests.fits import converged


class ToldError(Exception):
    """What the page was asked to tell."""


@pytest.fixture
def stored(small_posterior: om.Posterior, tmp_path: Path) -> Path:
    return converged(small_posterior).save(tmp_path / "posterior.nc")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the verb is given, in place of its work."""
    held: dict[str, Any] = {}

    def report(*given: Any, **named: Any) -> None:
        held.update(named)
        raise ToldError

    monkeypatch.setattr(verb, "report", report)
    return held


def test_records_are_made_from_files_and_from_the_fit(stored: Path, tmp_path: Path, asked: dict[str, Any]) -> None:
    answers, orders = tmp_path / "readiness.toml", tmp_path / "orders.csv"
    answers.write_text("[organisation]\nself_score = 3", encoding="utf-8")
    om.simulate_customers(seed=2, customers=300).to_csv(orders, index=False)
    with pytest.raises(ToldError):
        main(["report", str(stored), "--next-test", "--readiness", str(answers), "--orders", str(orders)])
    assert isinstance(asked["tests"], om.TestDesigns)
    assert isinstance(asked["readiness"], om.Readiness)
    assert isinstance(asked["customers"], om.Customers)
    assert "goals" not in asked


def test_without_being_asked_the_page_tells_the_fit_alone(stored: Path, asked: dict[str, Any]) -> None:
    with pytest.raises(ToldError):
        main(["report", str(stored)])
    assert not {"tests", "goals", "readiness", "customers"} & set(asked)


def test_goals_that_nobody_declared_cannot_be_told(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(stored), "--goals"]) == 2
    assert "no goal is declared" in capsys.readouterr().err
