"""Read omnimix.toml: keys and types first, then the funnel they declare; everything wrong is told at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from omnimix.config.budget import declared_budget
from omnimix.config.experiments import declared_experiments
from omnimix.config.goals import declared_goals
from omnimix.config.keys import FILE, LATER
from omnimix.config.record import Config, DeclarationError
from omnimix.config.toml_file import read_toml
from omnimix.config.toml_mistakes import short
from omnimix.config.walk import problems
from omnimix.errors import SpecError, did_you_mean
from omnimix.spec import FAMILIES, Baseline, Chain, Channel, Funnel, Link, Names, Outcome, Prior, Stage, Stock

WHAT_IF = ("factor", "weeks_later")  # of a link: asked in Python, not declared
MOST_TOLD, LONGEST_TOLD = 50, 1_000  # problems of a file, characters of a problem
FUNNEL_KEYS = ("controls", "holidays")  # written beside the data they come with


def read_config(path: str | Path) -> Config:
    """Read a project file.

    Raises :class:`SpecError` for a file that is missing, is not TOML, or has unknown keys or wrong types, and
    :class:`DeclarationError` for one that declares what cannot be, such as stages in a circle; every problem is listed.
    """
    file = Path(path)
    raw = read_toml(file)
    _require(file, list(problems(FILE, raw)), SpecError)
    wrong: list[str] = []
    funnel = _funnel(raw, wrong)
    chains = _all(_chain, raw.get("chains", {}), wrong)
    wrong += _unknown_links(chains, Names.of_file(raw))
    experiments = declared_experiments(raw, {chain.name: chain for chain in chains}, wrong)
    budget = declared_budget(raw, wrong)
    goals = declared_goals(raw, wrong)
    _require(file, wrong, DeclarationError)
    assert funnel is not None  # nothing was wrong
    data = dict(raw["data"])
    names = data.pop("file")
    reading = {k: v for k, v in data.items() if k not in FUNNEL_KEYS}
    if "currency" in raw:
        reading["currency"] = raw["currency"]
    return Config(
        path=file,
        files=tuple(file.parent / name for name in ([names] if isinstance(names, str) else names)),
        reading=reading,
        funnel=funnel,
        fit=dict(raw.get("fit", {})),
        chains=tuple(chains),
        experiments=experiments,
        budget=budget,
        later={k: raw[k] for k in LATER if k in raw},
        goals=goals,
    )


def _require(file: Path, wrong: list[str], refusal: type[SpecError]) -> None:
    if not wrong:
        return
    if len(wrong) == 1:
        raise refusal(f"{file}: {_sentence(wrong[0])}")
    lines = [f"{k}. {_sentence(problem)}" for k, problem in enumerate(wrong[:MOST_TOLD], start=1)]
    lines += [f"And {len(wrong) - MOST_TOLD:,} more."] if len(wrong) > MOST_TOLD else []
    raise refusal("\n".join([f"{file} has {len(wrong)} problems.", *lines]))


def _sentence(problem: str) -> str:
    problem = short(problem, LONGEST_TOLD)
    return problem if problem.endswith(("?", ".")) else f"{problem}."


def _funnel(raw: Mapping[str, Any], wrong: list[str]) -> Funnel | None:
    """Build the funnel, adding to ``wrong`` what each part of it refuses."""
    if "data" not in raw:
        wrong.append('it needs a table [data] with the weekly table, such as file = "weekly.csv"')
    channels = _all(_channel, raw.get("channels", {}), wrong)
    stages = _all(_stage, raw.get("stages", {}), wrong)
    outcomes = _all(lambda name, keys: Outcome(name, **keys), raw.get("outcomes", {}), wrong)
    baselines = _all(lambda _, keys: Baseline(**_priors(keys)), {"baseline": raw.get("baseline", {})}, wrong)
    wrong += [
        f"it needs at least one table such as [{table}.{name}]"
        for table, name in (("channels", "tv"), ("outcomes", "sales"))
        if not raw.get(table)
    ]
    if wrong:
        return None
    given = {k: raw["data"][k] for k in FUNNEL_KEYS if k in raw["data"]}
    given |= {key: _range_or_prior(raw[key]) for key in ("media_share", "media_roas") if key in raw}
    given |= _priors({key: raw[key] for key in ("effects_change", "change_scale") if key in raw})
    try:
        return Funnel(channels=channels, stages=stages, outcomes=outcomes, baseline=baselines[0], **given)
    except SpecError as problem:
        wrong.append(str(problem))
        return None


def _all[Part](build: Callable[[str, dict[str, Any]], Part], tables: Mapping[str, Any], wrong: list[str]) -> list[Part]:
    """Build every table's record; what one refuses goes to ``wrong``."""
    made = []
    for name, keys in tables.items():
        try:
            made.append(build(name, dict(keys)))
        except SpecError as problem:
            wrong.append(str(problem).rstrip("."))
    return made


def _stage(name: str, keys: dict[str, Any]) -> Stage:
    span = keys.pop("half_life", None)
    try:
        stock = None if span is None else Stock(half_life=(span[0], span[1]))
    except SpecError as problem:
        raise SpecError(f"stages.{name}: {problem}") from None
    return Stage(name, stock=stock, **keys)


def _channel(name: str, keys: dict[str, Any]) -> Channel:
    priors = _priors(keys.pop("priors", {}))
    for key in {"roas_prior", "contribution_prior"} & set(keys):
        keys[key] = _range_or_prior(keys[key])
    return Channel(name, priors=priors, **keys)


def _range_or_prior(raw: Any) -> Prior | tuple[float, float]:
    return (raw[0], raw[1]) if isinstance(raw, list) else _prior(raw)


def _priors(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return keys with every table among their values as the prior that it is."""
    return {k: _prior(v) if isinstance(v, dict) else v for k, v in keys.items()}


def _prior(raw: Mapping[str, Any]) -> Prior:
    return Prior(raw["family"], *(raw[a] for a in FAMILIES[raw["family"]].arguments))


def _chain(name: str, keys: dict[str, Any]) -> Chain:
    links = [_link(name, link) for link in keys.pop("links")]
    try:
        return Chain(name, links=links, **keys)
    except SpecError as problem:
        raise SpecError(str(problem).replace(f"chain {name!r}:", f"[chains.{name}]", 1)) from None


def _link(chain: str, keys: str | dict[str, Any]) -> Link:
    if isinstance(keys, str):
        return Link(keys)
    known = [f.name for f in fields(Link) if f.name not in WHAT_IF]
    wrong = [f"{k!r} is no key of a link{did_you_mean(k, known)}" for k in keys if k not in known]
    try:
        if not wrong:
            return Link(**keys)
    except (SpecError, TypeError) as problem:
        wrong.append(str(problem).rstrip("."))
    raise SpecError(f"[chains.{chain}] {'; '.join(wrong)}")


def _unknown_links(chains: list[Chain], names: Names) -> list[str]:
    """Return what links of chains name that is no channel and no campaign."""
    return [
        f"[chains.{chain.name}] link {why}"
        for chain in chains
        for link in chain.links
        for channel in link.channels
        if (why := names.no_channel(channel, campaigns=True))
    ]
