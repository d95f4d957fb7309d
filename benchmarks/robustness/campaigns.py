"""Campaign tables as platforms export them, and as they break."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import omnimix as om
from benchmarks.robustness.trial import Trial

NAMES = ("NL | Search | Brand", "Shopping all", "PMax", "Prospecting broad", "Retargeting 30d", "Total care launch")
# heading of campaign, spend, clicks, orders, revenue; others that are no part; where totals are told
HEADINGS = {
    "plain": ("campaign", "spend", "clicks", "orders", "revenue"),
    "plain, Dutch": ("Campagne", "Kosten", "Klikken", "Bestellingen", "Omzet"),
    "Google Ads": ("Campaign", "Cost", "Clicks", "Conversions", "Conv. value"),
    "Google Ads, Dutch": ("Campagne", "Kosten", "Klikken", "Conversies", "Conv.waarde"),
    "Google Ads, German": ("Kampagne", "Kosten", "Klicks", "Conversions", "Conv.-Wert"),
    "Meta": ("Campaign name", "Amount spent (EUR)", "Link clicks", "Purchases", "Purchases conversion value"),
    "Meta, Dutch": ("Campagnenaam", "Besteed bedrag (EUR)", "Klikken op link", "Aankopen", "Conversiewaarde van aankopen"),
    "Microsoft": ("Campaign", "Spend", "Clicks", "Conv.", "Revenue"),
    "LinkedIn": ("Campaign Name", "Total Spent", "Clicks", "Conversions", "Total Conversion Value"),
    "DV360": ("Campaign", "Revenue (Adv Currency)", "Clicks", "Total Conversions", "Total Conversion Value"),
}  # fmt: skip
RATES = {"Google Ads": ("Conv. value / cost", "Cost / conv."), "Google Ads, Dutch": ("Conv.waarde / kosten", "Kosten / conv."), "Google Ads, German": ("Conv.-Wert/Kosten", "Kosten/Conv."), "Meta": ("Purchase ROAS (return on ad spend)", "Reporting starts"), "Meta, Dutch": ("ROAS (rendement op advertentie-uitgaven) voor aankopen", "Start rapportage"), "LinkedIn": ("Campaign Group Name", "Cost per Conversion"), "DV360": ("Insertion Order", "Line Item"), "Microsoft": ("Avg. CPC", "Return on ad spend")}  # fmt: skip


def trials(generator: np.random.Generator, folder: Path) -> Iterator[Trial]:
    """Give campaign tables without end."""
    while True:
        whose = str(generator.choice(list(HEADINGS)))
        count = int(generator.integers(3, 1 + len(NAMES)))
        figures = np.stack(
            [
                np.round(generator.gamma(2.0, 900.0, count) + 50, 2),
                generator.integers(800, 90_000, count).astype(float),
                generator.integers(5, 400, count).astype(float),
                np.round(generator.gamma(2.0, 4000.0, count) + 100, 2),
            ],
            axis=1,
        )
        comma = "Dutch" in whose or "German" in whose or bool(generator.random() < 0.15)
        lines = [[NAMES[k], *(_text(v, n, comma) for n, v in enumerate(row))] for k, row in enumerate(figures)]
        head = list(HEADINGS[whose])
        if whose in RATES:
            head += RATES[whose]
            lines = [[*line, "1", "2"] for line in lines]
        kind, plain = whose, True
        totals = generator.random()
        if totals < 0.4:
            word = str(
                generator.choice(
                    ["Total", "Totaal", "Gesamt", "Total: Account", "Total: Filtered campaigns", "Grand total", ""]
                )
            )
            sums = [word, *(_text(v, n, comma) for n, v in enumerate(figures.sum(axis=0)))]
            lines.insert(0 if "Meta" in whose else len(lines), [*sums, *[""] * (len(head) - 5)])
            kind += ", totals"
        if generator.random() < 0.4:
            kind, plain = str(generator.choice(list(HARMS))), False
            HARMS[kind](lines, generator)
        separator = ";" if comma else ","
        before = ["Campaign report", "August 1, 2026 - August 31, 2026"] if "Google" in whose else []
        text = "\n".join([*before, *(separator.join(_quoted(c, separator) for c in line) for line in [head, *lines])])
        file = folder / "export.csv"
        utf16 = bool(generator.random() < 0.1)
        file.write_bytes((text + "\n").encode("utf-16" if utf16 else "utf-8"))
        yield Trial("campaign table", kind, plain, _reads(file, figures))


def _text(value: float, place: int, comma: bool) -> str:
    text = f"{value:,.0f}" if place in (1, 2) else f"{value:,.2f}"
    return text.replace(",", "\0").replace(".", ",").replace("\0", ".") if comma else text


def _quoted(cell: str, separator: str) -> str:
    return f'"{cell}"' if separator in cell else cell


def _cell(new: Callable[[str], str]) -> Callable[[list[list[str]], np.random.Generator], None]:
    def harm(lines: list[list[str]], generator: np.random.Generator) -> None:
        k, c = int(generator.integers(len(lines))), int(generator.integers(1, 5))
        lines[k][c] = new(lines[k][c])

    return harm


def _twice(lines: list[list[str]], generator: np.random.Generator) -> None:
    k = int(generator.integers(len(lines)))
    lines.append([lines[k][0], *("7" for _ in lines[k][1:])])


def _shifted(lines: list[list[str]], generator: np.random.Generator) -> None:
    lines[int(generator.integers(len(lines)))].insert(1, "")


HARMS: dict[str, Callable[[list[list[str]], np.random.Generator], None]] = {
    "letters for digits": _cell(lambda text: text.replace("1", "l") if "1" in text else text + "x"),
    "no figure": _cell(lambda text: " --"),
    "a percentage": _cell(lambda text: text + "%"),
    "below zero": _cell(lambda text: "-" + text),
    "a yes for a figure": _cell(lambda text: "TRUE"),
    "another currency": _cell(lambda text: "$" + text),
    "out of all measure": _cell(lambda text: "1e400"),
    "a row shifted": _shifted,
}


def _reads(file: Path, figures: np.ndarray) -> Callable[[], str]:
    spend, _, orders, revenue = figures.sum(axis=0)

    def read() -> str:
        verdict = om.evaluate_campaigns(file)
        chains = verdict.chains()
        told = any(f.severity != "notes" for f in verdict.findings)
        for name, true in (("spend", spend), ("orders", orders), ("revenue", revenue)):
            if name not in chains:
                return "" if told else f"there is no {name}"
            got = float(chains[name].sum(min_count=1))
            if not abs(got - true) <= 1e-6 * true and not told:
                return f"{name} {got:,.2f} for {true:,.2f}"
        return ""

    return read
