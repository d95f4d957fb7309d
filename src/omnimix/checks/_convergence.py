"""Did the chains agree, and are there enough independent draws to read an interval from?"""

from __future__ import annotations

import math
from collections.abc import Iterator

from omnimix.findings import Finding
from omnimix.posterior import Posterior

R_HAT = 1.01
ESS = 400.0
E_BFMI = 0.3
MORE = "Fit again with more tune and draws; if that does not help, simplify the channels' curves or state priors."


def convergence(posterior: Posterior) -> Iterator[Finding]:
    """Judge R-hat, effective sample size, divergences and E-BFMI (Vehtari et al. 2021; Betancourt 2016)."""
    seen = posterior.run.diagnostics
    if not seen.usable:
        yield Finding("not_converged", "blocks", f"The chains did not converge: {seen.complaint}.", MORE, seen.rhat_max)
    if math.isnan(seen.rhat_max):
        yield Finding("one_chain", "warns", "A single chain cannot be checked against others.", "Fit with chains=4.")
    elif seen.rhat_max > R_HAT:
        message = f"R-hat is {seen.rhat_max:.3f} for {seen.rhat_worst}, above {R_HAT}."
        yield Finding("r_hat", "warns", message, MORE, seen.rhat_max, seen.rhat_worst)
    sizes = (("bulk", seen.ess_bulk_min, seen.ess_bulk_worst), ("tail", seen.ess_tail_min, seen.ess_tail_worst))
    for kind, size, worst in sizes:
        if size < ESS:
            message = (
                f"The smallest {kind} effective sample size is {size:.0f} of {posterior.size} draws, below {ESS:.0f}."
            )
            yield Finding(f"ess_{kind}", "warns", message, "Fit again with more draws.", size, worst)
    if seen.divergences:
        message = f"{seen.divergences} of {posterior.size} draws diverged: a corner of the posterior may be missed."
        yield Finding("divergences", "warns", message, MORE, float(seen.divergences))
    if seen.e_bfmi_min < E_BFMI:
        message = f"E-BFMI is {seen.e_bfmi_min:.2f}, below {E_BFMI}: the sampler moves slowly between energies."
        yield Finding("e_bfmi", "warns", message, MORE, seen.e_bfmi_min)
