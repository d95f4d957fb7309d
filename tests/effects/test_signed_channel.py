"""A channel that is declared signed may take away, and every verb bears it."""

from __future__ import annotations

import numpy as np
import pytest

import omnimix as om
from tests.conftest import small_frame, small_funnel
from tests.fits import converged, fit


@pytest.fixture(scope="module")
def posterior() -> om.Posterior:
    """A fit of a world in which search takes away what it seems to bring."""
    frame = small_frame()
    frame["sales"] -= 25_000 * frame["search"] / (frame["search"] + 6_000)
    channels = ["tv", om.Channel("search", signed=True)]
    funnel = small_funnel(channels=channels, outcomes=[om.Outcome("sales", value=1.0)])
    return converged(fit(funnel, om.Panel(frame), seed=1, draws=300, tune=300, chains=2, progress=False))


def test_its_return_is_negative_where_it_takes_away(posterior: om.Posterior) -> None:
    table = om.roas(posterior).table().set_index("channel")
    assert table.loc["search", "upper"] < 0
    assert table.loc["tv", "lower"] > 0


def test_the_parts_still_add_up_to_the_whole(posterior: om.Posterior) -> None:
    returns = om.roas(posterior)
    spend = returns.known["spend"]
    parts = (returns.draws * spend).sel(channel=["tv", "search"]).sum("channel")
    np.testing.assert_allclose(parts, (returns.draws * spend).sel(channel="all_media"), rtol=1e-6)


def test_a_plan_gives_it_no_more_than_it_must(posterior: om.Posterior) -> None:
    few = om.Outlook(draws=40)
    plan = om.optimize_budget(posterior, weeks=4, outlook=few, progress=False)
    row = plan.table().set_index("channel").loc["search"]
    assert row["plan"] < 0.8 * row["today"]
    assert row["plan"] == pytest.approx(row["free_lower"], rel=1e-3)


def test_it_is_stored_and_read_with_its_sign(posterior: om.Posterior, tmp_path: object) -> None:
    assert om.load(posterior.save(f"{tmp_path}/signed.nc")).funnel == posterior.funnel


def test_no_sign_is_missed_beside_it(posterior: om.Posterior) -> None:
    assert "wrong_sign" not in {f.name for f in om.check(posterior).findings}


@pytest.mark.parametrize("prior", ["roas_prior", "contribution_prior"])
def test_a_positive_prior_beside_it_is_refused(prior: str) -> None:
    with pytest.raises(om.SpecError, match=f"{prior} is positive, and signed=True"):
        om.Channel("tv", signed=True, **{prior: (0.5, 2.0)})  # type: ignore[arg-type]
