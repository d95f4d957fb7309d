"""Mean or median: which middle of the posterior lies nearer to the true ROAS, in money?

Reads the rows of ``benchmarks/results/funnel_worlds.json`` (fits of the whole funnel to simulated worlds) and weighs
them by the spend of those worlds, which are simulated again; nothing is fitted. ``mean_ratio`` is the mean of estimate /
truth - 1, which is no measure of bias and is printed to show it. Run: ``python -m benchmarks.accuracy.middles``.
"""

from __future__ import annotations

import json

import pandas as pd

from benchmarks.accuracy.study import RESULTS
from omnimix.labels import ALL_MEDIA, CHANNEL, MEAN, MEDIAN, SPEND
from omnimix.truth import simulate

FUNNEL = "funnel"


def main() -> None:
    """Print errors of means and of medians, by world and over all."""
    rows = pd.DataFrame(json.loads((RESULTS / "funnel_worlds.json").read_text())["rows"])
    rows = rows[(rows["fitted"] == FUNNEL) & (rows[CHANNEL] != ALL_MEDIA)]
    parts = [_with_spend(str(world), int(seed), part) for (world, seed), part in rows.groupby(["world", "seed"])]
    whole = pd.concat(parts)
    groups = [*((str(world), part) for world, part in whole.groupby("world")), ("all", whole)]
    table = pd.DataFrame([_errors(world, told, part) for world, part in groups for told in (MEAN, MEDIAN)])
    print(table.round(3).to_string(index=False))


def _with_spend(world: str, seed: int, rows: pd.DataFrame) -> pd.DataFrame:
    spend = simulate(world, seed=seed).truth.table().set_index(CHANNEL)[SPEND]
    return rows.assign(**{SPEND: rows[CHANNEL].map(spend)})


def _errors(world: str, told: str, rows: pd.DataFrame) -> dict[str, object]:
    away, whole = (rows[told] - rows["truth"]) * rows[SPEND], float((rows["truth"] * rows[SPEND]).sum())
    return {
        "world": world,
        "told": told,
        "money_weighted_error": float(away.abs().sum()) / whole,
        "money_weighted_bias": float(away.sum()) / whole,
        "mean_ratio": float((rows[told] / rows["truth"] - 1).mean()),
    }


if __name__ == "__main__":
    main()
