"""The blocks of the page in their order, and the figures behind them as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from omnimix.budget import PoolSplit
from omnimix.effects import Figures
from omnimix.labels import DEFAULT_INTERVAL
from omnimix.page.advice import advise, levels, whom
from omnimix.page.chains_and_teams import chains, pool, silos
from omnimix.page.earnings import earns, payback, traffic
from omnimix.page.forecasts import forecasts
from omnimix.page.gather import Advice, Gathered
from omnimix.page.parts import Block, Page
from omnimix.page.reliability import made, sure
from omnimix.posterior import Posterior
from omnimix.rows.backtests import backtest_rows
from omnimix.rows.budget import budget_rows
from omnimix.rows.chains import chain_rows
from omnimix.rows.findings import check_rows
from omnimix.rows.fits import effects_rows, fit_rows
from omnimix.rows.json_file import plain
from omnimix.rows.table import records, value_rows
from omnimix.words import Language

SCHEMA = 1
SIX_DAYS = pd.Timedelta(days=6)


def page(found: Gathered, language: str, version: str, subtitle: str = "") -> Page:
    """Return the page in a language."""
    words = Language.of(language, "report", found.posterior.value_unit)
    blocks = tuple(b for b in _blocks(found, version, words) if b is not None)
    reading = words.say("how_to_read", interval=round(10 * DEFAULT_INTERVAL)) if found.advice is not None else ""
    under = tuple(t for t in (subtitle, _window(found, words), reading) if t)
    title = words.say("title" if _teams(found.posterior) > 1 else "title_alone")
    return Page(title, under, blocks, found.advice is not None)


def _window(found: Gathered, words: Language) -> str:
    weeks = found.posterior.scaling.window_weeks
    measured = {"first": words.day(weeks[0].date()), "last": words.day((weeks[-1] + SIX_DAYS).date())}
    if found.advice is None:
        return words.say("measured", **measured)
    plan = found.advice.plan
    return words.say(
        "window",
        **measured,
        weeks=len(plan.weeks),
        start=words.day(plan.weeks[0].date()),
        end=words.day((plan.weeks[-1] + SIX_DAYS).date()),
        total=words.total(plan.total),
    )


def _blocks(found: Gathered, version: str, words: Language) -> Iterator[Block | None]:
    posterior, advice = found.posterior, found.advice
    if advice is None:
        yield sure(found.health, None, words)
        yield made(posterior, None, version, words)
        return
    plan, missing = advice.plan, advice.missing
    yield advise(plan, advice.levels, words)
    yield whom(plan, words)
    yield traffic(advice, posterior.funnel.channel_names, words)
    yield earns(advice, tuple(s.name for s in posterior.funnel.stages), words)
    yield chains(advice.chains, words)
    if advice.payback is not None and advice.results.payback is not None:
        yield payback(advice.payback, advice.results.payback, words)
    if _teams(posterior) > 1:
        yield silos(advice.silos, missing.get("silos", ""), len(plan.weeks), words)
    for each in advice.pools:
        yield pool(each, words)
    yield levels(advice.levels, plan, missing.get("levels", ""), words)
    yield forecasts(found.backtest, words)
    yield sure(found.health, advice, words)
    yield made(posterior, advice, version, words)


def _teams(posterior: Posterior) -> int:
    return len({c.team for c in posterior.funnel.channels if c.team is not None})


def figures(found: Gathered, language: str) -> dict[str, Any]:
    """Return every figure of the page as plain data, in the rows of the shell's JSON: what the data block holds."""
    posterior, advice = found.posterior, found.advice
    weeks = len(posterior.scaling.window_weeks)
    whole: dict[str, Any] = {
        "schema": SCHEMA,
        "language": language,
        "currency": posterior.panel.currency,
        **value_rows(posterior.value_unit),
        "interval": DEFAULT_INTERVAL,
        "usable": advice is not None,
        "fit": fit_rows(weeks, posterior, found.health.findings),
        "health": check_rows(found.health.findings),
    }
    if advice is not None:
        whole |= _money(advice, language)
    if found.backtest is not None:
        whole["backtest"] = backtest_rows(found.backtest, language)
    return dict(plain(whole))


def _money(advice: Advice, language: str) -> dict[str, Any]:
    levels = advice.levels
    return {
        "effects": effects_rows(advice.results),
        "traffic_share_of_media": _rows(advice.of_media),
        "payback_by_week": _rows(advice.payback),
        "not_told_apart": _rows(advice.apart),
        "rests_on": {str(k): str(v) for k, v in advice.rests_on.items()},
        "chains": [chain_rows(c, language) for c in advice.chains],
        "budget": budget_rows(advice.plan, advice.silos, advice.missing.get("silos", ""), language),
        "sensitivity": records(advice.sensitivity.table()),
        "levels": None
        if levels is None
        else {"gain": _rows(levels.gain), "spend": records(levels.spend.T.reset_index())},
        "pools": [_pool(p) for p in advice.pools],
    }


def _pool(found: PoolSplit) -> dict[str, Any]:
    return {
        "pool": found.pool,
        "now": found.now,
        "crosses": found.crosses,
        "shares": _rows(found.shares),
        "crossover": _rows(found.crossover),
    }


def _rows(found: Figures | None) -> list[dict[str, Any]]:
    return [] if found is None else records(found.table())
