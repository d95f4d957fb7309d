"""One hostile input, and what became of it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from omnimix.errors import OmnimixError

Outcome = Literal["right", "refused", "refused though plain", "foreign", "silent", "slow"]
OUTCOMES: tuple[Outcome, ...] = ("right", "refused", "refused though plain", "foreign", "silent", "slow")
SLOW = 20.0  # seconds of the processor, for inputs of a few thousand cells


@dataclass(frozen=True)
class Trial:
    """An input that is ready to be read.

    Attributes:
        door: where it is read, such as ``weekly table``.
        kind: what was done to it.
        plain: whether it says the same as the unharmed input in a form that people use, so that it ought to be read.
        read: reads it; returns what came out wrong and was not told, empty where nothing did. What is refused is raised.
    """

    door: str
    kind: str
    plain: bool
    read: Callable[[], str]


@dataclass(frozen=True)
class Result:
    """What became of a trial, in a word, and what was said."""

    door: str
    kind: str
    outcome: Outcome
    told: str


def judged(trial: Trial) -> Result:
    """Read the input of a trial and judge what came of it."""
    start = time.process_time()
    outcome: Outcome
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            told = trial.read()
        outcome = "silent" if told else "right"
    except OmnimixError as refusal:
        told = str(refusal)
        outcome = "refused though plain" if trial.plain else "refused"
        if not told.strip() or "Traceback" in told:
            outcome, told = "foreign", f"a refusal without a reason: {told!r}"
    except Exception as problem:
        outcome, told = "foreign", f"{type(problem).__name__}: {problem}"
    taken = time.process_time() - start
    if taken > SLOW and outcome != "foreign":
        outcome, told = "slow", f"{taken:.0f} s; {told}"
    return Result(trial.door, trial.kind, outcome, " ".join(told.split()))
