"""Simulation-based calibration: does the density, and the baseline drawn back, match the stated priors?

Draw parameters from the prior, simulate every node with formulas written apart from the package (numpy, see
``benchmarks.accuracy.generative``), refit with the same learned constants, and take the rank of what was drawn among
the posterior draws. If priors, density, sampler and what is drawn back agree, ranks are uniform (Talts et al. 2018,
arXiv:1804.06788). Run: ``python -m benchmarks.accuracy.sbc --variant default --replications 200``; ``--funnel`` for a
stage that feeds two outcomes, with a channel that answers to it and an empty week.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from benchmarks.accuracy.generative import Trajectory
from benchmarks.accuracy.study import RESULTS, Study
from omnimix.checks.believed import shares_after
from omnimix.data import Panel
from omnimix.labels import BASELINE_COEFFICIENT, CHANNEL, CONTRIBUTION_SHARE, NODE, PARENT, TERM
from omnimix.mechanics import Parameter, draw_prior, fit_scaling, over_paths
from omnimix.mechanics.parameters import LAG, LATER_SHOCK, MISSING_WEEK, RAW_BASELINE, SHOCK_COEFFICIENT, STAGE_EFFECT
from omnimix.model.build import build_layout
from omnimix.model.native import machine
from omnimix.model.sampling import Settings, sample
from omnimix.posterior import Posterior
from omnimix.spec import Baseline, Channel, Funnel, Outcome
from omnimix.truth import Medium, Surroundings, simulate

DRAWS, BINS = 99, 10
VARIANTS = {  # adstock, saturation, likelihood
    "default": ("two_speed", "elastic", "normal"),
    "student_t": ("two_speed", "elastic", "student_t"),
    "log_normal": ("two_speed", "elastic", "log_normal"),
    "gamma_hill": ("gamma", "hill", "normal"),
    "geometric_logistic": ("geometric", "logistic", "normal"),
    "delayed_michaelis_menten": ("delayed", "michaelis_menten", "normal"),
    "weibull_none": ("weibull", "none", "normal"),
}
FUNNELS = ("funnel", "funnel_of_levers")  # search answers to visits, or is set by hand like every other channel
FUNNEL_WEEKS, HISTORY = 70, 4
SETTINGS = Settings(draws=600, tune=600, chains=2)


def main() -> None:
    """Run one variant and write its ranks, table and figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--variant", choices=[*VARIANTS, *FUNNELS], default="default")
    parser.add_argument(
        "--funnel", action="store_const", const="funnel", dest="variant", help="same as --variant funnel"
    )
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="take up cells whatever sources made them")
    given = parser.parse_args()
    name = "sbc" if given.variant == "default" else f"sbc_{given.variant}"
    settings = {"variant": given.variant, "tune": SETTINGS.tune, "draws": SETTINGS.draws, "chains": SETTINGS.chains}
    settings["thinned_to"] = DRAWS
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
        self.funnel, panel = _funnel(variant) if variant in FUNNELS else _one_outcome(variant)
        self.frame, self.scaling = panel.frame, fit_scaling(self.funnel, panel)
        self.parameters = build_layout(self.funnel, panel, self.scaling).parameters
        self.names = [n.name for n in self.funnel.nodes]

    def replicate(self, number: int, cores: int) -> dict[str, Any]:
        """Draw from the prior, simulate, refit; return the rank of every quantity among thinned draws."""
        drawn, trajectory, tries = self._happen(number)
        panel = Panel(trajectory.frame.where(self.frame.notna()).rename_axis("week").reset_index())
        posterior = sample(self.funnel, panel, self.scaling, replace(SETTINGS, cores=cores, seed=number))
        truth, found = self._quantities(drawn, trajectory, posterior, panel)
        keep = np.linspace(0, posterior.size - 1, DRAWS).round().astype(int)
        ranks = {k: int((found[k][keep] < truth[k]).sum()) for k in truth}
        seen = posterior.run.diagnostics
        return {
            "ranks": ranks,
            "divergences": seen.divergences,
            "r_hat": seen.rhat_max,
            "ess": seen.ess_bulk_min,
            "tries": tries,
        }

    def _happen(self, number: int) -> tuple[dict[str, float], Trajectory, int]:
        """Draw parameters and weeks until every answering spend is above zero and the missing weeks pass their prior.

        To take up a draw by what is seen of it leaves the posterior as it is: a spend of zero would be read as set by
        hand. A missing week has a wide prior beside the equation it comes from; taken up in proportion to it, draws
        come from the product of both, which is the density of the fit.
        """
        generator = np.random.default_rng([2026, number])
        for tries in range(1, 10_000):
            theta = draw_prior(self.funnel, self.scaling, self.parameters, size=1, seed=int(generator.integers(2**31)))[
                0
            ]
            drawn = {s.label: float(x) for s, x in zip(self.parameters, theta, strict=True)}
            trajectory = Trajectory(self.funnel, self.scaling, self.frame, drawn, generator)
            with np.errstate(invalid="ignore"):  # a spend below zero has no response, and is passed over below
                frame = trajectory.run().reindex(self.scaling.window_weeks)
            if any((frame[c.spend_column] <= 0).any() for c in self.funnel.responding):
                continue
            passed = 0.0
            for parameter in (s for s in self.parameters if s.name == MISSING_WEEK):
                level, spread = parameter.prior.arguments
                at = self.scaling.weeks.get_loc(pd.Timestamp(str(parameter.term)))
                drawn[parameter.label] = float(trajectory.deviations[parameter.node][at]) + (
                    0.0 if self.scaling.scale(parameter.node).log else 1.0
                )
                passed -= 0.5 * ((drawn[parameter.label] - level) / spread) ** 2
            if np.log(generator.uniform()) < passed:
                return drawn, trajectory, tries
        raise RuntimeError("no draw was taken up")

    def _quantities(
        self, drawn: dict[str, float], trajectory: Trajectory, posterior: Posterior, panel: Panel
    ) -> tuple[dict[str, float], dict[str, np.ndarray]]:
        theta = np.column_stack([_values(posterior, s) for s in self.parameters])
        found = {s.label: theta[:, k] for k, s in enumerate(self.parameters) if s.name != RAW_BASELINE}
        truth = {k: drawn[k] for k in found}
        for (node, term), value in trajectory.coefficients.items():
            found[f"{node}/baseline/{term}"] = posterior.numbers(BASELINE_COEFFICIENT, **{NODE: node, TERM: term})
            truth[f"{node}/baseline/{term}"] = value
        for (node, parent, lag), value in trajectory.shocks.items():
            place, name = {NODE: node, PARENT: parent}, f"{node}/shock of {parent}" + f" {lag} before" * bool(lag)
            at = {**place, LAG: lag} if lag else place
            found[name] = posterior.numbers(LATER_SHOCK if lag else SHOCK_COEFFICIENT, **at)
            truth[name] = value
        own = {
            (s.node, s.channel or s.parent or ""): np.array([drawn[s.label]])
            for s in self.parameters
            if s.name in (CONTRIBUTION_SHARE, STAGE_EFFECT)
        }
        after, given = shares_after(posterior), over_paths(self.funnel, own)
        for name in self.names:
            for part, place in ((after, found), (given, truth)):
                brought = {c: x for (at, c), x in part.items() if at == name}
                place |= {f"{name}/{c}/over all paths": x for c, x in brought.items()}  # type: ignore[misc]
                place[f"{name}/all media"] = np.sum(list(brought.values()), axis=0)  # type: ignore[assignment]
        if not _left_out(self.variant):
            likelihood = self._log_likelihood(panel)
            found["log_likelihood"] = np.array([likelihood(np.ascontiguousarray(row)) for row in theta])
            truth["log_likelihood"] = likelihood(np.array([drawn[s.label] for s in self.parameters]))
        return {k: float(np.ravel(v)[0]) for k, v in truth.items()}, found

    def _log_likelihood(self, panel: Panel) -> Callable[[np.ndarray], float]:
        """Return the log likelihood of parameters: it feels the joint fit of all of them."""
        layout = build_layout(self.funnel, panel, self.scaling)
        grad, of = np.empty(len(self.parameters)), machine().likelihood
        return lambda theta: float(of(layout.packed, theta, grad, -1))


