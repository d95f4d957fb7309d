"""Every key of omnimix.toml, once: the reader, the JSON Schema and the starter file are made from this table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from omnimix.config.kinds import (
    ABOVE_ZERO,
    DAY,
    FLAG,
    LINKS,
    NOT_NEGATIVE,
    NUMBER,
    PAIR,
    PRIOR,
    STRETCHES,
    TEXT,
    TEXTS,
    Kind,
    by_name,
    choice,
    either,
    whole,
)
from omnimix.curves import ADSTOCKS, SATURATIONS
from omnimix.data.week_column import LAST_DAY, WEEK_STAMPS
from omnimix.spec import (
    CONFOUNDINGS,
    EFFECTS_CHANGE,
    LIKELIHOODS,
    LONGEST_HORIZON,
    METRICS,
    PHASINGS,
    SCOPES,
    Baseline,
    Budget,
    Channel,
    Experiment,
    Limits,
    Outcome,
)

MAX_SEED = 2**31 - 1
MOST_DRAWS = 100_000  # of a chain; beyond, memory is what fails
MOST_CHAINS = 64
MOST_WEEKS = 104  # of a plan


@dataclass(frozen=True)
class Key:
    """One key: its kind, what it means, an example of its value in TOML."""

    kind: Kind
    note: str
    example: str
    required: bool = False


@dataclass(frozen=True)
class Section:
    """One table: keys, tables below it, or (``named``) any number of tables under names of the user's own.

    ``values`` is the kind of a table whose keys are free, such as priors by parameter name.
    """

    note: str
    keys: Mapping[str, Key] = field(default_factory=dict)
    sections: Mapping[str, Section] = field(default_factory=dict)
    named: Section | None = None
    values: Kind | None = None


def _usual(record: Any, name: str) -> str:
    """Return the default of a record's field as TOML writes it."""
    return json.dumps(next(f.default for f in fields(record) if f.name == name))


_NODE = {
    "drivers": Key(TEXTS, "channels that act on it; all channels by default", '["tv", "search"]'),
    "parents": Key(TEXTS, "stages that act on it", '["visits"]'),
    "signed": Key(TEXTS, "parents whose effect may be negative", '["visits"]'),
    "adstock": Key(choice(tuple(ADSTOCKS)), "carryover of a parent's effect", _usual(Outcome, "adstock")),
    "max_lag": Key(whole(0, 104), "weeks in which a parent may still work", _usual(Outcome, "max_lag")),
    "likelihood": Key(
        choice(LIKELIHOODS),
        "student_t for heavy tails, log_normal where effects multiply",
        _usual(Outcome, "likelihood"),
    ),
    "confounding": Key(
        choice(CONFOUNDINGS),
        "how strongly unseen demand may move parent and child together",
        _usual(Outcome, "confounding"),
    ),
    "scope": Key(choice(SCOPES), "national where one series is that of all geos", _usual(Outcome, "scope")),
}

_VALUE = {
    "value": Key(ABOVE_ZERO, "money for one unit, or a margin share; without it results are in units", "0.30"),
    "value_error": Key(ABOVE_ZERO, "standard error of the value, where it is not sure, in the same money", "0.05"),
}

_STOCK = {
    "half_life": Key(PAIR, "of a stage that no column holds and that fades over months: weeks", "[26, 78]"),
    "tracker": Key(TEXT, "of such a stage, the column of a survey share from 0 to 1", '"awareness"'),
    "tracker_n": Key(TEXT, "the column of how many were asked", '"awareness_n"'),
}

