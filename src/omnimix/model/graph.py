"""The same model as an open PyMC model: ordinary priors, and the compiled density as one operation.

A data scientist reads it, draws from its prior, changes its priors and hands it back to `fit(..., model=...)`. There is
one observed variable for every stage and outcome, and one for the spend of every channel that answers to a stage. Their
likelihood is the compiled density; a test holds it against a plain PyTensor density of the same equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pymc as pm
import pytensor.tensor as pt
from numba import njit
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import register_funcify_default_op_cache_key

from omnimix.data import Panel, with_sums
from omnimix.labels import CHANNEL, NODE
from omnimix.mechanics import Array, Scaling, fit_scaling
from omnimix.mechanics.tracker import Tracker, tracker_of
from omnimix.model.build import build_layout
from omnimix.model.native import DIGEST, machine
from omnimix.model.predictive import Generative
from omnimix.model.variables import declare_all
from omnimix.spec import Funnel


class NodeDensity(Op):  # type: ignore[misc]
    """Log density of one equation's observed weeks at a parameter vector, with its gradient as second output."""

    __props__ = ("equation",)

    def __init__(self, equation: int) -> None:
        self.equation = equation

    def make_node(self, *inputs: Any) -> Any:
        """Take parameters and packed tables; give the log density and its gradient."""
        return Apply(self, [pt.as_tensor_variable(x) for x in inputs], [pt.dscalar(), pt.dvector()])

    def perform(self, node: Any, inputs: Sequence[Array], output_storage: Any) -> None:
        """Evaluate with the compiled density."""
        theta, packed = inputs
        gradient = np.zeros(theta.shape[0])
        value = machine().likelihood(packed, np.ascontiguousarray(theta), gradient, self.equation)
        output_storage[0][0], output_storage[1][0] = np.asarray(value), gradient

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        """Multiply the gradient that was computed along with the value."""
        return [cotangents[0] * outputs[1], pt.zeros_like(inputs[1]).astype("float64")]


@register_funcify_default_op_cache_key(NodeDensity)
def _numba_density(op: NodeDensity, **_: Any) -> tuple[Any, int]:
    number, entry = op.equation, machine().likelihood

    @njit
    def density(theta, packed):  # type: ignore[no-untyped-def]
        gradient = np.zeros(theta.shape[0])
        value = entry(packed, theta, gradient, number)
        return np.asarray(value), gradient

    return density, DIGEST


def build_model(funnel: Funnel, panel: Panel, *, scaling: Scaling | None = None) -> pm.Model:
    """Build the PyMC model of a funnel on a panel.

    Its free variables are totals, how paths and channels share them, and the other parameters of the posterior on the
    model's scale; coefficients of the baseline are integrated out. Every observed variable holds the observed weeks of
    a node, or of the spend that answers to one, in their own units. Drawn from the prior, a node follows the weeks
    that were drawn for its parents; spend is as it was. A survey that follows the slow stock is one more.

    Raises :class:`DataError` where a node cannot be scaled.
    """
    panel = with_sums(panel, funnel.roles)
    scaling = scaling or fit_scaling(funnel, panel)
    layout = build_layout(funnel, panel, scaling)
    coords: dict[str, Any] = {NODE: [s.name for s in scaling.equations], CHANNEL: list(funnel.channel_names)}
    columns = [n.name for n in funnel.nodes] + [c.spend_column for c in funnel.responding]
    with pm.Model(coords=coords) as model:
        theta = declare_all(funnel, scaling, layout.parameters)
        pm.Deterministic("parameters", theta)
        generative = Generative(funnel, scaling, layout)
        for number, (scale, column) in enumerate(zip(scaling.equations, columns, strict=True)):
            series = panel.series(column).reindex(scaling.weeks)
            _observe(generative, number, scale.name, series, theta)
        tracker = tracker_of(funnel, scaling, panel)
        if tracker is not None and funnel.roles.tracker is not None:
            _observe_survey(generative, funnel.roles.tracker[0], tracker, theta)
    return model


def _observe_survey(generative: Generative, name: str, tracker: Tracker, theta: Any) -> None:
    """Declare the weeks in which people were asked; the survey reads parameters alone."""
    model, layout, index = pm.modelcontext(None), generative.layout, np.flatnonzero(tracker.seen)
    model.add_coord(f"{name}_week", [str(w.date()) for w in generative.scaling.weeks[index]])
    density = NodeDensity(len(layout.tables.cells))

    def log_density(_: Any, parameters: Any, *__: Any) -> Any:
        return density(parameters, layout.packed)[0]

    def draw(parameters: Array, _: Any, rng: np.random.Generator | None = None, size: Any = None) -> Array:
        return generative.draw_survey(tracker, np.asarray(parameters), rng or np.random.default_rng())

    pm.CustomDist(
        name,
        theta,
        index.astype(float),
        logp=log_density,
        random=draw,
        signature="(p),(w)->(w)",
        observed=tracker.share[index],
        dims=f"{name}_week",
    )


def _observe(generative: Generative, number: int, name: str, series: pd.Series[float], theta: Any) -> None:
    """Declare the known weeks of an equation; the nodes that it reads are inputs of its draws only."""
    model, layout = pm.modelcontext(None), generative.layout
    index, read = generative.known(number), generative.read(number)
    model.add_coord(f"{name}_week", [str(w.date()) for w in series.index[index]])
    density = NodeDensity(number)

    def log_density(_: Any, parameters: Any, *__: Any) -> Any:
        return density(parameters, layout.packed)[0]

    def draw(parameters: Array, _: Any, *given: Any, rng: np.random.Generator | None = None, size: Any = None) -> Array:
        earlier = {n: np.asarray(x) for n, x in zip(read, given, strict=False)}
        return generative.draw(number, np.asarray(parameters), earlier, rng or np.random.default_rng())

    sizes = ",".join(["(p)", "(w)", *(f"(w{k})" for k in range(len(read)))])
    pm.CustomDist(
        name,
        theta,
        index.astype(float),  # tells PyMC how many weeks a draw has
        *(model[n] for n in read),
        logp=log_density,
        random=draw,
        signature=f"{sizes}->(w)",
        observed=series.to_numpy(dtype=float)[index],
        dims=f"{name}_week",
    )
