"""Many fits side by side, on this machine or on a cluster of the user's; a fit that fails stops no other."""

from omnimix.many_fits.record import FitFailure, ManyFits
from omnimix.many_fits.side_by_side import side_by_side
from omnimix.many_fits.verb import fit_many

__all__ = ["FitFailure", "ManyFits", "fit_many", "side_by_side"]
