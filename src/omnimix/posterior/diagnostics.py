"""What the chains say of themselves, worked out once after sampling and kept with the posterior."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from omnimix.mechanics import Array
from omnimix.posterior import convergence

USABLE_R_HAT = 1.05
USABLE_ESS = 100.0
USABLE_DIVERGENT_SHARE = 0.05


@dataclass(frozen=True)
class Diagnostics:
    """Convergence in figures: the worst R-hat and effective sample sizes over all sampled parameters.

    ``divergences`` is a count over all chains, ``divergent_share`` its part of the draws; ``e_bfmi_min`` the lowest
    over chains. R-hat is nan for a single chain.
    """

    rhat_max: float
    rhat_worst: str
    ess_bulk_min: float
    ess_bulk_worst: str
    ess_tail_min: float
    ess_tail_worst: str
    divergences: int
    divergent_share: float
    e_bfmi_min: float

    @property
    def usable(self) -> bool:
        """Whether the draws may carry figures in money at all; finer judgement is `om.check`'s."""
        mixed = not self.rhat_max > USABLE_R_HAT  # nan (one chain) cannot be judged and passes
        return mixed and self.ess_bulk_min >= USABLE_ESS and self.divergent_share <= USABLE_DIVERGENT_SHARE

    @property
    def complaint(self) -> str:
        """Why the draws are not usable, with the figures."""
        return (
            f"R-hat is {self.rhat_max:.3f} for {self.rhat_worst} (at most {USABLE_R_HAT}), the smallest effective "
            f"sample size {self.ess_bulk_min:.0f} for {self.ess_bulk_worst} (at least {USABLE_ESS:.0f}), "
            f"{self.divergent_share:.1%} of the draws diverged (at most {USABLE_DIVERGENT_SHARE:.0%})"
        )


def diagnose(theta: Array, statistics: Mapping[str, Array], labels: Sequence[str]) -> Diagnostics:
    """Diagnose draws of shape (chains, draws, parameters) with their sampler statistics of shape (chains, draws)."""
    by_parameter = np.ascontiguousarray(theta.transpose(2, 0, 1))
    rhat = convergence.rhat(by_parameter)
    bulk = np.nan_to_num(convergence.ess_bulk(by_parameter), nan=0.0)
    tail = np.nan_to_num(convergence.ess_tail(by_parameter), nan=0.0)
    worst = int(np.nanargmax(rhat)) if np.isfinite(rhat).any() else 0
    return Diagnostics(
        rhat_max=float(rhat[worst]),
        rhat_worst=labels[worst],
        ess_bulk_min=float(bulk.min()),
        ess_bulk_worst=labels[int(bulk.argmin())],
        ess_tail_min=float(tail.min()),
        ess_tail_worst=labels[int(tail.argmin())],
        divergences=int(statistics["diverging"].sum()),
        divergent_share=float(statistics["diverging"].mean()),
        e_bfmi_min=float(min(_e_bfmi(energy) for energy in statistics["energy"])),
    )


def _e_bfmi(energy: Array) -> float:
    """Return the estimated Bayesian fraction of missing information of one chain (Betancourt 2016)."""
    spread = float(np.var(energy))
    return float(np.mean(np.diff(energy) ** 2) / spread) if spread > 0 and energy.size > 1 else float("nan")
