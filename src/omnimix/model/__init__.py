"""The only room with PyMC, PyTensor and nutpie: it owns the density, `fit` and `refit`."""

from __future__ import annotations

from typing import Any

from omnimix.arguments import checked
from omnimix.data import Panel
from omnimix.mechanics import Scaling
from omnimix.model.refit import refit
from omnimix.model.sampling import fit
from omnimix.spec import Funnel

__all__ = ["build_model", "fit", "refit"]


@checked
def build_model(funnel: Funnel, panel: Panel, *, scaling: Scaling | None = None) -> Any:
    """Build the open PyMC model; see :func:`omnimix.model.graph.build_model`. PyMC is imported only here."""
    from omnimix.model.graph import build_model as build

    return build(funnel, panel, scaling=scaling)
