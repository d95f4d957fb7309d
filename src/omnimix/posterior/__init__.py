"""The fitted posterior as one record, saved to and loaded from one file."""

from omnimix.posterior.diagnostics import Diagnostics, diagnose
from omnimix.posterior.evidence import Evidence
from omnimix.posterior.geo_posterior import POOLINGS, GeoPart, GeoPosterior
from omnimix.posterior.posterior import Posterior, Run
from omnimix.posterior.refitted import Refitted, Revision
from omnimix.posterior.store import load, save

__all__ = [
    "POOLINGS",
    "Diagnostics",
    "Evidence",
    "GeoPart",
    "GeoPosterior",
    "Posterior",
    "Refitted",
    "Revision",
    "Run",
    "diagnose",
    "load",
    "save",
]
