"""Save a posterior to one netCDF file and load it in another process.

The file holds the draws as a DataTree, the training table as one more group, and spec, learned constants and run as
JSON in another. It is written beside its destination and then moved there, so that a file under the final name is
whole; one that was cut short on its way elsewhere is refused, as is one of another format version.

A *cell* is a node in a geo: one weekly series with one likelihood. There is one geo, so that a node is a cell and
neither file nor :class:`Panel` names a geo. Where it would go: `Panel` checks one calendar, that of all geos, and holds
a table a geo (`series(column)` asks which); the training group gets a dimension beside the week, as variables of the
draws with a dimension `node` do; `learned` has a scale a cell. That is another `FORMAT_VERSION`; a file of this one is
then a single geo and can still be read.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from omnimix.data import Panel
from omnimix.errors import StoreError
from omnimix.labels import WEEK
from omnimix.mechanics import NodeScale, Scaling
from omnimix.posterior.diagnostics import Diagnostics
from omnimix.posterior.posterior import Posterior, Run
from omnimix.spec import Baseline, Budget, Chain, Channel, Funnel, Goal, Limit, Limits, Link, Outcome, Prior, Stage

FORMAT = "omnimix-posterior"
FORMAT_VERSION = 2
TRAINING = "training_data"
ABOUT = "about"
COLUMN = "column"  # attribute that holds the name of a column of the training table
DAYS = "first day of the week"  # beside columns of any name


def save(posterior: Posterior, path: str | Path) -> Path:
    """Write a posterior to one file and return its path. Raises :class:`StoreError` where it cannot be written."""
    target = Path(path)
    whole = posterior.draws.copy()
    whole[TRAINING] = xr.DataTree(_training(posterior.panel.frame))
    whole[ABOUT] = xr.DataTree(xr.Dataset({"content": json.dumps(_content(posterior), default=_written)}))
    whole.attrs = {"format": FORMAT, "format_version": FORMAT_VERSION}
    part = target.with_name(target.name + ".part")
    try:
        whole.to_netcdf(part, engine="h5netcdf")
        part.replace(target)
    except OSError as problem:
        part.unlink(missing_ok=True)
        raise StoreError(f"the posterior cannot be written to {target}: {problem}") from None
    return target


def load(path: str | Path) -> Posterior:
    """Load a posterior. Raises :class:`StoreError` for a missing, foreign, cut short or differently versioned file."""
    source = Path(path)
    if not source.is_file():
        raise StoreError(f"there is no file {source}; fit first, or give the path that `posterior.save` returned.")
    try:
        with xr.open_datatree(source, engine="h5netcdf") as opened:
            whole = opened.load()
    except (OSError, KeyError, ValueError, RuntimeError) as problem:
        raise StoreError(_unreadable(source, problem)) from None
    _require_known(source, whole.attrs)
    content = json.loads(str(whole[ABOUT]["content"].item()))
    frame = _frame(whole[TRAINING].to_dataset())
    draws = xr.DataTree.from_dict({k: v.to_dataset() for k, v in whole.children.items() if k not in (TRAINING, ABOUT)})
    return Posterior(
        draws=draws,
        funnel=_funnel(content["funnel"]),
        panel=Panel(frame.rename_axis(DAYS).reset_index(), week=DAYS, currency=content["currency"]),
        scaling=_learned(content["learned"]),
        run=Run(**{**content["run"], "diagnostics": Diagnostics(**content["run"]["diagnostics"])}),
        # neither in files written before there were any
        campaign_chains=tuple(_chain(c) for c in content.get("chains", ())),
        budget=_budget(content.get("budget")),
    )


def _training(frame: pd.DataFrame) -> xr.Dataset:
    """Return the table with its own column names as attributes.

    A variable of a tree may not be called 'A / B', nor like the weeks, which a column of week numbers often is.
    """
    names = enumerate(map(str, frame.columns))
    columns = {
        (f"column {place}" if "/" in name or name == WEEK else name): (
            WEEK,
            frame[name].to_numpy(float),
            {COLUMN: name},
        )
        for place, name in names
    }
    return xr.Dataset(columns, coords={WEEK: frame.index.to_numpy()})


def _frame(stored: xr.Dataset) -> pd.DataFrame:
    """Return the table of a file; one written before names were attributes has them as its variables."""
    return stored.to_dataframe().rename(columns={k: v.attrs.get(COLUMN, k) for k, v in stored.data_vars.items()})


def _unreadable(source: Path, problem: Exception) -> str:
    with source.open("rb") as stream:
        head = stream.read(8)
    if head == b"\x89HDF\r\n\x1a\n":
        return (
            f"{source} was cut short or damaged ({problem}); save it again, or copy it again from where it was saved."
        )
    return f"{source} is no omnimix posterior; give a file written by `posterior.save` or `omnimix fit`."


def _require_known(source: Path, attributes: dict[Any, Any]) -> None:
    if attributes.get("format") != FORMAT:
        raise StoreError(f"{source} is no omnimix posterior; give a file written by `posterior.save` or `omnimix fit`.")
    version = int(attributes["format_version"])
    if version != FORMAT_VERSION:
        raise StoreError(
            f"{source} has format version {version}, this omnimix reads version {FORMAT_VERSION}; "
            f"{'update omnimix' if version > FORMAT_VERSION else 'fit again with this omnimix'}."
        )


def _content(posterior: Posterior) -> dict[str, Any]:
    scaling = dataclasses.asdict(posterior.scaling)
    scaling["weeks"] = [str(w.date()) for w in posterior.scaling.weeks]
    return {
        "funnel": dataclasses.asdict(posterior.funnel),
        "currency": posterior.panel.currency,
        "learned": scaling,
        "run": dataclasses.asdict(posterior.run),
        "chains": [dataclasses.asdict(chain) for chain in posterior.campaign_chains],
        "budget": None if posterior.budget is None else dataclasses.asdict(posterior.budget),
    }


def _written(value: Any) -> Any:
    """Write what JSON has no form for: figures of NumPy as numbers, days as texts."""
    return value.item() if isinstance(value, np.generic) else str(value)


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
    )


def _chain(raw: dict[str, Any]) -> Chain:
    return Chain(raw.pop("name"), links=[Link(k.pop("name"), **k) for k in raw.pop("links")], **raw)


def _budget(raw: dict[str, Any] | None) -> Budget | None:
    if raw is None:
        return None
    limits = raw.pop("limits")
    for level in ("channels", "pools", "teams"):
        limits[level] = {name: _limit(keys) for name, keys in limits[level].items()}
    goals = {team: Goal(**goal) for team, goal in raw.pop("goals").items()}
    return Budget(**raw, limits=Limits(**limits), goals=goals)


def _limit(raw: dict[str, Any]) -> Limit:
    change = raw.pop("change")
    return Limit(**raw, change=None if change is None else tuple(change))


def _learned(raw: dict[str, Any]) -> Scaling:
    fixed = {
        "weeks": pd.DatetimeIndex(pd.to_datetime(raw["weeks"]), name=WEEK),
        "nodes": tuple(NodeScale(**n) for n in raw["nodes"]),
        "spendings": tuple(NodeScale(**n) for n in raw["spendings"]),
        "missing": {k: tuple(v) for k, v in raw["missing"].items()},
        "knots": tuple(raw["knots"]),
        "holiday_columns": tuple(raw["holiday_columns"]),
    }
    return Scaling(**{**raw, **fixed})
