"""The same model as an open PyMC model: ordinary priors, and the compiled density as one operation.

A data scientist reads it, draws from its prior, changes its priors and hands it back to `fit(..., model=...)`. Its
likelihood is the compiled density; a test holds it against a plain PyTensor density of the same equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pymc as pm
import pytensor.tensor as pt
from numba import njit
from pytensor.graph.basic import Apply
from pytensor.graph.op import Op
from pytensor.link.numba.dispatch.basic import register_funcify_default_op_cache_key

from omnimix.data import Panel
from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, NODE
from omnimix.mechanics import Array, Learned, NodeScale, Slot, TotalPrior, learn, total_prior
from omnimix.mechanics.parameters import RAW_BASELINE
from omnimix.model.layout import Layout, node_block
from omnimix.model.native import DIGEST, machine
from omnimix.model.prepare import build_layout
from omnimix.spec import FAMILIES, Funnel


class NodeDensity(Op):  # type: ignore[misc]
    """Log density of one node's observed weeks at a parameter vector, with its gradient as second output."""

    __props__ = ("node",)

    def __init__(self, node: int) -> None:
        self.node = node

    def make_node(self, *inputs: Any) -> Any:
        """Take parameters, ``ints`` and ``floats``; give the log density and its gradient."""
        theta, ints, floats = (pt.as_tensor_variable(x) for x in inputs)
        return Apply(self, [theta, ints, floats], [pt.dscalar(), pt.dvector()])

    def perform(self, node: Any, inputs: Sequence[Array], output_storage: Any) -> None:
        """Evaluate with the compiled density."""
        theta, ints, floats = inputs
        gradient = np.zeros(theta.shape[0])
        value = machine().node_likelihood(ints, floats, self.node, np.ascontiguousarray(theta), gradient)
        output_storage[0][0], output_storage[1][0] = np.asarray(value), gradient

    def pullback(self, inputs: Any, outputs: Any, cotangents: Any) -> list[Any]:
        """Multiply the gradient that was computed along with the value."""
        flat = [pt.zeros_like(x).astype("float64") for x in inputs[1:]]
        return [cotangents[0] * outputs[1], *flat]


@register_funcify_default_op_cache_key(NodeDensity)
def _numba_density(op: NodeDensity, **_: Any) -> tuple[Any, int]:
    number, entry = op.node, machine().node_likelihood

    @njit
    def density(theta, ints, floats):  # type: ignore[no-untyped-def]
        gradient = np.zeros(theta.shape[0])
        value = entry(ints, floats, number, theta, gradient)
        return np.asarray(value), gradient

    return density, DIGEST


def build_model(funnel: Funnel, panel: Panel, *, learned: Learned | None = None) -> pm.Model:
    """Build the PyMC model of a funnel on a panel.

    Its free variables are the parameters of the posterior on the model's scale; the coefficients of the baseline
    are integrated out. One observed variable a node holds its observed weeks in its own units.

    Raises :class:`DataError` where an outcome cannot be scaled.
    """
    learned = learned or learn(funnel, panel)
    layout = build_layout(funnel, panel, learned)
    coords: dict[str, Any] = {NODE: [n.name for n in funnel.nodes], CHANNEL: list(funnel.channel_names)}
    with pm.Model(coords=coords) as model:
        theta = _parameters(funnel, learned, layout, coords)
        pm.Deterministic("parameters", theta)
        for number, scale in enumerate(learned.nodes):
            _observe(layout, learned, panel, number, scale, theta)
    return model


def _parameters(funnel: Funnel, learned: Learned, layout: Layout, coords: dict[str, Any]) -> Any:
    """Declare every parameter as an ordinary PyMC variable and return them in the order of the density."""
    pieces: list[Any] = [None] * len(layout.slots)
    for node in funnel.nodes:
        joint = total_prior(funnel, learned, node)
        for name, share in zip(joint.channels, _total_and_split(node.name, joint), strict=True):
            pieces[_place(layout, node.name, name)] = share
    for name in dict.fromkeys(s.name for s in layout.slots):
        at = [k for k, s in enumerate(layout.slots) if s.name == name and pieces[k] is None]
        if at:
            for k, piece in zip(at, _declare(name, [layout.slots[k] for k in at], coords), strict=True):
                pieces[k] = piece
    return pt.stack(pieces)


def _place(layout: Layout, node: str, channel: str) -> int:
    wanted = (node, channel, CONTRIBUTION_SHARE)
    return next(k for k, s in enumerate(layout.slots) if (s.node, s.channel, s.name) == wanted)


