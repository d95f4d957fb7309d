"""What is said of outcomes of which nobody said what a unit is worth."""

from __future__ import annotations

from omnimix.findings import Finding, Severity
from omnimix.spec.funnel import Funnel
from omnimix.words import ValueUnit, capital


def value_findings(funnel: Funnel, currency: str) -> tuple[Finding, ...]:
    """Return the finding that outcomes have no value in money; none where they have.

    A channel's ROAS prior is in units for one unit of money then, which is said along with it.

    >>> from omnimix.spec import Outcome
    >>> [f.name for f in value_findings(Funnel(channels=["tv"], outcomes=["signups"]), "EUR")]
    ['no_value']
    >>> value_findings(Funnel(channels=["tv"], outcomes=[Outcome("signups", value=12.5)]), "EUR")
    ()
    """
    unit = ValueUnit(currency, funnel.unvalued)
    if unit.is_money:
        return ()
    several = len(funnel.unvalued) > 1
    added = " Their units are added up one for one." if several else ""
    stated = [c.name for c in funnel.channels if c.roas_prior is not None]
    believed = f" The ROAS prior of {', '.join(stated)} is read as {unit.per_money()}, too." if stated else ""
    message = (
        f"{capital(unit.why)}.{added} Returns are {unit.per_money()}, and there are no verdicts, no payback and no "
        f"profit.{believed}"
    )
    remedy = f"If these figures should be money, {unit.remedy}."
    severity: Severity = "warns" if several or stated else "notes"  # what a figure may be misread by
    return (Finding("no_value", severity, message, remedy, where=", ".join(funnel.unvalued)),)
