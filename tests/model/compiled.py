"""The compiled density as nutpie calls it: machine code from the cache on disk, one call a gradient."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass

import numpy as np
from scipy import stats

import omnimix as om
from omnimix.data import with_sums
from omnimix.mechanics import Scaling, fit_scaling
from omnimix.model.build import Layout, build_layout
from omnimix.model.native import FINE, machine
from omnimix.model.warm import middles

Array = np.ndarray


@dataclass(frozen=True)
class Compiled:
    """A layout with its density at unbounded points."""

    layout: Layout

    @property
    def labels(self) -> list[str]:
        return [s.label for s in self.layout.parameters]

    @property
    def middle(self) -> Array:
        return middles(self.layout.parameters)

    def log_posterior(self, z: Array) -> tuple[float, Array]:
        """Return log prior + log likelihood on the unbounded scale, with its gradient."""
        gradient, out = np.empty_like(z), np.empty(1)
        status = machine().log_density.ctypes(z.size, _doubles(z), _doubles(gradient), _doubles(out), self._data())
        assert status == FINE
        return float(out[0]), gradient

    def parameters(self, z: Array) -> Array:
        """Return the parameters of an unbounded point."""
        theta = np.empty_like(z)
        assert machine().expand.ctypes(z.size, z.size, _doubles(z), _doubles(theta), self._data()) == FINE
        return theta

    def unbounded(self, theta: Array) -> Array:
        """Return the unbounded point of parameters, worked out with scipy."""
        places = {s.label: _unbounded(s.prior, float(x)) for s, x in zip(self.layout.parameters, theta, strict=True)}
        return np.array(
            [
                places[s.label] if s.follows is None else (places[s.label] - places[s.follows]) / s.looseness
                for s in self.layout.parameters
            ]
        )

    def log_likelihood(self, theta: Array, equation: int = -1) -> float:
        """Return the log likelihood of all equations or of one."""
        theta = np.ascontiguousarray(theta)
        return float(machine().likelihood(self.layout.packed, theta, np.empty_like(theta), equation))

    def _data(self) -> object:
        return self.layout.packed.ctypes.data_as(ctypes.POINTER(ctypes.c_int64))


def compiled(funnel: om.Funnel, panel: om.Panel, scaling: Scaling | None = None) -> Compiled:
    """Lay out a funnel with a panel."""
    panel = with_sums(panel, funnel.roles)
    return Compiled(build_layout(funnel, panel, scaling or fit_scaling(funnel, panel)))


def _doubles(values: Array) -> object:
    assert values.flags.c_contiguous
    return values.ctypes.data_as(ctypes.POINTER(ctypes.c_double))


def _unbounded(prior: om.Prior, x: float) -> float:
    a = prior.arguments
    match prior.family:
        case "Normal":
            return x
        case "Beta":
            return float(np.log(x) - np.log1p(-x))
        case "LogNormal":
            return float(np.log(x))
        case _:
            size = a[0] if prior.family == "HalfNormal" else a[0] / a[1]
            return float(stats.norm.isf(stats.halfnorm.sf(x / size)))
