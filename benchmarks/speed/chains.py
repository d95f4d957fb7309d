"""How long does a verdict on a chain take? It grows with the sets of links: two to the power of their number.

A funnel of one stage, two outcomes and ten channels, 156 weeks, one channel answering to the stage and one working on
its visitors, so that every set of links has to be simulated; 1000 draws. Chains of two to ten links over the whole data
window and over 13 weeks, and the verdict on another hurdle, which simulates nothing. Beside it the same sets of links as
one `respond` each, which is what a set costs where nothing is shared.

Run: ``uv run python benchmarks/speed/chains.py``; writes benchmarks/results/chain_speed.md.
"""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

import pandas as pd
from tables import markdown

import omnimix as om
from omnimix.chains.layout import lay_out
from omnimix.effects.plan import data_window, without
from omnimix.posterior import Posterior

LEVERS = ("tv", "radio", "outdoor", "social", "display", "video", "mail", "print_ads")
NAMES = (*LEVERS, "search", "retargeting")
SPANS: dict[str, tuple[str | None, str | None]] = {"156 weeks": (None, None), "13 weeks": ("2024-03-04", "2024-05-27")}
COUNTS = (2, 5, 8, 10)


def main() -> None:
    """Time everything and write the table."""
    posterior = _posterior()
    om.evaluate_chain(posterior, _chain(2, None, None), allow_unconverged=True)  # compiled code is loaded
    rows = [_timed(posterior, span, count) for span in SPANS for count in COUNTS]
    machine = f"{os.cpu_count()} x {platform.machine()}, {platform.system()}, Python {platform.python_version()}"
    text = [
        "# Chain speed",
        (__doc__ or "").split("Run:")[0].strip(),
        markdown(pd.DataFrame(rows)),
        f"Made on {machine}.",
    ]
    target = Path(__file__).parents[1] / "results" / "chain_speed.md"
    target.write_text("\n\n".join(text) + "\n")
    print("\n\n".join(text))


def _posterior() -> Posterior:
    """Fit a little: what counts is the size."""
    search, retargeting = om.Channel("search", responds_to="visits"), om.Channel("retargeting", fuelled_by="visits")
    nodes = [
        om.Stage("visits", drivers=[*LEVERS, "search"]),
        om.Outcome("online", value=0.3, parents=["visits"]),
        om.Outcome("store", value=0.25, parents=["visits"]),
    ]
    world = om.simulate(seed=3, channels=[*LEVERS, search, retargeting], nodes=nodes, weeks=156)
    return om.fit(world.funnel, world.panel, draws=250, tune=300, chains=4, seed=1, progress=False)


def _chain(count: int, start: str | None, end: str | None) -> om.Chain:
    links = [om.Link(name) for name in NAMES[-count:]]  # the answering and the fuelled channel always among them
    return om.Chain("chain", links=links, start=start, end=end)


def _timed(posterior: Posterior, span: str, count: int) -> dict[str, object]:
    chain = _chain(count, *SPANS[span])
    found, seconds = None, []
    for _ in range(3 if count < 10 else 2):
        began = time.perf_counter()
        found = om.evaluate_chain(posterior, chain, progress=False, allow_unconverged=True)
        seconds.append(time.perf_counter() - began)
    assert found is not None
    began = time.perf_counter()
    found.at(1.5)
    again = time.perf_counter() - began
    plain = _one_by_one(posterior, chain)
    sets = 1 << count
    return {
        "window": span,
        "links": count,
        "sets": sets,
        "seconds": min(seconds),
        "another hurdle": again,
        "one by one": plain * sets,
    }


def _one_by_one(posterior: Posterior, chain: om.Chain) -> float:
    """Return seconds of a set of links as a plan of its own, the mean of four."""
    lay_out(posterior, chain)
    names = chain.link_names
    plans = [without(data_window(posterior), names[: k + 1]) for k in range(2)] * 2
    began = time.perf_counter()
    for plan in plans:
        om.respond(posterior, plan)
    return (time.perf_counter() - began) / len(plans)


if __name__ == "__main__":
    main()
