"""Worlds that nobody in this project made: does the default model find their published truth?

Reads the folders described in ``worlds`` under ``--data`` (they are not part of the project); absent ones are skipped.
Figures are total contributions over the data window, as the sources define their truth; relative to the truth they are
the same as ROAS without a tail. All fits use the package's defaults: nothing here was tuned to these worlds, and
nothing should be. Run: ``python -m benchmarks.accuracy.shared_worlds --data ../shared/data``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from benchmarks.accuracy.study import Study
from omnimix.curves import ADSTOCKS, lag_weights
from omnimix.data import Panel, check_panel
from omnimix.effects import marginal_roas, roas
from omnimix.labels import ALL_MEDIA
from omnimix.model import fit
from omnimix.posterior import Posterior
from omnimix.spec import Channel, Funnel, Outcome
from omnimix.truth import money_weighted, score

REDAM = ("clean", "confounding_controlled", "multicollinearity", "promo_and_media", "mixed_data_errors")


@dataclass(frozen=True)
class Shared:
    """One world as its folder gives it: frame with a ``week`` column, channels, controls, true contributions."""

    frame: pd.DataFrame
    channels: tuple[Channel, ...]
    controls: tuple[str, ...]
    outcome: str
    contributions: Mapping[str, float] = field(default_factory=dict)
    likelihood: str = "normal"


def main() -> None:
    """Fit every world that is there and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[3] / "shared" / "data")
    parser.add_argument("--cores", type=int, default=2)
    given = parser.parse_args()
    study = Study("shared_worlds", {"draws": 1000, "tune": 1000, "chains": 4, "seed": 1})
    there = [k for k, (folder, _) in WORLDS.items() if (given.data / folder).is_dir()]
    if not there:
        print(f"no shared world is under {given.data}; nothing to do")
        return
    cells = study.run(there, lambda key: _cell(given.data, key, given.cores))
    rows = pd.DataFrame([row for cell in cells for row in cell["rows"]])
    shapes = pd.DataFrame([row for cell in cells for row in cell["shapes"]])
    fits = pd.DataFrame([{"world": c["key"], **c["health"]} for c in cells])
    wanted = shapes.world.isin(["pysimmm_linear4", "leopold_mmm", "papilon_4ch"])
    tables = {"By world": _by_world(rows), "Shapes": shapes[wanted], "By channel": rows, "Fits": fits}
    result = {"rows": rows.to_dict("records"), "shapes": shapes.to_dict("records"), "fits": fits.to_dict("records")}
    study.write(result, _text(rows), tables)


def _cell(data: Path, key: str, cores: int) -> dict[str, Any]:
    folder, read = WORLDS[key]
    world = read(data / folder)
    outcome = Outcome(world.outcome, likelihood=world.likelihood)  # type: ignore[arg-type]
    funnel = Funnel(channels=world.channels, outcomes=[outcome], controls=world.controls)
    panel = Panel(world.frame)
    posterior = fit(funnel, panel, seed=1, cores=cores, progress=False)
    findings = [f"{f.name} {f.where or ''}".strip() for f in check_panel(panel, funnel.roles) if f.severity != "notes"]
    seen = posterior.run.diagnostics
    health = {"rhat": seen.rhat_max, "ess": seen.ess_bulk_min, "divergences": seen.divergences}
    health |= {"seconds": posterior.run.seconds, "data_findings": "; ".join(findings)}
    return {"rows": _rows(key, world, posterior), "shapes": _shapes(key, posterior), "health": health}


def _rows(key: str, world: Shared, posterior: Posterior) -> list[dict[str, Any]]:
    if not world.contributions:
        return []
    weekly = posterior.flat("contribution").sel(node=world.outcome, drop=True)
    total = weekly * len(posterior.scaling.window_weeks)
    everything = total.sum("channel").expand_dims(channel=[ALL_MEDIA])
    draws = xr.concat([total, everything], dim="channel")
    true = pd.Series(dict(world.contributions))
    found = score(draws, pd.concat([true, pd.Series({ALL_MEDIA: true.sum()})])).table()
    return [{"world": key, **row} for row in found.to_dict("records")]


def _shapes(key: str, posterior: Posterior) -> list[dict[str, Any]]:
    """Tell how straight every curve is (marginal over average ROAS; 1 is straight) and how long it carries over."""
    average, margin = (f(posterior, allow_unconverged=True).draws for f in (roas, marginal_roas))
    rows = []
    for channel in posterior.funnel.channels:
        curves = posterior.curve_draws(posterior.funnel.outcomes[0].name, channel.name)
        code = ADSTOCKS[channel.adstock].code
        kernels = np.array([lag_weights(code, c[0], c[1], c[2], channel.lags)[0] for c in curves])
        lag = kernels @ np.arange(channel.lags)
        straight = (margin / average).sel(channel=channel.name).to_numpy()
        rows.append(
            {
                "world": key,
                "channel": channel.name,
                **_interval("retention", curves[:, 0]),
                **_interval("share_in_week_0", kernels[:, 0]),
                **_interval("mean_lag_weeks", lag),
                **_interval("marginal_over_average", straight),
            }
        )
    return rows


def _interval(name: str, values: np.ndarray) -> dict[str, str]:
    low, high = np.quantile(values, [0.05, 0.95])
    return {name: f"{values.mean():.2f} ({low:.2f}-{high:.2f})"}