def _total_and_split(node: str, joint: TotalPrior) -> list[Any]:
    """Declare the share that media bring to a node and how the channels divide it; return each one's share."""
    if not joint.channels:
        return []
    arguments = dict(zip(FAMILIES[joint.total.family].arguments, joint.total.arguments, strict=True))
    total = getattr(pm, joint.total.family)(f"{node}_media_share", **arguments)
    if len(joint.channels) == 1:
        return [total]
    dim = f"{node}_split_channel"
    pm.modelcontext(None).add_coord(dim, list(joint.channels))
    split = pm.Dirichlet(f"{node}_split", np.array(joint.concentrations), dims=dim)
    shares = pm.Deterministic(f"{node}_{CONTRIBUTION_SHARE}", total * split, dims=dim)
    return [shares[k] for k in range(len(joint.channels))]


def _declare(name: str, members: list[Slot], coords: dict[str, Any]) -> list[Any]:
    families = {s.prior.family for s in members}
    if len(families) > 1:  # one variable a family where channels differ in it
        parts = {
            f: _declare(f"{name}_{f.lower()}", [s for s in members if s.prior.family == f], coords) for f in families
        }
        order = {f: iter(v) for f, v in parts.items()}
        return [next(order[s.prior.family]) for s in members]
    family = FAMILIES[members[0].prior.family]
    arguments = {a: np.array([s.prior.arguments[k] for s in members]) for k, a in enumerate(family.arguments)}
    dims = _dims(members, coords)
    shape = [len(coords[d]) for d in dims] if dims else [len(members)]
    if not dims:
        dims = (f"{name}_at",)
        pm.modelcontext(None).add_coord(dims[0], [s.label.rsplit("/", 1)[0] for s in members])
    shaped = {a: v.reshape(shape) for a, v in arguments.items()}
    variable = getattr(pm, family.name)(name, **shaped, dims=dims)
    flat = variable.reshape((len(members),))
    return [flat[k] for k in range(len(members))]


def _dims(members: list[Slot], coords: dict[str, Any]) -> tuple[str, ...]:
    """Return (node, channel) or (node,) where the members fill that grid in order, else nothing."""
    places = [(s.node, s.channel) for s in members]
    if any(s.term for s in members):
        return ()
    if places == [(n, c) for n in coords[NODE] for c in coords[CHANNEL]]:
        return (NODE, CHANNEL)
    return (NODE,) if places == [(n, None) for n in coords[NODE]] else ()


def _observe(layout: Layout, learned: Learned, panel: Panel, number: int, scale: NodeScale, theta: Any) -> None:
    block = node_block(layout, number)
    index = layout.ints[block.index_at : block.index_at + block.seen]
    weeks = learned.weeks[index]
    observed = panel.frame[scale.name].reindex(weeks).to_numpy(dtype=float)
    pm.modelcontext(None).add_coord(f"{scale.name}_week", [str(w.date()) for w in weeks])
    density = NodeDensity(number)

    def log_density(value: Any, parameters: Any, _: Any) -> Any:
        return density(parameters, layout.ints, layout.floats)[0]

    def draw(parameters: Array, _: Any, rng: np.random.Generator | None = None, size: Any = None) -> Array:
        return draw_outcome(layout, number, scale, np.asarray(parameters), rng or np.random.default_rng())

    pm.CustomDist(
        scale.name,
        theta,
        index.astype(float),  # tells PyMC how many weeks a draw has
        logp=log_density,
        random=draw,
        signature="(p),(w)->(w)",
        observed=observed,
        dims=f"{scale.name}_week",
    )


def draw_outcome(layout: Layout, number: int, scale: NodeScale, theta: Array, generator: np.random.Generator) -> Array:
    """Draw the observed weeks of one node given the parameters, its baseline drawn from its prior; own units."""
    block = node_block(layout, number)
    mean = np.empty(int(layout.ints[2]))
    machine().node_mean(layout.ints, layout.floats, number, np.ascontiguousarray(theta), mean)
    index = layout.ints[block.index_at : block.index_at + block.seen]
    design = layout.floats[block.design_at : block.design_at + block.terms * block.seen].reshape(block.terms, -1)
    names = {s.name: k for k, s in enumerate(layout.slots) if s.node == scale.name and s.term is None}
    raw = generator.standard_normal(block.terms)
    if block.student:
        raw = theta[[k for k, s in enumerate(layout.slots) if s.node == scale.name and s.name == RAW_BASELINE]]
        noise = generator.standard_t(theta[names["degrees_of_freedom"]], size=block.seen)
    else:
        noise = generator.standard_normal(block.seen)
    groups = layout.ints[block.groups_at : block.groups_at + block.terms]
    positions = layout.ints[block.positions_at : block.positions_at + 4]
    scales = np.array([theta[positions[g]] if g >= 0 else 1.0 for g in groups])
    start = 0.0 if scale.log else 1.0
    series = start + mean[index] + (raw * scales) @ design + theta[names["noise"]] * noise
    return np.exp(scale.shift + series) if scale.log else scale.shift + scale.scale * series
