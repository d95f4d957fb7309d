"""The blocks on tests: which to do next, and what those that are done have changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from omnimix.experiments import TestDesign, TestDesigns, predicted
from omnimix.labels import CHANNEL, DEFAULT_INTERVAL, LOWER, UPPER
from omnimix.page.parts import Block, Table
from omnimix.page.records import SECTION, Told, block, texts_of
from omnimix.posterior import Evidence, Posterior
from omnimix.rows.table import Row
from omnimix.words import Language, texts

HALF = 1.6449  # standard deviations on either side of the middle of a 90 % interval of a normal distribution
LITTLE = 0.01  # of the worth of the best answer: what is less is next to nothing
STEPS = ("expected", "measured", "now")
SURPRISE = 2.0  # standard deviations from which a result is told as one


@dataclass(frozen=True)
class Tested:
    """A test that the fit has taken in, in its own metric.

    Attributes:
        evidence: what was expected of it before, and what it found.
        now: what the fit, which knows it, takes the same to be: ``told`` and both ends.
    """

    evidence: Evidence
    now: Row


def tested_of(posterior: Posterior) -> tuple[Tested, ...]:
    """Return every test that a posterior has taken in, with what it now takes its result to be."""
    if not posterior.evidence:
        return ()
    found = predicted(posterior, [e.experiment for e in posterior.evidence])
    low, middle, high = np.quantile(found, [(1 - DEFAULT_INTERVAL) / 2, 0.5, (1 + DEFAULT_INTERVAL) / 2], axis=0)
    return tuple(
        Tested(e, {"told": float(middle[k]), LOWER: float(low[k]), UPPER: float(high[k])})
        for k, e in enumerate(posterior.evidence)
    )


def tested_rows(found: tuple[Tested, ...]) -> list[Row]:
    """Return every test as plain data: expected before, measured, and what it is taken to be now."""
    return [
        {
            "name": t.evidence.experiment.name,
            "channels": list(t.evidence.experiment.channels),
            "metric": t.evidence.experiment.metric,
            "outcome": t.evidence.experiment.outcome,
            "expected": _normal(t.evidence.predicted, t.evidence.spread),
            "measured": _normal(t.evidence.experiment.result, t.evidence.experiment.standard_error),
            "now": t.now,
            "z": t.evidence.z,
        }
        for t in found
    ]


def _normal(middle: float, error: float) -> Row:
    return {"told": middle, LOWER: middle - HALF * error, UPPER: middle + HALF * error}


def tested(found: tuple[Tested, ...], posterior: Posterior, words: Language) -> Block | None:
    """Return what tests have changed; none for a fit that has taken in none."""
    if not found:
        return None
    say = replace(words, section=SECTION)
    rows, surprising = tested_rows(found), [t for t in found if abs(t.evidence.z) >= SURPRISE]
    most = max(range(len(found)), key=lambda k: abs(found[k].evidence.z))
    write = _writer(found[most], posterior, words, words.total)
    finding = say.say(
        "tested_one" if len(found) == 1 else "tested_most",
        test=rows[most]["name"],
        count=len(found),
        expected=write(rows[most]["expected"]["told"]),
        measured=write(rows[most]["measured"]["told"]),
        now=write(rows[most]["now"]["told"]),
    )
    body = tuple(
        (
            str(row["name"]),
            _whose(test, words),
            *(
                _with_range(row[k], _writer(test, posterior, words, words.brief), words)
                for k in ("expected", "measured", "now")
            ),
        )
        for row, test in zip(rows, found, strict=True)
    )
    head = tuple(say.say(k) for k in ("test", "channels", "before_test", "measured", "now"))
    means = say.say(
        "tested_surprise" if surprising else "tested_as_expected",
        names=", ".join(t.evidence.experiment.name for t in surprising),
    )
    return block(
        Told(
            "tested",
            say.say("tested_heading"),
            finding,
            means=(means,),
            sure=(say.say("tested_sure"),),
            table=Table(say.say("tested_caption"), head, body),
            decides=bool(surprising),
        )
    )


def _whose(test: Tested, words: Language) -> str:
    """Return the channels of which the spend was changed, or the chain."""
    experiment = test.evidence.experiment
    return words.names(experiment.channels) if experiment.chain is None else words.name(experiment.chain.name)


def _writer(
    test: Tested, posterior: Posterior, words: Language, money: Callable[[float], str]
) -> Callable[[float], str]:
    """Return how the metric of a test is written: as ``money`` wherever it is known what a unit is worth."""
    experiment = test.evidence.experiment
    if experiment.metric == "roas":
        return words.ratio
    if experiment.metric == "lift_share":
        return words.percent
    value = next((o.value for o in posterior.funnel.outcomes if o.name == experiment.outcome), None)
    if value is None:
        return lambda x: f"{words.amount(x)} {words.name(str(experiment.outcome))}"
    return lambda x: money(x * value)


def _with_range(row: Row, write: Callable[[float], str], words: Language) -> str:
    return f"{write(float(row['told']))} ({words.span(write, row)})"


def best_by_channel(found: TestDesigns) -> tuple[TestDesign, ...]:
    """Return the test of every channel that is worth most beyond its cost, the best first."""
    first = found.rows.drop_duplicates(CHANNEL)
    return tuple(found.design(str(name)) for name in first["test"])


def next_test(found: TestDesigns | None, words: Language) -> Block | None:
    """Return which test is worth doing next; none where no tests were designed."""
    if found is None:
        return None
    say = replace(words, section=SECTION)
    each = best_by_channel(found)
    best, worth = each[0], [d for d in each if d.net_value > 0]
    finding = say.say(
        "test_do" if worth else "test_none",
        channel=words.title(best.channel),
        action=_action(best, words),
        weeks=best.weeks,
        net=words.booked_value(best.net_value),
    )
    least = LITTLE * abs(best.evsi)
    rest, little = [d for d in each if d.net_value <= 0], [d for d in worth[1:] if d.net_value < least]
    means = (
        say.say("test_first") if len(worth) - len(little) > 1 else "",
        say.say("test_little", names=words.names(d.channel for d in little)) if little else "",
        say.say("test_not", names=words.names(d.channel for d in rest)) if rest and worth else "",
    )
    table = Table(
        say.say("test_caption", quarters=words.figure(found.quarters)),
        tuple(say.say(k) for k in ("channel", "what", "weeks", "worth", "cost", "balance", "finds")),
        tuple(
            (
                words.title(d.channel),
                _action(d, words),
                words.exact(d.weeks),
                words.brief_value(_seen(d.evsi, least)),
                words.brief_value(_seen(d.cost, least)),
                words.change_of_value(_seen(d.net_value, least)),
                words.ratio(d.mde),
            )
            for d in each
        ),
    )
    return block(
        Told(
            "next-test",
            say.say("test_heading"),
            finding,
            means=texts_of(means),
            sure=(say.say("test_sure", quarters=words.figure(found.quarters), plans=found.plans),),
            table=table,
            decides=bool(worth),
        )
    )


def _seen(value: float, least: float) -> float:
    """Return a figure, or nothing where it is next to nothing beside what the best answer is worth."""
    return value if abs(value) >= least else 0.0


def _action(design: TestDesign, words: Language) -> str:
    return texts("tests", words.code)[design.action]
