"""How does the prior of what all media bring together move the answer? Evidence for the default.

A half-normal prior HalfNormal(0.5 w_c) a channel, with weights w_c that add up to one, adds up: with n equal channels
the total has mean 0.40 of the outcome and a standard deviation of 0.30 / sqrt(n), so that many channels are a strong
claim about their sum. Gamma(a w_c, b) gives the total the prior Gamma(a, b) for any number of channels, but piles up
near zero where a w_c is small. As shipped, the total has a prior of its own (``Funnel.media_share``) and a Dirichlet
split of concentration one a channel. Worlds have 4 or 8 channels whose media bring 5-45 % of the level, each channel
with curve families of its own. Run: ``python -m benchmarks.accuracy.total_prior --seeds 9``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy.study import Study, scored
from omnimix.labels import ALL_MEDIA
from omnimix.model import fit
from omnimix.spec import Funnel, Prior
from omnimix.truth import Medium, World, recover, simulate

NAMES = ("tv", "search", "social", "radio", "online_video", "outdoor", "display", "print")
STYLES = ("flighted", "always_on", "pulsed", "flighted", "pulsed", "flighted", "always_on", "pulsed")
SATURATIONS = ("logistic", "hill", "exponential", "michaelis_menten", "linear")
ADSTOCKS = ("geometric", "gamma", "delayed")
PRIORS: dict[str, Callable[[float], Prior | None]] = {
    "as shipped": lambda _: None,
    "HalfNormal(0.5 w)": lambda w: Prior("HalfNormal", 0.5 * w),
    "HalfNormal(0.25 w)": lambda w: Prior("HalfNormal", 0.25 * w),
    "Gamma(2 w, 7)": lambda w: Prior("Gamma", 2 * w, 7.0),
    "Gamma(3 w, 10)": lambda w: Prior("Gamma", 3 * w, 10.0),
}


def main() -> None:
    """Fit every world under every prior and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=9)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="take up cells whatever sources made them")
    given = parser.parse_args()
    study = Study("total_prior", keep=given.keep, settings={"weeks": 156, "tune": 500, "draws": 500, "chains": 4})
    keys = [f"{prior}@{count}#{seed}" for seed in range(given.seeds) for count in (4, 8) for prior in PRIORS]
    cells = study.run(keys, lambda key: _cell(key, given.cores))
    rows = pd.DataFrame([row for cell in cells for row in cell["rows"]])
    tables = {
        "All worlds": _table(rows, ["prior"]),
        "By number of channels": _table(rows, ["channels", "prior"]),
        "By true share of all media": _table(rows.assign(share=_band(rows)), ["share", "prior"]),
    }
    text = f"# The prior of all media together\n\n{rows.world.nunique()} worlds, {len(PRIORS)} fits each, default curves. {__doc__.split('Run:')[0].split(chr(10), 2)[2]}"
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
    name, where = key.split("@")
    world = make_world(where)
    spend = world.truth.spend.loc[world.truth.window].mean()
    weights = 0.5 / len(spend) + 0.5 * spend / spend.sum()
    share = float(world.truth.table().set_index("channel").loc[ALL_MEDIA, "share"])
    channels = [replace(c, contribution_prior=PRIORS[name](float(weights[c.name]))) for c in world.funnel.channels]
    funnel = Funnel(channels=channels, outcomes=["sales"], controls=world.funnel.controls)
    posterior = fit(funnel, world.panel, draws=500, tune=500, seed=1, cores=cores, progress=False)
    health, found = posterior.run.diagnostics, recover(posterior, world.truth, allow_unconverged=True).table()
    more = {"prior": name, "world": where, "channels": len(spend), "media_share": share, "ess": health.ess_bulk_min}
    more |= {"divergences": health.divergences, "usable": health.usable, "seconds": posterior.run.seconds}
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