_DATA = Section(
    "the weekly table",
    {
        "file": Key(either(TEXT, TEXTS), "csv, xlsx or parquet, relative to this file", '"weekly.csv"', required=True),
        "week": Key(TEXT, "column that holds the week", '"week"'),
        "geo": Key(TEXT, "column of regions, markets or brands", '"region"'),
        "population": Key(TEXT, "column of how many live in each geo", '"inhabitants"'),
        "controls": Key(TEXTS, "columns that move the baseline", '["price_index", "promo"]'),
        "holidays": Key(TEXT, "country whose public holidays count", '"NL"'),
        "day_first": Key(FLAG, "whether 03/04/2024 is the third of April", "true"),
        "decimal": Key(choice((".", ",")), "decimal mark", '","'),
        "separator": Key(TEXT, "between the cells of a text file", '";"'),
        "encoding": Key(TEXT, "of a text file", '"cp1252"'),
        "sheet": Key(either(TEXT, whole(0)), "of a workbook, by name or place", '"Data"'),
        "blank_is_zero": Key(either(FLAG, TEXT, TEXTS), "columns in which an empty cell means 0", '["tv"]'),
        "week_stamp": Key(
            either(choice(WEEK_STAMPS), by_name("a table of these by file name", choice(WEEK_STAMPS))),
            "day of its week that a date is",
            f'"{LAST_DAY}"',
        ),
    },
)

_CHANNEL = Section(
    "a channel that is bought",
    {
        "team": Key(TEXT, "who buys it", '"brand"'),
        "pool": Key(TEXT, "shared pot it belongs to", '"video"'),
        "spend": Key(TEXT, "column of money a week; the channel's own name by default", '"tv_spend"'),
        "exposure": Key(TEXT, "column of impressions, GRPs or clicks a week", '"tv_grp"'),
        "paid": Key(FLAG, "false for what costs no money, such as e-mail; it needs exposure", "true"),
        "adstock": Key(choice(tuple(ADSTOCKS)), "form of the carryover", _usual(Channel, "adstock")),
        "saturation": Key(choice(tuple(SATURATIONS)), "form of the saturation", _usual(Channel, "saturation")),
        "max_lag": Key(whole(0, 104), "weeks in which it may still work", _usual(Channel, "max_lag")),
        "responds_to": Key(TEXT, "stage whose demand makes its spend", '"visits"'),
        "confounding": Key(
            choice(CONFOUNDINGS),
            "how strongly unseen demand may move that stage and its spend together",
            _usual(Channel, "confounding"),
        ),
        "fuelled_by": Key(TEXT, "stage that is its audience", '"visits"'),
        "fuel_weeks": Key(whole(1, 52), "weeks over which that audience gathers", _usual(Channel, "fuel_weeks")),
        "roas_prior": Key(either(PAIR, PRIOR), "what 1 spent returns, nine times in ten", "[0.5, 3.0]"),
        "contribution_prior": Key(either(PAIR, PRIOR), "share of the outcome it brings", "[0.01, 0.08]"),
        "signed": Key(FLAG, "whether its effect may be negative", "false"),
        "scope": Key(choice(SCOPES), "national where one series reaches all geos", _usual(Channel, "scope")),
        "reach": Key(TEXT, "column of people reached in the week, in place of exposure", '"tv_reach"'),
        "frequency": Key(TEXT, "column of how often each was reached on average; with reach", '"tv_frequency"'),
        "campaigns": Key(TEXTS, "columns of money of its campaigns; its spend is their sum", '["lead", "sale"]'),
        "long_run": Key(FLAG, "whether a part of what it brings may come over months", "false"),
    },
    {"priors": Section("priors of its curve parameters by name", values=PRIOR)},
)

_BASELINE = Section(
    "what happens without media",
    {
        "harmonics": Key(whole(0), "yearly sine and cosine pairs", _usual(Baseline, "harmonics")),
        "knot_weeks": Key(whole(0), "weeks between knots of the slow level", _usual(Baseline, "knot_weeks")),
        **{
            name: Key(PRIOR, f"prior of {what}, in standard deviations", example)
            for name, what, example in (
                ("level_scale", "the level's steps", '{ family = "HalfNormal", sigma = 0.3 }'),
                ("season_scale", "the season", '{ family = "HalfNormal", sigma = 0.7 }'),
                ("holiday_scale", "a holiday", '{ family = "HalfNormal", sigma = 0.7 }'),
                ("noise", "the weekly noise", '{ family = "HalfNormal", sigma = 1.0 }'),
            )
        },
        "control_sd": Key(ABOVE_ZERO, "prior size of a control's effect", _usual(Baseline, "control_sd")),
    },
)

