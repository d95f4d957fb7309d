"""The model written again, plainly and slowly, in PyTensor: what the compiled density must equal."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytensor
import pytensor.tensor as pt
from pytensor.compile.mode import Mode

import omnimix as om
from omnimix.mechanics import design, learn, slots, total_prior


def _kernel(name: str, lags: np.ndarray, p0: Any, p1: Any) -> Any:
    raw = {
        "gamma": lambda: (lags + 1.0) ** p1 * p0**lags,
        "geometric": lambda: p0**lags,
        "delayed": lambda: p0 ** ((lags - p1) ** 2),
        "weibull": lambda: ((lags + 1) / p0) ** (p1 - 1) * pt.exp(-(((lags + 1) / p0) ** p1)) * p1 / p0,
        "none": lambda: pt.as_tensor_variable((lags == 0) * 1.0),
    }[name]()
    return raw / raw.sum()


def _saturation(name: str, u: Any, p0: Any, p1: Any) -> Any:
    safe = pt.switch(u > 0, u, 1.0)
    return {
        "hill": lambda: pt.switch(u > 0, safe**p1 / (safe**p1 + p0**p1), 0.0),
        "logistic": lambda: pt.tanh(np.arctanh(0.5) * u / p0),
        "michaelis_menten": lambda: u / (u + p0),
        "none": lambda: u,
    }[name]()


def _log_prior(prior: om.Prior, z: Any) -> tuple[Any, Any]:
    """Return the parameter and its log density on the unbounded scale, Jacobian included."""
    a = prior.arguments
    half_log = 0.5 * np.log(2 * np.pi)
    if prior.family == "Normal":
        return z, -0.5 * ((z - a[0]) / a[1]) ** 2 - np.log(a[1]) - half_log
    if prior.family == "Beta":
        x = pt.sigmoid(z)
        constant = pt.gammaln(a[0] + a[1]) - pt.gammaln(a[0]) - pt.gammaln(a[1])
        return x, constant + a[0] * pt.log(x) + a[1] * pt.log1p(-x)
    if prior.family == "HalfNormal":  # by its quantiles: the probability below the parameter is Phi(z)
        x = a[0] * np.sqrt(2) * pt.erfinv(0.5 * pt.erfc(-z / np.sqrt(2)))
        density = np.log(2) - half_log - np.log(a[0]) - 0.5 * (x / a[0]) ** 2
        return x, density + pt.log(pt.grad(x, z))
    if prior.family == "Gamma":  # on the same scale, times its mean
        x = a[0] / a[1] * np.sqrt(2) * pt.erfinv(0.5 * pt.erfc(-z / np.sqrt(2)))
        density = a[0] * np.log(a[1]) - pt.gammaln(a[0]) + (a[0] - 1) * pt.log(x) - a[1] * x
        return x, density + pt.log(pt.grad(x, z))
    x = pt.exp(z)
    density = {
        "LogNormal": lambda: -half_log - np.log(a[1]) - pt.log(x) - 0.5 * ((pt.log(x) - a[0]) / a[1]) ** 2,
    }[prior.family]()
    return x, density + z


def reference_density(funnel: om.Funnel, panel: om.Panel) -> Any:
    """Compile z -> (log posterior, gradient) of the same model with a dense covariance matrix."""
    learned = learn(funnel, panel)
    controls = panel.frame[list(funnel.controls)] if funnel.controls else None
    window = design(funnel, learned, learned.window_weeks, controls)
    order = slots(funnel, learned, window)
    z = pt.dvector("z")
    terms: list[Any] = []
    value: dict[tuple[str, str | None, str], Any] = {}
    for k, slot in enumerate(order):
        parameter, density = _log_prior(slot.prior, z[k])
        terms.append(density)
        value[slot.node, slot.channel or slot.term, slot.name] = parameter
    for node, scale in zip(funnel.nodes, learned.nodes, strict=True):
        terms.append(_node(funnel, panel, learned, window, node, scale, value))
        terms.append(_split(total_prior(funnel, learned, node), node.name, value))
    total = pt.stack([pt.as_tensor_variable(t).astype("float64") for t in terms]).sum()
    return pytensor.function([z], [total, pytensor.grad(total, z)], mode=Mode(linker="py", optimizer=None))


def _split(joint: Any, node: str, value: Any) -> Any:
    """Return log p(total) + log Dirichlet(split), with its Jacobian, less the gamma factors already counted."""
    if not joint.channels:
        return 0.0
    shares = pt.stack([value[node, c, "contribution_share"] for c in joint.channels])
    alpha, total, count = np.array(joint.concentrations), shares.sum(), len(joint.channels)
    a = joint.total.arguments
    of_total = a[0] * np.log(a[1]) - pt.gammaln(a[0]) + (a[0] - 1) * pt.log(total) - a[1] * total
    of_split = pt.gammaln(alpha.sum()) - pt.gammaln(alpha).sum() + ((alpha - 1) * pt.log(shares / total)).sum()
    counted = alpha * np.log(joint.rate) - pt.gammaln(alpha) + (alpha - 1) * pt.log(shares) - joint.rate * shares
    return of_total + of_split - (count - 1) * pt.log(total) - counted.sum()


def _media(funnel: om.Funnel, panel: om.Panel, learned: Any, node: Any, value: Any) -> Any:
    mean: Any = 0.0
    for channel in funnel.drivers(node):
        x = (
            panel.frame[channel.exposure_column].reindex(learned.weeks).to_numpy()
            / learned.typical_exposure[channel.name]
        )
        names = [p.name for p in channel.curves[0].parameters], [p.name for p in channel.curves[1].parameters]
        (a0, a1), (s0, s1) = (
            [value[node.name, channel.name, n] for n in group] + [1.0] * (2 - len(group)) for group in names
        )
        lagged = np.array([np.concatenate([np.zeros(k), x[: len(x) - k]]) for k in range(channel.lags)])
        u = _kernel(channel.adstock, np.arange(channel.lags), a0, a1) @ lagged
        response = _saturation(channel.saturation, u, s0, s1)
        mean += value[node.name, channel.name, "contribution_share"] * response / response[learned.window :].mean()
    return mean


def _node(funnel: Any, panel: Any, learned: Any, window: Any, node: Any, scale: Any, value: Any) -> Any:
    raw = panel.frame[node.name].reindex(learned.window_weeks).to_numpy()
    series = ((np.log(raw) if scale.log else raw) - scale.shift) / scale.scale - (0.0 if scale.log else 1.0)
    seen = np.isfinite(series)
    scales = [
        value[node.name, None, f"{g}_scale"] if g in ("level", "season", "holiday") else pt.constant(1.0)
        for g in window.groups
    ]
    columns = pt.as_tensor_variable((window.matrix * window.sds(scale))[seen]) * pt.stack(scales)[None, :]
    residual = series[seen] - _media(funnel, panel, learned, node, value)[learned.window :][np.flatnonzero(seen)]
    noise, weeks = value[node.name, None, "noise"], int(seen.sum())
    if node.likelihood == "student_t":
        freedom = value[node.name, None, "degrees_of_freedom"]
        raw_terms = pt.stack([value[node.name, t, "raw_baseline"] for t in window.terms])
        ratio = (residual - columns @ raw_terms) / noise
        constant = (
            pt.gammaln((freedom + 1) / 2) - pt.gammaln(freedom / 2) - 0.5 * pt.log(freedom * np.pi) - pt.log(noise)
        )
        return (constant - (freedom + 1) / 2 * pt.log1p(ratio**2 / freedom)).sum()
    covariance = noise**2 * pt.eye(weeks) + columns @ columns.T
    # By a Cholesky factor: PyTensor's slogdet passes through the determinant, which underflows at small noise.
    log_det = 2 * pt.log(pt.diagonal(pt.linalg.cholesky(covariance))).sum()
    quadratic = residual @ pt.linalg.solve(covariance, residual)
    return -0.5 * (weeks * np.log(2 * np.pi) + log_det + quadratic)
