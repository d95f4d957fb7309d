"""Worlds by name: a retailer with shops and a web shop under several truths, and a chain of leads.

Everything is SIMULATED. The split of media-driven visits (TV 35 %, search 13 %, social 4 %, display 3 %) is one that
the field quotes without a source: a setting to be found back, not a belief. Sizes, spends, curves and surroundings
differ by seed around those of a mid-size company.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from omnimix.spec import Channel, Outcome, Stage
from omnimix.truth.baseline import Surroundings
from omnimix.truth.media import Answer, Medium, SpendStyle, stream
from omnimix.truth.steps import Bond, Effect, Step

QUOTED = {"tv": 0.35, "search": 0.13, "social": 0.04, "display": 0.03}  # of media-driven visits
OTHERS = {"radio": 0.36, "outdoor": 0.22, "online_video": 0.42}  # of what the quoted ones leave
MEDIA_VISITS = 0.30  # media-driven visits as a share of visits without media
TO_ONLINE = {"tv": 0.010, "online_video": 0.008, "radio": 0.004, "search": 0.020, "social": 0.010, "display": 0.004}
TO_STORES = {"tv": 0.030, "online_video": 0.006, "radio": 0.015, "outdoor": 0.012, "search": 0.006, "social": 0.004}
STRONG = 0.6  # shock correlation of the confounded retailer


@dataclass(frozen=True)
class Kind:
    """A channel as the scenarios buy it: style, money a week, and the usual shape of its curves."""

    team: str
    style: SpendStyle
    weekly_spend: float
    saturation: str
    retention: float
    half_saturation: float


KINDS = {
    "tv": Kind("brand", "flighted", 36_000, "hill", 0.60, 1.6),
    "online_video": Kind("ecommerce", "pulsed", 12_000, "exponential", 0.45, 1.4),
    "radio": Kind("brand", "flighted", 14_000, "exponential", 0.40, 1.2),
    "outdoor": Kind("brand", "flighted", 10_000, "logistic", 0.50, 1.8),
    "search": Kind("ecommerce", "always_on", 20_000, "michaelis_menten", 0.10, 1.2),
    "social": Kind("ecommerce", "pulsed", 10_000, "logistic", 0.35, 1.5),
    "display": Kind("ecommerce", "pulsed", 6_000, "exponential", 0.25, 1.0),
    "retargeting": Kind("ecommerce", "pulsed", 7_000, "exponential", 0.10, 1.5),
    "lead_ads": Kind("brand", "pulsed", 20_000, "hill", 0.35, 1.4),
}
VIDEO = ("tv", "online_video")
Declared = tuple[list[Medium], list[Step]]  # what build_world makes a world of


@dataclass(frozen=True)
class Lot:
    """What a seed draws for a scenario: every size by its own name, so that scenarios of one seed agree.

    ``strength`` multiplies the effect of all media; ``rho`` is the correlation of the shocks of the stage and the
    outcomes, by default the scenario's own.
    """

    seed: int
    strength: float = 1.0
    rho: float | None = None

    def around(self, size: float, *names: str, spread: float = 0.15) -> float:
        """Return a size drawn around its usual value, log-normal with this spread."""
        return float(size * np.exp(stream(self.seed, "scenario", *names).normal(0.0, spread)))

    def medium(self, name: str, **settings: Any) -> Medium:
        """Return a channel; ``settings`` are those of :class:`Channel`."""
        kind = KINDS[name]
        pool = "video" if name in VIDEO else None
        measured = "tv_grp" if name == "tv" else None
        answers = name == "search" and settings.get("responds_to") is not None
        return Medium(
            Channel(name, team=kind.team, pool=pool, exposure=measured, **settings),
            style=kind.style,
            weekly_spend=self.around(kind.weekly_spend, "spend", name),
            adstock="geometric",
            saturation=kind.saturation,
            exposure_price=self.around(1_000.0, "price", name) if measured else None,
            answer=Answer(slope=self.around(0.8, "slope", name)) if answers else Answer(),
        )

    def effects(self, node: str, shares: Mapping[str, float]) -> dict[str, Effect]:
        """Return the effects of channels on a node, each with curves of its own around what is usual."""
        return {name: self._effect(node, name, share) for name, share in shares.items()}

    def _effect(self, node: str, name: str, share: float) -> Effect:
        kind = KINDS[name]
        kept = kind.retention / (1 - kind.retention)
        kept = self.around(kept, "retention", node, name, spread=0.25)
        half = self.around(kind.half_saturation, "half", node, name, spread=0.25)
        parameters = {"retention": kept / (1 + kept), "half_saturation": half}
        if kind.saturation == "hill":
            parameters["slope"] = self.around(1.2, "slope", node, name, spread=0.1)
        return Effect(self.strength * share, parameters=parameters)

    def surroundings(self, node: str, level: float, noise: float, controls: Mapping[str, float]) -> Surroundings:
        """Return what a node does without media."""
        return Surroundings(
            level=self.around(level, "level", node, spread=0.2),
            trend=0.03,
            season=self.around(0.09, "season", node, spread=0.25),
            wander=0.02,
            noise=noise,
            controls={c: self.around(e, c, node) for c, e in controls.items()},
            holidays="NL",
            holiday=0.04,
        )

    def visit_shares(self) -> dict[str, float]:
        """Return the share of every channel in visits without media, all direct."""
        total = self.around(MEDIA_VISITS, "media", "visits")
        others = {n: self.around(s, "part", n, spread=0.25) for n, s in OTHERS.items()}
        left = (1 - sum(QUOTED.values())) / sum(others.values())
        return {n: total * s for n, s in (QUOTED | {n: left * s for n, s in others.items()}).items()}

    def visits(self, shares: Mapping[str, float], **node: Any) -> Step:
        """Return the stage of online visits."""
        around = self.surroundings("visits", 400_000.0, 0.05, {"price_index": -0.4, "promo": 0.05})
        links = {p: Bond(self.around(0.4, "link", p, "visits"), retention=0.2) for p in node.get("parents", ())}
        stage = Stage("visits", **node)
        return Step(stage, media=self.effects("visits", shares), links=links, surroundings=around)

    def shops(self, rho: float = 0.0, **more: Mapping[str, float]) -> list[Step]:
        """Return online and store sales; ``more`` are direct shares by outcome beside the usual ones."""
        rho = rho if self.rho is None else self.rho
        rows = (
            ("online_sales", 0.30, 800_000.0, 0.04, {"price_index": -0.9, "promo": 0.08}, TO_ONLINE, 0.50, 0.10),
            ("store_sales", 0.25, 1_500_000.0, 0.03, {"price_index": -0.6, "promo": 0.05}, TO_STORES, 0.20, 0.30),
        )
        steps = []
        for name, value, level, noise, controls, direct, effect, retention in rows:
            shares = {
                c: self.around(s, "share", name, c, spread=0.25) for c, s in (direct | {**more.get(name, {})}).items()
            }
            bond = Bond(self.around(effect, "link", "visits", name), retention=retention, correlation=rho)
            steps.append(
                Step(
                    Outcome(name, value=value, parents=["visits"]),
                    media=self.effects(name, shares),
                    links={"visits": bond},
                    surroundings=self.surroundings(name, level, noise, controls),
                )
            )
        return steps


def retailer(lot: Lot, **search: str) -> Declared:
    """Return the retailer: seven channels, online visits on the way, online and store sales.

    Of media-driven visits TV brings 35 %, search 13, social 4 and display 3 %. Search does not respond.
    """
    shares = lot.visit_shares()
    return _media(lot, shares, **search), [lot.visits(shares), *lot.shops()]


def confounded(lot: Lot) -> Declared:
    """Return the retailer with unseen demand that moves visits and sales of the same week together."""
    return retailer(lot if lot.rho is not None else replace(lot, rho=STRONG))


def answering_search(lot: Lot) -> Declared:
    """Return the retailer whose search spend responds to visits, and brings visits itself."""
    return retailer(lot, responds_to="visits")


def fuelled(lot: Lot) -> Declared:
    """Return the retailer with an eighth channel, retargeting, whose audience is the visitors of the last weeks."""
    shares = lot.visit_shares()
    shops = lot.shops(online_sales={"retargeting": 0.025}, store_sales={"retargeting": 0.005})
    return [*_media(lot, shares), lot.medium("retargeting", fuelled_by="visits")], [lot.visits(shares), *shops]


def two_stages(lot: Lot) -> Declared:
    """Return the retailer with brand searches before visits; search spend responds to brand searches."""
    awareness = {"tv": 0.12, "online_video": 0.05, "radio": 0.04, "outdoor": 0.03, "social": 0.015}
    first = Step(
        Stage("brand_searches", drivers=list(awareness)),
        media=lot.effects("brand_searches", awareness),
        surroundings=lot.surroundings("brand_searches", 60_000.0, 0.06, {"promo": 0.06}),
    )
    direct = {n: 0.6 * s for n, s in lot.visit_shares().items()}
    media = _media(lot, direct, responds_to="brand_searches")
    return media, [first, lot.visits(direct, parents=["brand_searches"]), *lot.shops()]


def sequence(lot: Lot) -> Declared:
    """Return a seller by quotation: leads, then quotes, then orders; retargeting works on the leads of the last weeks.

    Lead ads at the top earn nothing directly: what they bring passes through every later step and fuels retargeting.
    """
    ads = {"lead_ads": 0.25, "social": 0.08, "search": 0.10}
    return _seller(lot, ads, {"search": 0.06, "retargeting": 0.05}, {"retargeting": 0.05}, (0.6, 0.7))


def chained(lot: Lot) -> Declared:
    """Return the same seller where campaigns live off each other: leads bring little unless retargeting works on them.

    Judged by its own figures lead ads lose money; without them retargeting has nobody to work on.
    """
    ads = {"lead_ads": 0.40, "social": 0.08, "search": 0.10}
    return _seller(lot, ads, {"search": 0.06, "retargeting": 0.20}, {"retargeting": 0.25}, (0.3, 0.5))


def _media(lot: Lot, shares: Mapping[str, float], **search: str) -> list[Medium]:
    """Return the channels that bring visits; ``search`` are settings of that one."""
    return [lot.medium(n, **(search if n == "search" else {})) for n in KINDS if n in shares]


def _seller(
    lot: Lot, leads: dict[str, float], quotes: dict[str, float], orders: dict[str, float], links: tuple[float, float]
) -> Declared:
    """Return a seller by quotation, given the shares of channels in each step and what a step does to the next."""
    to_quotes = Bond(lot.around(links[0], "link", "leads"), retention=0.35)
    to_orders = Bond(lot.around(links[1], "link", "quotes"), retention=0.45, correlation=lot.rho or 0.0)
    plan: tuple[tuple[Stage | Outcome, float, float, dict[str, float], dict[str, Bond]], ...] = (
        (Stage("leads"), 6_000.0, 0.06, leads, {}),
        (Stage("quotes", parents=["leads"]), 2_500.0, 0.05, quotes, {"leads": to_quotes}),
        (Outcome("orders", value=120.0, parents=["quotes"]), 1_200.0, 0.05, orders, {"quotes": to_orders}),
    )
    steps = [
        Step(n, media=lot.effects(n.name, shares), links=bonds, surroundings=lot.surroundings(n.name, level, noise, {}))
        for n, level, noise, shares, bonds in plan
    ]
    media = [*(lot.medium(n) for n in ("lead_ads", "social", "search")), lot.medium("retargeting", fuelled_by="leads")]
    return media, steps


SCENARIOS: dict[str, Callable[[Lot], Declared]] = {
    f.__name__: f for f in (retailer, confounded, answering_search, fuelled, two_stages, sequence, chained)
}
