"""What a file of a posterior says in JSON becomes records again; what does not fit them is refused."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, get_args, get_origin, get_type_hints

import numpy as np
import pandas as pd

from omnimix.labels import CHAIN, CHANNEL, DRAW, NODE, TERM, WEEK
from omnimix.mechanics import NodeScale, Scaling, fit_scaling
from omnimix.posterior.diagnostics import Diagnostics
from omnimix.posterior.evidence import Evidence
from omnimix.posterior.posterior import Posterior, Run
from omnimix.posterior.refitted import Refitted, Revision
from omnimix.spec import (
    CHANGE_SCALE,
    Baseline,
    Budget,
    Chain,
    Channel,
    Experiment,
    FedStock,
    Funnel,
    Goal,
    Limit,
    Limits,
    Link,
    Outcome,
    Prior,
    Stage,
    Stock,
    TeamGoal,
)

ALWAYS = ("contribution_share", "contribution", "baseline_coefficient", "mean_response", "noise")


def told_records(content: dict[str, Any]) -> dict[str, Any]:
    """Return what a posterior is made of but its draws and its table, with the currency of the latter.

    Raises whatever a missing key, a wrong kind or an impossible declaration raises.
    """
    run = content["run"]
    found = {
        "funnel": _funnel(content["funnel"]),
        "scaling": learned(content["learned"]),
        "run": Run(**{**run, **_told_run(run)}),
        # none in files written before there were any
        "campaign_chains": tuple(_chain(c) for c in content.get("chains", ())),
        "budget": _budget(content.get("budget")),
        "evidence": tuple(_evidence(one) for one in content.get("evidence", ())),
        "goals": tuple(Goal(goal.pop("name"), **goal) for goal in content.get("goals", ())),
        "refitted": _refitted(content.get("refitted")),
        "currency": content["currency"],
    }
    for name in ("scaling", "run"):
        _require_kinds(found[name], name)
    return found


def _told_run(run: dict[str, Any]) -> dict[str, Any]:
    """Return what JSON has no form for; a file written before chains were stacked has no weights."""
    return {"diagnostics": Diagnostics(**run["diagnostics"]), "chain_weights": tuple(run.get("chain_weights", ()))}


def require_matching(posterior: Posterior) -> None:
    """Raise ValueError for draws that are not those of the funnel that stands beside them."""
    drawn, scaling = posterior.draws["posterior"].to_dataset(), posterior.scaling
    lacking = [name for name in ALWAYS if name not in drawn]
    if lacking:
        raise ValueError(f"there are no draws of {', '.join(lacking)}")
    loose = [str(name) for name, values in drawn.data_vars.items() if values.dims[:2] != (CHAIN, DRAW)]
    if loose:
        raise ValueError(f"{', '.join(loose)} is not by chain and draw")
    if any(values.dtype.kind not in "fiub" for values in drawn.data_vars.values()):
        raise ValueError("its draws are no numbers")
    labels = {NODE: [n.name for n in scaling.equations], CHANNEL: list(posterior.funnel.channel_names)}
    for dimension, names in labels.items():
        if drawn[dimension].to_numpy().tolist() != names:
            raise ValueError(f"its draws are not of the {dimension}s that were asked")
    channels, controls = set(posterior.funnel.channel_names), set(posterior.funnel.controls)
    by_channel = (scaling.typical_exposure, scaling.exposure_per_spend, scaling.mean_spend)
    by_control = (scaling.control_center, scaling.control_spread)
    if any(set(held) != channels for held in by_channel) or any(set(held) != controls for held in by_control):
        raise ValueError("what was learned is not of the channels and controls that were asked")
    if drawn[TERM].to_numpy().tolist() != list(posterior.design(scaling.window_weeks).terms):
        raise ValueError("its baseline has other terms than its draws")
    sizes = drawn.sizes
    if sizes[CHAIN] != posterior.run.chains or not 0 < sizes[DRAW] <= posterior.run.draws:
        raise ValueError("its draws are not as many as its run made")
    if list(scaling.weeks) != list(posterior.panel.weeks):
        raise ValueError("its table has other weeks than it was fitted on")
    nodes = {n.name for n in posterior.funnel.nodes}
    if {n.name for n in scaling.nodes} != nodes:
        raise ValueError("what was learned is not of the nodes that were asked")


def require_learned(posterior: Posterior) -> None:
    """Raise ValueError for scales that the table beside them does not teach: a file without a checksum was edited."""
    told, taught = (dataclasses.asdict(s) for s in (posterior.scaling, fit_scaling(posterior.funnel, posterior.panel)))
    for name, value in told.items():
        if not _agree(value, taught[name]):
            raise ValueError(f"its {name} is not what its table teaches")


def _agree(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_agree(value, other[key]) for key, value in one.items())
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(_agree, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9)
    return bool(np.all(one == other))


def _require_kinds(record: Any, where: str) -> None:
    """Raise TypeError where a field of a record holds another kind than it declares."""
    for name, kind in get_type_hints(type(record)).items():
        value = getattr(record, name)
        if not _is(value, kind):
            raise TypeError(f"{where}.{name} is no {getattr(kind, '__name__', kind)}")


def _is(value: Any, kind: Any) -> bool:
    inside = get_args(kind)
    if dataclasses.is_dataclass(kind):
        _require_kinds(value, kind.__name__)  # type: ignore[union-attr]
        return isinstance(value, kind)  # type: ignore[arg-type]
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(_is(v, inside[0]) for v in value)
    if get_origin(kind) is dict:
        return isinstance(value, dict) and all(_is(k, inside[0]) and _is(v, inside[1]) for k, v in value.items())
    if kind in (float, int):
        return isinstance(value, kind | int) and not isinstance(value, bool)
    return isinstance(value, kind)


def _prior(raw: Any) -> Any:
    """Turn a stored prior back; pairs and None pass."""
    if isinstance(raw, dict) and set(raw) == {"family", "arguments"}:
        return Prior(raw["family"], *raw["arguments"])
    return tuple(raw) if isinstance(raw, list) else raw


def _funnel(raw: dict[str, Any]) -> Funnel:
    def channel(item: dict[str, Any]) -> Channel:
        curve_priors = {k: _prior(v) for k, v in item.pop("priors").items()}
        return Channel(item.pop("name"), priors=curve_priors, **{k: _prior(v) for k, v in item.items()})

    return Funnel(
        channels=[channel(c) for c in raw["channels"]],
        outcomes=[Outcome(o.pop("name"), **o) for o in raw["outcomes"]],
        stages=[Stage(s.pop("name"), **s) for s in raw["stages"]],
        controls=raw["controls"],
        holidays=raw["holidays"],
        baseline=Baseline(**{k: _prior(v) for k, v in raw["baseline"].items()}),
        media_share=_prior(raw["media_share"]),
        media_roas=_prior(raw.get("media_roas")),  # files of before outcomes shared a total have none
        stock=_stock(raw.get("stock")),  # files of before there was one have none
        effects_change=raw.get("effects_change"),
        change_scale=_prior(raw.get("change_scale")) or CHANGE_SCALE,
    )


def _stock(raw: dict[str, Any] | None) -> FedStock | None:
    if raw is None:
        return None
    drivers = None if raw["drivers"] is None else tuple(raw["drivers"])
    low, high = raw["stock"]["half_life"]
    survey = raw.get("tracker"), raw.get("tracker_n")  # files of before there was one have none
    return FedStock(raw["name"], Stock(half_life=(low, high)), tuple(raw["feeds"]), drivers, *survey)


def _chain(raw: dict[str, Any]) -> Chain:
    return Chain(raw.pop("name"), links=[Link(k.pop("name"), **k) for k in raw.pop("links")], **raw)


def _evidence(raw: dict[str, Any]) -> Evidence:
    told = raw.pop("experiment")
    chain = told.pop("chain")
    return Evidence(Experiment(told.pop("name"), chain=None if chain is None else _chain(chain), **told), **raw)


def _budget(raw: dict[str, Any] | None) -> Budget | None:
    if raw is None:
        return None
    limits = raw.pop("limits")
    for level in ("channels", "pools", "teams", "geos"):
        limits[level] = _limits(limits.get(level, {}))  # files of 0.1.0 have no limits by geo
    inside = limits.get("channels_in_geos", {})
    limits["channels_in_geos"] = {name: _limits(by_geo) for name, by_geo in inside.items()}
    goals = {team: TeamGoal(**goal) for team, goal in raw.pop("goals").items()}
    return Budget(**raw, limits=Limits(**limits), goals=goals)


def _refitted(raw: dict[str, Any] | None) -> Refitted | None:
    if raw is None:
        return None
    revised = tuple(Revision(**told) for told in raw.pop("revised"))
    return Refitted(**raw, revised=revised)


def _limits(raw: dict[str, Any]) -> dict[str, Limit]:
    return {name: _limit(keys) for name, keys in raw.items()}


def _limit(raw: dict[str, Any]) -> Limit:
    change = raw.pop("change")
    return Limit(**raw, change=None if change is None else tuple(change))


def learned(raw: dict[str, Any]) -> Scaling:
    """Turn a stored scaling back."""
    fixed = {
        "weeks": pd.DatetimeIndex(pd.to_datetime(raw["weeks"]), name=WEEK),
        "nodes": tuple(NodeScale(**n) for n in raw["nodes"]),
        "spendings": tuple(NodeScale(**n) for n in raw["spendings"]),
        "missing": {k: tuple(v) for k, v in raw["missing"].items()},
        "unspent": {k: tuple(v) for k, v in raw.get("unspent", {}).items()},  # files of 0.1.0 have none
        "knots": tuple(raw["knots"]),
        "holiday_columns": tuple(raw["holiday_columns"]),
    }
    return Scaling(**{**raw, **fixed})
