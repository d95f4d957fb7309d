"""Funnels of every kind on one made-up table: what the compiled density is held against."""

from __future__ import annotations

import dataclasses

import numpy as np

import omnimix as om
from tests.conftest import small_frame

HISTORY, WEEKS = 6, 70
TV, SEARCH = om.Channel("tv"), om.Channel("search", responds_to="visits")
REACHED = om.Channel("tv", reach="tv_reach", frequency="tv_frequency")
SOCIAL = om.Channel("social", fuelled_by="searches", fuel_weeks=3)
WHOLE = {
    "channels": [TV, SEARCH, SOCIAL],
    "stages": ["searches", om.Stage("visits", parents=["searches"], adstock="gamma", max_lag=4, confounding="strong")],
    "outcomes": [
        om.Outcome("online", parents=["visits", "searches"], value=0.3),
        om.Outcome("store", parents=["visits", "online"], value=0.25, adstock="none", confounding="none"),
    ],
    "controls": ["price"],
    "baseline": om.Baseline(harmonics=1, knot_weeks=26),
}
ONE = {"channels": ["tv", "search"], "outcomes": ["online"], "controls": ["price"]}
CASES: dict[str, dict[str, object]] = {
    "one outcome": ONE,
    "geometric and logistic": {
        **ONE,
        "channels": [om.Channel(c, adstock="geometric", saturation="logistic") for c in ("tv", "search")],
    },
    "delayed and michaelis-menten": {
        **ONE,
        "channels": [
            om.Channel(c, adstock="delayed", saturation="michaelis_menten", max_lag=6) for c in ("tv", "search")
        ],
    },
    "gamma and hill": {
        **ONE,
        "channels": [om.Channel(c, adstock="gamma", saturation="hill", max_lag=13) for c in ("tv", "search")],
    },
    "weibull and none": {
        **ONE,
        "channels": [
            om.Channel("tv", adstock="weibull", max_lag=9),
            om.Channel("search", adstock="none", saturation="none"),
        ],
    },
    "student t": {**ONE, "outcomes": [om.Outcome("online", likelihood="student_t")]},
    "log normal": {**ONE, "outcomes": [om.Outcome("online", likelihood="log_normal")]},
    "prior of one's own": {
        **ONE,
        "channels": [
            om.Channel("tv", roas_prior=(0.2, 2.0)),
            om.Channel("search", contribution_prior=om.Prior("Gamma", 2.0, 20.0)),
        ],
    },
    "no controls, no level, no season": {**ONE, "controls": [], "baseline": om.Baseline(harmonics=0, knot_weeks=0)},
    "holidays": {**ONE, "holidays": "NL"},
    "what a euro in all media returns": {**ONE, "media_roas": (0.3, 3.0), "media_share": (0.1, 0.4)},
    "the share of all media": {**WHOLE, "media_share": (0.1, 0.4)},
    "two outcomes": {**ONE, "outcomes": ["online", om.Outcome("store", drivers=["tv"])]},
    "whole funnel": WHOLE,
    "whole funnel, student t and signed": {
        **WHOLE,
        "outcomes": [
            om.Outcome("online", parents=["visits"], likelihood="student_t"),
            om.Outcome("store", parents=["visits", "online"], signed=["online"], confounding="strong"),
        ],
    },
    "whole funnel, log normal": {
        **WHOLE,
        "stages": ["searches", om.Stage("visits", parents=["searches"], likelihood="log_normal")],
        "outcomes": [om.Outcome("online", parents=["visits"], likelihood="log_normal"), "store"],
    },
    "whole funnel, priors of their own": {
        **WHOLE,
        "channels": [
            om.Channel("tv", roas_prior=(0.5, 3.0)),
            om.Channel("search", responds_to="visits", contribution_prior=om.Prior("Gamma", 2.0, 20.0)),
            SOCIAL,
        ],
    },
    "a stage that only a channel with its own prior drives": {
        **WHOLE,
        "channels": [om.Channel("tv", roas_prior=(0.5, 3.0)), "search", "social"],
        "stages": [om.Stage("searches", drivers=["tv"])],
        "outcomes": [om.Outcome("online", parents=["searches"]), om.Outcome("store", parents=["searches"])],
    },
    "parents that share few channels with what is direct": {
        **WHOLE,
        "channels": ["tv", "search", "social"],
        "stages": [om.Stage("searches", drivers=["tv"]), om.Stage("visits", drivers=["search", "social"])],
        "outcomes": [
            om.Outcome("online", drivers=["tv"], parents=["searches", "visits"]),
            om.Outcome("store", drivers=["tv", "search"], parents=["searches", "visits"]),
        ],
    },
    "unseen demand that moves spend": {
        **WHOLE,
        "channels": [TV, om.Channel("search", responds_to="visits", confounding="strong"), SOCIAL],
    },
    "spend that is cut off at zero": {
        **WHOLE,
        "channels": [om.Channel("tv"), om.Channel("sparse", responds_to="visits", confounding="some"), SOCIAL],
    },
    "a signed channel": {
        **WHOLE,
        "channels": [om.Channel("tv", signed=True), SEARCH, SOCIAL],
        "outcomes": [om.Outcome("online", parents=["visits"]), om.Outcome("store", parents=["visits", "online"])],
    },
    "a slow stock of one outcome": {
        **ONE,
        "stages": [om.Stage("brand", drivers=["tv"], stock=om.Stock(half_life=(10, 60)))],
        "outcomes": [om.Outcome("online", parents=["brand"])],
    },
    "a slow stock that feeds a stage and outcomes": {
        **WHOLE,
        "stages": [
            "searches",
            om.Stage("visits", parents=["searches", "brand"]),
            om.Stage("brand", stock=om.Stock()),
        ],
        "outcomes": [
            om.Outcome("online", parents=["visits", "brand"], value=0.3, likelihood="student_t"),
            om.Outcome("store", parents=["visits", "online", "brand"], value=0.25),
        ],
    },
    "a survey that follows a slow stock": {
        **ONE,
        "channels": [om.Channel("tv", long_run=True), "search"],
        "stages": [om.Stage("brand", stock=om.Stock(), tracker="aware", tracker_n="asked")],
        "outcomes": [om.Outcome("online", parents=["brand"])],
    },
    "a survey beside a whole funnel": {
        **WHOLE,
        "channels": [TV, SEARCH, SOCIAL],
        "stages": [
            "searches",
            om.Stage("visits", parents=["searches", "brand"]),
            om.Stage("brand", stock=om.Stock(), tracker="aware", tracker_n="asked"),
        ],
        "outcomes": [
            om.Outcome("online", parents=["visits", "brand"], value=0.3, likelihood="log_normal"),
            om.Outcome("store", parents=["visits", "online", "brand"], value=0.25),
        ],
        "baseline": om.Baseline(harmonics=0, knot_weeks=26),
    },
    "channels with a long run": {**ONE, "channels": [om.Channel("tv", long_run=True), "search"]},
    "a slow stock where effects multiply": {
        **ONE,
        "stages": [om.Stage("brand", stock=om.Stock())],
        "outcomes": [om.Outcome("online", parents=["brand"], likelihood="log_normal")],
    },
    "campaigns": {**ONE, "channels": ["tv", om.Channel("mixed", campaigns=("lead", "sale", "rare"))]},
    "campaigns in a whole funnel": {
        **WHOLE,
        "channels": [
            om.Channel("mixed", campaigns=("lead", "sale", "rare"), responds_to="visits"),
            TV,
            om.Channel("both", campaigns=("search", "social"), fuelled_by="searches", fuel_weeks=3),
        ],
    },
    "effects that change": {**ONE, "effects_change": "half_year", "change_scale": om.Prior("HalfNormal", 0.3)},
    "effects that change, student t and signed": {
        **ONE,
        "channels": [om.Channel("tv", signed=True), "search"],
        "outcomes": [om.Outcome("online", likelihood="student_t"), om.Outcome("store", likelihood="log_normal")],
        "effects_change": "half_year",
    },
    "effects that change in a whole funnel": {**WHOLE, "effects_change": "half_year"},
    "effects that change, with campaigns": {
        **WHOLE,
        "channels": [TV, om.Channel("mixed", campaigns=("lead", "sale", "rare"), responds_to="visits"), SOCIAL],
        "effects_change": "half_year",
    },
    "reach and frequency": {**ONE, "channels": [REACHED, "search"]},
    "reach and frequency in a whole funnel": {
        **WHOLE,
        "channels": [
            dataclasses.replace(REACHED, adstock="gamma", max_lag=5),
            SEARCH,
            om.Channel(
                "social", reach="social_reach", frequency="social_frequency", fuelled_by="searches", fuel_weeks=3
            ),
        ],
    },
    "reach and frequency of a channel that answers and one that is signed": {
        **WHOLE,
        "channels": [
            dataclasses.replace(REACHED, signed=True, adstock="none"),
            om.Channel("search", reach="social_reach", frequency="social_frequency", responds_to="visits"),
        ],
    },
    "reach and frequency, with effects that change": {
        **WHOLE,
        "channels": [dataclasses.replace(REACHED, adstock="gamma", max_lag=5), SEARCH],
        "effects_change": "half_year",
    },
    "a stage without media": {
        **WHOLE,
        "channels": ["tv", om.Channel("search", responds_to="searches")],
        "stages": [om.Stage("searches", drivers=["search"]), om.Stage("visits", drivers=[], parents=["searches"])],
    },
}


