"""Whatever is passed to a verb or a record, a person reads what to pass instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import omnimix as om
from omnimix.arguments import checked
from omnimix.errors import ArgumentError, OmnimixError
from omnimix.truth import Medium
from tests.conftest import small_frame, small_funnel

ODD: tuple[Any, ...] = ("x.nc", None, 3, [], {"tv": (0, 1e5)}, pd.DataFrame({"a": [1]}), float("nan"))


@checked
def verb(
    count: int,
    amount: float = 1.0,
    *names: str,
    lags: Sequence[int] = (),
    by: Mapping[str, float] | None = None,
    path: str | Path = "",
    pair: tuple[float, float] | None = None,
    yes: bool = False,
    seed: int | None = None,
) -> str:
    """Do nothing with much."""
    return f"{count} {amount} {names} {lags} {by} {path} {pair} {yes} {seed}"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ((3,), {}),
        ((np.int64(3), np.float32(2.5), "a", "b"), {}),
        ((3,), {"lags": [1, 2]}),
        ((3,), {"lags": np.array([1, 2])}),
        ((3,), {"lags": range(3)}),
        ((3, 2), {"by": {"tv": 1}}),
        ((3, 2), {"by": pd.Series({"tv": 1.0})}),
        ((3, 2), {"path": Path("a"), "pair": (1, 2.0), "yes": np.bool_(True)}),
        ((3,), {"pair": [1.0, 2.0]}),
    ],
)
def test_what_is_declared_passes(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    assert verb(*given, **named)


@pytest.mark.parametrize(
    ("given", "named", "told"),
    [
        (("3",), {}, "`count` is a whole number, not the text '3'"),
        ((True,), {}, "`count` is a whole number, not True"),
        ((3, float("inf")), {}, "`amount` is a finite number, not inf"),
        ((3, 10**400), {}, "`amount` is a finite number, not one of more than 64 bits"),
        ((10**5000,), {}, "`count` is a whole number, not one of more than 64 bits"),
        ((3, 1.0, 2), {}, "`names` is a text, not"),
        ((3,), {"lags": "13"}, "`lags` is a list of which each is a whole number, not the text '13'"),
        ((3,), {"lags": [1, "2"]}, "`lags` is a list"),
        ((3,), {"by": {"tv": "a"}}, "`by` is a dict of names with a finite number each, not a dict such as"),
        ((3,), {"by": {3: 1.0}}, "`by` is a dict of names with a finite number each, not a dict such as {3: 1.0}"),
        ((3,), {"seed": -1}, "`seed` is a whole number of 0 or more, not -1"),
        ((3,), {"seed": 1.5}, r"`seed` is a whole number of 0 or more, not 1\.5"),
        ((3,), {"pair": (1, 2, 3)}, "`pair` is a pair of a finite number and a finite number, not"),
        ((3,), {"yes": "no"}, "`yes` is True or False, not the text 'no'"),
        ((3,), {"pth": "a"}, r"there is no argument `pth`; did you mean 'path'\? It takes count, amount"),
        ((), {}, "missing a required argument: 'count'"),
        (("3", "a"), {}, "`count` is .*; `amount` is"),
    ],
)
def test_what_is_not_declared_is_told_all_at_once(given: tuple[Any, ...], named: dict[str, Any], told: str) -> None:
    with pytest.raises(ArgumentError, match=told):
        verb(*given, **named)


def test_a_refused_argument_is_a_type_error_as_well() -> None:
    """Whoever catches what Python itself raises for it catches this."""
    assert issubclass(ArgumentError, TypeError)
    assert issubclass(ArgumentError, OmnimixError)


OF_A_POSTERIOR = """
    roas marginal_roas joint_roas contributions paths payback traffic_share response_curves predict respond check
    sensitivity plan_sensitivity optimize_budget silo_cost budget_levels compare_plans evaluate_plan plan_response
    pool_split evaluate_chain compare_chains report
