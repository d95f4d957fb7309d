"""What the figures of chains and links mean, in plain sentences, in English and Dutch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from omnimix.campaigns.columns import CAMPAIGN, LEADS, STEP, VISITS
from omnimix.campaigns.money import PLATFORM_ROAS
from omnimix.campaigns.told import Language
from omnimix.labels import CHAIN, LOWER, MEDIAN, ROAS, SPEND, UPPER

LARGEST_WRITTEN = 1e15  # beyond it digits mean nothing
LIKELY = 0.9  # from this probability on a campaign is called weaker than its peers

WARNING = {
    "en": "This describes results as they were tracked; it is not incremental. Tracking credits a campaign with "
    "orders that "
    "would have come without it, can miss an order or count it twice, and does not see what one campaign sets "
    "in motion "
    "for another. What the money caused takes a media mix model or an experiment.",
    "nl": "Dit beschrijft resultaten zoals ze gemeten zijn; het is niet incrementeel. Meting schrijft een campagne ook "
    "bestellingen toe die er zonder haar waren gekomen, kan een bestelling missen of dubbel tellen, en ziet "
    "niet wat de ene "
    "campagne voor de andere in gang zet. Wat het geld heeft veroorzaakt, vraagt een mediamixmodel of een experiment.",
}
ALL_CAMPAIGNS = {"en": "all campaigns", "nl": "alle campagnes"}
COUNT_WORDS = {
    "en": {},
    "nl": {"impressions": "vertoningen", "clicks": "klikken", "visits": "bezoeken", "orders": "bestellingen"},
}

_SENTENCES = {
    "alone": (
        "{campaign} is the only link of its chain and earns {own} on tracked revenue, {side} the hurdle of {hurdle}.",
        "{campaign} is de enige schakel van haar keten en verdient {own} op gemeten omzet, {side} de drempel "
        "van {hurdle}.",
    ),
    "no_spend": (
        "Nothing was spent on {campaign} in this table, so it has no ROAS.",
        "Aan {campaign} is in deze tabel niets uitgegeven; er is dus geen ROAS.",
    ),
    "spend_unknown": (
        "The spend of {campaign} is not known, so neither is its ROAS.",
        "De uitgaven van {campaign} zijn niet bekend; de ROAS dus ook niet.",
    ),
    "no_revenue": (
        "No revenue is tracked in the chain of {campaign}, so its ROAS is not known.",
        "In de keten van {campaign} is geen omzet gemeten; de ROAS is dus niet bekend.",
    ),
    "punished": (
        "Do not judge {campaign} by its own ROAS: {alone}, but it brings {brings} to a chain that earns "
        "{chain}, above the "
        "hurdle of {hurdle}. A last-click reading punishes this link.",
        "Beoordeel {campaign} niet op de eigen ROAS: {alone}, maar zij brengt {brings} in een keten die {chain} "
        "verdient, "
        "boven de drempel van {hurdle}. Wie op de laatste klik stuurt, straft deze schakel ten onrechte.",
    ),
    "feeds_unseen": (
        "{campaign} stands below the hurdle of {hurdle} on its own ({alone}) in a chain that earns {chain}. It "
        "stands before the "
        "step that sells, but no leads or visits are tracked that show what it feeds; find that out before you cut it.",
        "{campaign} blijft op zichzelf onder de drempel van {hurdle} ({alone}) in een keten die {chain} "
        "verdient. Zij staat vóór de "
        "stap die verkoopt, maar er zijn geen leads of bezoeken gemeten die tonen wat zij voedt; zoek dat uit "
        "voor u haar schrapt.",
    ),
    "not_excused": (
        "{campaign} stands below the hurdle of {hurdle} on its own ({alone}) while its chain earns {chain}. No "
        "later step "
        "sells on from it, so the chain does not excuse it: look at this link closely.",
        "{campaign} blijft op zichzelf onder de drempel van {hurdle} ({alone}) terwijl de keten {chain} "
        "verdient. Na haar komt geen "
        "stap die nog verkoopt; de keten praat haar dus niet goed: bekijk deze schakel kritisch.",
    ),
    "flattered": (
        "{campaign} earns {own} on its own, above the hurdle of {hurdle}, but its whole chain earns only "
        "{chain}. A last-click "
        "reading flatters this link: what the others cost is not in its own figure.",
        "{campaign} verdient op zichzelf {own}, boven de drempel van {hurdle}, maar de hele keten slechts "
        "{chain}. Wie op de laatste "
        "klik stuurt, overschat deze schakel: wat de andere kosten, zit niet in haar eigen cijfer.",
    ),
    "both_above": (
        "{campaign} earns {own} on its own and its chain earns {chain}: both reach the hurdle of {hurdle}.",
        "{campaign} verdient op zichzelf {own} en de keten {chain}: beide halen de drempel van {hurdle}.",
    ),
    "both_below": (
        "{campaign} shows below the hurdle of {hurdle} on its own ({alone}), and so does its chain at {chain}.",
        "{campaign} blijft op zichzelf onder de drempel van {hurdle} ({alone}), en de keten met {chain} ook.",
    ),
    "chain": (
        "Chain {chain} earns {roas} for every 1 spent ({revenue} revenue on {spend} spend{margin}), {side} the "
        "hurdle of {hurdle}.",
        "Keten {chain} verdient {roas} per uitgegeven 1 ({revenue} omzet op {spend} uitgaven{margin}), {side} "
        "de drempel van {hurdle}.",
    ),
    "chain_unknown": (
        "The ROAS of chain {chain} is not known: {spend} spend, {revenue} revenue tracked.",
        "De ROAS van keten {chain} is niet bekend: {spend} uitgaven, {revenue} gemeten omzet.",
    ),
    "weak": (
        "{campaign} is weakest from {source} to {target}: {own} against {usual} of its peers ({probability} "
        "likely to be lower). "
        "At the peers' rate it would have had {lost} {unit} more ({interval} interval {lower} to {upper}).",
        "{campaign} is het zwakst van {source} naar {target}: {own} tegen {usual} bij vergelijkbare campagnes "
        "(kans {probability} "
        "dat het lager is). Op hun niveau waren er {lost} {unit} meer geweest ({interval}-interval {lower} tot "
        "{upper}).",
    ),
    "not_weak": (
        "No step of {campaign} is clearly below its peers; nearest is {source} to {target}, {own} against {usual} "
        "({probability} likely to be lower).",
        "Geen stap van {campaign} is duidelijk zwakker dan vergelijkbare campagnes; het meest {source} naar "
        "{target}, {own} tegen "
        "{usual} (kans {probability} dat het lager is).",
    ),
    "needed": (
        "Chain {chain}: {rate} of the {fed} {unit} of step {step} must become an order later on for the chain "
        "to reach the hurdle of "
        "{hurdle}. So far {own} did; allowing for chance and for how rates wander {lower} to "
        "{upper}, {probability} likely to be enough.",
        "Keten {chain}: {rate} van de {fed} {unit} van stap {step} moet later een bestelling worden om de "
        "drempel van {hurdle} te "
        "halen. Tot nu toe {own}; met toeval en schommelingen {lower} tot {upper}, kans dat "
        "dit genoeg is: {probability}.",
    ),
    "out_of_reach": (
        "Chain {chain}: even if every one of the {fed} {unit} of step {step} became an order, the chain would "
        "not reach the hurdle of "
        "{hurdle} at this spend. So far {own} did ({lower} to {upper}).",
        "Keten {chain}: zelfs als elk van de {fed} {unit} van stap {step} een bestelling werd, haalt de keten "
        "bij deze uitgaven de "
        "drempel van {hurdle} niet. Tot nu toe {own} ({lower} tot {upper}).",
    ),
}


def link_sentence(link: Mapping[str, Any], hurdle: float, alone: bool, language: Language) -> str:
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
    brought = f"{number(link[brings], language)} {count_word(brings, language)}" if brings else ""
    return _say(
        kind, language, campaign=link[CAMPAIGN], own=roas(own, language), chain=roas(chain, language),
        hurdle=roas(hurdle, language), brings=brought, alone=_alone(own, language),
        side=_side(chain >= hurdle, language),
    )  # fmt: skip


def chain_sentence(chain: Mapping[str, Any], hurdle: float, margin: float, language: Language) -> str:
    """Say what a chain earns."""
    known = math.isfinite(chain[ROAS])
    share = "" if margin == 1.0 else f", {'marge' if language == 'nl' else 'margin'} {percent(margin, language)}"
    return _say(
        "chain" if known else "chain_unknown", language, chain=chain[CHAIN], roas=roas(chain[ROAS], language),
        revenue=number(chain["revenue"], language), spend=number(chain[SPEND], language), margin=share,
        side=_side(chain[ROAS] >= hurdle, language), hurdle=roas(hurdle, language),
    )  # fmt: skip


def weakest_sentence(row: Mapping[str, Any], language: Language) -> str:
    """Say where a campaign loses most against its peers, or that no step is clearly weak."""
    kind = "weak" if row["probability_below_peers"] >= LIKELY else "not_weak"
    return _say(
        kind, language, campaign=row[CAMPAIGN], source=count_word(row["source"], language),
        target=count_word(row["target"], language), own=percent(row["own_rate"], language),
        usual=percent(row["peers_rate"], language), probability=chance(row["probability_below_peers"], language),
        lost=counted(row[MEDIAN], language), unit=count_word(row["lost"], language),
        lower=counted(row[LOWER], language),
        upper=counted(row[UPPER], language), interval=f"{row['interval']:.0%}",
    )  # fmt: skip


def break_even_sentence(row: Mapping[str, Any], hurdle: float, language: Language) -> str | None:
    """Say what the next step must reach; nothing where revenue or spend do not tell."""
    if not math.isfinite(row["break_even_rate"]):
        return None
    return _say(
        "out_of_reach" if row["break_even_rate"] > 1 else "needed", language, chain=row[CHAIN], step=row[STEP],
        rate=percent(row["break_even_rate"], language), fed=number(row["fed"], language),
        unit=count_word(row["fed_by"], language), hurdle=roas(hurdle, language),
        own=percent(row["observed"], language), lower=percent(row[LOWER], language),
        upper=percent(row[UPPER], language), probability=chance(row["probability"], language),
    )  # fmt: skip


def number(value: float, language: Language, digits: int | None = None) -> str:
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


def roas(value: float, language: Language) -> str:
    """Write a ROAS with two decimals, or three digits that count where it is below a tenth.

    >>> roas(2.345, "nl"), roas(0.0123, "en"), roas(0.0, "en")
    ('2,35', '0.0123', '0.00')
    """
    return number(value, language) if 0 < abs(value) < 0.1 else number(value, language, 2)


def counted(value: float, language: Language) -> str:
    """Write an estimated count: whole from ten on.

    >>> counted(139.6, "en"), counted(-0.42, "nl")
    ('140', '-0,42')
    """
    return number(round(value) if abs(value) >= 9.95 else float(f"{value:.2g}"), language)


def percent(value: float, language: Language) -> str:
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


def chance(value: float, language: Language) -> str:
    """Write a probability in whole percent; what is not certain is not called so.

    >>> chance(0.999, "en"), chance(0.41, "nl")
    ('>99%', '41%')
    """
    if not math.isfinite(value):
        return "-"
    return ">99%" if value > 0.99 else "<1%" if value < 0.01 else f"{value:.0%}"


def count_word(count: str, language: Language) -> str:
    """Write the name of a count."""
    return COUNT_WORDS[language].get(count, count)


def _say(kind: str, language: Language, **parts: str) -> str:
    return _SENTENCES[kind][language == "nl"].format(**parts)


def _alone(own: float, language: Language) -> str:
    if math.isnan(own):
        return "er is geen omzet op gemeten" if language == "nl" else "no revenue is tracked on it"
    return f"{'die is' if language == 'nl' else 'that is'} {roas(own, language)}"


def _side(above: bool, language: Language) -> str:
    words = ("op of boven", "onder") if language == "nl" else ("at or above", "below")
    return words[0] if above else words[1]
