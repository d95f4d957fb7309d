"""What is told of rows and cells, in English and Dutch: one finding a reason and column, with rows and values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from omnimix.campaigns.usable import Unusable
from omnimix.data.phrases import listed
from omnimix.findings import Finding, Severity

Language = Literal["en", "nl"]
LISTED = 12


@dataclass(frozen=True)
class Words:
    """One sentence of a finding and its remedy in both languages; `{cells}` stands for rows and values."""

    severity: Severity
    en: tuple[str, str]
    nl: tuple[str, str]


_OUT, _UIT = "Left out of every figure: {cells}.", "Overal buiten gelaten: {cells}."
_MEND, _HERSTEL = "Correct it in the export.", "Corrigeer het in de export."

LEFT_OUT = {
    "totals_row": Words(
        "notes", (f"A row of totals is no campaign. {_OUT}", ""), (f"Een totaalregel is geen campagne. {_UIT}", "")
    ),
    "empty_row": Words(
        "notes",
        (f"A row without any figure says nothing. {_OUT}", ""),
        (f"Een regel zonder cijfers zegt niets. {_UIT}", ""),
    ),
    "not_a_number": Words(
        "warns",
        (f"Column '{{column}}' holds what is no number or stands in another currency. {_OUT}", _MEND),
        (f"In kolom '{{column}}' staat iets wat geen getal is, of in een andere munt. {_UIT}", _HERSTEL),
    ),
    "no_campaign": Words(
        "warns",
        (f"A row without a campaign belongs nowhere. {_OUT}", "Fill in the campaign."),
        (f"Een regel zonder campagne hoort nergens bij. {_UIT}", "Vul de campagne in."),
    ),
    "no_chain": Words(
        "warns",
        (f"A row without a chain belongs to none. {_OUT}", "Fill in the chain in every row, merged cells too."),
        (
            f"Een regel zonder keten hoort nergens bij. {_UIT}",
            "Vul de keten in elke regel in, ook bij samengevoegde cellen.",
        ),
    ),
    "no_step": Words(
        "warns",
        (f"A row without a step has no place in its chain. {_OUT}", "Fill in the step in every row."),
        (f"Een regel zonder stap heeft geen plaats in de keten. {_UIT}", "Vul de stap in elke regel in."),
    ),
    "negative": Words(
        "warns",
        (f"Column '{{column}}' is negative. {_OUT}", "Book refunds and corrections apart."),
        (f"Kolom '{{column}}' is negatief. {_UIT}", "Boek retouren en correcties apart."),
    ),
    "infinite": Words(
        "warns",
        (f"Column '{{column}}' is infinite. {_OUT}", _MEND),
        (f"Kolom '{{column}}' is oneindig. {_UIT}", _HERSTEL),
    ),
    "more_clicks_than_impressions": Words(
        "warns",
        (f"There are more clicks than impressions. {_OUT}", "Leave impressions empty where they are not known."),
        (f"Er zijn meer klikken dan vertoningen. {_UIT}", "Laat vertoningen leeg waar ze niet bekend zijn."),
    ),
    "more_orders_than_visits": Words(
        "warns",
        (f"There are more orders than visits. {_OUT}", "See whether both are counted alike, or leave visits empty."),
        (f"Er zijn meer bestellingen dan bezoeken. {_UIT}", "Kijk of beide gelijk geteld zijn, of laat bezoeken leeg."),
    ),
    "more_orders_than_leads": Words(
        "warns",
        (
            f"There are more orders than leads. {_OUT}",
            "Take longer periods if orders follow later, or leave leads empty.",
        ),
        (
            f"Er zijn meer bestellingen dan leads. {_UIT}",
            "Neem langere perioden als orders later volgen, of laat leads leeg.",
        ),
    ),
    "revenue_without_orders": Words(
        "warns",
        (f"There is revenue without orders. {_OUT}", "Leave orders empty where they are not known."),
        (f"Er is omzet zonder bestellingen. {_UIT}", "Laat bestellingen leeg waar ze niet bekend zijn."),
    ),
    "orders_without_revenue": Words(
        "warns",
        (f"There are orders without revenue. {_OUT}", "Leave revenue empty where it is not known."),
        (f"Er zijn bestellingen zonder omzet. {_UIT}", "Laat omzet leeg waar die niet bekend is."),
    ),
    "copied_row": Words(
        "warns",
        (f"A row stands in the table more than once; the first one is used. {_OUT}", "Remove the copies."),
        (f"Een regel staat er vaker in; de eerste telt. {_UIT}", "Verwijder de kopieën."),
    ),
    "rows_disagree": Words(
        "warns",
        (
            f"Rows of the same campaign, step and period say different things; none can be believed. {_OUT}",
            "Add up rows that are parts (of devices, say), and remove old versions.",
        ),
        (
            f"Regels van dezelfde campagne, stap en periode spreken elkaar tegen; geen ervan telt. {_UIT}",
            "Tel regels op die delen zijn (per apparaat bijvoorbeeld), en verwijder oude versies.",
        ),
    ),
}

ASIDE = {
    "left_out": Words(
        "warns",
        (
            "{count} of {all} rows are left out; the spend that can be read in them is {spend} of {total}.",
            "Chains miss what those rows hold.",
        ),
        (
            "{count} van {all} regels tellen niet mee; daarin zit, voor zover leesbaar, {spend} van {total} uitgaven.",
            "Ketens missen wat daarin staat.",
        ),
    ),
    "not_a_share": Words(
        "warns",
        (
            "More {target} than {source} cannot be a rate. Left out of that rate only: {cells}.",
            "See whether both are counted alike; with many such rows the rate reads too low.",
        ),
        (
            "Meer {target} dan {source} kan geen percentage zijn. Alleen daar buiten gelaten: {cells}.",
            "Kijk of beide gelijk geteld zijn; bij veel van zulke regels valt het percentage te laag uit.",
        ),
    ),
    "not_tracked": Words(
        "notes",
        ("{count} is 0 in every row of {cells} although later counts are not: not tracked there, and bridged.", ""),
        (
            "{count} is 0 in elke regel van {cells} terwijl latere stappen dat niet zijn: daar niet gemeten, en "
            "overbrugd.",
            "",
        ),
    ),
    "spend_unknown": Words(
        "warns",
        (
            "Spend is empty, so unknown: {cells}. No figure in money counts these rows; rates do.",
            "Write 0 where nothing was spent.",
        ),
        (
            "Uitgaven ontbreken: {cells}. Deze regels tellen niet in geldbedragen, wel in percentages.",
            "Schrijf 0 waar niets is uitgegeven.",
        ),
    ),
    "revenue_unknown": Words(
        "warns",
        (
            "There are orders whose revenue is empty, so unknown: {cells}. ROAS of the chain is at least what "
            "is shown.",
            "Fill in the revenue.",
        ),
        (
            "Er zijn bestellingen zonder bekende omzet: {cells}. De ROAS van de keten is minstens wat hier staat.",
            "Vul de omzet in.",
        ),
    ),
    "no_spend": Words(
        "warns",
        ("Nothing was spent in {cells}: there is no ROAS and no cost per order.", ""),
        ("In {cells} is niets uitgegeven: er is geen ROAS en geen prijs per bestelling.", ""),
    ),
    "one_period": Words(
        "notes",
        (
            "No campaign has two periods: intervals tell chance in these rows, not how rates wander from week to week.",
            "Export by week to have that in the intervals.",
        ),
        (
            "Geen campagne heeft twee perioden: intervallen tonen toeval in deze regels, niet hoe cijfers per "
            "week schommelen.",
            "Exporteer per week om dat in de intervallen te krijgen.",
        ),
    ),
    "order_of_steps": Words(
        "notes",
        (
            "Steps are taken in the order in which they first appear: {cells}.",
            "Number them, or pass steps=[...], for another order.",
        ),
        (
            "Stappen staan in de volgorde waarin ze voor het eerst voorkomen: {cells}.",
            "Nummer ze voor een andere volgorde.",
        ),
    ),
    "long_visits": Words(
        "warns",
        (
            "Visitors of {campaign} stay {seconds} seconds against {peers} of its peers, yet {own} of visits "
            "become {target} "
            "against {usual}; {probability} likely to be fewer than at peers.",
            "Look for what stops them: price, form, delivery or payment.",
        ),
        (
            "Bezoekers van {campaign} blijven {seconds} seconden tegen {peers} bij vergelijkbare campagnes, "
            "maar {own} van hun "
            "bezoeken leidt tot {target}, tegen {usual} daar; kans dat dit echt minder is: {probability}.",
            "Zoek wat hen tegenhoudt: prijs, formulier, levering of betaling.",
        ),
    ),
}


def left_out_findings(unusable: Iterable[Unusable], language: Language) -> list[Finding]:
    """Return one finding a reason and column, rows and values named."""
    groups: dict[tuple[str, str], list[Unusable]] = {}
    for one in unusable:
        groups.setdefault((one.reason, one.column), []).append(one)
    return [
        told(reason, LEFT_OUT[reason], language, cells=cells(found, language), column=column, where=rows(found))
        for (reason, column), found in groups.items()
    ]


def told(name: str, words: Words, language: Language, *, where: str | None = None, **parts: str) -> Finding:
    """Fill in the words of a finding."""
    message, remedy = words.nl if language == "nl" else words.en
    return Finding(name, words.severity, message.format(**parts), remedy, where=where)


def cells(found: Sequence[Unusable], language: Language) -> str:
    """Write rows with the values that made them unusable."""
    row = "rij" if language == "nl" else "row"
    return listed([f"{row} {one.row} ({one.column} {one.value})" for one in found], LISTED)


def rows(found: Sequence[Unusable]) -> str:
    """Write every row number."""
    return "rows " + ", ".join(str(one.row) for one in found) if len(found) > 1 else f"row {found[0].row}"
