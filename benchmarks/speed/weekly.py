"""The table both packages are timed on: weeks x channels of spend, two controls, one outcome; plain NumPy.

Run: ``python benchmarks/speed/weekly.py table.csv --weeks 156 --channels 6``.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd


def table(weeks: int = 156, channels: int = 6, seed: int = 1) -> pd.DataFrame:
    """Return a weekly table: channels c0.., controls price and promo, outcome sales."""
    generator = np.random.default_rng(seed)
    index = pd.date_range("2022-01-03", periods=weeks, freq="7D", name="week")
    at = np.arange(weeks)
    frame = pd.DataFrame(index=index)
    sales = 1_000.0 + 0.4 * at + 100 * np.sin(2 * np.pi * at / 52.18)
    for k in range(channels):
        running = generator.random(weeks) < 0.7
        spend = np.where(running, generator.gamma(2.0, 50.0 * (k + 1), weeks), 0.0)
        kernel = (0.15 + 0.08 * (k % 6)) ** np.arange(13)
        carried = np.convolve(spend, kernel / kernel.sum())[:weeks]
        bent = np.tanh(0.55 * carried / (1.5 * np.median(spend[spend > 0])))
        sales = sales + bent / bent.mean() * 400.0 / channels
        frame[f"c{k}"] = spend
    frame["price"] = generator.normal(1.0, 0.1, weeks)
    frame["promo"] = (generator.random(weeks) < 0.1).astype(float)
    frame["sales"] = sales - 200 * (frame["price"] - 1) + 50 * frame["promo"] + generator.normal(0, 30, weeks)
    return frame


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path")
    parser.add_argument("--weeks", type=int, default=156)
    parser.add_argument("--channels", type=int, default=6)
    given = parser.parse_args()
    table(given.weeks, given.channels).to_csv(given.path)
