"""The blocks of the page in their order, and the figures behind them as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

import pandas as pd

from omnimix.budget import PoolSplit
from omnimix.effects import Figures
from omnimix.labels import DEFAULT_INTERVAL
from omnimix.page.advice import advise, finding
from omnimix.page.aims import aims
from omnimix.page.chains_and_teams import chains, pool, silos
from omnimix.page.channels import channels
from omnimix.page.did import did, fits
from omnimix.page.earnings import earned, payback, traffic
from omnimix.page.forecasts import forecasts
from omnimix.page.gather import Advice, Gathered
from omnimix.page.how import how
from omnimix.page.lasting import short_and_long
from omnimix.page.monday import monday
from omnimix.page.moved import moved, promised
from omnimix.page.parts import Block, Page
from omnimix.page.people import people
from omnimix.page.ready import ready
from omnimix.page.regions import region_rows, regions
from omnimix.page.reliability import made, sure
from omnimix.page.teams import whom
from omnimix.page.tests import next_test, tested, tested_rows
from omnimix.page.totals import levels
from omnimix.page.why import why
from omnimix.page.witnessed import witnessed
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.rows.backtests import backtest_rows
from omnimix.rows.budget import budget_rows
from omnimix.rows.chains import chain_rows
from omnimix.rows.findings import check_rows
from omnimix.rows.fits import effects_rows, fit_rows
from omnimix.rows.json_file import plain
from omnimix.rows.long_run import long_run_rows
from omnimix.rows.table import records, value_rows
from omnimix.words import Language

type Maker = Callable[[Gathered, Language], Iterable[Block]]

SCHEMA = 1
SIX_DAYS = pd.Timedelta(days=6)


def page(found: Gathered, language: str, version: str, subtitle: str = "", title: str = "") -> Page:
    """Return the page in a language."""
    words = Language.of(language, "report", found.posterior.value_unit)
    blocks = tuple(block for make in BLOCKS for block in make(found, words))
    if found.advice is None:
        blocks = (sure(found.health, None, words),)
    blocks += (made(found.posterior, found.advice, version, words),)
    under = tuple(t for t in (subtitle, _window(found, words)) if t)
    kind = words.say("title" if _teams(found.posterior) > 1 else "title_alone")
    told = finding(found.advice.plan, words) if found.advice is not None else kind
    return Page(title or told, kind, told if title else "", under, blocks, found.advice is not None)


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


def _of_advice(make: Callable[[Gathered, Advice, Language], Block | None]) -> Maker:
    """Return a maker of a block that there is only with advice."""

    def of_advice(found: Gathered, words: Language) -> Iterator[Block]:
        block = make(found, found.advice, words) if found.advice is not None else None
        if block is not None:
            yield block

    return of_advice


def _earns(found: Gathered, advice: Advice, words: Language) -> Block:
    said, charts = earned(advice, tuple(s.name for s in found.posterior.funnel.stages), words)
    return channels(found.posterior, advice, charts, said, words, found.given.witnesses)


def _silos(found: Gathered, advice: Advice, words: Language) -> Block | None:
    if _teams(found.posterior) < 2:
        return None
    return silos(advice.silos, advice.missing.get("silos", ""), len(advice.plan.weeks), words)


def _pools(found: Gathered, words: Language) -> Iterator[Block]:
    if found.advice is not None:
        yield from (pool(each, found.advice.plan, words) for each in found.advice.pools)


def _payback(found: Gathered, advice: Advice, words: Language) -> Block | None:
    if advice.payback is None or advice.results.payback is None:
        return None
    return payback(advice.payback, advice.results.payback, words)


def _sure(found: Gathered, advice: Advice, words: Language) -> Block:
    charts = fits(found.posterior, advice.predicted, words)
    return sure(found.health, advice, words, charts, tests_designed=found.given.tests is not None)


# The page from top to bottom. A block of another room is one more maker here; see ARCHITECTURE.md.
BLOCKS: tuple[Maker, ...] = (
    _of_advice(lambda found, advice, words: advise(advice.plan, advice.levels, words)),
    _of_advice(lambda found, advice, words: why(advice, words)),
    _of_advice(lambda found, advice, words: monday(advice, words, found.given.tests)),
    _of_advice(lambda found, advice, words: whom(advice.plan, words)),
    _of_advice(lambda found, advice, words: how(found.posterior, advice.drawn, words)),
    _of_advice(lambda found, advice, words: did(found.posterior, advice.results.contributions, words)),
    _of_advice(lambda found, advice, words: moved(found.given.tree, words)),
    _of_advice(_earns),
    _of_advice(lambda found, advice, words: regions(found.posterior, advice.results, words)),
    _of_advice(lambda found, advice, words: witnessed(found.given.witnesses, words)),
    _of_advice(
        lambda found, advice, words: levels(advice.levels, advice.plan, advice.missing.get("levels", ""), words)
    ),
    _of_advice(lambda found, advice, words: aims(found.given.goals, words)),
    _of_advice(lambda found, advice, words: traffic(advice, found.posterior.funnel.channel_names, words)),
    _of_advice(lambda found, advice, words: chains(advice.chains, words)),
    _of_advice(_silos),
    _pools,
    _of_advice(_payback),
    _of_advice(lambda found, advice, words: short_and_long(advice.long_run, words)),
    _of_advice(lambda found, advice, words: promised(found.given.promises, words)),
    _of_advice(lambda found, advice, words: people(found.given.customers, found.given.clv, words)),
    _of_advice(lambda found, advice, words: forecasts(found.backtest, words)),
    _of_advice(lambda found, advice, words: tested(advice.tested, found.posterior, words)),
    _of_advice(lambda found, advice, words: next_test(found.given.tests, words)),
    _of_advice(_sure),
    _of_advice(lambda found, advice, words: ready(found.given.readiness, words)),
)


def _teams(posterior: Posterior) -> int:
    return len({c.team for c in posterior.funnel.bought if c.team is not None})


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
        whole |= _money(advice, language) | found.given.rows(language)
        if advice.long_run is not None:
            whole["long_run"] = long_run_rows(advice.long_run, language)
        if isinstance(posterior, GeoPosterior):
            whole["regions"] = region_rows(posterior, advice.results)
        if advice.tested:
            whole["tested"] = tested_rows(advice.tested)
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
        "next_euro": _rows(advice.next_euro),
        "plan_response": _rows(advice.response),
        "flows": [asdict(a) for a in advice.drawn.arrows],
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
