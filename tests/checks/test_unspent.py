"""How weeks without spend of a channel that answers to demand were read, told and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import omnimix as om
from omnimix.checks.unspent import unspent_check
from tests.fits import fit
from tests.model.funnels import funnel_of, funnel_panel

QUICK = {"seed": 1, "draws": 20, "tune": 40, "chains": 1, "progress": False}


def test_weeks_of_too_little_demand_are_named_and_kept_with_the_posterior(tmp_path: Path) -> None:
    posterior = fit(funnel_of("spend that is cut off at zero"), funnel_panel(), **QUICK)
    [finding] = unspent_check(posterior)
    silent = int((posterior.panel.frame["sparse"].reindex(posterior.scaling.window_weeks) == 0).sum())
    assert (finding.name, finding.where, finding.figure) == ("weeks_without_spend", "sparse", silent)
    assert "too little demand" in finding.message
    assert "switched off" not in finding.message
    assert (posterior.numbers("unspent_week", unspent=_first(posterior)) > 0).all()
    posterior.save(tmp_path / "fit.nc")
    again = om.load(tmp_path / "fit.nc")
    assert again.scaling.unspent == posterior.scaling.unspent
    told, kept = (om.roas(p, allow_unconverged=True).draws for p in (posterior, again))
    np.testing.assert_array_equal(told, kept)


def test_weeks_that_somebody_switched_off_are_told_as_such() -> None:
    [finding] = unspent_check(fit(funnel_of("whole funnel"), funnel_panel(), **QUICK))
    assert (finding.where, finding.figure) == ("search", 0)
    assert "2 week(s) without spend of search were read as switched off by hand" in finding.message


def _first(posterior: om.Posterior) -> str:
    return f"spend of sparse {posterior.scaling.unspent['spend of sparse'][0]}"
