"""The blocks on how sure we are and on how the page was made."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from omnimix.checks import Health
from omnimix.checks.advice import RETURN
from omnimix.findings import Finding
from omnimix.labels import ALL_MEDIA
from omnimix.page.gather import Advice
from omnimix.page.parts import Block
from omnimix.page.voice import Row, Voice
from omnimix.posterior import Posterior
from omnimix.rows.table import records
from omnimix.words import capital, figure, listing, texts

ONE_SENTENCE = {  # findings that mean the same to a reader
    **dict.fromkeys(("one_chain", "r_hat", "ess_bulk", "ess_tail", "divergences", "e_bfmi"), "sampling"),
    **dict.fromkeys(("collinear", "nearly_collinear", "move_together"), "not_told_apart"),
}
OTHER = "other"


def sure(health: Health, advice: Advice | None, voice: Voice) -> Block:
    """Return the health of the model in words, what the figures rest on, and what would change the advice."""
    warned = [f for f in health.findings if f.severity != "notes"]
    key = "not_usable" if not health.usable else "healthy_but" if warned else "healthy"
    more: dict[str, object] = {
        "health": voice.say(key),
        "usable": health.usable,
        "remarks_heading": voice.say("remarks" if health.usable else "mend"),
        "remarks": list(dict.fromkeys(told(f, voice) for f in (warned if health.usable else health.findings))),
        "technical": [(f.name, f"{f.message} {f.remedy}".strip()) for f in health.findings],
        "technical_heading": voice.say("technical"),
        "rests": [],
    }
    if advice is not None:
        more |= _what_it_rests_on(advice, voice)
    return Block("sure", voice.say("sure_heading"), (), (), "sure", more)


def told(finding: Finding, voice: Voice) -> str:
    """Return a finding in words that a manager reads."""
    say = texts("findings", voice.language)
    key = ONE_SENTENCE.get(finding.name, finding.name)
    where = voice.names(str(finding.where).split(", ")) if finding.where else voice.name(ALL_MEDIA)
    text = say.get(key, say[OTHER]).format(where=where, name=finding.name)
    return capital(text)


def _what_it_rests_on(advice: Advice, voice: Voice) -> dict[str, object]:
    hangs = advice.sensitivity.most()
    hinges = [_hinge(r, voice) for r in records(hangs) if float(r["swing"]) > 0]
    test = advice.sensitivity.next_test
    return {
        "rests_heading": voice.say("rests"),
        "rests_lead": voice.say("rests_lead"),
        "rests": [(voice.title(str(n)), str(v), voice.say(f"rests_{v}")) for n, v in advice.rests_on.items()],
        "hinges_heading": voice.say("hinges"),
        "hinges": hinges or [voice.say("hinges_none")],
        "hold": voice.say("hinges_hold") if hinges and not hangs["turns"].any() else "",
        "next_test": voice.say("next_test", channel=voice.name(test)) if test else "",
    }


def _hinge(row: Row, voice: Voice) -> str:
    """Return one thing that the gain hangs on."""
    source = str(row["rests_on"])
    text = voice.say(
        f"hinge_{row['assumption']}",
        name=voice.names(str(row["name"]).split(", ")),
        source=voice.say(f"rests_{source}") if row["assumption"] == RETURN else "",
        low=voice.ratio(float(row["low"])),
        high=voice.ratio(float(row["high"])),
        gain_low=voice.money(float(row["gain_low"])),
        gain_high=voice.money(float(row["gain_high"])),
    )
    return text + (voice.say("hinge_turns") if row["turns"] else "")


def made(posterior: Posterior, advice: Advice | None, version: str, voice: Voice) -> Block:
    """Return data and method in plain words, folded, and the words used."""
    funnel, weeks = posterior.funnel, posterior.learned.window_weeks
    stages = voice.names(s.name for s in funnel.stages)
    lines = [
        voice.say(
            "made_data",
            weeks=len(weeks),
            first=voice.day(weeks[0].date()),
            last=voice.day((weeks[-1] + pd.Timedelta(days=6)).date()),
            channels=voice.names(funnel.channel_names),
            outcomes=voice.names(o.name for o in funnel.outcomes),
            stages=voice.say("made_stages", stages=stages) if stages else "",
        ),
        voice.say("made_model"),
    ]
    worth = "; ".join(
        voice.say("made_value_part", outcome=voice.name(o.name), value=_unit_value(o.value or 1.0, voice))
        for o in funnel.outcomes
    )
    lines.append(voice.say("made_value", values=worth))
    if advice is not None:
        rests = advice.plan.assumptions
        later = voice.say("made_discount", rate=voice.percent(rests.discount)) if rests.discount else ""
        lines.append(voice.say("made_plan", draws=voice.number(rests.draws)))
        lines.append(voice.say("made_plan_horizon", weeks=rests.horizon, discount=later))
    return Block(
        "made",
        voice.say("made"),
        (),
        (),
        "made",
        {
            "lead": voice.say("made_lead"),
            "lines": [*lines, *_run(posterior, version, voice)],
            "glossary_heading": voice.say("glossary"),
            "glossary": list(texts("glossary", voice.language).items()),
        },
    )


def _unit_value(value: float, voice: Voice) -> str:
    return f"{voice.currency} {figure(value, voice.language, 2 if value >= 0.01 else 6)}"


def _run(posterior: Posterior, version: str, voice: Voice) -> list[str]:
    run, seen = posterior.run, posterior.run.diagnostics
    return [
        voice.say(
            "made_checks",
            draws=voice.number(run.draws * run.chains),
            chains=run.chains,
            rhat=figure(seen.rhat_max, voice.language, 3),
            ess=voice.number(seen.ess_bulk_min),
            divergences=seen.divergences,
        ),
        voice.say(
            "made_by",
            version=version,
            tools=listing([f"{n} {run.versions[n]}" for n in ("pymc", "nutpie") if n in run.versions], voice.language),
            date=voice.day(dt.datetime.now(tz=dt.UTC).date()),
            seed=run.seed,
        ),
    ]
