"""What the figures of chains and links mean, in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from omnimix.campaigns.columns import CAMPAIGN, LEADS, STEP, VISITS
from omnimix.campaigns.money import PLATFORM_ROAS
from omnimix.labels import CHAIN, LOWER, MEDIAN, ROAS, SPEND, UPPER
from omnimix.words import Language

LIKELY = 0.9  # from this probability on a campaign is called weaker than its peers


def link_sentence(link: Mapping[str, Any], hurdle: float, alone: bool, words: Language) -> str:
    """Say how a link stands, alone and in its chain."""
    own, chain = float(link[PLATFORM_ROAS]), float(link["chain_roas"])
    below = not own >= hurdle  # a link without tracked revenue shows nothing either
    brings = next((c for c in (LEADS, VISITS) if link[c] > 0), None)
    if math.isnan(link[SPEND]):
        kind = "spend_unknown"
    elif not link[SPEND] > 0:
        kind = "no_spend"
    elif math.isnan(chain):
        kind = "no_revenue"
    elif alone:
        kind = "alone"
    elif below == (chain < hurdle):
        kind = "both_below" if below else "both_above"
    elif not below:
        kind = "flattered"
    elif link["feeds"]:
        kind = "punished" if brings else "feeds_unseen"
    else:
        kind = "not_excused"
    return words.say(
        kind,
        campaign=link[CAMPAIGN],
        own=words.ratio(own),
        chain=words.ratio(chain),
        hurdle=words.ratio(hurdle),
        brings=f"{words.exact(link[brings])} {words.name(brings)}" if brings else "",
        alone=words.say("alone_none") if math.isnan(own) else words.say("alone_is", roas=words.ratio(own)),
        side=words.say("side_above" if chain >= hurdle else "side_below"),
    )


def chain_sentence(chain: Mapping[str, Any], hurdle: float, margin: float, words: Language) -> str:
    """Say what a chain earns."""
    return words.say(
        "chain" if math.isfinite(chain[ROAS]) else "chain_unknown",
        chain=chain[CHAIN],
        roas=words.ratio(chain[ROAS]),
        revenue=words.exact(chain["revenue"]),
        spend=words.exact(chain[SPEND]),
        margin="" if margin == 1.0 else words.say("margin", margin=words.rate(margin)),
        side=words.say("side_above" if chain[ROAS] >= hurdle else "side_below"),
        hurdle=words.ratio(hurdle),
    )


def weakest_sentence(row: Mapping[str, Any], words: Language) -> str:
    """Say where a campaign loses most against its peers, or that no step is clearly weak."""
    return words.say(
        "weak" if row["probability_below_peers"] >= LIKELY else "not_weak",
        campaign=row[CAMPAIGN],
        source=words.name(row["source"]),
        target=words.name(row["target"]),
        own=words.rate(row["own_rate"]),
        usual=words.rate(row["peers_rate"]),
        probability=words.percent(row["probability_below_peers"]),
        lost=words.amount(row[MEDIAN]),
        unit=words.name(row["lost"]),
        lower=words.amount(row[LOWER]),
        upper=words.amount(row[UPPER]),
        interval=words.percent(row["interval"]),
    )


def break_even_sentence(row: Mapping[str, Any], hurdle: float, words: Language) -> str:
    """Say what the next step must reach; nothing where revenue or spend do not tell."""
    if not math.isfinite(row["break_even_rate"]):
        return ""
    return words.say(
        "out_of_reach" if row["break_even_rate"] > 1 else "needed",
        chain=row[CHAIN],
        step=row[STEP],
        rate=words.rate(row["break_even_rate"]),
        fed=words.exact(row["fed"]),
        unit=words.name(row["fed_by"]),
        hurdle=words.ratio(hurdle),
        own=words.rate(row["observed"]),
        lower=words.rate(row[LOWER]),
        upper=words.rate(row[UPPER]),
        probability=words.percent(row["probability"]),
    )
