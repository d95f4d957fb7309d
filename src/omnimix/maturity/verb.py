"""`readiness`: what a team says of itself beside what can be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from omnimix.arguments import checked
from omnimix.data import Panel, with_sums
from omnimix.maturity.answers import SAID, Answers, read_answers
from omnimix.maturity.measured import Measured, measure
from omnimix.maturity.record import Part, Readiness
from omnimix.maturity.signs import HIGHEST, LOWEST, PARTS, SIGNS, Sign, signs_of
from omnimix.maturity.widths import widths
from omnimix.posterior import Posterior
from omnimix.spec import Funnel
from omnimix.tracking import Orders

THERE = 0.95  # from here on a sign counts as there in full
MOSTLY = 0.75  # from here on a level is described as reached


@checked
def readiness(
    answers: str | Path = "readiness.toml",
    *,
    panel: Panel | None = None,
    funnel: Funnel | None = None,
    posterior: Posterior | None = None,
    orders: Orders | None = None,
    today: dt.date | None = None,
) -> Readiness:
    """Say how ready a team is: by part its own score, what can be shown, and the next step.

    Five parts (vision and support, organisation, audience and measurement, activation, technology) are scored from 1 to
    5. A level is reached as far as its signs are there, and counts no more than the level below it. A sign is there
    when somebody wrote down where it can be seen, half there when it was only said, and signs of measurement are looked
    for in the data where these are given. People score themselves too high, so both scores stand apart.

    Args:
        answers: a file that `omnimix readiness --init` writes to fill in; see :func:`omnimix.maturity.starter_text`.
        panel: the weekly table; that of ``posterior`` by default.
        funnel: says which columns of ``panel`` are media money and sales; that of ``posterior`` by default, else the
            answers name them under ``[data]``.
        posterior: a fit, which also says what one more test, region or tracker would narrow. Tests that it has taken
            in are shown by that, whatever the answers say.
        orders: what :func:`omnimix.read_orders` read, for the share of customers who can be recognised.
        today: the day from which the age of the table is counted; the day of today by default.

    Raises :class:`SpecError` with everything that is wrong in the file, and :class:`DataError` with everything in which
    it does not go with the table.

    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "readiness.toml"
    >>> _ = file.write_text('[organisation]\\nself_score = 3\\nshared_figures = "monthly meeting, agenda of 3 March"')
    >>> readiness(file).table().query("part == 'organisation'")[["self_score", "evidence_score"]].values.tolist()
    [[3.0, 2.0]]
    """
    given = read_answers(Path(answers))
    funnel = funnel or (posterior.funnel if posterior else None)
    spend, outcomes = _columns(given, funnel)
    panel = with_sums(panel, funnel.roles) if isinstance(panel, Panel) and funnel is not None else panel
    measured = measure(
        given,
        panel if panel is not None or posterior is None else posterior.panel,
        spend=spend,
        outcomes=outcomes,
        identified=None if orders is None else orders.match_rate,
        tests=_tests(given, posterior),
        today=today or dt.datetime.now(dt.UTC).date(),
    )
    counts = {**given.shown, **{m.name: m.counts for m in measured}}
    return Readiness(
        parts=tuple(_part(part, given.scores.get(part), counts, measured) for part in PARTS),
        measured=measured,
        answered=given.shown,
        unanswered=tuple(sign.name for sign in SIGNS if sign.name not in counts),
        widths=pd.DataFrame() if posterior is None else widths(posterior),
        currency=panel.currency if panel is not None else posterior.panel.currency if posterior else "EUR",
    )


def _tests(given: Answers, posterior: Posterior | None) -> int | None:
    """Return how many tests are known: those told of, or those that the fit has taken in, if these are more."""
    shown = 0 if posterior is None else len(posterior.evidence)
    return max(given.tests or 0, shown) if shown else given.tests


def _columns(given: Answers, funnel: Funnel | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the columns of media money and of sales."""
    if funnel is None:
        return given.spend, given.outcomes
    return tuple(c.spend_column for c in funnel.bought), tuple(o.name for o in funnel.outcomes)


def _part(part: str, own: float | None, counts: Mapping[str, float], measured: tuple[Measured, ...]) -> Part:
    missing = _missing(part, counts)
    looked_for = {m.name for m in measured}
    said = missing is not None and counts.get(missing.name) == SAID and missing.name not in looked_for
    level = LOWEST + sum(share >= MOSTLY for share in _reached(part, counts))
    return Part(part, own, evidence_score(part, counts), level, missing, said)


def evidence_score(part: str, counts: Mapping[str, float]) -> float:
    """Return what can be shown of a part, 1 to 5.

    A level adds the mean of what its signs count, but no more than the level below it added: who has no joint goal does
    not come further by personalising the site.

    >>> evidence_score("organisation", {"shared_figures": 0.5, "shared_target": 1.0, "joint_calendar": 0.0})
    2.0
    """
    return LOWEST + sum(_reached(part, counts))


def _reached(part: str, counts: Mapping[str, float]) -> list[float]:
    """Return how far each level from the second on is reached, none further than the one below it."""
    reached, below = [], 1.0
    for level in range(LOWEST + 1, HIGHEST + 1):
        signs = [counts.get(sign.name, 0.0) for sign in signs_of(part) if sign.level == level]
        below = min(below, sum(signs) / len(signs))
        reached.append(below)
    return reached


def _missing(part: str, counts: Mapping[str, float]) -> Sign | None:
    """Return the sign to work on: of the lowest level at which any is missing, the one that is there least."""
    missing = [sign for sign in signs_of(part) if counts.get(sign.name, 0.0) < THERE]
    return min(missing, key=lambda sign: (sign.level, counts.get(sign.name, 0.0)), default=None)