"""
FIRST = {
    "fit": (om.fit, "om.Funnel"),
    "build_model": (om.build_model, "om.Funnel"),
    "check_panel": (om.check_panel, "om.Panel"),
    **{name: (getattr(om, name), "om.Posterior") for name in OF_A_POSTERIOR.split()},
}


@pytest.mark.parametrize("name", FIRST)
@pytest.mark.parametrize("odd", ODD, ids=lambda value: type(value).__name__)
def test_every_verb_says_what_it_takes_first(name: str, odd: Any) -> None:
    ask, kind = FIRST[name]
    others = {
        "fit": [odd],
        "build_model": [odd],
        "check_panel": [odd],
        "budget_levels": [odd],
        "compare_plans": [odd],
        "evaluate_plan": [odd],
        "plan_response": [odd],
        "pool_split": ["video"],
        "evaluate_chain": [odd],
        "compare_chains": [odd],
        "plan_sensitivity": [odd],
    }.get(name, [])
    with pytest.raises(ArgumentError, match=f"is an {kind}, not"):
        ask(odd, *others)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: om.Limits(channels={3: om.Limit(max=5.0)}),  # type: ignore[dict-item]
        lambda: om.fit_many({1: (small_funnel(), om.Panel(small_frame()))}),  # type: ignore[dict-item]
        lambda: om.Outlook(seed=-1),
        lambda: Medium(om.Channel("tv", campaigns=("a", "b")), multipliers={"a": "2"}),  # type: ignore[dict-item]
        lambda: Medium("tv", share="much"),  # type: ignore[arg-type]
    ],
)
def test_records_and_verbs_take_names_that_are_texts_seeds_that_are_none_below_zero(ask: Callable[[], object]) -> None:
    with pytest.raises(OmnimixError):
        ask()


def test_money_of_today_below_zero_is_told_by_channel() -> None:
    with pytest.raises(OmnimixError, match="`today` is -5 for 'tv'; money is 0 or more"):
        om.Outlook(today={"tv": -5.0, "search": 9_000.0})


@pytest.mark.parametrize("verb", ["predict", "design_tests", "teaching_schedule"])
def test_a_seed_below_zero_is_told(small_posterior: om.Posterior, verb: str) -> None:
    with pytest.raises(ArgumentError, match="`seed` is a whole number of 0 or more, not -3"):
        getattr(om, verb)(small_posterior, seed=-3)


def test_nothing_asked_for_is_told(small_posterior: om.Posterior) -> None:
    with pytest.raises(OmnimixError, match="give at least one number of weeks"):
        om.payback(small_posterior, horizons=(), allow_unconverged=True)
    with pytest.raises(OmnimixError, match="factors are one or more numbers"):
        om.response_curves(small_posterior, factors=(), allow_unconverged=True)
    with pytest.raises(OmnimixError, match="factors are one or more numbers"):
        om.response_curves(small_posterior, factors=[-1.0], allow_unconverged=True)


def test_a_posterior_that_was_not_loaded_is_told_how_to_load_it() -> None:
    with pytest.raises(ArgumentError, match=r"load it first: om.load\('spring.nc'\)"):
        om.roas("spring.nc")  # type: ignore[arg-type]


def test_arguments_the_other_way_round_are_told_so(small_posterior: om.Posterior) -> None:
    panel = om.Panel(small_frame())
    with pytest.raises(ArgumentError, match="`funnel` and `panel` are the other way round"):
        om.fit(panel, small_funnel())  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match="`posterior` and `path` are the other way round"):
        om.report("page.html", small_posterior)  # type: ignore[arg-type]


ASKED: dict[str, tuple[Callable[[om.Posterior], Any], str]] = {
    "a frame for a panel": (lambda p: om.fit(p.funnel, small_frame()), r"make one with om.Panel\(frame"),  # type: ignore[arg-type]
    "a seed in words": (lambda p: om.fit(p.funnel, p.panel, seed="a"), "`seed` is a whole number"),  # type: ignore[arg-type]
    "a seed below 0": (lambda p: om.fit(p.funnel, p.panel, seed=-1), "`seed` is a whole number of 0 or more"),
    "half a draw": (lambda p: om.fit(p.funnel, p.panel, draws=1.5), "`draws` is a whole number"),  # type: ignore[arg-type]
    "limits as a dict": (lambda p: om.optimize_budget(p, total=1e6, limits={"tv": (0, 1e5)}), r"om.Limits\(channels="),  # type: ignore[arg-type]
    "a total in words": (lambda p: om.optimize_budget(p, total="2 million"), "`total` is a finite number"),  # type: ignore[arg-type]
    "a total that is no number": (lambda p: om.optimize_budget(p, total=float("nan")), "`total` is a finite number"),
    "an unknown argument": (lambda p: om.optimize_budget(p, totl=3), "did you mean 'total'"),  # type: ignore[call-arg]
    "an interval in words": (lambda p: om.roas(p, interval="90%"), "`interval` is a probability"),  # type: ignore[arg-type]
    "an interval in percent": (
        lambda p: om.roas(p, interval=90),
        "`interval` is a probability between 0 and 1, such as 0.9, not 90",
    ),
    "a chain by its name": (lambda p: om.evaluate_chain(p, "spring"), r"om.Chain\('spring', links="),  # type: ignore[arg-type]
    "a plan by its file": (lambda p: om.report(p, plan="plan.xlsx"), "`plan` is an om.BudgetPlan"),  # type: ignore[arg-type]
    "a page as PDF": (lambda p: om.report(p, "x.pdf"), "let its name end in .html"),
    "a page in a folder": (lambda p: om.report(p, Path()), "let its name end in .html"),
    "a page nowhere": (lambda p: om.report(p, "no/such/page.html"), "there is no folder"),
    "a picture of a text": (lambda p: om.plot.roas("x"), "`result` is an om.Figures"),
    "a number of weeks to predict": (lambda p: om.predict(p, 13), "`future` is a pandas DataFrame"),  # type: ignore[arg-type]
    "a posterior saved to a number": (lambda p: p.save(3), "a path is a text or a Path"),  # type: ignore[arg-type]
    "a file of another kind": (lambda p: om.load(p.panel.frame), "`path` is a text or a path, not a DataFrame"),  # type: ignore[arg-type]
    "a channel that is a number": (lambda p: om.Channel(3), "`name` is a text"),  # type: ignore[arg-type]
    "links as a number": (lambda p: om.Chain("a", links=3), "each is an om.Link"),  # type: ignore[arg-type]
    "a value in words": (lambda p: om.Outcome("a", value="0.3"), "`value` is a finite number"),  # type: ignore[arg-type]
    "a value that is true": (lambda p: om.Outcome("a", value=True), "`value` is a finite number"),
    "a value without end": (lambda p: om.Outcome("a", value=float("inf")), "`value` is a finite number"),
    "a limit as a pair": (lambda p: om.Limits(channels={"tv": (0, 1e5)}), r"om.Limit\(min=..., max=...\)"),  # type: ignore[dict-item]
    "limits as a list": (lambda p: om.Limits(channels=["tv"]), "a dict of names with an om.Limit each"),  # type: ignore[arg-type]
    "a prior in words": (lambda p: om.Prior("Normal", "a", 1), "`arguments` is a finite number"),  # type: ignore[arg-type]
    "today in words": (lambda p: om.Outlook(today="x"), "`today` is a pandas DataFrame"),  # type: ignore[arg-type]
    "a world before its time": (
        lambda p: om.simulate(weeks=-3, history=-1),
        "`weeks` is .*; `history` is a whole number",
    ),
    "a world from no day": (lambda p: om.simulate(start="soon"), "`start` is a day such as"),
}


@pytest.mark.parametrize("what", ASKED)
def test_a_slip_is_told_with_what_to_pass(what: str, small_posterior: om.Posterior) -> None:
    ask, told = ASKED[what]
    with pytest.raises(OmnimixError, match=told):
        ask(small_posterior)
