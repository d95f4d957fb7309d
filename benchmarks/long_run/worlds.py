"""Worlds with and without a slow effect, fitted with a slow stock: what is told, and is it true?

Run: ``uv run python benchmarks/long_run/worlds.py``; some half an hour on two idle cores, or with ``tracker`` or ``plain``
behind it for those worlds only. It writes ``benchmarks/results/long_run_worlds.md``. No formula of the package makes the
worlds: a survey is people who know the brand, drawn one by one from a logistic curve.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

import omnimix as om
from omnimix.effects.slow_part import half_life, long_share

RESULTS = Path(__file__).parents[1] / "results" / "long_run_worlds.md"
WEEKS, HALF_LIFE, FOLLOWED, RATE = 208, 40.0, 260, 0.1
KINDS = ("steps, slow", "steps, none slow", "flat, slow", "flat, none slow")
SEEDS = (1, 2, 3, 4)
SURVEYED = {  # kind: seeds, what the survey follows
    "steps, slow, tracker": (range(1, 13), "stock"),
    "steps, none slow, tracker of the season": (range(1, 5), "season"),
    "steps, none slow, tracker of media": (range(1, 5), "stock"),
    "flat, none slow, tracker of the season": (range(1, 4), "season"),
    "seasonal spend, none slow, tracker of the season": (range(1, 5), "season"),
}
ASKED, EVERY, DESIGN = 500, 4, 1.5  # people a wave, weeks between waves, design effect
SLOW = {"tv": 0.5, "radio": 0.0}
RETURN, LEVEL, PRIOR_MEAN, PRIOR_SD = 1.2, 1_000_000.0, 1.5 / 5.5, 0.1747


def spend_of(kind: str, generator: np.random.Generator) -> pd.DataFrame:
    """Return weekly spend: bursts, with yearly budgets that step for TV, or that stay as they are."""
    index = pd.date_range("2021-01-04", periods=WEEKS, freq="7D", name="week")
    years = np.arange(WEEKS) // 52
    steps = np.array([1.6, 0.15, 2.2, 0.4])[years] if kind.startswith("steps") else np.ones(WEEKS)
    if kind.startswith("seasonal"):  # TV runs with the season that moves sales and the survey
        steps = 1 + 0.6 * np.sin(2 * np.pi * np.arange(WEEKS) / 52.18)
    columns = {}
    for name, size, factor in (("tv", 60_000.0, steps), ("radio", 25_000.0, np.ones(WEEKS))):
        on = generator.random(WEEKS) < 0.5 if kind.startswith("steps") else np.ones(WEEKS)
        columns[name] = size * factor * on * np.exp(generator.normal(0, 0.15, WEEKS))
    return pd.DataFrame(columns, index=index)


def brought(spend: np.ndarray, share: float, start: float) -> np.ndarray:
    """Return what weekly spend brings in the weeks of the data and after them: at once, and through the stock."""
    fading, whole = 2.0 ** (-1.0 / HALF_LIFE), np.concatenate([spend, np.zeros(FOLLOWED)])
    soon = np.convolve(whole, [0.6, 0.3, 0.1])[: len(whole)]
    level, slow = start, np.empty(len(whole))
    for week, money in enumerate(soon):
        level = fading * level + (1 - fading) * money
        slow[week] = level
    return RETURN * ((1 - share) * soon + share * slow)


def truth_of(spend: np.ndarray, share: float, first: int) -> tuple[float, float]:
    """Return the true long-run ROAS and net present value of the 13 weeks from ``first`` on."""
    without = spend.copy()
    without[first : first + 13] = 0.0
    gain = (brought(spend, share, 0.0) - brought(without, share, 0.0))[first:]
    cost = np.zeros(len(gain))
    cost[:13] = spend[first : first + 13]
    return gain.sum() / cost.sum(), float(((gain - cost) * (1 + RATE) ** (-np.arange(len(gain)) / 52.18)).sum())


def survey_of(spend: pd.DataFrame, follows: str, generator: np.random.Generator) -> pd.DataFrame:
    """Return a survey every four weeks: a share, and how many were asked."""
    weeks, level = np.arange(WEEKS), spend["tv"].mean()
    fading, stock = 2.0 ** (-1.0 / HALF_LIFE), np.empty(WEEKS)
    for week, money in enumerate(np.convolve(spend["tv"], [0.6, 0.3, 0.1])[:WEEKS]):
        level = fading * level + (1 - fading) * money
        stock[week] = level
    media = 0.8 * np.log(stock / stock.mean()) if follows == "stock" else 0.4 * np.sin(2 * np.pi * weeks / 52.18)
    known = 1 / (1 + np.exp(0.9 - media))
    people = round(ASKED / DESIGN)  # clustered: fewer independent people than were asked
    share = generator.binomial(people, known) / people
    waves = weeks % EVERY == 1
    return pd.DataFrame({"aware": np.where(waves, share, np.nan), "asked": np.where(waves, ASKED, np.nan)}, spend.index)


def rows(worlds: dict[str, tuple[Iterable[int], str | None]]) -> Iterator[dict[str, object]]:
    """Fit every world and give a row a channel."""
    for number, (kind, (seeds, follows)) in enumerate(worlds.items()):
        for seed in seeds:
            generator = np.random.default_rng([seed, number, *([7] if follows else [])])
            spend = spend_of(kind, generator)
            shares = {c: 0.0 if "none slow" in kind else SLOW[c] for c in spend}
            media = sum(brought(spend[c].to_numpy(), shares[c], spend[c].mean())[:WEEKS] for c in spend)
            season = 60_000 * np.sin(2 * np.pi * np.arange(WEEKS) / 52.18)
            frame = spend.assign(sales=LEVEL + season + media + generator.normal(0, 15_000, WEEKS))
            survey = {"tracker": "aware", "tracker_n": "asked"} if follows else {}
            if follows:
                frame = frame.join(survey_of(spend, follows, generator))
            funnel = om.Funnel(
                channels=list(spend),
                stages=[om.Stage("brand", stock=om.Stock(half_life=(20, 80)), **survey)],
                outcomes=[om.Outcome("sales", value=1.0, parents=["brand"])],
            )
            posterior = om.fit(funnel, om.Panel(frame), draws=600, tune=700, chains=2, seed=seed, progress=False)
            found = om.long_run(posterior, discount=RATE, allow_unconverged=True).table().set_index("channel")
            for name in spend:
                first = int(np.argmax(np.convolve(spend[name], np.ones(13), "valid")))
                first += int(np.argmax(spend[name].to_numpy()[first : first + 13] > 0))
                true_roas, true_npv = truth_of(spend[name].to_numpy(), shares[name], first)
                row = found.loc[name]
                held = bool(row["npv_lower"] <= true_npv <= row["npv_upper"]) if row["told"] == "data" else None
                share = long_share(posterior, posterior.funnel.channel(name))
                yield {
                    "world": kind,
                    "seed": seed,
                    "channel": name,
                    "slow share": shares[name],
                    "found": float(share.mean()),
                    "learned": float(row["learned"]),
                    "told": str(row["told"]),
                    "true ROAS": true_roas,
                    "long ROAS": float(row["long_roas"]),
                    "half-life": float(half_life(posterior).mean()),
                    "NPV held": "-" if held is None else "yes" if held else "no",
                    "R-hat": posterior.run.diagnostics.rhat_max,
                }
                print(kind, seed, name, file=sys.stderr, flush=True)


def section(heading: str, table: pd.DataFrame) -> str:
    """Return the table of some worlds with what it comes to."""
    head = "| " + " | ".join(table.columns) + " |\n|" + "---|" * table.shape[1]
    lines = [
        "| " + " | ".join(f"{v:.2f}" if isinstance(v, float) else str(v) for v in row) + " |"
        for row in table.itertuples(index=False)
    ]
    told = table[table["told"] == "data"]
    none = table[table["slow share"] == 0.0]
    return f"""## {heading}