def _by_world(rows: pd.DataFrame) -> pd.DataFrame:
    parts = [(str(k), p) for k, p in rows.groupby("world", sort=False)]
    as_read = rows[~rows.world.str.contains(r"\(")]
    return pd.DataFrame([_summary(k, p) for k, p in [*parts, ("all, as read", as_read)]])


def _summary(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    single, total = rows[rows.channel != ALL_MEDIA], rows[rows.channel == ALL_MEDIA]
    return {
        "world": name,
        "covered": f"{int(single.covered.sum())} of {len(single)}",
        "median_abs_error": float(single.relative_error.abs().median()),
        "crps_over_truth": float(single.crps.mean()),
        **pd.DataFrame([money_weighted(world) for _, world in single.groupby("world")]).mean().to_dict(),
        "relative_width": float(single.relative_width.mean()),
        "all_media_error": float(
            total.relative_error.abs().median() if len(total) > 1 else total.relative_error.iloc[0]
        ),
        "all_media_covered": f"{int(total.covered.sum())} of {len(total)}",
    }


def _text(rows: pd.DataFrame) -> str:
    return (
        f"# Shared worlds\n\n{rows.world.nunique()} fits with default settings of worlds simulated by others, scored on total contribution, errors by posterior medians; what is money-weighted is summed in the money of a world. "
        "`(corrected)`: the cells that a data finding names were mended as it suggests; `(student_t)`: the same with that likelihood. "
        "Row `all, as read` leaves these out; its all-media error is the median of absolute errors."
    )


def _redam(folder: Path) -> Shared:
    frame = pd.read_csv(folder / "data.csv").rename(columns={"date": "week"})
    truth = json.loads((folder / "truth.json").read_text())
    controls = tuple(c for c in frame if c.startswith("ctrl_"))
    channels = tuple(Channel(c) for c in truth["true_contribution"])
    return Shared(frame, channels, controls, "sales", truth["true_contribution"])


def _corrected(folder: Path, likelihood: str = "normal") -> Shared:
    """Mend what the findings name: an outlier's decimal mark moves, a lone zero becomes the usual week."""
    read = _redam(folder)
    frame = read.frame.set_index("week")
    funnel = Funnel(channels=read.channels, outcomes=[read.outcome], controls=read.controls)
    for finding in check_panel(Panel(read.frame), funnel.roles):
        column = str(finding.where)
        if finding.name == "outlier_week" and column in funnel.channel_names:
            frame.loc[frame[column].idxmax(), column] /= 10
        if finding.name == "zero_or_missing" and column in funnel.channel_names:
            frame.loc[frame[column] == 0, column] = frame[column].median()
    return Shared(frame.reset_index(), read.channels, read.controls, "sales", read.contributions, likelihood)


def _papilon(folder: Path) -> Shared:
    frame = pd.read_csv(folder / "data.csv").rename(columns={"date": "week"})
    summary = json.loads((folder / "truth.json").read_text())["summary"]
    true = {k: v["contribution_total"] for k, v in summary.items() if isinstance(v, dict)}
    return Shared(frame, tuple(Channel(c) for c in true), ("price_index", "promo"), "sales", true)


def _pysimmm(folder: Path) -> Shared:
    frame = pd.read_csv(folder / "data.csv").rename(columns={"date": "week"})
    weekly = pd.read_csv(folder / "true_contribution_weekly.csv")
    exposure = {
        "search": "search_clicks",
        "display": "display_clicks",
        "tv": "tv_impressions",
        "facebook": "facebook_impressions",
    }
    channels = tuple(Channel(c, spend=f"{c}_spend", exposure=e) for c, e in exposure.items())
    true = {c: float(weekly[f"{c}_revenue"].sum()) for c in exposure}
    return Shared(frame, channels, (), "total_revenue", true)


def _pymc(folder: Path) -> Shared:
    frame = pd.read_csv(folder / "data.csv").rename(columns={"date_week": "week"}).drop(columns=["dayofyear", "t"])
    true = json.loads((folder / "truth.json").read_text())["contribution_total"]
    return Shared(frame, tuple(Channel(c) for c in true), ("event_1", "event_2"), "y", true)


def _leopold(folder: Path) -> Shared:
    frame = pd.read_csv(folder / "mmm.csv").rename(columns={"week_dt": "week"})
    return Shared(frame, tuple(Channel(c) for c in ("TV", "radio", "newspaper")), ("consumer_index",), "sales")


WORLDS: dict[str, tuple[str, Callable[[Path], Shared]]] = {
    **{name: (f"sim_redam_{name}", _redam) for name in REDAM},
    "mixed_data_errors (corrected)": ("sim_redam_mixed_data_errors", _corrected),
    "mixed_data_errors (corrected, student_t)": (
        "sim_redam_mixed_data_errors",
        lambda folder: _corrected(folder, "student_t"),
    ),
    "papilon_4ch": ("sim_papilon_4ch", _papilon),
    "pysimmm_linear4": ("sim_pysimmm_linear4", _pysimmm),
    "pymc_mmm_example": ("sim_pymc_mmm_example", _pymc),
    "leopold_mmm": ("sim_leopold_mmm", _leopold),
}


if __name__ == "__main__":
    main()
