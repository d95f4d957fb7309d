"""Small exports as ad platforms write them: headings, marks, preambles, totals; all of the same two campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SPEND, ORDERS, REVENUE = 4_100.5, 47.0, 7_175.25
ROWS = (  # campaign, day, spend, impressions, clicks, visits, orders, revenue
    ("Brand", "2026-08-03", 1_000.5, 12_000, 1_200, 1_100, 20, 3_000.25),
    ("Brand", "2026-08-04", 900.0, 11_000, 1_150, 1_050, 18, 2_700.0),
    ("Total care launch", "2026-08-03", 1_200.0, 40_000, 900, 800, 5, 800.0),
    ("Total care launch", "2026-08-04", 1_000.0, 38_000, 850, 780, 4, 675.0),
)
PARTS = ("campaign", "day", "spend", "impressions", "clicks", "visits", "orders", "revenue")


@dataclass(frozen=True)
class Export:
    """One export: its headings in order, each behind the part it plays or ``rate``, ``text`` or ``wider``."""

    name: str
    language: str
    headings: str  # "part: heading | part: heading"
    before: tuple[str, ...] = ()
    total: str = ""  # what stands in the first column of the row of totals; "blank" for nothing
    separator: str = ","
    encoding: str = "utf-8"
    currency: str = ""

    @property
    def columns(self) -> list[tuple[str, str]]:
        cells = (cell.strip().partition(": ") for cell in self.headings.split(" | "))
        return [(part, heading) for part, _, heading in cells]

    @property
    def parts(self) -> set[str]:
        return {part for part, _ in self.columns}

    def write(self, folder: Path) -> Path:
        file = folder / "export.csv"
        sums = ("", "", *(sum(float(str(row[at])) for row in ROWS) for at in range(2, len(PARTS))))
        lines = [[heading for _, heading in self.columns], *(self._cells(row) for row in ROWS)]
        if self.total:
            lines.append(self._cells(sums))
            lines[-1][0] = "" if self.total == "blank" else self.total
        text = "\n".join([*self.before, *(self.separator.join(map(self._quoted, line)) for line in lines)])
        file.write_text(text + "\n", encoding=self.encoding)
        return file

    def _cells(self, row: tuple[object, ...]) -> list[str]:
        held = dict(zip(PARTS, row, strict=True))
        other = {"rate": self._number(6.67) + "%", "text": "--", "code": self.currency, "wider": self._number(999.0)}
        return [other[part] if part in other else self._number(held[part]) for part, _ in self.columns]

    def _number(self, value: object) -> str:
        if isinstance(value, str):
            return value
        written = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
        marks = {"en": ",.", "fr": "\u202f,"}.get(self.language, ".,")
        return written.translate(str.maketrans(",.", marks))

    def _quoted(self, cell: str) -> str:
        return f'"{cell}"' if self.separator in cell else cell


def _all(name: str, total: str, **headings: str) -> list[Export]:
    return [Export(name, language, text, total=total) for language, text in headings.items()]


EXPORTS = [
    Export(
        "Google Ads",
        "en",
        "text: Campaign status | campaign: Campaign | day: Day | text: Budget | code: Currency code | "
        "rate: Avg. CPC | "
        "spend: Cost | clicks: Clicks | rate: CTR | impressions: Impr. | wider: All conv. | orders: Conversions | "
        "revenue: Conv. value | rate: Conv. rate | rate: Cost / conv. | rate: Conv. value / cost",
        before=("Campaign report", "1 August 2026 - 31 August 2026"),
        total="Total: Account",
        currency="EUR",
    ),
    Export(
        "Google Ads",
        "nl",
        "text: Campagnestatus | campaign: Campagne | day: Dag | text: Budget | spend: Kosten | "
        "impressions: Vertoningen | "
        "clicks: Klikken | rate: Gem. CPC | orders: Conversies | revenue: Conv.waarde | rate: Conv.percentage | "
        "rate: Kosten/conv. | wider: Alle conv.",
        before=("Campagnerapport", "1 augustus 2026 - 31 augustus 2026"),
        total="Totaal: account",
        separator="\t",
        encoding="utf-16",
    ),
    *_all(
        "Google Ads",
        "Gesamt: Konto",
        de="text: Kampagnenstatus | campaign: Kampagne | day: Tag | clicks: Klicks | impressions: Impr. | "
        "spend: Kosten | "
        "orders: Conversions | rate: Conv.-Rate | rate: Kosten/Conv. | revenue: Conv.-Wert | rate: Conv.-Wert/Kosten",
    ),
    *_all(
        "Google Ads",
        "Total : compte",
        fr="text: État de la campagne | campaign: Campagne | day: Jour | spend: Coût | clicks: Clics | "
        "impressions: Impr. | "
        "orders: Conversions | revenue: Valeur de conv. | rate: Taux de conv. | rate: Coût/conv.",
    ),
    *_all(
        "Meta Ads",
        "blank",
        en="campaign: Campaign name | day: Day | text: Campaign delivery | spend: Amount spent (EUR) | "
        "impressions: Impressions | rate: Frequency | clicks: Link clicks | visits: Landing page views | "
        "orders: Purchases | revenue: Purchases conversion value | rate: Purchase ROAS (return on ad spend)",
        nl="campaign: Campagnenaam | day: Dag | spend: Besteed bedrag (EUR) | impressions: Weergaven | "
        "clicks: Klikken op links | visits: Weergaven van landingspagina | orders: Aankopen | "
        "revenue: Conversiewaarde van aankopen | rate: Kosten per resultaat",
        de="campaign: Kampagnenname | day: Tag | spend: Ausgegebener Betrag (EUR) | impressions: Impressionen | "
        "clicks: Link-Klicks | orders: Käufe | revenue: Conversion-Wert der Käufe | rate: Kosten pro Ergebnis",
        fr="campaign: Nom de la campagne | day: Jour | spend: Montant dépensé (EUR) | impressions: Impressions | "
        "clicks: Clics sur un lien | orders: Achats | revenue: Valeur de conversion des achats | "
        "rate: Coût par résultat",
    ),
    *_all(
        "Microsoft Advertising",
        "Overall total - 2 campaigns",
        en="campaign: Campaign | day: Gregorian date | spend: Spend | clicks: Clicks | impressions: Impr. | "
        "rate: CTR | "
        "orders: Conv. | revenue: Revenue | wider: All conv. | text: Assists | rate: Conv. rate | rate: CPA",
        de="campaign: Kampagne | day: Tag | spend: Ausgaben | clicks: Klicks | impressions: Impr. | orders: Conv. | "
        "revenue: Umsatz | rate: Conv.-Rate",
    ),
    Export(
        "LinkedIn Ads",
        "en",
        "day: Start Date (in UTC) | text: Account Name | code: Currency | text: Campaign Group Name | "
        "campaign: Campaign Name | spend: Total Spent | impressions: Impressions | clicks: Clicks | "
        "rate: Click Through Rate | orders: Conversions | revenue: Total Conversion Value | "
        "rate: Cost per Conversion",
        before=(
            "Campaign Performance Report (in UTC)",
            "Report Start: August 1, 2026",
            "Report End: August 31, 2026",
            "",
        ),
        separator="\t",
        encoding="utf-16",
        currency="USD",
    ),
    *_all(
        "TikTok Ads",
        "Total of 2 results",
        en="campaign: Campaign name | day: By Day | spend: Cost | impressions: Impressions | "
        "clicks: Clicks (destination) | "
        "rate: CTR (destination) | orders: Complete payment | revenue: Total complete payment value | "
        "rate: Complete payment ROAS",
    ),
    *_all(
        "TikTok Ads",
        "",
        nl="campaign: Campagnenaam | day: Per dag | spend: Kosten | impressions: Weergaven | "
        "clicks: Klikken (bestemming) | orders: Voltooide betaling | revenue: Totale aankoopwaarde",
    ),
    *_all(
        "Display & Video 360",
        "blank",
        en="campaign: Campaign | text: Campaign ID | day: Date | impressions: Impressions | clicks: Clicks | "
        "rate: Click Rate (CTR) | code: Advertiser Currency | orders: Total Conversions | "
        "spend: Revenue (Adv Currency) | rate: Revenue eCPM (Adv Currency)",
    ),
    *_all(
        "Pinterest Ads",
        "",
        en="campaign: Campaign name | day: Date | spend: Spend in account currency | impressions: Impressions | "
        "wider: Pin clicks | clicks: Outbound clicks | orders: Total conversions (Checkout) | "
        "revenue: Total order value (Checkout) | rate: CPA (Checkout)",
    ),
    *_all(
        "Snapchat Ads",
        "",
        en="campaign: Campaign Name | day: Start Time | spend: Amount Spent | impressions: Paid Impressions | "
        "clicks: Swipe Ups | rate: Paid eCPM | orders: Purchases | revenue: Purchases Value",
    ),
    *_all(
        "Google Analytics 4",
        "blank",
        en="campaign: Session campaign | day: Date | spend: Ads cost | impressions: Ads impressions | "
        "clicks: Ads clicks | "
        "visits: Sessions | wider: Key events | orders: Transactions | revenue: Purchase revenue | "
        "rate: Engagement rate",
    ),
    *_all(
        "Adobe Analytics",
        "",
        en="campaign: Tracking Code | day: Day | visits: Visits | clicks: Click-throughs | orders: Orders | "
        "revenue: Revenue | spend: Cost",
    ),
]