Told from the data: {len(told)} of {len(table)}; NPV within its 90 % interval: {int((told["NPV held"] == "yes").sum())} of {len(told)}.
Channels without a slow part: told {int((none["told"] == "data").sum())} of {len(none)}; mean share found {none["found"].mean():.2f}, the highest {none["found"].max():.2f} (prior mean {PRIOR_MEAN:.2f}).

{head}
{chr(10).join(lines)}
"""


PARTS: dict[str, tuple[str, dict[str, tuple[Iterable[int], str | None]]]] = {
    "plain": ("Without a tracker", dict.fromkeys(KINDS, (SEEDS, None))),
    "tracker": ("With a tracker", dict(SURVEYED)),
}


def main() -> None:
    """Write the tables; one that was not asked for stays as it was written before."""
    asked = sys.argv[1:] or list(PARTS)
    before = RESULTS.read_text(encoding="utf-8").split("\n## ")[1:] if RESULTS.exists() else []
    kept = {part.split("\n", 1)[0]: "## " + part.rstrip("\n") + "\n" for part in before}
    for heading, worlds in (PARTS[name] for name in asked):
        kept[heading] = section(heading, pd.DataFrame(list(rows(worlds))))
    text = f"""# Worlds with and without a slow effect

Made by `uv run python benchmarks/long_run/worlds.py`: {WEEKS} weeks, two channels, true half-life {HALF_LIFE:g} weeks, 2 x (700 + 600) draws.
"Steps": bursts, and TV's yearly budget goes 1.6, 0.15, 2.2, 0.4; "flat": every week about the same; "seasonal spend": TV
goes with the season of sales. "learned" is the posterior
spread of the slow share over its prior's ({PRIOR_SD:.2f}; its mean is {PRIOR_MEAN:.2f}); above 0.80 nothing of
the long run is told, and neither where the mean lies below the prior's ("little"). A tracker asks {ASKED} people every {EVERY} weeks, with a design
effect of {DESIGN}; it follows the stock of TV on a logistic curve, or the season and no media.

{chr(10).join(kept[heading] for heading, _ in PARTS.values() if heading in kept)}"""
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
