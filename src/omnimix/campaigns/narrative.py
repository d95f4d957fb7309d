"""What the figures of chains and links mean, in plain sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from omnimix.campaigns.columns import CAMPAIGN, LEADS, STEP, VISITS
from omnimix.campaigns.money import PLATFORM_ROAS
from omnimix.labels import CHAIN, LOWER, MEDIAN, ROAS, SPEND, UPPER
from omnimix.words import Language

LARGEST_WRITTEN = 1e15  # beyond it digits mean nothing
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
        own=roas(own, words.code),
        chain=roas(chain, words.code),
        hurdle=roas(hurdle, words.code),
        brings=f"{number(link[brings], words.code)} {words.name(brings)}" if brings else "",
        alone=words.say("alone_none") if math.isnan(own) else words.say("alone_is", roas=roas(own, words.code)),
        side=words.say("side_above" if chain >= hurdle else "side_below"),
    )


def chain_sentence(chain: Mapping[str, Any], hurdle: float, margin: float, words: Language) -> str:
    """Say what a chain earns."""
    return words.say(
        "chain" if math.isfinite(chain[ROAS]) else "chain_unknown",
        chain=chain[CHAIN],
        roas=roas(chain[ROAS], words.code),
        revenue=number(chain["revenue"], words.code),
        spend=number(chain[SPEND], words.code),
        margin="" if margin == 1.0 else words.say("margin", margin=percent(margin, words.code)),
        side=words.say("side_above" if chain[ROAS] >= hurdle else "side_below"),
        hurdle=roas(hurdle, words.code),
    )


def weakest_sentence(row: Mapping[str, Any], words: Language) -> str:
    """Say where a campaign loses most against its peers, or that no step is clearly weak."""
    return words.say(
        "weak" if row["probability_below_peers"] >= LIKELY else "not_weak",
        campaign=row[CAMPAIGN],
        source=words.name(row["source"]),
        target=words.name(row["target"]),
        own=percent(row["own_rate"], words.code),
        usual=percent(row["peers_rate"], words.code),
        probability=chance(row["probability_below_peers"], words.code),
        lost=counted(row[MEDIAN], words.code),
        unit=words.name(row["lost"]),
        lower=counted(row[LOWER], words.code),
        upper=counted(row[UPPER], words.code),
        interval=f"{row['interval']:.0%}",
    )


def break_even_sentence(row: Mapping[str, Any], hurdle: float, words: Language) -> str:
    """Say what the next step must reach; nothing where revenue or spend do not tell."""
    if not math.isfinite(row["break_even_rate"]):
        return ""
    return words.say(
        "out_of_reach" if row["break_even_rate"] > 1 else "needed",
        chain=row[CHAIN],
        step=row[STEP],
        rate=percent(row["break_even_rate"], words.code),
        fed=number(row["fed"], words.code),
        unit=words.name(row["fed_by"]),
        hurdle=roas(hurdle, words.code),
        own=percent(row["observed"], words.code),
        lower=percent(row[LOWER], words.code),
        upper=percent(row[UPPER], words.code),
        probability=chance(row["probability"], words.code),
    )


def number(value: float, language: str, digits: int | None = None) -> str:
    """Write an amount in a language's own marks; small ones with three digits that count, what is not known as -.

    >>> number(12345.6, "en"), number(12345.6, "nl"), number(1.5, "nl", 2)
    ('12,346', '12.346', '1,50')
    """
    if not math.isfinite(value):
        return "-"
    if abs(value) >= LARGEST_WRITTEN:
        return f"{value:.3g}"
    small = 0 < abs(value) < 100 and not float(value).is_integer()
    text = f"{value:,.{digits}f}" if digits is not None else f"{value:,.3g}" if small else f"{value:,.0f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "nl" else text


def roas(value: float, language: str) -> str:
    """Write a ROAS with two decimals, or three digits that count where it is below a tenth.

    >>> roas(2.345, "nl"), roas(0.0123, "en"), roas(0.0, "en")
    ('2,35', '0.0123', '0.00')
    """
    return number(value, language) if 0 < abs(value) < 0.1 else number(value, language, 2)


def counted(value: float, language: str) -> str:
    """Write an estimated count: whole from ten on.

    >>> counted(139.6, "en"), counted(-0.42, "nl")
    ('140', '-0,42')
    """
    return number(round(value) if abs(value) >= 9.95 else float(f"{value:.2g}"), language)


def percent(value: float, language: str) -> str:
    """Write a share: one decimal from ten percent on, two from one percent on, below that two digits that count.

    >>> percent(0.0123, "en"), percent(0.256, "nl"), percent(0.00034, "en")
    ('1.23%', '25,6%', '0.034%')
    """
    if not math.isfinite(value):
        return "-"
    whole = 100.0 * value
    digits = 1 if whole >= 9.995 or whole == 0 else 2 if whole >= 0.0995 else min(1 - math.floor(math.log10(whole)), 6)
    text = f"{whole:.{digits}f}"
    return (text.replace(".", ",") if language == "nl" else text) + "%"


def chance(value: float, language: str) -> str:
    """Write a probability in whole percent; what is not certain is not called so.

    >>> chance(0.999, "en"), chance(0.41, "nl")
    ('>99%', '41%')
    """
    if not math.isfinite(value):
        return "-"
    return ">99%" if value > 0.99 else "<1%" if value < 0.01 else f"{value:.0%}"
