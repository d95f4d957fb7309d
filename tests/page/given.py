"""Finished records of every kind that the page tells, made of one fit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import omnimix as om
from omnimix.attribution.credit import METHODS, REMOVAL_EFFECT
from omnimix.attribution.walks import Rules
from omnimix.experiments import predicted
from omnimix.page.given import Given
from omnimix.promises.record import Tracking

FEW = om.Outlook(draws=60)
CAUSES = {"spend": -3_000.0, "effect": 1_500.0}
WITHOUT_MEDIA = {"controls": -200.0, "demand": 900.0, "noise": -150.0}


def calibrated(posterior: om.Posterior) -> om.Posterior:
    """Return the fit with a test in it that found what was expected, so that any draws can be weighed by it."""
    parts = {"channels": "mail", "start": "2024-03-04", "end": "2024-03-31", "scale": 0.0, "tail_weeks": 4}
    parts |= {"outcome": "store", "metric": "increment"}
    expected = predicted(posterior, [om.Experiment("mail off", **parts, value=0.0, error=1.0)])[:, 0]
    found = om.Experiment("mail off", **parts, value=float(expected.mean()), error=3.0 * float(expected.std()))
    return om.calibrate(posterior, [found])


def tracking(posterior: om.Posterior) -> Tracking:
    """Return a bridge in which every channel moved by the same."""
    rows = [
        {"team": "brand", "channel": name, "promised": 9_000.0, "happened": 7_500.0, "cause": cause, "part": part}
        | {"within": None if cause == "spend" else name != "tv"}
        for name in posterior.funnel.channel_names
        for cause, part in CAUSES.items()
    ]
    rows += [
        {"team": "", "channel": "no media", "promised": 300_000.0, "happened": 300_550.0, "cause": cause, "part": part}
        | {"within": None}
        for cause, part in WITHOUT_MEDIA.items()
    ]
    names = list(posterior.funnel.channel_names)
    spend = pd.DataFrame({"planned": 5_000.0, "happened": 3_000.0}, index=names)
    weeks = pd.date_range("2024-09-23", periods=4, freq="7D")
    return Tracking(pd.DataFrame(rows), weeks, 6, spend, (310_000.0, 360_000.0), 0.9, posterior.panel.currency)


def journeys(value: dict[str, float], first: str, last: str) -> om.Journeys:
    """Return journeys of which every method credits the same value to each channel."""
    table = pd.DataFrame({"channel": list(value), REMOVAL_EFFECT: 0.1})
    for name in METHODS:
        table[name] = [v / 50.0 for v in value.values()]
        table[f"value_{name}"] = list(value.values())
    none, total = pd.DataFrame(), sum(value.values())
    counts = {"orders": total / 50.0, "named": 100, "all_orders": 100, "value": total, "journeys": 100, "touches": 200}
    return om.Journeys(
        table, none, none, none, none, **counts, first=pd.Timestamp(first).date(), last=pd.Timestamp(last).date(),
        rules=Rules(30, 30, 50, 7.0), currency="", findings=(),
    )  # fmt: skip


def given(posterior: om.Posterior, folder: Path) -> Given:
    """Return one record of every kind; the answers on readiness are written to the folder."""
    answers = folder / "readiness.toml"
    answers.write_text('[organisation]\nself_score = 3\nshared_figures = "monthly meeting of May"', encoding="utf-8")
    orders = om.read_orders(om.simulate_customers(seed=11, customers=1_500, factor=1.3, adoption="by_day"))
    goal = om.Goal("visitors", node="visits", target=600_000.0, by="2024-12-15")
    claims = {"search": 4.2, "retargeting": 6.5}
    paths = journeys({"search": 9_000.0, "mail": 4_000.0, "direct": 2_000.0}, "2023-03-06", "2024-03-03")
    return Given(
        tests=om.design_tests(posterior, weeks=(4,)),
        promises=tracking(posterior),
        goals=om.goals(posterior, [goal], outlook=FEW, progress=False),
        customers=om.customers(orders),
        clv=om.clv(orders, margin=0.3),
        witnesses=om.witnesses(posterior, paths, claims, experiments={"mail": (1.4, 0.3)}),
        readiness=om.readiness(answers),
        tree=om.kpi_tree(
            posterior, before=("2023-01-02", "2023-09-03"), after=("2024-01-01", "2024-09-01"), outcome="online"
        ),
    )
