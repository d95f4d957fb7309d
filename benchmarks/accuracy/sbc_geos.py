"""Simulation-based calibration of a fit of four geos: does it match its own priors?

Everything is drawn from the prior: what geos share, how far each lies from that, noises, common shocks, shared and own
baselines. The weeks then happen by formulas in NumPy (curves of :mod:`omnimix.truth.true_curves`), and are fitted with the
same learned constants. Ranks of what was drawn among the posterior draws are uniform if priors, density, what is
integrated out and sampler agree (Talts et al. 2018, arXiv:1804.06788). Short data leave much to the priors, where a
mistake would show. Run: ``python -m benchmarks.accuracy.sbc_geos --replications 60``.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.accuracy.sbc import DRAWS, _figure, uniformity
from benchmarks.accuracy.study import RESULTS, Study
from omnimix.data import GeoPanel
from omnimix.labels import GEO
from omnimix.mechanics import draw_prior
from omnimix.mechanics.geo_parameters import (
    COMMON_NOISE,
    GEO_DEVIATION,
    GEO_NOISE,
    GEO_SPREAD,
    NOISE_LOOSENESS,
    OWN_SIZES,
)
from omnimix.mechanics.geo_scaling import fit_geo_scaling, geo_frames
from omnimix.model.geo_build import GeoLayout, build_geo_layout
from omnimix.model.geo_native import geo_machine
from omnimix.model.geo_pilot import centred
from omnimix.model.geo_restart import restarted_model
from omnimix.model.geo_start import started_model
from omnimix.model.sampling import Settings, sampled
from omnimix.spec import Baseline, Funnel, Outcome
from omnimix.truth.true_curves import TrueCurve

GEOS, WEEKS, NODE = 4, 60, "sales"
SETTINGS = Settings(draws=400, tune=400, chains=2)


def main() -> None:
    """Run it and write ranks, table and figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replications", type=int, default=60)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="take up cells whatever sources made them")
    given = parser.parse_args()
    settings = {"geos": GEOS, "weeks": WEEKS, "tune": SETTINGS.tune, "draws": SETTINGS.draws, "chains": SETTINGS.chains}
    study = Study("sbc_geos", {**settings, "thinned_to": DRAWS}, keep=given.keep)
    setting = _Setting()
    cells = study.run([str(k) for k in range(given.replications)], lambda key: setting.replicate(int(key), given.cores))
    ranks = pd.DataFrame([c["ranks"] for c in cells])
    table = uniformity(ranks)
    _figure(ranks, table, RESULTS / "sbc_geos.png")
    text = (
        f"# Simulation-based calibration: {GEOS} geos x {WEEKS} weeks\n\n{len(ranks)} replications, {ranks.shape[1]} "
        f"quantities. The smallest of {ranks.shape[1]} p-values is expected near {1 / (ranks.shape[1] + 1):.3f}; smallest: "
        f"{table.chi_square_p.min():.3g} (chi-square), {table.ecdf_p.min():.3g} (ECDF); times the number of quantities "
        f"(Bonferroni) {table.ecdf_p.min() * len(table):.2f}. Share below .05: {(table.ecdf_p < 0.05).mean():.2f}. "
        f"Divergences: {sum(c['divergences'] for c in cells)} in {sum(c['divergences'] > 0 for c in cells)} of "
        f"{len(cells)} fits; largest R-hat {max(c['r_hat'] for c in cells):.3f}, smallest effective sample "
        f"{min(c['ess'] for c in cells):.0f} of {SETTINGS.draws * SETTINGS.chains}. `mean_rank` is 0.5 when unbiased; above "
        f"means the posterior lies too low.\n\n![ranks](sbc_geos.png)"
    )
    study.write(
        {"table": table.to_dict("records"), "ranks": {c: ranks[c].tolist() for c in ranks}}, text, {"Ranks": table}
    )


