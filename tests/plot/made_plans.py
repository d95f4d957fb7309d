"""Budget records of which everything is stated: money by channel, gains, shares, costs of silos, pools, plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.budget import Assumptions, BudgetPlan, PlansCompared, PoolSplit, SiloCost
from omnimix.budget.costs import SILOS, STAYING, WRONG_GOAL, WRONG_SPLIT
from omnimix.budget.plan import PLAN, PROPORTIONAL, TODAY, VERSUS
from omnimix.effects import Figures
from omnimix.mechanics import Array
from omnimix.spec import Limits, TeamGoal
from tests.budget.made_plans import made_phasing, made_scepticism

DRAWS = 400
FIRST_WEEK = "2026-09-07"
MONEY = {  # today's and planned money of every channel over the window
    "tv": (300e3, 390e3),
    "online_video": (240e3, 180e3),
    "radio": (80e3, 80e3),
    "outdoor": (60e3, 45e3),
    "search": (130e3, 141e3),
    "social": (110e3, 134e3),
    "display": (80e3, 30e3),
}
TEAMS = {"tv": "brand", "radio": "brand", "outdoor": "brand"} | dict.fromkeys(
    ("online_video", "search", "social", "display"), "ecommerce"
)
POOLS = {"tv": "video", "online_video": "video"}


def made_plan(
    money: Mapping[str, tuple[float, float]] | None = None,
    *,
    weeks: int = 13,
    teams: Mapping[str, str] = TEAMS,
    pools: Mapping[str, str] = POOLS,
    answering: Sequence[str] = ("search",),
    extrapolated: Mapping[str, int] | None = None,
    gain: Mapping[str, tuple[float, float]] | None = None,
) -> BudgetPlan:
    """Return a plan over weeks from 7 September 2026.

    Args:
        money: money of every channel in today's plan and in this one.
        weeks: length of the window.
        teams, pools: owner by channel.
        answering: channels that are not set.
        extrapolated: by channel, the number of first weeks that lie outside what was seen.
        gain: mean and standard deviation of the gain over ``today`` and over ``proportional``.
    """
    money = money or MONEY
    extrapolated = {"tv": 3} if extrapolated is None else extrapolated
    channels = list(money)
    index = pd.date_range(FIRST_WEEK, periods=weeks, freq="7D", name="week")
    today = pd.DataFrame({c: _weekly(money[c][0], k, weeks) for k, c in enumerate(channels)}, index=index)
    spend = pd.DataFrame({c: _weekly(money[c][1], k, weeks) for k, c in enumerate(channels)}, index=index)
    total = float(spend.to_numpy().sum())
    share = np.array([money[c][1] for c in channels]) / total
    seen = pd.DataFrame({c: np.arange(weeks) < extrapolated.get(c, 0) for c in channels}, index=index)
    return BudgetPlan(
        spend=spend,
        today=today,
        proportional=today,
        total=total,
        teams={c: t for c, t in teams.items() if c in channels},
        pools={c: p for c, p in pools.items() if c in channels},
        answering=tuple(c for c in answering if c in channels),
        phasing=made_phasing(),
        gain=_gain(gain or {TODAY: (85e3, 45e3), PROPORTIONAL: (22e3, 30e3)}),
        value=_value(total),
        shares=_shares(channels, share),
        free=pd.DataFrame({"lower": 0.9 * spend.sum(), "upper": 1.1 * spend.sum()}),
        regret={PLAN: 20e3, TODAY: 90e3},
        region=pd.DataFrame({"lowest": 0.5 * spend.sum(), "highest": 1.2 * spend.sum()}),
        extrapolated=seen,
        gap=10.0,
        assumptions=Assumptions("value", None, Limits(), "pattern", weeks + 13, 0.0, DRAWS),
        currency="EUR",
        today_from=pd.DataFrame({"rule": "given", "first": pd.NaT, "last": pd.NaT}, index=today.columns),
        today_breaks={"limits": (), "data": ()},
    )


def made_response(
    money: Mapping[str, tuple[float, float]] | None = None, *, beyond: float = 1.25, slope: float = 1.0
) -> Figures:
    """Return the value of every channel's money from nothing to twice the plan; beyond so much of today's is unseen."""
    money = money or MONEY
    channels = list(money)
    today, planned = (np.array([money[c][k] for c in channels]) for k in (0, 1))
    spend = np.column_stack([np.outer(2.0 * np.maximum(today, planned), np.linspace(0.0, 1.0, 12)), today, planned])
    half = np.maximum(planned, 1e-12)[:, None]
    value = slope * _noise("response", (DRAWS, len(channels), 1), 0.25) * 2.4 * half * spend / (half + spend)
    points = np.arange(14)
    coords = {"channel": channels, "point": points}
    known = {
        "spend": spend,
        "extrapolated": spend > beyond * today[:, None],
        "is_today": np.broadcast_to(points == 12, spend.shape),
        "is_plan": np.broadcast_to(points == 13, spend.shape),
    }
    draws = xr.DataArray(value, coords=coords, dims=("draw", "channel", "point"), attrs={"channels": tuple(channels)})
    marks = {k: xr.DataArray(v, coords=coords, dims=("channel", "point")) for k, v in known.items()}
    return Figures("plan_response", draws, "EUR over the window and after", known=marks)


def made_silo_cost(
    goal: tuple[float, float] = (60e3, 25e3),
    split: tuple[float, float] = (35e3, 20e3),
    staying: tuple[float, float] = (140e3, 50e3),
    *,
    goals: Mapping[str, TeamGoal] | None = None,
    budgets: Mapping[str, tuple[float, float]] | None = None,
) -> SiloCost:
    """Return the cost of silos of parts with such means and standard deviations."""
    generator = np.random.default_rng(5)
    parts = {
        WRONG_GOAL: generator.normal(*goal, DRAWS),
        WRONG_SPLIT: generator.normal(*split, DRAWS),
        STAYING: generator.normal(*staying, DRAWS),
    }
    draws = {SILOS: parts[WRONG_GOAL] + parts[WRONG_SPLIT], **parts}
    plan = made_plan()
    money = budgets or {"brand": (440e3, 515e3), "ecommerce": (560e3, 485e3)}
    return SiloCost(
        cost=_with_odds("silo_cost", draws, "part"),
        plans=dict.fromkeys(("joint", "own_budgets", "silos", "today"), plan.spend),
        budgets=pd.DataFrame(money, index=["today", "joint"]).T,
        goals=goals or {"brand": TeamGoal("store_sales"), "ecommerce": TeamGoal("online_sales", direct=True)},
        rounds=4,
        currency="EUR",
    )


def made_pool_split(
    members: Sequence[str] = ("tv", "online_video"),
    *,
    sizes: Sequence[float] = tuple(np.linspace(100e3, 1.2e6, 12)),
    crosses: float = 0.8,
    now: float = 540e3,
    channels: Sequence[str] = tuple(MONEY),
) -> PoolSplit:
    """Return the split of a pool in which the first member begins large and the others grow."""
    size = np.asarray(sizes, dtype=float)
    tilt = _noise("pool", (DRAWS, len(members), 1), 0.12)
    pull = np.stack([np.exp(-1.4 * size / 1e6) if k == 0 else 0.35 + 0.1 * k + 0 * size for k in range(len(members))])
    share = (tilt * pull) / (tilt * pull).sum(axis=1, keepdims=True)
    coords = {"channel": list(members), "pool_spend": size}
    mean = pull / pull.sum(axis=0)
    out = np.zeros(mean.shape, dtype=bool)
    out[:, size > 1e6] = True
    crossing = np.random.default_rng(2).normal(570e3, 90e3, round(crosses * DRAWS))
    return PoolSplit(
        pool="video",
        shares=Figures(
            "pool_share",
            xr.DataArray(share, coords=coords, dims=("draw", "channel", "pool_spend")),
            "share of the pool",
            known={
                "share": xr.DataArray(mean, coords=coords, dims=("channel", "pool_spend")),
                "extrapolated": xr.DataArray(out, coords=coords, dims=("channel", "pool_spend")),
            },
        ),
        crossover=Figures(
            "crossover", xr.DataArray(crossing[:, None], coords={"pool": ["video"]}, dims=("draw", "pool")), "money"
        ),
        crosses=crosses,
        now=now,
        weeks=13,
        currency="EUR",
        channels=tuple(channels),
    )


def made_compared(
    gains: Mapping[str, tuple[float, float]], extrapolated: Mapping[str, tuple[str, ...]] | None = None
) -> PlansCompared:
    """Return plans that gain so much (mean and standard deviation) over the first, which is called ``today``."""
    generator = np.random.default_rng(6)
    draws = {"today": np.zeros(DRAWS)} | {n: generator.normal(*g, DRAWS) for n, g in gains.items()}
    best = np.stack(list(draws.values())).argmax(axis=0)
    spend = pd.DataFrame({n: {c: m[1] for c, m in MONEY.items()} for n in draws})
    value = _stacked({n: 1.5e6 + g for n, g in draws.items()}, "plan")
    known = {"spend": _labelled({n: float(spend[n].sum()) for n in draws}, "plan"), "profit": value.mean("draw")}
    return PlansCompared(
        value=Figures("value", value, "EUR", known=known),
        gain=_with_odds("gain", draws, "plan"),
        best={n: float((best == k).mean()) for k, n in enumerate(draws)},
        spend=spend,
        extrapolated={n: (extrapolated or {}).get(n, ()) for n in draws},
        currency="EUR",
    )


def _weekly(total: float, place: int, weeks: int) -> Array:
    """Divide money over weeks: waves that differ by channel; every third channel pauses now and then."""
    at = np.arange(weeks)
    wave = 1.0 + 0.6 * np.sin(2 * np.pi * (at / 9.0 + 0.3 * place))
    if place % 3 == 0 and weeks > 4:
        wave[at % 6 >= 4] = 0.0
    return np.asarray(total * wave / wave.sum())


def _gain(given: Mapping[str, tuple[float, float]]) -> Figures:
    generator = np.random.default_rng(3)
    found = _with_odds("gain", {n: generator.normal(*g, DRAWS) for n, g in given.items()}, VERSUS)
    corrected = 0.85 * found.draws.mean("draw")
    luck = found.draws.mean("draw") - corrected
    sceptic = made_scepticism(0.5 * corrected.to_numpy(), list(given))
    known = {**found.known, "corrected": corrected, "draw_luck": luck, **sceptic}
    return Figures(found.name, found.draws, found.unit, known=known)


def _value(total: float) -> Figures:
    draws = {n: total * k * _noise(n, (DRAWS,), 0.1) for n, k in ((PLAN, 1.6), (TODAY, 1.5), (PROPORTIONAL, 1.55))}
    stacked = _stacked(draws, PLAN)
    spend = _labelled(dict.fromkeys(draws, total), PLAN)
    return Figures("value", stacked, "EUR", known={"spend": spend, "profit": stacked.mean("draw") - spend})


def _shares(channels: Sequence[str], share: Array) -> Figures:
    draws = share * _noise("shares", (DRAWS, len(share)), 0.15)
    draws = draws / np.maximum(draws.sum(axis=1, keepdims=True), 1e-12)
    stacked = xr.DataArray(draws, coords={"channel": list(channels)}, dims=("draw", "channel"))
    known = {"share": _labelled(dict(zip(channels, map(float, share), strict=True)), "channel")}
    return Figures("share", stacked, "share of the total", known=known)


def _with_odds(name: str, draws: Mapping[str, Array], label: str) -> Figures:
    stacked = _stacked(draws, label)
    return Figures(name, stacked, "EUR", known={"probability_positive": (stacked > 0).mean("draw")})


def _noise(name: str, shape: tuple[int, ...], size: float) -> Array:
    generator = np.random.default_rng(sum(map(ord, name)))
    return np.asarray(np.exp(generator.normal(0.0, size, shape)))


def _labelled(values: Mapping[str, float], label: str) -> xr.DataArray:
    return xr.DataArray(list(values.values()), coords={label: list(values)}, dims=(label,))


def _stacked(draws: Mapping[str, Array], label: str) -> xr.DataArray:
    return xr.DataArray(np.stack(list(draws.values()), axis=1), coords={label: list(draws)}, dims=("draw", label))
