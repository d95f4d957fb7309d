"""The blocks on how sure we are and on how the page was made."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from omnimix.budget.situation import situation_of
from omnimix.checks import Health
from omnimix.checks.advice import RETURN
from omnimix.findings import Finding
from omnimix.page.gather import Advice
from omnimix.page.parts import Block, Chart
from omnimix.posterior import Posterior
from omnimix.rows.table import Row, records
from omnimix.words import Language, capital, listing, texts, told_finding

OTHER = "other"


def sure(
    health: Health,
    advice: Advice | None,
    words: Language,
    charts: tuple[Chart, ...] = (),
    *,
    tests_designed: bool = False,
) -> Block:
    """Return the health of the model in words, what the figures rest on, and what would change the advice.

    It names the test that teaches most unless tests were designed, which know what one costs and is worth.
    """
    warned = [f for f in health.findings if f.severity != "notes"]
    key = "not_usable" if not health.usable else "healthy_but" if warned else "healthy"
    more: dict[str, object] = {
        "health": words.say(key),
        "usable": health.usable,
        "remarks_heading": words.say("remarks" if health.usable else "mend"),
        "remarks": list(dict.fromkeys(told(f, words) for f in (warned if health.usable else health.findings))),
        "technical": [(f.name, f"{f.message} {f.remedy}".strip()) for f in health.findings],
        "technical_heading": words.say("technical"),
        "rests": [],
    }
    if advice is not None:
        more |= _what_it_rests_on(advice, words)
        more |= {"next_test": ""} if tests_designed else {}
    return Block("sure", words.say("sure_heading"), (), charts, "sure", more)


def told(finding: Finding, words: Language) -> str:
    """Return a finding in words that a manager reads."""
    return capital(told_finding(finding, words.code) or texts("findings", words.code)[OTHER].format(name=finding.name))


def _what_it_rests_on(advice: Advice, words: Language) -> dict[str, object]:
    hangs, acts = advice.sensitivity.most(), situation_of(advice.plan).acts
    hinges = [_hinge(r, words, acts=acts) for r in records(hangs) if float(r["swing"]) > 0]
    test = advice.sensitivity.next_test
    return {
        "rests": [(words.title(str(n)), str(v), words.say(f"rests_{v}")) for n, v in advice.rests_on.items()],
        "hinges_heading": words.say("hinges"),
        "hinges": hinges or [words.say("hinges_none")],
        "hold": words.say("hinges_hold") if acts and hinges and not hangs["turns"].any() else "",
        "next_test": words.say("next_test", channel=words.name(test)) if test else "",
    }


def _hinge(row: Row, words: Language, *, acts: bool) -> str:
    """Return one thing that the gain hangs on; whether it turns the advice only where that ``acts`` for a gain."""
    source = str(row["rests_on"])
    text = words.say(
        f"hinge_{row['assumption']}",
        name=words.names(str(row["name"]).split(", ")),
        source=words.say(f"rests_{source}") if row["assumption"] == RETURN else "",
        low=words.ratio(float(row["low"])),
        high=words.ratio(float(row["high"])),
        gain_low=words.value(float(row["gain_low"])),
        gain_high=words.value(float(row["gain_high"])),
    )
    return text + (words.say("hinge_turns") if acts and row["turns"] else "")


def made(posterior: Posterior, advice: Advice | None, version: str, words: Language) -> Block:
    """Return data and method in plain words, folded, and the words used."""
    funnel, weeks = posterior.funnel, posterior.scaling.window_weeks
    stages = words.names(s.name for s in funnel.stages)
    lines = [
        words.say(
            "made_data",
            weeks=len(weeks),
            first=words.day(weeks[0].date()),
            last=words.day((weeks[-1] + pd.Timedelta(days=6)).date()),
            channels=words.names(funnel.channel_names),
            outcomes=words.names(o.name for o in funnel.outcomes),
            stages=words.say("made_stages", stages=stages) if stages else "",
        ),
        words.say("made_model"),
    ]
    worth = "; ".join(
        words.say(
            "made_value_part",
            outcome=words.name(o.name),
            value=f"{words.currency} {words.figure(o.value, 2 if o.value >= 0.01 else 6)}",
        )
        for o in funnel.outcomes
        if o.value is not None
    )
    lines.append(words.say("made_value", values=worth, outcomes=words.names(o.name for o in funnel.outcomes)))
    if advice is not None:
        rests = advice.plan.assumptions
        later = words.say("made_discount", rate=words.percent(rests.discount)) if rests.discount else ""
        lines.append(words.say("made_plan", draws=words.figure(rests.draws)))
        lines.append(words.say("made_plan_horizon", weeks=rests.horizon, discount=later))
    return Block(
        "made",
        words.say("made"),
        (),
        (),
        "made",
        {
            "lead": words.say("made_lead"),
            "lines": [*lines, *_run(posterior, version, words)],
            "glossary_heading": words.say("glossary"),
            "glossary": [(word, text) for word, text in texts("glossary", words.code).items() if _used(word, words)],
        },
    )


def _used(word: str, words: Language) -> bool:
    """Return whether the page uses a word of the glossary: returns in money only where value is money."""
    return words.value_unit.is_money or not ("ROAS" in word or word == words.say("hurdle"))


def _run(posterior: Posterior, version: str, words: Language) -> list[str]:
    run, seen = posterior.run, posterior.run.diagnostics
    return [
        words.say(
            "made_checks",
            draws=words.figure(run.draws * run.chains),
            chains=run.chains,
            rhat=words.figure(seen.rhat_max, 3),
            ess=words.figure(seen.ess_bulk_min),
            divergences=seen.divergences,
        ),
        words.say(
            "made_by",
            version=version,
            tools=listing([f"{n} {run.versions[n]}" for n in ("pymc", "nutpie") if n in run.versions], words.code),
            date=words.day(dt.datetime.now(tz=dt.UTC).date()),
            seed=run.seed,
        ),
    ]