_FIT = Section(
    "how to sample; options of `omnimix fit` go first",
    {
        "draws": Key(whole(1, MOST_DRAWS), "draws kept of each chain", "1000"),
        "tune": Key(whole(1, MOST_DRAWS), "draws of each chain to adapt", "1000"),
        "chains": Key(whole(1, MOST_CHAINS), "independent chains", "4"),
        "seed": Key(whole(0, MAX_SEED), "the same seed gives the same draws", "7"),
    },
)

_CHAIN = Section(
    "a chained campaign",
    {
        "links": Key(LINKS, "its channels, or tables with share, days, order, job", '["tv", "search"]', required=True),
        "start": Key(DAY, "a day in its first week", "2025-03-03"),
        "end": Key(DAY, "a day in its last week", "2025-05-26"),
        "hurdle": Key(NOT_NEGATIVE, "combined ROAS it should reach", "1.0"),
    },
)

_EXPERIMENT = Section(
    "the result of a test",
    {
        "channels": Key(either(TEXT, TEXTS), "channels of which the spend was changed", '["tv"]'),
        "chain": Key(TEXT, "chained campaign of which the spend was changed instead", '"spring"'),
        "geos": Key(either(TEXT, TEXTS), "markets in which it was changed; everywhere by default", '["south"]'),
        "start": Key(DAY, "first day of the test", "2026-03-02", required=True),
        "end": Key(DAY, "last day of the test", "2026-03-29", required=True),
        "scale": Key(NOT_NEGATIVE, "spend in the test as a multiple of the usual: 0 is off", "0.0", required=True),
        "outcome": Key(TEXT, "stage or outcome in which the effect was read", '"store_sales"'),
        "metric": Key(choice(METRICS), "what the value is", '"increment"', required=True),
        "value": Key(NUMBER, "the result", "48000", required=True),
        "error": Key(ABOVE_ZERO, "its standard error, or give interval", "15000"),
        "interval": Key(PAIR, "its lower and upper end, or give error", "[23000, 73000]"),
        "interval_mass": Key(ABOVE_ZERO, "mass of that interval", _usual(Experiment, "interval_mass")),
        "tail_weeks": Key(whole(0, 104), "weeks after the test that were still counted", "4", required=True),
        "spend": Key(ABOVE_ZERO, "usual money in the days of the test, where the table holds the test", "120000"),
        "discounts": Key(
            by_name("a table of numbers", NOT_NEGATIVE),
            "reasons to trust it less; the variance grows by 1 plus their sum",
            '{ "other creative" = 0.5 }',
        ),
    },
)

_GOAL = Section(
    "a goal of the company",
    {
        "node": Key(TEXT, "stage or outcome that is counted", '"online_sales"', required=True),
        "target": Key(ABOVE_ZERO, "units of it, in all", "12000000", required=True),
        "by": Key(DAY, "last day that counts", "2026-12-31", required=True),
        "start": Key(DAY, "first day that counts; the day after the data by default", "2026-01-01"),
    },
)

_LIMIT = {
    "min": Key(NOT_NEGATIVE, "least money over the whole window", "100000"),
    "max": Key(NOT_NEGATIVE, "most money over the whole window", "900000"),
    "change": Key(PAIR, "least and most change against today's plan, as shares", "[-0.2, 0.3]"),
    "lock": Key(either(FLAG, NOT_NEGATIVE), "true keeps today's money, a number is that money", "true"),
    "weekly_max": Key(NOT_NEGATIVE, "most money in any one week", "120000"),
}

