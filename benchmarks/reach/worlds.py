"""Worlds with a channel of which reach and frequency are known: are ROAS and the best frequency found?

Run: ``uv run python benchmarks/reach/worlds.py``; some ten minutes on two idle cores. It writes
``benchmarks/results/reach_worlds.md``. No formula of the package makes the worlds.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import omnimix as om

RESULTS = Path(__file__).parents[1] / "results" / "reach_worlds.md"
WEEKS, LEVEL, YEAR = 156, 1_000_000.0, 52
KINDS = ("frequency moves by itself", "frequency rises with spend")
SEEDS = tuple(range(1, 11))
CARRYOVER = np.array([0.5, 0.3, 0.2])
TRUE_ROAS = {"video": 1.6, "radio": 1.2}
SETTINGS = {"draws": 500, "tune": 500, "chains": 2, "progress": False}
PRIOR_MEDIAN = 1.65  # of the best frequency


@dataclass(frozen=True)
class World:
    """A table with what is true of its video: ``slope`` and ``half`` of the worth of a frequency."""

    frame: pd.DataFrame
    slope: float
    half: float

    def worth(self, frequency: np.ndarray) -> np.ndarray:
        """Return what a person met so often is worth."""
        return frequency**self.slope / (frequency**self.slope + self.half**self.slope)

    @property
    def best(self) -> float:
        """The frequency at which the same contacts do most, found by trying."""
        tried = np.linspace(1.0, 60.0, 59_001)
        return float(tried[np.argmax(self.worth(tried) / tried)])

    def gain(self, frequency: float) -> float:
        """Return what the contacts of the last year at one frequency would have brought more, in money."""
        reach, often = (self.frame[f"video_{c}"].to_numpy() for c in ("reach", "frequency"))
        worth = np.where(reach > 0, self.worth(np.maximum(often, 1.0)), 0.0)
        moved = reach * often / frequency * self.worth(np.array(frequency))
        size = TRUE_ROAS["video"] * self.frame["video"].sum() / (reach * worth).sum()
        return float(size * (moved - reach * worth)[-YEAR:].sum())


def world_of(kind: str, seed: int) -> World:
    """Return three years of video in flights, radio and sales with a season and demand that wanders."""
    generator = np.random.default_rng([KINDS.index(kind), seed])
    index = pd.date_range("2022-01-03", periods=WEEKS, freq="7D", name="week")
    slope, half = generator.uniform(0.9, 2.4), generator.uniform(1.5, 4.5)
    on = np.repeat(generator.random(WEEKS // 4) < 0.7, 4)
    video = on * 60_000.0 * np.exp(generator.normal(0, 0.45, WEEKS))
    wander = generator.normal(0, 0.4 if kind == KINDS[0] else 0.2, WEEKS)
    rises = 0.0 if kind == KINDS[0] else 0.5 * np.log(np.where(on, video, 60_000.0) / 60_000.0)
    often = np.where(on, 1.0 + 2.2 * np.exp(wander + rises), 0.0)
    reach = np.where(on, video / 0.02 / np.maximum(often, 1.0), 0.0)
    world = World(pd.DataFrame({"video": video, "video_reach": reach, "video_frequency": often}), slope, half)
    radio = 25_000.0 * (generator.random(WEEKS) < 0.5) * np.exp(generator.normal(0, 0.3, WEEKS))
    raw = {"video": reach * world.worth(np.maximum(often, 1.0)) * on, "radio": 1.0 - np.exp(-radio / 40_000.0)}
    sales = LEVEL * (1 + 0.08 * np.sin(2 * np.pi * np.arange(WEEKS) / 52.18) + _wander(generator))
    for name, spend in (("video", video), ("radio", radio)):
        carried = np.convolve(raw[name], CARRYOVER)
        sales = sales + TRUE_ROAS[name] * spend.sum() * carried[:WEEKS] / carried.sum()
    return World(world.frame.assign(radio=radio, sales=sales).set_index(index), slope, half)


def _wander(generator: np.random.Generator) -> np.ndarray:
    slow = np.zeros(WEEKS)
    for week in range(1, WEEKS):
        slow[week] = 0.9 * slow[week - 1] + generator.normal(0, 0.01)
    return slow + generator.normal(0, 0.02, WEEKS)


def rows() -> Iterator[dict[str, object]]:
    """Fit every world and hold what is told of it against the truth."""
    funnel = om.Funnel(
        channels=[om.Channel("video", reach="video_reach", frequency="video_frequency"), "radio"],
        outcomes=[om.Outcome("sales", value=1.0)],
    )
    for seed in SEEDS:
        for kind in KINDS:
            world = world_of(kind, seed)
            posterior = om.fit(funnel, om.Panel(world.frame), seed=seed, **SETTINGS)
            returns = om.roas(posterior, allow_unconverged=True).table().set_index("channel")
            found = om.best_frequency(posterior, allow_unconverged=True).table().iloc[0]
            gain = world.gain(float(found["advised"]))
            row: dict[str, object] = {"world": kind, "seed": seed, "slope": world.slope, "half": world.half}
            for name, true in TRUE_ROAS.items():
                row[f"ROAS {name}"] = returns.loc[name, "median"]
                row[f"{name} held"] = returns.loc[name, "lower"] <= true <= returns.loc[name, "upper"]
            row |= {"best": world.best, "found": found["best_frequency"], "lower": found["frequency_lower"]}
            row |= {"upper": found["frequency_upper"], "learned": found["learned"], "told": found["told"]}
            row["best held"] = found["frequency_lower"] <= world.best * 1.001 and world.best <= found["frequency_upper"]
            row |= {"advised": found["advised"], "gain": gain, "gain found": found["gain"]}
            row["gain held"] = found["gain_lower"] <= gain <= found["gain_upper"]
            row["R-hat"] = posterior.run.diagnostics.rhat_max
            print(f"{kind}, seed {seed}: best {world.best:.1f}, found {found['best_frequency']:.1f}", file=sys.stderr)
            yield row


def page(table: pd.DataFrame) -> str:
    """Return the results as a page."""
    count, away = len(table), np.log(table["found"] / table["best"])
    told = table[table["told"] == "data"]
    both = pd.concat([table["video held"], table["radio held"]])
    better = (table["gain"] > 0).sum()
    lines = [
        "# Worlds with reach and frequency",
        "",
        "Made by `uv run python benchmarks/reach/worlds.py`: 156 weeks, video with reach and frequency and radio by spend,",
        f"{SETTINGS['chains']} x ({SETTINGS['tune']} + {SETTINGS['draws']}) draws. True ROAS: video {TRUE_ROAS['video']}, "
        f"radio {TRUE_ROAS['radio']}. The worth of a frequency",
        "is that of the model with slope and half drawn from 0.9 to 2.4 and 1.5 to 4.5; carryover, radio's curve and demand are not.",
        '"learned" is the posterior spread of the logarithm of the best frequency over its prior\'s; above 0.8 it is told as "prior".',
        "",
        f"90 % intervals hold: ROAS {both.sum()} of {2 * count} (video {table['video held'].sum()} of {count}); best frequency "
        f"{table['best held'].sum()} of {count}",
        f"({told['best held'].sum()} of the {len(told)} told from the data); gain at the advised frequency {table['gain held'].sum()} of {count}.",
        f"The best frequency is off by a factor of {np.exp(np.sqrt((away**2).mean())):.2f} (root mean square of the logarithm "
        f"{np.sqrt((away**2).mean()):.2f}); the prior's median alone: {np.sqrt((np.log(PRIOR_MEDIAN / table['best']) ** 2).mean()):.2f}.",
        f"Going to the advised frequency truly gains in {better} of {count} worlds. "
        f"Mean error of video's ROAS: {table['ROAS video'].mean() / TRUE_ROAS['video'] - 1:+.0%}, "
        f"of radio's {table['ROAS radio'].mean() / TRUE_ROAS['radio'] - 1:+.0%}.",
        "",
    ]
    for kind, part in table.groupby("world", sort=False):
        lines.append(
            f"{kind}: ROAS of video held in {part['video held'].sum()} of {len(part)}, best frequency in "
            f"{part['best held'].sum()} of {len(part)}, mean learned {part['learned'].mean():.2f}."
        )
    shown = table.copy()
    for column in [c for c in table if c.endswith("held")]:
        shown[column] = np.where(table[column], "yes", "no")
    for column in ("gain", "gain found"):
        shown[column] = (table[column] / 1_000).map("{:.0f}k".format)
    for column in shown.select_dtypes("float"):
        shown[column] = shown[column].map("{:.2f}".format)
    head = [f"| {' | '.join(shown.columns)} |", "|" + "---|" * len(shown.columns)]
    body = [f"| {' | '.join(map(str, row))} |" for row in shown.to_numpy()]
    return "\n".join([*lines, "", *head, *body, ""])


if __name__ == "__main__":
    found: list[dict[str, object]] = []
    for one in rows():  # so far as it came, if it is stopped
        found.append(one)
        RESULTS.write_text(page(pd.DataFrame(found).sort_values(["world", "seed"])), encoding="utf-8")
