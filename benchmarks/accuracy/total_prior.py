"""How far does what is believed of all media move the answer, where the belief is right and where it is not?

Worlds have 4 or 8 channels whose media bring 5-45 % of the level, each channel with curve families of its own. Each is
told three times, with a value of the outcome that makes a euro in all media return 0.3, 1 and 3; the weeks are the
same. Fitted are the default belief, ``media_roas`` LogNormal(0, 1), a narrow one, the default belief around 0.3 and
around 3, and the share of the outcome (``media_share`` Gamma(2, 8)) in its place.

Run: ``python -m benchmarks.accuracy.total_prior --seeds 12``. Interrupt and run again: finished cells are kept.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy.study import Study, scored
from omnimix.effects import roas
from omnimix.labels import ALL_MEDIA
from omnimix.model import fit
from omnimix.spec import Funnel, Outcome, Prior
from omnimix.truth import Medium, World, score, simulate

NAMES = ("tv", "search", "social", "radio", "online_video", "outdoor", "display", "print")
STYLES = ("flighted", "always_on", "pulsed", "flighted", "pulsed", "flighted", "always_on", "pulsed")
SATURATIONS = ("logistic", "hill", "exponential", "michaelis_menten", "linear")
ADSTOCKS = ("geometric", "gamma", "delayed")
PRIORS: dict[str, dict[str, Prior]] = {
    "LogNormal(0, 1) (default)": {},
    "LogNormal(log .95, .7)": {"media_roas": Prior("LogNormal", float(np.log(0.95)), 0.7)},
    "LogNormal(log .3, 1)": {"media_roas": Prior("LogNormal", float(np.log(0.3)), 1.0)},
    "LogNormal(log 3, 1)": {"media_roas": Prior("LogNormal", float(np.log(3.0)), 1.0)},
    "share Gamma(2, 8)": {"media_share": Prior("Gamma", 2.0, 8.0)},
}
RETURNS = (0.3, 1.0, 3.0)


def main() -> None:
    """Fit every world under every prior and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=12)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="take up cells whatever sources made them")
    given = parser.parse_args()
    study = Study("total_prior", keep=given.keep, settings={"weeks": 156, "tune": 500, "draws": 500, "chains": 4})
    kinds = [(count, level, prior) for count in (4, 8) for level in RETURNS for prior in PRIORS]
    keys = [f"{prior}@{count}#{seed}@{level}" for seed in range(given.seeds) for count, level, prior in kinds]
    cells = study.run(keys, lambda key: _cell(key, given.cores))
    rows = pd.DataFrame([row for cell in cells for row in cell["rows"]])
    tables = {
        "All worlds": _table(rows, ["prior"]),
        "By what a euro truly returns": _table(rows, ["returns", "prior"]),
        "By number of channels": _table(rows, ["channels", "prior"]),
        "By true share of all media": _table(rows.assign(share=_band(rows)), ["share", "prior"]),
    }
    about = __doc__.split("Run:", maxsplit=1)[0].split("\n", 2)[2].strip()
    text = f"# What is believed of all media\n\n{rows.world.nunique()} worlds, {len(RETURNS)} values of the outcome, {len(PRIORS)} fits each, default curves. {about}"
    study.write({"rows": rows.to_dict("records")}, text, tables)


def make_world(key: str) -> World:
    """Return the world of a cell: ``channels#seed``."""
    count, seed = (int(part) for part in key.split("#"))
    numbers = np.random.default_rng([seed, count, 77])
    share = float(np.exp(numbers.uniform(np.log(0.05), np.log(0.45))))
    media = [
        Medium(name, style=style, saturation=str(numbers.choice(SATURATIONS)), adstock=str(numbers.choice(ADSTOCKS)))  # type: ignore[arg-type]
        for name, style in zip(NAMES[:count], STYLES[:count], strict=True)
    ]
    return simulate(seed=5000 + seed, channels=media, media_share=share)


def _cell(key: str, cores: int) -> dict[str, Any]:
    name, where, level = key.split("@")
    world = make_world(where)
    table = world.truth.table().set_index("channel")
    money = float(level) / float(table.loc[ALL_MEDIA, "roas"])
    channels, controls = world.funnel.channels, world.funnel.controls
    outcome = Outcome("sales", value=money)
    funnel = Funnel(channels=channels, outcomes=[outcome], controls=controls, **PRIORS[name])  # type: ignore[arg-type]
    posterior = fit(funnel, world.panel, draws=500, tune=500, seed=1, cores=cores, progress=False)
    health, draws = posterior.run.diagnostics, roas(posterior, allow_unconverged=True).draws
    found = score(draws, table.roas * money, spend=table.spend).table()
    more = {
        "prior": name,
        "world": where,
        "channels": len(channels),
        "returns": float(level),
        "seconds": posterior.run.seconds,
    }
    more |= {"media_share": float(table.loc[ALL_MEDIA, "share"]), "ess": health.ess_bulk_min}
    more |= {"divergences": health.divergences, "usable": health.usable}
    return {"rows": [{**more, **row} for row in found.to_dict("records")]}


def _band(rows: pd.DataFrame) -> pd.Series:
    return pd.cut(rows.media_share, [0, 0.08, 0.16, 1], labels=["below .08", ".08-.16", "above .16"]).astype(str)


def _table(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    parts = rows.groupby(by, sort=False)
    made = []
    for key, part in parts:
        total = part[part.channel == ALL_MEDIA]
        made.append(
            {
                **dict(zip(by, key, strict=True)),
                "worlds": len(total),
                **scored(part),
                "usable": total.usable.mean(),
                "smallest_ess": total.ess.median(),
                "divergences": total.divergences.mean(),
                "seconds": total.seconds.median(),
            }
        )
    return pd.DataFrame(made).sort_values(by, kind="stable") if len(by) > 1 else pd.DataFrame(made)


if __name__ == "__main__":
    main()
