"""What is said of data, of a fit and of the truth beside its figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from omnimix.cli import screen
from omnimix.cli.screen import complain, heading, say, show_findings, show_table, waiting, word
from omnimix.cli.spoken import DAY, line
from omnimix.data import Panel, require
from omnimix.errors import DataError
from omnimix.findings import Finding, blocking
from omnimix.labels import CHANNEL, LOWER, MEAN, MEDIAN, UPPER
from omnimix.words import Form, amount, figure, percent, ratio

if TYPE_CHECKING:
    import pandas as pd

    from omnimix.budget import BudgetPlan
    from omnimix.effects import Figures
    from omnimix.posterior import Posterior
    from omnimix.spec import Funnel
    from omnimix.truth import Truth


def show_panel(panel: Panel, funnel: Funnel, language: str = "en") -> None:
    """Print weeks, channels, stages and outcomes in one sentence."""
    weeks, stages = panel.weeks, ", ".join(s.name for s in funnel.stages)
    told = line(
        language,
        "weeks",
        count=len(weeks),
        first=f"{weeks[0]:{DAY}}",
        last=f"{weeks[-1]:{DAY}}",
        channels=len(funnel.channels),
        stages=line(language, "weeks_stages", names=stages) if stages else "",
        outcomes=", ".join(o.name for o in funnel.outcomes),
        currency=panel.currency,
    )
    say(told)


def show_data_findings(findings: Sequence[Finding], language: str = "en") -> None:
    """Print every finding on the data."""
    if findings:
        heading(line(language, "on_data", count=len(findings)))
        show_findings(findings, language)
        say()
    else:
        say(line(language, "on_data_none"))


def require_shown(findings: Sequence[Finding]) -> None:
    """Raise DataError when a finding blocks; where a person has them on the screen already, only count them."""
    count = len(blocking(tuple(findings)))
    if count and screen.is_watched():
        told = "1 finding blocks. Mend what it says" if count == 1 else f"{count} findings block. Mend what they say"
        raise DataError(f"{told} above, where `blocks` stands, and try again.")
    require(findings)


def show_health(posterior: Posterior, language: str = "en") -> tuple[Finding, ...]:
    """Check a fit, print its health and return the findings."""
    from omnimix.checks import check

    with waiting("Checking the fit", after=1.0):
        health = check(posterior)
    run, seen = posterior.run, posterior.run.diagnostics
    heading(line(language, "health", usable=line(language, "usable" if health.usable else "not_usable")))
    told = line(
        language,
        "run",
        chains=run.chains,
        draws=run.draws,
        seconds=f"{run.seconds:.0f}",
        seed=run.seed,
        rhat=figure(seen.rhat_max, language, 3),
        ess=f"{seen.ess_bulk_min:.0f}",
        divergences=seen.divergences,
    )
    say(told)
    show_findings(health.findings, language)
    return health.findings


def say_if_blocked(findings: Sequence[Finding]) -> bool:
    """Print on stderr what makes a fit unusable; return whether anything does."""
    stopping = blocking(tuple(findings))
    if stopping:
        complain("the fit is not usable: " + " ".join(f"{f.message} {f.remedy}" for f in stopping))
    return bool(stopping)


def show_true_gain(truth: Truth, plan: BudgetPlan) -> float:
    """Print what a plan truly gains over today's; return it."""
    set_by_plan = [c for c in plan.channels if c not in plan.answering]
    worth = {
        name: truth.plan_value(spend[set_by_plan], horizon=plan.assumptions.horizon).profit
        for name, spend in (("plan", plan.spend), ("today", plan.today))
    }
    gain = worth["plan"] - worth["today"]
    say(
        f"The truth, known because the data are simulated: this plan brings {plan.currency} {amount(gain)} more than "
        "today's, all money spent taken off."
    )
    return gain


def show_truth(true: pd.DataFrame, returns: Figures) -> list[dict[str, Any]]:
    """Print the true ROAS beside the estimate; return the rows."""
    table = returns.table().assign(true=true.set_index(CHANNEL)["roas"].reindex(returns.table()[CHANNEL]).to_numpy())
    table["holds"] = (table["true"] >= table[LOWER]) & (table["true"] <= table[UPPER])
    heading("The truth, known because the data are simulated")
    columns: dict[str, Form] = {
        CHANNEL: word,
        "true": ratio,
        returns.told: ratio,
        LOWER: ratio,
        UPPER: ratio,
        "interval holds it": word,
    }
    shown = table.assign(**{"interval holds it": table["holds"].map({True: "yes", False: "NO"})})
    show_table(shown, columns, last_apart=True)
    held, count = int(table["holds"][:-1].sum()), len(table) - 1
    say(
        f"The {percent(returns.interval)} interval holds the true ROAS of {held} of {count} channels and that of all "
        f"media {'as well' if table['holds'].iloc[-1] else 'NOT'}; over many data sets "
        f"{percent(returns.interval)} should. No real data come with this column."
    )
    rows = table[[CHANNEL, "true", MEAN, MEDIAN, LOWER, UPPER, "holds"]].rename(columns={"true": "true_roas"})
    rows = rows.rename(columns={"holds": "interval_holds_it"})
    return [{str(k): v for k, v in row.items()} for row in rows.to_dict("records")]