_CHANNEL_LIMIT = {
    **_LIMIT,
    "weekly_min": Key(NOT_NEGATIVE, "least money in a week in which it runs", "5000"),
    "flights": Key(STRETCHES, "first and last days of when it can run", "[[2025-03-03, 2025-04-13]]"),
}

_TEAM_LIMIT = {
    **_LIMIT,
    "goal": Key(TEXTS, "stages or outcomes it looks at when its budget is its own", '["store_sales"]'),
    "direct": Key(FLAG, "whether of the goal only what its own channels bring directly counts", "true"),
}

_BUDGET = Section(
    "the joint budget to divide",
    {
        "total": Key(ABOVE_ZERO, "money of all channels over the whole window; today's by default", "2000000"),
        "weeks": Key(whole(1, MOST_WEEKS), "length of the window after the data", _usual(Budget, "weeks")),
        "phasing": Key(choice(PHASINGS), "keep weekly patterns, or plan every week", _usual(Budget, "phasing")),
        "horizon": Key(whole(1, LONGEST_HORIZON), "weeks from its first whose value counts; all by default", "104"),
        "discount": Key(NOT_NEGATIVE, "yearly rate by which later money counts less", _usual(Budget, "discount")),
        "levers": Key(TEXTS, "channels that answer to a stage and are to be set by the plan", '["search"]'),
        "widen": Key(NOT_NEGATIVE, "share by which it may leave what was ever spent", _usual(Limits, "widen")),
    },
    {
        "channels": Section("limits by channel", named=Section("limits on a channel", _CHANNEL_LIMIT)),
        "pools": Section("limits by pool", named=Section("limits on what a pool spends together", _LIMIT)),
        "geos": Section("limits by geo, for plans by geo", named=Section("limits on what a geo spends", _LIMIT)),
        "channels_in_geos": Section(
            "limits by channel and geo, for plans by geo",
            named=Section("limits by geo on a channel", named=Section("limits on a channel in a geo", _CHANNEL_LIMIT)),
        ),
        "teams": Section("limits by team", named=Section("limits on what a team spends together", _TEAM_LIMIT)),
    },
)

_REPORT = Section(
    "the shared page",
    {
        "language": Key(choice(("nl", "en")), "of the page", '"en"'),
        "title": Key(TEXT, "heading of the page", '"Media plan"'),
        "out": Key(TEXT, "where to write it", '"report.html"'),
    },
)

FILE = Section(
    "An omnimix project: which table, which channels, which outcomes.",
    {
        "currency": Key(TEXT, "currency of all money in the table", '"EUR"'),
        "media_roas": Key(either(PAIR, PRIOR), "what a euro in all media returns over all outcomes", "[0.3, 3.0]"),
        "media_share": Key(either(PAIR, PRIOR), "share of an outcome that all media bring together", "[0.05, 0.5]"),
        "effects_change": Key(
            choice(EFFECTS_CHANGE), "let effects of media differ between half-years, or years", '"half_year"'
        ),
        "change_scale": Key(
            PRIOR, "how far they differ: sd of their logarithm", '{ family = "HalfNormal", sigma = 0.15 }'
        ),
    },
    {
        "data": _DATA,
        "channels": Section("channels by name", named=_CHANNEL),
        "stages": Section("stages by name", named=Section("a stage between media and outcomes", {**_NODE, **_STOCK})),
        "outcomes": Section("outcomes by name", named=Section("an outcome that earns money", {**_VALUE, **_NODE})),
        "baseline": _BASELINE,
        "fit": _FIT,
        "chains": Section("chained campaigns by name", named=_CHAIN),
        "experiments": Section("results of tests by name", named=_EXPERIMENT),
        "budget": _BUDGET,
        "goals": Section("goals of the company by name", named=_GOAL),
        "report": _REPORT,
    },
)
LATER = ("report",)  # known and checked, but no verb reads it yet
