"""The funnel as it could have been fitted at an origin: without what had not begun by then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from omnimix.spec import Funnel, Node


def known_then(funnel: Funnel, frame: pd.DataFrame) -> tuple[Funnel, tuple[str, ...]]:
    """Return the funnel without channels that never ran and controls that never moved, and the names of these.

    Nobody could have fitted them then. ``frame`` is the weekly table up to the origin.

    >>> frame = pd.DataFrame({"tv": [1.0, 2.0], "radio": [0.0, 0.0], "promo": [0.0, 0.0], "sales": [5.0, 6.0]})
    >>> known_then(Funnel(channels=["tv", "radio"], outcomes=["sales"], controls=["promo"]), frame)
    (Funnel(tv -> sales), ('radio', 'promo'))
    """
    outcomes = frame[[n.name for n in funnel.nodes]].notna().any(axis=1).to_numpy()
    window = frame.iloc[int(outcomes.argmax()) :]
    silent = {c.name for c in funnel.channels if not all((window[x] > 0).any() for x in c.columns)}
    still = {c for c in funnel.controls if window[c].nunique() < 2}
    left_out = (*(n for n in funnel.channel_names if n in silent), *(c for c in funnel.controls if c in still))
    if not left_out or len(silent) == len(funnel.channels):
        return funnel, ()
    then = replace(
        funnel,
        channels=tuple(c for c in funnel.channels if c.name not in silent),
        controls=tuple(c for c in funnel.controls if c not in still),
        stages=tuple(_without(s, silent) for s in funnel.stages),
        outcomes=tuple(_without(o, silent) for o in funnel.outcomes),
    )
    return then, left_out


def _without[AnyNode: Node](node: AnyNode, silent: Iterable[str]) -> AnyNode:
    if node.drivers is None:
        return node
    return replace(node, drivers=tuple(d for d in node.drivers if d not in silent))
