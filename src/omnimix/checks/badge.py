"""Does a channel's return rest on the data or on what was believed before?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from omnimix.labels import CHANNEL, CONTRIBUTION_SHARE, NODE, PARENT
from omnimix.mechanics import Array, Slot, design, draw_prior, slots, worths
from omnimix.mechanics.parameters import STAGE_EFFECT
from omnimix.posterior import Posterior

PRIOR, BOTH, DATA = "prior", "both", "data"
FROM_DATA, FROM_PRIOR = 0.4, 0.7  # posterior over prior width of the 90 % interval: below and above
PRIOR_DRAWS = 8_000
ENDS = (0.05, 0.95)

Drawn = dict[tuple[str, str], Array]  # (node, channel or parent) -> draws


def rests_on(posterior: Posterior) -> pd.Series:
    """Return ``data``, ``both`` or ``prior`` by channel: how much of what was open the data have settled.

    Compared are the 90 % intervals, before and after the data, of the channel's value over all outcomes and paths.
    """
    ratio = settled(posterior)
    words = np.where(ratio < FROM_DATA, DATA, np.where(ratio > FROM_PRIOR, PRIOR, BOTH))
    return pd.Series(words, index=ratio.index)


def settled(posterior: Posterior) -> pd.Series:
    """Return the width of the posterior over that of the prior interval of every channel's value."""
    before, after = _values(posterior, _prior(posterior)), _values(posterior, _posterior(posterior))
    widths = [np.diff(np.quantile(part[c], ENDS))[0] for c in before for part in (after, before)]
    return pd.Series(np.divide(widths[::2], widths[1::2]), index=list(before))


def _prior(posterior: Posterior) -> Drawn:
    funnel, learned = posterior.funnel, posterior.learned
    wanted = slots(funnel, learned, design(funnel, learned, learned.window_weeks, None))
    draws = draw_prior(funnel, learned, wanted, size=PRIOR_DRAWS)
    return {
        (s.node, _other(s)): draws[:, k] for k, s in enumerate(wanted) if s.name in (CONTRIBUTION_SHARE, STAGE_EFFECT)
    }


def _other(slot: Slot) -> str:
    return slot.channel or slot.parent or ""


def _posterior(posterior: Posterior) -> Drawn:
    funnel = posterior.funnel
    out = {}
    for node in funnel.nodes:
        for channel in funnel.drivers(node):
            place = {NODE: node.name, CHANNEL: channel.name}
            out[node.name, channel.name] = posterior.numbers(CONTRIBUTION_SHARE, **place)
        for parent in node.parents:
            out[node.name, parent] = posterior.numbers(STAGE_EFFECT, **{NODE: node.name, PARENT: parent})
    return out


def _values(posterior: Posterior, drawn: Drawn) -> dict[str, Array]:
    """Return every channel's value over all outcomes and paths as a share of that of all outcomes."""
    funnel = posterior.funnel
    size = next(iter(drawn.values())).size
    worth = {n: np.full(size, w) for n, w in worths(funnel, posterior.learned).items()}
    for node in reversed(funnel.nodes):
        for parent in node.parents:
            worth[parent] = worth[parent] + drawn[node.name, parent] * worth[node.name]
    return {
        c.name: np.sum([worth[n.name] * drawn[n.name, c.name] for n in funnel.nodes if c in funnel.drivers(n)], axis=0)
        for c in funnel.channels
    }
