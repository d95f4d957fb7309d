"""The posterior that a verb was given."""

from __future__ import annotations

import argparse

from omnimix.cli.arguments import UsageError
from omnimix.errors import FitError
from omnimix.posterior import Posterior, load


def stored(given: argparse.Namespace) -> Posterior:
    """Load the posterior and refuse one that did not converge, unless it is wanted all the same."""
    if given.posterior.is_dir():
        raise UsageError(f"{given.posterior} is a folder; name the file of a fit in it, such as posterior.nc.")
    if not given.posterior.is_file():
        raise UsageError(f"there is no file {given.posterior}; `omnimix fit omnimix.toml` writes one.")
    posterior = load(given.posterior)
    diagnostics = posterior.run.diagnostics
    if not diagnostics.usable and not given.allow_unconverged:
        raise FitError(
            f"this fit is not usable for figures in money: {diagnostics.complaint}. Fit again with more --draws and "
            "--tune or fewer channels, or pass --allow-unconverged to look at the figures all the same."
        )
    return posterior
