"""Credit by every method side by side, from the counts of all journeys."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from omnimix.attribution.counts import RULES, Counts
from omnimix.attribution.markov import in_proportion, removal_effects
from omnimix.attribution.shapley import shapley
from omnimix.labels import CHANNEL

MARKOV, SHAPLEY, REMOVAL_EFFECT = "markov", "shapley", "removal_effect"
CHAINS: Mapping[str, int] = {MARKOV: 1, "markov_2": 2, "markov_3": 3}
METHODS = (*RULES, *CHAINS, SHAPLEY)


def credit(counts: Counts) -> pd.DataFrame:
    """Return orders and value that each method credits to each channel, and removal effects.

    One row a channel: a column a method in orders, ``removal_effect`` (share of orders lost without the channel, from
    the chain of order 1), and for each method ``value_<method>``. Each method's column adds up to all orders that had a
    touch before them, and to their value.
    """
    table = pd.DataFrame({CHANNEL: counts.channels})
    effects = {name: removal_effects(counts.steps_of_order(memory)) for name, memory in CHAINS.items()}
    places = range(len(counts.channels))
    for prefix, total, rules, which in (
        ("", counts.orders, counts.rules, 0),
        ("value_", counts.value, counts.rules_value, 1),
    ):
        for k, name in enumerate(RULES):
            table[f"{prefix}{name}"] = rules[:, k]
        for name, lost in effects.items():
            divided = in_proportion(lost, total)
            table[f"{prefix}{name}"] = [divided[channel] for channel in counts.channels]
        brought = {members: worth[which] for members, worth in counts.sets.items()}
        table[f"{prefix}{SHAPLEY}"] = shapley(brought, len(places))
    table.insert(len(METHODS) + 1, REMOVAL_EFFECT, [effects[MARKOV][channel] for channel in counts.channels])
    return table.sort_values([MARKOV, CHANNEL], ascending=[False, True], ignore_index=True)


def shares(table: pd.DataFrame, methods: tuple[str, ...] = METHODS) -> pd.DataFrame:
    """Return the same credit as shares of all orders that had a touch.

    >>> shares(pd.DataFrame({"channel": ["tv", "search"], "last": [1.0, 3.0]}), ("last",))["last"].tolist()
    [0.25, 0.75]
    """
    columns = list(methods)
    return table[[CHANNEL, *columns]].assign(**{name: table[name] / max(table[name].sum(), 1e-300) for name in columns})
