"""A warm start: draws of an earlier fit say where a new one begins, and which way and how far its steps go.

With centre m and covariance L L' of the earlier draws on the unbounded scale, the new fit is sampled in w with
z = m + L w. There the posterior is near a standard normal: a metric need not be learned, and steps are long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import erf, erfc, logit, ndtri

from omnimix.mechanics import Array, Parameter
from omnimix.mechanics.parameters import unbounded_spread
from omnimix.model.native import Packed, compiled_model, density_of, expand_of, has_compiled_door, machine
from omnimix.model.nutpie_import import import_nutpie
from omnimix.model.warm_code import user_data, warm_machine
from omnimix.spec import Prior

SHRINKING = 20  # draws that independence of the parameters counts as, beside the draws there are


@dataclass(frozen=True)
class WarmStart:
    """Centre, shape (parameters,), and factor of the covariance, shape (parameters, parameters), unbounded scale."""

    center: Array
    factor: Array


def warm_start(parameters: Sequence[Parameter], known: Sequence[Parameter], theta: Array) -> WarmStart:
    """Return where to start from draws of an earlier fit.

    Args:
        parameters: those of the new fit.
        known: those of the earlier fit; a new one that is not among them starts at the middle of its prior.
        theta: draws of ``known``, shape (draws, parameters).
    """
    z, places = unbounded(known, theta), {p.label: k for k, p in enumerate(known)}
    centre = middles(parameters)
    spread = np.array([1.0 if p.follows else unbounded_spread(p.prior) for p in parameters])
    covariance = np.diag(spread**2)
    here = [k for k, p in enumerate(parameters) if p.label in places]
    there = [places[parameters[k].label] for k in here]
    if here:
        centre[here] = z[:, there].mean(axis=0)
        covariance[np.ix_(here, here)] = shrunk_covariance(z[:, there])
    return WarmStart(centre, np.linalg.cholesky(covariance))


def shrunk_covariance(z: Array) -> Array:
    """Return the covariance of draws, shape (draws, parameters), drawn a little towards independence."""
    old, size = np.atleast_2d(np.cov(z, rowvar=False)), len(z)
    alone = np.diag(np.maximum(np.diag(old), 1e-8))
    return np.asarray((size * old + SHRINKING * alone) / (size + SHRINKING))


def warm_model(
    layout: Packed,
    start: WarmStart,
    *,
    code: Callable[[], Any] = machine,
    begin: Callable[[int], Array] | None = None,
) -> Any:
    """Return the model as nutpie samples it from a warm start: ``w`` in, one vector ``theta`` out.

    ``code`` gives the machine code that reads the layout; ``begin`` the w at which a chain begins, by its seed.
    """
    size = len(layout.parameters)
    if has_compiled_door():
        entries, data = warm_machine(), user_data(layout, start.center, start.factor, code())
        addresses = (entries.log_density.address, entries.expand.address, data.ctypes.data)
        chain_start = begin or _near_zero(size)
        return compiled_model(size, addresses, lambda _: chain_start, keep=(layout, code(), entries, data))
    return model_around(start, density_of(layout, code), expand_of(layout, code))


def model_around(
    start: WarmStart, inner: Callable[[Array], tuple[float, Array]], expand: Callable[[Array], dict[str, Array]]
) -> Any:
    """Return a density as nutpie samples it in w, with z = center + factor w, called from Python."""
    import_nutpie()
    from nutpie.compiled_pyfunc import from_pyfunc

    size = len(start.center)

    def density(w: Array) -> tuple[float, Array]:
        value, grad = inner(start.center + start.factor @ w)
        return value, grad @ start.factor

    def expanded(w: Array) -> dict[str, Array]:
        return expand(start.center + start.factor @ w)

    dtypes, shapes = [np.dtype("float64")], [(size,)]
    return from_pyfunc(size, lambda: density, lambda *_: expanded, dtypes, shapes, ["theta"])


def _near_zero(size: int) -> Callable[[int], Array]:
    def start(seed: int) -> Array:
        return np.random.default_rng(seed).uniform(-1.0, 1.0, size)

    return start


def log_densities(layout: Packed, z: Array) -> Array:
    """Return log prior + log likelihood of draws on the unbounded scale, shape (draws,)."""
    density = density_of(layout)
    return np.array([density(row)[0] for row in np.ascontiguousarray(z)])


def unbounded(parameters: Sequence[Parameter], theta: Array) -> Array:
    """Return draws, shape (draws, parameters), on the scale on which they are sampled; it undoes ``constrain_all``."""
    places = {p.label: k for k, p in enumerate(parameters)}
    place = np.column_stack([_place(p.prior, theta[:, k]) for k, p in enumerate(parameters)])
    z = place.copy()
    for k, parameter in enumerate(parameters):
        if parameter.follows is not None:
            spread = 1.0 if parameter.spread is None else theta[:, places[parameter.spread]]
            z[:, k] = (place[:, k] - place[:, places[parameter.follows]]) / (parameter.looseness * spread)
    return z


def middles(parameters: Sequence[Parameter]) -> Array:
    """Return the middle of every prior on the unbounded scale, shape (parameters,)."""
    return np.array([0.0 if p.follows else _middle(p.prior) for p in parameters])


def _middle(prior: Prior) -> float:
    """Return the middle of a prior on the unbounded scale."""
    a = (*prior.arguments, 0.0)
    match prior.family:
        case "Beta":
            return float(np.log(a[0] / a[1]))
        case "HalfNormal" | "Gamma":
            return 0.0
        case _:
            return a[0]


def _place(prior: Prior, values: Array) -> Array:
    match prior.family:
        case "Normal":
            return values
        case "Beta":
            return np.asarray(logit(values))
        case "LogNormal":
            return np.log(values)
        case "HalfNormal":
            return _half_normal_score(values / prior.arguments[0])
        case _:  # Gamma
            return _half_normal_score(values * prior.arguments[1] / prior.arguments[0])


def _half_normal_score(values: Array) -> Array:
    """Return the standard normal number below which lies the probability of a half-normal one below ``values``."""
    scaled = values / np.sqrt(2.0)
    return np.asarray(np.where(values < 1.0, ndtri(erf(scaled)), -ndtri(erfc(scaled))))
