"""Does the answer survive when the curve family is wrong? True families across, fitted families down.

Every world has 156 weeks and four channels (two flighted, one always on, one pulsed), price and promotions, a yearly
season, a slow wander that no column explains, and 4 % noise. All media bring 12-35 % of the level (even draw), split by
uneven random parts; true ROAS 0.8-4 sets the spend; curve parameters come from the ranges of
``omnimix.truth.true_curves``. None of these is the fitted prior. All fits of a cell see the same world. ``lasting`` is
a carryover of which a tenth to four tenths stays for months, with a half-life of 3 to 8 weeks.

Run: ``python -m benchmarks.accuracy.family_matrix --seeds 20``. Interrupt and run again: finished cells are kept.
"""

from __future__ import annotations

import argparse
import zlib
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy.study import Study, scored
from omnimix.labels import ALL_MEDIA
from omnimix.model import fit
from omnimix.spec import Channel, Funnel, Outcome
from omnimix.truth import Medium, World, recover, simulate

TRUTHS = [(s, a) for s in ("logistic", "hill", "exponential") for a in ("geometric", "delayed", "gamma")]
TRUTHS += [("linear", "geometric"), ("logit", "geometric"), ("hill", "lasting"), ("exponential", "lasting")]
FITS = {
    "logistic + geometric": ("logistic", "geometric"),
    "hill + gamma": ("hill", "gamma"),
    "hill + two_speed": ("hill", "two_speed"),
    "elastic + two_speed (default)": ("elastic", "two_speed"),
}
DEFAULT = list(FITS)[-1]
STYLES = {"tv": "flighted", "radio": "flighted", "search": "always_on", "social": "pulsed"}


def main() -> None:
    """Fit every family to every true family and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--others", type=int, default=5, help="seeds that the other families are fitted to as well")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="take up cells whatever sources made them")
    given = parser.parse_args()
    settings = {"weeks": 156, "tune": 500, "draws": 500, "chains": 4}
    study = Study("family_matrix", settings, keep=given.keep)
    keys = [f"{s}+{a}#{seed}" for seed in range(given.seeds) for s, a in TRUTHS]
    cells = study.run(keys, lambda key: _cell(key, given.cores, given.others))
    rows = pd.DataFrame([row for cell in cells for row in cell["rows"]])
    tables = {
        "Coverage of 90 % intervals / mean absolute relative error / relative width": _wide(rows),
        "Every figure": _long(rows),
        "The default by size of the true media share": _by_share(rows),
        "The default by style of spend": _by_style(rows),
    }
    study.write({"rows": rows.to_dict("records"), "summary": _long(rows).to_dict("records")}, _text(rows), tables)


def make_world(key: str) -> World:
    """Return the world of a cell: ``saturation+adstock#seed``."""
    family, seed = key.split("#")
    saturation, adstock = family.split("+")
    number = zlib.crc32(key.encode()) + int(seed)  # every world has spend, baseline and noise of its own
    share = float(np.random.default_rng([number, 7]).uniform(0.12, 0.35))
    media = [Medium(name, style=style) for name, style in STYLES.items()]  # type: ignore[arg-type]
    return simulate(seed=number, channels=media, adstock=adstock, saturation=saturation, media_share=share)


def _cell(key: str, cores: int, others: int) -> dict[str, Any]:
    world = make_world(key)
    rows: list[dict[str, Any]] = []
    true, seed = key.split("#")
    share = float(world.truth.table().set_index("channel").loc[ALL_MEDIA, "share"])
    fitted = FITS if int(seed) < others else {DEFAULT: FITS[DEFAULT]}
    for name, (saturation, adstock) in fitted.items():
        channels = [Channel(c, saturation=saturation, adstock=adstock) for c in STYLES]
        funnel = Funnel(channels=channels, outcomes=[Outcome("sales", value=1.0)], controls=world.funnel.controls)
        posterior = fit(funnel, world.panel, draws=500, tune=500, seed=1, cores=cores, progress=False)
        found = recover(posterior, world.truth, allow_unconverged=True).table()
        health = posterior.run.diagnostics
        more = {"true": true, "seed": int(seed), "fitted": name, "media_share": share}
        more |= {"rhat": health.rhat_max, "divergences": health.divergences}
        rows += [{**more, **row} for row in found.to_dict("records")]
    return {"rows": rows}


def _summary(rows: pd.DataFrame) -> pd.Series:
    total = rows[rows.channel == ALL_MEDIA]
    health = {"fits_with_rhat_above_1.02": (total.rhat > 1.02).mean(), "divergences_a_fit": total.divergences.mean()}
    return pd.Series({**scored(rows), **health})


def _long(rows: pd.DataFrame) -> pd.DataFrame:
    parts = [(true, fitted, part) for (true, fitted), part in rows.groupby(["true", "fitted"], sort=False)]
    parts += [("all", str(fitted), part) for fitted, part in rows.groupby("fitted", sort=False)]
    return pd.DataFrame([{"true": t, "fitted": f, **_summary(p)} for t, f, p in parts])


def _wide(rows: pd.DataFrame) -> pd.DataFrame:
    long = _long(rows)
    long["cell"] = [
        f"{c:.2f} / {e:.2f} / {w:.2f}" for c, e, w in zip(long.coverage, long.median_abs_error, long.width, strict=True)
    ]
    wide = long.pivot_table(index="true", columns="fitted", values="cell", aggfunc="first", sort=False)
    return wide[list(FITS)].reset_index()


def _by_share(rows: pd.DataFrame) -> pd.DataFrame:
    default = rows[rows.fitted == DEFAULT]
    size = pd.cut(default.media_share, [0, 0.15, 0.2, 0.25, 1], labels=["below .15", ".15-.20", ".20-.25", "above .25"])
    return pd.DataFrame(
        [
            {"true media share": str(k), "worlds": len(p) // 5, **_summary(p)}
            for k, p in default.groupby(size, observed=True)
        ]
    )


def _by_style(rows: pd.DataFrame) -> pd.DataFrame:
    single = rows[(rows.fitted == DEFAULT) & (rows.channel != ALL_MEDIA)]
    named = single.assign(style=single.channel.map(STYLES))
    return pd.DataFrame([{"style": style, **scored(part)} for style, part in named.groupby("style")])


def _text(rows: pd.DataFrame) -> str:
    worlds = rows.groupby(["true", "seed"]).ngroups
    return (
        f"# Family matrix\n\n{worlds} simulated worlds of 156 weeks and four channels, fitted with the default; the first of every row with other families too. Rows: the family that made the data; "
        "columns: the family fitted with the package's default priors and baseline. ROAS of the data window with its tail. `linear`, "
        "`exponential` and `lasting` are offered to no fit here; `logit` is convex at low levels. Errors, widths and CRPS are relative to the truth."
    )


if __name__ == "__main__":
    main()
