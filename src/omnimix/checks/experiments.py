"""Results of tests that the model did not expect, or that cannot all be right."""

from __future__ import annotations

from collections.abc import Iterator

from omnimix.experiments import contradictions
from omnimix.experiments.likelihood import SURPRISE
from omnimix.findings import Finding
from omnimix.posterior import Evidence, Posterior
from omnimix.words import amount, percent


def experiments_check(posterior: Posterior) -> Iterator[Finding]:
    """Name tests far from what was expected, tests that contradict each other, and results that were discounted."""
    evidence = posterior.evidence
    for one in evidence:
        if abs(one.z) > SURPRISE:
            yield Finding("experiment_conflict", "warns", _surprising(one), CONFLICT, one.z, one.experiment.name)
        if one.experiment.discounts:
            yield Finding(
                "experiment_discounted",
                "notes",
                _discounted(one),
                "",
                one.experiment.standard_error,
                one.experiment.name,
            )
    tests = [e.experiment for e in evidence]
    for found in contradictions(tests, [e.predicted for e in evidence], [e.spread for e in evidence]):
        names = ", ".join(repr(n) for n in found.names)
        apart = (
            f"; without {found.odd!r} they would agree in {percent(found.without)} of cases"
            if len(found.names) > 2
            else ""
        )
        message = (
            f"The tests {names} contradict each other: where all measure one effect, results so far apart come about "
            f"in {percent(found.odds)} of cases (Cochran's Q {found.q:.1f}){apart}."
        )
        yield Finding("experiments_contradict", "warns", message, CONTRADICTION, found.q, found.odd)


CONFLICT = (
    "Check first that test and table speak of the same spend, weeks and outcome; if they do, one of them is wrong "
    "about this channel, and the posterior lies between."
)
CONTRADICTION = (
    "Leave out the one that measured something else: another creative, other weeks, a market unlike the others."
)


def _surprising(one: Evidence) -> str:
    test = one.experiment
    return (
        f"Test {test.name!r} found {amount(test.result)} ({test.metric} of {test.outcome or 'all outcomes'}, standard "
        f"error {amount(test.standard_error)}), and {amount(one.predicted)} +- {amount(one.spread)} was expected "
        f"before: {abs(one.z):.1f} standard deviations apart."
    )


def _discounted(one: Evidence) -> str:
    test = one.experiment
    reasons = ", ".join(f"{reason} {more:g}" for reason, more in test.discounts.items())
    return (
        f"The standard error of test {test.name!r} counts as {amount(test.standard_error)} instead of "
        f"{amount(test.stated_error)}, for {reasons}."
    )
