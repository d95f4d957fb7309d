"""Simulation-based calibration: does the density, and the baseline drawn back, match the stated priors?

Draw parameters from the prior, simulate the outcome with formulas written apart from the package (numpy, see
``omnimix.truth.true_curves``), refit with the same learned constants, and take the rank of what was drawn among
the posterior draws. If priors, density, sampler and the back-drawn baseline agree, ranks are uniform (Talts et al. 2018,
arXiv:1804.06788). Run: ``python -m benchmarks.accuracy.sbc --variant default --replications 200``.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.accuracy.study import RESULTS, Study
from omnimix.data import Panel
from omnimix.labels import CONTRIBUTION_SHARE
from omnimix.mechanics import design, learn
from omnimix.mechanics.parameters import prior_shares
from omnimix.model.native import machine
from omnimix.model.prepare import build_layout
from omnimix.model.sampling import Settings, sample
from omnimix.spec import Channel, Funnel, Outcome, frozen_distribution
from omnimix.truth import Medium, Surroundings, simulate
from omnimix.truth.true_curves import TrueCurve

DRAWS, BINS = 99, 10
VARIANTS = {  # adstock, saturation, likelihood
    "default": ("gamma", "hill", "normal"),
    "student_t": ("gamma", "hill", "student_t"),
    "log_normal": ("gamma", "hill", "log_normal"),
    "geometric_logistic": ("geometric", "logistic", "normal"),
    "delayed_michaelis_menten": ("delayed", "michaelis_menten", "normal"),
    "weibull_none": ("weibull", "none", "normal"),
}


def main() -> None:
    """Run one variant and write its ranks, table and figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variant", choices=VARIANTS, default="default")
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="take up cells whatever sources made them")
    given = parser.parse_args()
    name = "sbc" if given.variant == "default" else f"sbc_{given.variant}"
    settings = {"variant": given.variant, "tune": 600, "draws": 600, "chains": 2, "thinned_to": DRAWS}
    study = Study(name, settings, keep=given.keep)
    truth = _Setting(given.variant)
    cells = study.run([str(k) for k in range(given.replications)], lambda key: truth.replicate(int(key), given.cores))
    ranks = pd.DataFrame([c["ranks"] for c in cells]).drop(columns=_left_out(given.variant), errors="ignore")
    table = uniformity(ranks)
    _figure(ranks, table, RESULTS / f"{name}.png")
    smallest = f"{table.chi_square_p.min():.3g} (chi-square), {table.ecdf_p.min():.3g} (ECDF)"
    text = (
        f"# Simulation-based calibration: {given.variant}\n\n{len(ranks)} replications, {ranks.shape[1]} quantities. Under exact "
        f"calibration p-values are uniform: the smallest of {ranks.shape[1]} is expected near {1 / (ranks.shape[1] + 1):.3f}. "
        f"Smallest: {smallest}; times the number of quantities (Bonferroni) {table.ecdf_p.min() * len(table):.2f}. "
        f"Share below .05: {(table.ecdf_p < 0.05).mean():.2f}. Divergences: {sum(c['divergences'] for c in cells)} in "
        f"{sum(c['divergences'] > 0 for c in cells)} of {len(cells)} fits. `mean_rank` is 0.5 when unbiased; above means the "
        f"posterior lies too low.\n\n![ranks]({name}.png)"
    )
    result = {"table": table.to_dict("records"), "ranks": {c: ranks[c].tolist() for c in ranks}}
    study.write(result, text, {"Uniformity of ranks": table})


