"""A fit that passes its checks, and its page, made once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import omnimix as om
from omnimix.page.tests import tested_of
from tests.fits import converged, fit
from tests.funnel_fits import funnel_frame, whole_funnel
from tests.page.given import calibrated, given

TEAMS = {"tv": "brand", "mail": "brand", "retargeting": "ecommerce", "search": "ecommerce"}
FEW = om.Outlook(draws=120)
SPRING = om.Chain("spring", links=[om.Link("tv"), om.Link("retargeting")], start="2024-01-01", end="2024-03-24")


@pytest.fixture(scope="session")
def usable() -> om.Posterior:
    funnel = whole_funnel()
    channels = [
        replace(c, team=TEAMS[c.name], pool="reach" if c.name in ("tv", "mail") else None) for c in funnel.channels
    ]
    panel = om.Panel(funnel_frame(), currency="EUR")
    settings = {"seed": 5, "draws": 500, "tune": 500, "chains": 2, "progress": False}
    posterior = converged(fit(replace(funnel, channels=channels), panel, **settings))
    assert om.check(posterior).usable
    return replace(posterior, campaign_chains=(SPRING,))


@pytest.fixture(scope="session")
def plan(usable: om.Posterior) -> om.BudgetPlan:
    return om.optimize_budget(usable, weeks=8, outlook=FEW, progress=False)


@pytest.fixture(scope="session")
def page(usable: om.Posterior, plan: om.BudgetPlan) -> om.Report:
    return om.report(usable, plan=plan, progress=False, subtitle="A company <of one's> own")


@pytest.fixture(scope="session")
def written(page: om.Report, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The page as files, by language."""
    return _in_both(page, tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="session")
def whole(page: om.Report, tmp_path_factory: pytest.TempPathFactory) -> om.Report:
    """The page with a record of every kind and a test that the fit has taken in."""
    posterior, advice = page.found.posterior, page.found.advice
    assert advice is not None
    known = calibrated(posterior)
    records = given(posterior, tmp_path_factory.mktemp("answers"))
    assert records.tests is not None
    advice = replace(
        advice, tested=tested_of(known), chains=tuple(chain.priced(records.tests) for chain in advice.chains)
    )
    return replace(page, found=replace(page.found, posterior=known, advice=advice, given=records))


@pytest.fixture(scope="session")
def whole_written(whole: om.Report, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """That page as files, by language."""
    return _in_both(whole, tmp_path_factory.mktemp("whole"))


def _in_both(report: om.Report, folder: Path) -> dict[str, Path]:
    """Write a report in both languages, and return the files by language."""
    files = {language: folder / f"report.{language}.html" for language in ("en", "nl")}
    for language, file in files.items():
        report.write(file, language=language)
    return files