class _Setting:
    """Fixed spend and learned constants, and the exact prior of everything else."""

    def __init__(self) -> None:
        self.funnel = Funnel(
            channels=["tv", "radio"],
            outcomes=[Outcome(NODE, value=1.0)],
            baseline=Baseline(harmonics=1, knot_weeks=30),
        )
        self.panel = _panel()
        self.scaling = fit_geo_scaling(self.funnel, self.panel)
        self.layout = build_geo_layout(self.funnel, self.panel, self.scaling, varying=True)
        self.labels = [p.label for p in self.layout.parameters]

    def replicate(self, number: int, cores: int) -> dict[str, Any]:
        """Draw from the prior, simulate, refit; return the rank of every quantity among thinned draws."""
        generator = np.random.default_rng([2027, number])
        seed = int(generator.integers(2**31))
        theta = draw_prior(self.funnel, self.scaling.pooled, self.layout.parameters, size=1, seed=seed)[0]
        layout = self._seen(dict(zip(self.labels, map(float, theta), strict=True)), generator)
        draws, _, seen, _ = sampled(
            layout,
            Settings(SETTINGS.draws, SETTINGS.tune, SETTINGS.chains, cores, number),
            progress=False,
            code=geo_machine,
            first=started_model(layout),
            restart=lambda first: restarted_model(layout, first),
        )
        flat = draws.reshape(-1, draws.shape[2])
        keep = np.linspace(0, len(flat) - 1, DRAWS).round().astype(int)
        found, truth = self._quantities(flat[keep]), self._quantities(theta[None])
        return {
            "ranks": {k: int((found[k] < truth[k][0]).sum()) for k in found},
            "divergences": seen.divergences,
            "r_hat": seen.rhat_max,
            "ess": seen.ess_bulk_min,
        }

    def _seen(self, drawn: dict[str, float], generator: np.random.Generator) -> GeoLayout:
        """Let the weeks happen; return the layout that a fit of them reads."""
        tables, pooled = self.layout.tables, self.scaling.pooled
        frames = geo_frames(self.funnel, self.panel, self.scaling.heads)
        window, weeks = pooled.window, len(pooled.weeks) - pooled.window
        deviations = np.array([drawn[f"{NODE}/{g}/{GEO_NOISE}"] for g in self.scaling.geos])
        noise = drawn[f"{NODE}/noise"] * tables.spreads[0] * np.exp(NOISE_LOOSENESS * deviations)
        groups = self.layout.design.groups
        shared = np.array([drawn.get(f"{NODE}/{g}_scale", 1.0) for g in groups])
        own = tables.own_fixed[0] * [
            drawn.get(f"{NODE}/{OWN_SIZES[g][0]}", 1.0) if g in OWN_SIZES else 1.0 for g in groups
        ]
        level = shared * generator.standard_normal(len(groups))
        common = drawn[f"{NODE}/{COMMON_NOISE}"] * generator.standard_normal(weeks)
        series = np.zeros_like(tables.series)
        for place in range(len(self.scaling.geos)):
            away = own * generator.standard_normal(len(groups))
            baseline = (level + noise[place] * away) @ tables.design[0]
            series[0, place, window:] = baseline + common + noise[place] * generator.standard_normal(weeks)
        for channel in self.funnel.channel_names:
            responses = np.array([self._response(drawn, channel, g, frames[g]) for g in self.scaling.geos])
            size = float(tables.parts[0] @ responses[:, window:].mean(axis=1))
            start = f"{NODE}/{channel}"
            for place, geo in enumerate(self.scaling.geos):
                away = drawn[f"{start}/{GEO_SPREAD}"] * drawn[f"{start}/{geo}/{GEO_DEVIATION}"]
                brought = drawn[f"{start}/contribution_share"] * np.exp(away)
                series[0, place, window:] += brought * responses[place, window:] / size
        made = GeoLayout(
            tables._replace(series=np.ascontiguousarray(series)),
            self.layout.parameters,
            self.layout.design,
            self.layout.missing,
        )
        return centred(self.funnel, made)

    def _response(self, drawn: dict[str, float], name: str, geo: str, frame: pd.DataFrame) -> np.ndarray:
        channel = self.funnel.channel(name)
        at = {p.name: drawn[f"{NODE}/{name}/{p.name}"] for curve in channel.curves for p in curve.parameters}
        adstock, saturation = channel.curves
        weights = TrueCurve(adstock.name, {p.name: at[p.name] for p in adstock.parameters}).weights(channel.lags)
        exposure = frame[channel.exposure_column].to_numpy() / self.scaling.by_geo[geo].typical_exposure[name]
        bend = TrueCurve(saturation.name, {p.name: at[p.name] for p in saturation.parameters})
        return bend.value(np.convolve(exposure, weights)[: len(exposure)])

    def _quantities(self, theta: np.ndarray) -> dict[str, np.ndarray]:
        """Return every sampled parameter and what each channel brings in each geo, over all and by geo."""
        found = {label: theta[:, k] for k, label in enumerate(self.labels)}
        for channel in self.funnel.channel_names:
            start, whole = f"{NODE}/{channel}", np.zeros(len(theta))
            for place, geo in enumerate(self.scaling.geos):
                away = found[f"{start}/{GEO_SPREAD}"] * found[f"{start}/{geo}/{GEO_DEVIATION}"]
                brought = found[f"{start}/contribution_share"] * np.exp(away)
                found[f"{start}/{geo}/brought"] = brought
                whole = whole + self.layout.tables.parts[0, place] * brought
            found[f"{start}/brought in all"] = whole
        return found


def _panel() -> GeoPanel:
    generator = np.random.default_rng(21)
    days, parts = pd.date_range("2022-01-03", periods=WEEKS, freq="7D"), []
    for k in range(GEOS):
        people = 2.0 ** (k / 2)
        tv = np.where(generator.random(WEEKS) < 0.5, people * generator.gamma(4.0, 2_000.0, WEEKS), 0.0)
        radio = people * generator.gamma(3.0, 900.0, WEEKS)
        sales = people * 50_000.0 * (1.0 + 0.1 * generator.standard_normal(WEEKS))
        columns = {"tv": tv, "radio": radio, NODE: sales}
        parts.append(pd.DataFrame({"week": days, GEO: f"geo {k + 1}", "people": people, **columns}))
    from omnimix import Panel

    return Panel(pd.concat(parts, ignore_index=True), geo=GEO, population="people")  # type: ignore[return-value]


if __name__ == "__main__":
    main()