class _Setting:
    """Fixed spend, controls and learned constants of one variant, and the exact prior of everything else."""

    def __init__(self, variant: str) -> None:
        self.variant = variant
        adstock, saturation, likelihood = VARIANTS[variant]
        exposed = {"exposure": "tv_grp"}
        channels = [
            Channel(name, adstock=adstock, saturation=saturation, **(exposed if name == "tv" else {}))
            for name in ("tv", "search", "social")
        ]
        styles = ("flighted", "always_on", "pulsed")
        media = [
            Medium(c, style=s, saturation="hill", adstock="geometric") for c, s in zip(channels, styles, strict=True)
        ]
        surroundings = Surroundings(holidays="NL", likelihood=likelihood, controls={"price_index": -0.9, "promo": 0.08})
        world = simulate(seed=11, weeks=120, history=6, channels=media, surroundings=surroundings)
        self.funnel = Funnel(
            channels=channels,
            outcomes=[Outcome("sales", likelihood=likelihood)],
            controls=["price_index", "promo"],
            holidays="NL",
            baseline=replace(world.funnel.baseline, harmonics=2, knot_weeks=20),
        )
        self.frame = world.panel.frame
        self.frame.iloc[[40, 41, 77], self.frame.columns.get_loc("sales")] = np.nan
        self.learned = learn(self.funnel, world.panel)
        self.layout = build_layout(self.funnel, world.panel, self.learned)

    def replicate(self, number: int, cores: int) -> dict[str, Any]:
        """Draw from the prior, simulate, refit; return the rank of every quantity among thinned draws."""
        generator = np.random.default_rng([2026, number])
        drawn = self._draw(number, generator)
        outcome, coefficients = self._simulate(drawn, generator)
        panel = Panel(
            self.frame.assign(sales=outcome.where(self.frame["sales"].notna())).rename_axis("week").reset_index()
        )
        settings = Settings(draws=600, tune=600, chains=2, cores=cores, seed=number)
        posterior = sample(self.funnel, panel, self.learned, settings)
        truth, found = self._quantities(drawn, coefficients, posterior, panel)
        keep = np.linspace(0, posterior.size - 1, DRAWS).round().astype(int)
        ranks = {k: int((found[k][keep] < truth[k]).sum()) for k in truth}
        return {"ranks": ranks, "divergences": int(posterior.draws["sample_stats"]["diverging"].sum())}

    def _draw(self, number: int, generator: np.random.Generator) -> dict[str, float]:
        """Draw every sampled parameter from its prior; contributions share the prior of their total."""
        node, scale = self.funnel.outcomes[0], self.learned.nodes[0]
        shares = prior_shares(self.funnel, self.learned, node, scale, size=1, seed=1_000_000 + number)
        drawn = {}
        for slot in self.layout.slots:
            if slot.name == CONTRIBUTION_SHARE:
                drawn[slot.label] = float(shares[str(slot.channel)][0])
            else:
                drawn[slot.label] = float(frozen_distribution(slot.prior).rvs(random_state=generator))
        return drawn

    def _simulate(self, drawn: dict[str, float], generator: np.random.Generator) -> tuple[pd.Series, dict[str, float]]:
        scale = self.learned.nodes[0]
        window = design(self.funnel, self.learned, self.learned.window_weeks, self.frame[list(self.funnel.controls)])
        by_group = np.array([drawn.get(f"sales/{g}_scale", 1.0) for g in window.groups])
        raw = generator.standard_normal(len(window.terms))
        raw = np.array([drawn.get(f"sales/{t}/raw_baseline", r) for t, r in zip(window.terms, raw, strict=True)])
        coefficients = raw * by_group * window.sds(scale)
        mean = window.prior_mean(scale) + window.matrix @ coefficients
        for channel in self.funnel.channels:
            mean = mean + self._media(channel, drawn)
        noise = drawn["sales/noise"]
        freedom = drawn.get("sales/degrees_of_freedom")
        error = generator.standard_normal(len(mean)) if freedom is None else generator.standard_t(freedom, len(mean))
        series = scale.shift + scale.scale * (mean + noise * error)
        series = np.exp(series) if scale.log else series
        weeks = self.learned.window_weeks
        return pd.Series(series, index=weeks).reindex(self.frame.index), dict(
            zip(window.terms, coefficients, strict=True)
        )

    def _media(self, channel: Channel, drawn: dict[str, float]) -> np.ndarray:
        at = {p.name: drawn[f"sales/{channel.name}/{p.name}"] for c in channel.curves for p in c.parameters}
        adstock, saturation = channel.curves
        carry = TrueCurve(adstock.name, {p.name: at[p.name] for p in adstock.parameters})
        family = "linear" if saturation.name == "none" else saturation.name
        bend = TrueCurve(family, {p.name: at[p.name] for p in saturation.parameters})
        exposure = self.frame[channel.exposure_column].to_numpy() / self.learned.typical_exposure[channel.name]
        value = bend.value(np.convolve(exposure, carry.weights(channel.lags))[: len(exposure)])[self.learned.window :]
        return np.asarray(drawn[f"sales/{channel.name}/contribution_share"] * value / value.mean())

    def _quantities(
        self, drawn: dict[str, float], coefficients: dict[str, float], posterior: Any, panel: Panel
    ) -> tuple[dict[str, float], dict[str, np.ndarray]]:
        truth, found = {}, {}
        for slot in self.layout.slots:
            if slot.term is None:
                values = posterior.flat(slot.name).sel(node="sales")
                found[slot.label] = (values.sel(channel=slot.channel) if slot.channel else values).to_numpy()
                truth[slot.label] = drawn[slot.label]
        for term, value in coefficients.items():
            found[f"baseline/{term}"] = posterior.flat("baseline_coefficient").sel(node="sales", term=term).to_numpy()
            truth[f"baseline/{term}"] = value
        level = self.learned.nodes[0].level
        found["all_media"] = posterior.flat("contribution").sel(node="sales").sum("channel").to_numpy() / level
        truth["all_media"] = sum(v for k, v in drawn.items() if k.endswith("contribution_share"))
        if not _left_out(self.variant):
            found["log_likelihood"], truth["log_likelihood"] = self._log_likelihood(drawn, posterior, panel)
        return truth, found

    def _log_likelihood(self, drawn: dict[str, float], posterior: Any, panel: Panel) -> tuple[np.ndarray, float]:
        """Return the log likelihood of every draw and of the truth: it feels the joint fit of all parameters."""
        layout = build_layout(self.funnel, panel, self.learned)
        grad = np.empty(len(layout.slots))
        columns = [posterior.flat(s.name).sel(node="sales") for s in layout.slots]
        theta = np.column_stack(
            [
                (c.sel(channel=s.channel) if s.channel else c).to_numpy()
                for c, s in zip(columns, layout.slots, strict=True)
            ]
        )
        of, given = machine().node_likelihood, np.array([drawn[s.label] for s in layout.slots])
        draws = np.array([of(layout.ints, layout.floats, 0, np.ascontiguousarray(row), grad) for row in theta])
        return draws, float(of(layout.ints, layout.floats, 0, given, grad))


