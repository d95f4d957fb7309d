"""How well a fit of several geos finds simulated truth back: ROAS of all geos together and of each.

    python benchmarks/accuracy/geo_worlds.py --geos 8 --weeks 104 --worlds 3 --heterogeneity 0.2

Prints a row a world: how many of the 90 % intervals hold the truth, the median error of medians, the width of national
intervals beside those of a fit of the summed table, R-hat, the smallest effective sample size and the seconds. Worlds
without heterogeneity (--heterogeneity 0) say whether geos are drawn together.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
import pandas as pd

import omnimix as om
from omnimix.truth import GeoWorld


def summed(world: GeoWorld) -> om.Panel:
    """Return the national table of a world: sums of money and outcomes, means of controls."""
    frame, controls = world.panel.frame, list(world.funnel.controls)
    whole = frame.groupby("week").sum()
    whole[controls] = frame.groupby("week")[controls].mean()
    return om.Panel(whole.reset_index())


def judged(seed: int, arguments: argparse.Namespace) -> dict[str, float]:
    """Simulate and fit one world; return its row."""
    world = om.simulate(seed=seed, weeks=arguments.weeks, geos=arguments.geos, heterogeneity=arguments.heterogeneity)
    settings = {"draws": arguments.draws, "tune": arguments.draws, "chains": 2, "seed": seed, "progress": False}
    began = time.perf_counter()
    posterior = om.fit(world.funnel, world.panel, **settings)
    seconds = time.perf_counter() - began
    together = om.roas(posterior, allow_unconverged=True).table().set_index("channel")
    each = om.roas(posterior, by="geo", allow_unconverged=True).table().set_index(["geo", "channel"])
    truth, by_geo = world.truth.roas(), world.truth.roas_by_geo().stack()  # noqa: PD013  rows geo and channel
    by_geo = by_geo.reindex(each.index)
    row = {
        "seed": seed,
        "covered": ((together.lower <= truth) & (truth <= together.upper)).mean(),
        "covered_by_geo": ((each.lower <= by_geo) & (by_geo <= each.upper)).mean(),
        "error": np.median(np.abs(together["median"] / truth - 1)),
        "error_by_geo": np.median(np.abs(each["median"] / by_geo - 1)),
        "all_media_bias": together["median"]["all_media"] / truth["all_media"] - 1,
        "rhat": posterior.run.diagnostics.rhat_max,
        "ess": posterior.run.diagnostics.ess_bulk_min,
        "seconds": seconds,
    }
    if arguments.national:
        alone = om.roas(om.fit(world.funnel, summed(world), **settings), allow_unconverged=True).table()
        alone = alone.set_index("channel")
        row["width_to_national"] = ((together.upper - together.lower) / (alone.upper - alone.lower)).median()
        row["national_covered"] = ((alone.lower <= truth) & (truth <= alone.upper)).mean()
    return row


def main() -> None:
    """Print a row a world and their means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("geos", 8), ("weeks", 104), ("worlds", 3), ("first", 1), ("draws", 400)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--heterogeneity", type=float, default=0.2)
    parser.add_argument("--national", action="store_true", help="fit the summed table as well")
    arguments = parser.parse_args()
    rows = []
    for seed in range(arguments.first, arguments.first + arguments.worlds):
        rows.append(judged(seed, arguments))
        print(pd.DataFrame(rows[-1:]).round(3).to_string(index=False), flush=True)
    print(pd.DataFrame(rows).mean().round(3).to_string())


if __name__ == "__main__":
    main()
