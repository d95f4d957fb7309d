"""Laws of chains that no one figure shows: effects fall off no end, and a small change of question changes little."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.chains.coalitions import evaluate_coalitions
from omnimix.chains.layout import Laid, lay_out
from omnimix.effects.engine import Engine
from omnimix.effects.plan import data_window, within
from omnimix.posterior import Posterior
from omnimix.truth import World
from tests.truth.posteriors import multiplying, still, true_posterior, two_stages


@pytest.fixture(scope="module")
def answering() -> Posterior:
    return true_posterior(still(answers=True))


def over_ten_weeks(posterior: Posterior, *links: om.Link | str, **changes: object) -> om.Chain:
    """Return a chain in the middle of the data window."""
    weeks = posterior.scaling.window_weeks
    return om.Chain("spring", **{"links": links, "start": weeks[20], "end": weeks[29], **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize("moved", [0, 30, -12], ids=["as it was", "30 weeks later", "12 weeks earlier"])
@pytest.mark.parametrize("world", [still(answers=True, fuelled=True), two_stages(), multiplying()], ids=str)
def test_no_effect_falls_off_the_weeks_that_a_chain_looks_at(world: World, moved: int) -> None:
    posterior = true_posterior(world)
    links = [om.Link(n, weeks_later=moved * (k == 0)) for k, n in enumerate(world.truth.channels)]
    laid = lay_out(posterior, over_ten_weeks(posterior, *links))
    timeline = data_window(posterior, at_least=200)
    everywhere = within(timeline, 0, len(timeline.spend))
    added = len(timeline.spend) - len(laid.plan.spend)
    parts = {n: {c: np.pad(x, (0, added)) for c, x in part.items()} for n, part in laid.parts.items()}
    whole: Laid = replace(laid, plan=everywhere, parts=parts)
    few = evaluate_coalitions(laid.engine(posterior), laid)
    every = evaluate_coalitions(Engine(posterior, pd.DatetimeIndex(timeline.spend.index)), whole)
    np.testing.assert_allclose(few.value, every.value, rtol=1e-9, atol=1e-9 * abs(every.value).max())
    np.testing.assert_allclose(few.cost, every.cost, rtol=1e-9, atol=1e-9 * abs(every.cost).max())


def test_a_thousandth_of_an_answering_channel_hardly_changes_a_chain(answering: Posterior) -> None:
    alone = om.evaluate_chain(answering, over_ten_weeks(answering, "tv"))
    part = om.evaluate_chain(answering, over_ten_weeks(answering, "tv", om.Link("search", share=0.001)))
    assert part.coalitions.cost[-1, 0] == pytest.approx(alone.coalitions.cost[-1, 0] + part.spend["search"], rel=1e-4)


def test_a_link_of_some_days_costs_what_it_spends(answering: Posterior) -> None:
    last = om.Link("search", start=answering.scaling.window_weeks[29])
    found = om.evaluate_chain(answering, over_ten_weeks(answering, "tv", last))
    alone = found.coalitions.gain("search", ())[1][0]
    assert 0.5 * found.spend["search"] < alone <= found.spend["search"]


def test_a_little_more_of_an_answering_link_hardly_changes_what_others_are(answering: Posterior) -> None:
    chain = over_ten_weeks(answering, "tv", "search")
    as_it_was, more = (om.evaluate_chain(answering, c) for c in (chain, chain.with_spend("search", 1 + 1e-9)))
    assert more.draws("induced_spend", "tv")[0] == pytest.approx(as_it_was.draws("induced_spend", "tv")[0], rel=1e-3)


def test_a_link_with_days_of_its_own_may_run_earlier_within_the_data(answering: Posterior) -> None:
    weeks = answering.scaling.window_weeks
    chain = over_ten_weeks(answering, "tv", om.Link("search", start=weeks[8]), start=weeks[0])
    lay_out(answering, chain.later("search", -4))


def test_a_link_that_runs_earlier_within_the_chain_does_not_move_the_clock_of_payback(answering: Posterior) -> None:
    late = om.Link("search", start=answering.scaling.window_weeks[26])
    chain = over_ten_weeks(answering, "tv", late).later("search", -3)
    found = om.evaluate_chain(answering, chain, horizons=(10,))
    assert found.payback.known["spend"].item() == pytest.approx(sum(found.spend.values()), rel=0.05)