def _left_out(variant: str) -> list[str]:
    """Name what cannot be ranked: Student-t noise samples its coefficients, so there is no one log likelihood."""
    return ["log_likelihood"] if variant == "student_t" else []


def uniformity(ranks: pd.DataFrame) -> pd.DataFrame:
    """Return p-values of a chi-square test over ten bins and of the largest ECDF distance, by quantity.

    The null distribution of the ECDF distance is simulated.
    """
    size, generator = len(ranks), np.random.default_rng(0)
    null = np.sort([_distance(generator.integers(0, DRAWS + 1, size)) for _ in range(4000)])
    rows = []
    for name in ranks:
        values = ranks[name].to_numpy()
        counts = np.bincount(values * BINS // (DRAWS + 1), minlength=BINS)
        ecdf = 1 - np.searchsorted(null, _distance(values)) / len(null)
        rows.append((name, float(stats.chisquare(counts).pvalue), float(ecdf), float(values.mean() / DRAWS)))
    return pd.DataFrame(rows, columns=["quantity", "chi_square_p", "ecdf_p", "mean_rank"])


def _distance(values: np.ndarray) -> float:
    ecdf = np.cumsum(np.bincount(values, minlength=DRAWS + 1)) / len(values)
    return float(np.abs(ecdf - np.arange(1, DRAWS + 2) / (DRAWS + 1)).max())


def _figure(ranks: pd.DataFrame, table: pd.DataFrame, file: Any) -> None:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    columns = 6
    rows = -(-ranks.shape[1] // columns)
    low, high = stats.binom.ppf([0.005, 0.995], len(ranks), 1 / BINS)
    figure, axes = plt.subplots(rows, columns, figsize=(12, 1.5 * rows), squeeze=False, sharey=True)
    for axis, name in zip(axes.flat, ranks, strict=False):
        p = float(table.set_index("quantity").loc[name, "ecdf_p"])
        axis.axhspan(low, high, color="0.88")
        axis.hist(ranks[name], bins=BINS, range=(0, DRAWS + 1), color="tab:red" if p < 0.01 else "tab:blue")
        axis.set_title(f"{name.removeprefix('sales/')}  p {p:.2f}", fontsize=6)
        axis.tick_params(labelsize=5)
    for axis in axes.flat[ranks.shape[1] :]:
        axis.axis("off")
    figure.suptitle("Ranks of the truth among posterior draws; grey: 99 % of uniform bins", fontsize=8)
    figure.tight_layout()
    figure.savefig(file, dpi=70)
    plt.close(figure)


if __name__ == "__main__":
    main()