def funnel_panel() -> om.Panel:
    """Return 70 weeks with six weeks of media history, empty weeks of a stage and an outcome, weeks without search."""
    generator = np.random.default_rng(17)
    frame = small_frame(weeks=WEEKS)
    frame["social"] = generator.gamma(4.0, 500.0, WEEKS)
    base = (frame["sales"] - 20_000) / 10_000
    frame["searches"] = 9_000 * (base + generator.normal(0, 0.05, WEEKS))
    frame["visits"] = 40_000 * (0.6 * base + frame["searches"] / 20_000 + generator.normal(0, 0.05, WEEKS))
    frame["online"] = 3_000 * (0.5 + frame["visits"] / 50_000 + generator.normal(0, 0.04, WEEKS))
    frame["store"] = 8_000 * (0.7 + frame["visits"] / 90_000 + generator.normal(0, 0.04, WEEKS))
    frame.loc[frame.index[[20, 44]], "search"] = 0.0
    frame["sparse"] = np.maximum(generator.normal(400.0, 380.0, WEEKS), 0.0)
    frame["lead"], frame["sale"] = generator.gamma(2.0, 300.0, WEEKS), generator.gamma(2.0, 150.0, WEEKS)
    frame["rare"] = np.where(np.arange(WEEKS) % 9 == 4, 80.0, 0.0)
    for name in ("tv", "social"):
        frequency = 1.0 + generator.gamma(2.0, 1.2, WEEKS)
        frame[f"{name}_reach"] = np.where(np.arange(WEEKS) % 11 == 5, 0.0, 900.0 * frame[name] / frequency)
        frame[f"{name}_frequency"] = np.where(frame[f"{name}_reach"] > 0, frequency, [np.nan, 0.0] * (WEEKS // 2))
    asked = np.arange(WEEKS) % 3 == 1
    frame["aware"] = np.where(
        asked, 0.3 + 0.05 * np.sin(np.arange(WEEKS) / 9) + generator.normal(0, 0.02, WEEKS), np.nan
    )
    frame["asked"] = np.where(asked, generator.integers(150, 600, WEEKS), np.nan)
    nodes = ["searches", "visits", "online", "store"]
    frame.loc[frame.index[:HISTORY], nodes] = np.nan
    frame.loc[frame.index[[30, 31]], "visits"] = np.nan
    frame.loc[frame.index[[12, 55]], "store"] = np.nan
    frame.loc[frame.index[40], "searches"] = np.nan
    return om.Panel(frame.drop(columns="sales"))


def funnel_of(case: str) -> om.Funnel:
    """Return the funnel of a case."""
    return om.Funnel(**CASES[case])  # type: ignore[arg-type]