def _values(posterior: Posterior, parameter: Parameter) -> np.ndarray:
    """Return the draws of one parameter."""
    if parameter.name == MISSING_WEEK:
        return posterior.numbers(parameter.name, missing=f"{parameter.node} {parameter.term}")
    if parameter.name == RAW_BASELINE:
        return np.zeros(posterior.size)
    place = {NODE: parameter.node, **({CHANNEL: parameter.channel} if parameter.channel else {})}
    return posterior.numbers(parameter.name, **place, **({PARENT: parameter.parent} if parameter.parent else {}))


def _one_outcome(variant: str) -> tuple[Funnel, Panel]:
    adstock, saturation, likelihood = VARIANTS[variant]
    exposed = {"exposure": "tv_grp"}
    channels = [
        Channel(name, adstock=adstock, saturation=saturation, **(exposed if name == "tv" else {}))
        for name in ("tv", "search", "social")
    ]
    styles = ("flighted", "always_on", "pulsed")
    media = [Medium(c, style=s, saturation="hill", adstock="geometric") for c, s in zip(channels, styles, strict=True)]
    surroundings = Surroundings(holidays="NL", likelihood=likelihood, controls={"price_index": -0.9, "promo": 0.08})
    world = simulate(seed=11, weeks=120, history=6, channels=media, surroundings=surroundings)
    funnel = Funnel(
        channels=channels,
        outcomes=[Outcome("sales", value=0.3, likelihood=likelihood)],
        controls=["price_index", "promo"],
        holidays="NL",
        baseline=replace(world.funnel.baseline, harmonics=2, knot_weeks=20),
    )
    frame = world.panel.frame
    frame.iloc[[40, 41, 77], frame.columns.get_loc("sales")] = np.nan
    return funnel, Panel(frame.rename_axis("week").reset_index())


