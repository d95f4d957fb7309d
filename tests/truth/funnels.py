"""Small declared funnels that the tests of this folder share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from omnimix.spec import Channel, Outcome, Stage
from omnimix.truth import Answer, Bond, Medium, Step, Surroundings, World, simulate

QUIET = Surroundings(level=1_000.0, controls={"promo": 0.05}, noise=0.04)
VISITS = Step(Stage("visits"), media={"tv": 0.1, "search": 0.05}, surroundings=QUIET)
ONLINE = Step(
    Outcome("online_sales", value=0.3, parents=["visits"]),
    media={"tv": 0.02, "search": 0.03, "mail": 0.04},
    links={"visits": Bond(0.5, retention=0.4)},
    surroundings=Surroundings(level=50_000.0, controls={"price_index": -0.5}, noise=0.03),
)
STORES = Step(
    Outcome("store_sales", value=0.25, parents=["visits"]),
    media={"tv": 0.03},
    links={"visits": Bond(0.2, retention=0.2)},
    surroundings=Surroundings(level=90_000.0, controls={}, noise=0.03, wave=0.02),
)
NODES = (VISITS, ONLINE, STORES)


def channels(*, answers: bool = False, fuelled: bool = False, answer: Answer | None = None) -> list[Medium]:
    search = Channel("search", responds_to="visits" if answers else None)
    mail = Channel("mail", fuelled_by="visits" if fuelled else None)
    return [
        Medium(Channel("tv", exposure="grp"), style="flighted", weekly_spend=900.0, exposure_price=700.0),
        Medium(search, style="always_on", weekly_spend=500.0, answer=answer or Answer()),
        Medium(mail, weekly_spend=300.0),
    ]


def flat(step: Step) -> Step:
    """Return a step whose level never moves but for its shocks."""
    still = {"wander": 0.0, "wave": 0.0, "trend": 0.0, "season": 0.0, "controls": {}}
    return replace(step, surroundings=replace(step.around, **still))


def funnel(*, answers: bool = False, fuelled: bool = False, answer: Answer | None = None, **more: Any) -> World:
    """Return visits before online and store sales; search may answer to visits, mail may be fuelled by them."""
    given = {"seed": 3, "weeks": 104, "history": 10, "nodes": NODES, **more}
    return simulate(channels=channels(answers=answers, fuelled=fuelled, answer=answer), **given)