def _funnel(variant: str) -> tuple[Funnel, Panel]:
    """Return visits that feed two outcomes, with search that answers to them or is set by hand."""
    generator = np.random.default_rng(12)
    weeks = pd.date_range("2022-01-03", periods=FUNNEL_WEEKS + HISTORY, freq="7D", name="week")
    size = len(weeks)
    frame = pd.DataFrame(
        {
            "tv": np.where(generator.random(size) < 0.4, generator.gamma(4.0, 5_000.0, size), 0.0),
            "search": generator.gamma(16.0, 400.0, size),
            "social": generator.gamma(4.0, 900.0, size),
        },
        index=weeks,
    )
    season = 0.08 * np.sin(2 * np.pi * np.arange(size) / 52.18)
    for name, level, noise in (("visits", 40_000, 0.08), ("online", 900_000, 0.06), ("store", 2_000_000, 0.05)):
        frame[name] = level * (1 + season + noise * generator.standard_normal(size))
    frame.loc[weeks[:HISTORY], ["visits", "online", "store"]] = np.nan
    frame.loc[weeks[HISTORY + 30], "visits"] = np.nan
    frame.loc[weeks[HISTORY + 50], "store"] = np.nan
    answers = "visits" if variant == "funnel" else None
    funnel = Funnel(
        channels=["tv", Channel("search", responds_to=answers), "social"],
        stages=["visits"],
        outcomes=[Outcome("online", parents=["visits"], value=0.3), Outcome("store", parents=["visits"], value=0.25)],
        baseline=Baseline(harmonics=1, knot_weeks=35),
    )
    return funnel, Panel(frame.reset_index())


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
