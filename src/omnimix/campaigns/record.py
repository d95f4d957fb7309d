"""What `evaluate_campaigns` returns: tables of chains, links, rates and losses, and what they do not say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from omnimix import notebook, words
from omnimix.campaigns.columns import CAMPAIGN, STEP
from omnimix.campaigns.money import PLATFORM_ROAS
from omnimix.findings import Finding
from omnimix.labels import CHAIN, INTERVAL, LOWER, MEAN, ROAS, SPEND, UPPER

SHOWN_LINKS = [
    CHAIN,
    STEP,
    CAMPAIGN,
    SPEND,
    PLATFORM_ROAS,
    "chain_roas",
    "cost_per_lead",
    "cost_per_order",
    "contradicts",
]
SHOWN_RATES = [CHAIN, CAMPAIGN, STEP, "rate", "observed", MEAN, LOWER, UPPER, "peers_rate", "periods"]
SHOWN = 12  # rows of a table in a repr


@dataclass(frozen=True, eq=False, repr=False)
class CampaignVerdict:
    """Chains, links and stage rates of a campaign table.

    Attributes:
        hurdle: the ROAS that a chain must reach.
        margin: what is earned on one unit of revenue.
        interval: probability mass of the intervals.
        currency: what cells of money carry, empty when none does.
        horizon: the first and last period, empty without periods.
        warning: what these figures are not; it belongs beside each of them.
        sentences: what the figures mean, chain by chain, then where campaigns lose most.
        findings: what was seen in the table, left-out rows with their numbers among them.
    """

    hurdle: float
    margin: float
    interval: float
    currency: str
    horizon: tuple[str, ...]
    warning: str
    sentences: tuple[str, ...]
    findings: tuple[Finding, ...]
    _links: pd.DataFrame
    _chains: pd.DataFrame
    _rates: pd.DataFrame
    _weakest: pd.DataFrame
    _break_even: pd.DataFrame
    _left_out: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return one row a link: its own tracked figures beside its chain's, `contradicts`, and a plain sentence."""
        return self._links.copy()

    def chains(self) -> pd.DataFrame:
        """Return one row a chain: spend, tracked revenue, blended ROAS, cost per lead and per order, a sentence."""
        return self._chains.copy()

    def rates(self) -> pd.DataFrame:
        """Return one row a link and stage: the rate with its interval, the drop-off, and the rate of its peers."""
        return self._rates.copy()

    def weakest(self) -> pd.DataFrame:
        """Return the stage at which each link loses most against its peers, in orders (or leads), with intervals."""
        return self._weakest.copy()

    def break_even(self) -> pd.DataFrame:
        """Return the rate that later steps must reach for the chain to reach the hurdle, and how likely they do."""
        return self._break_even.copy()

    def left_out(self) -> pd.DataFrame:
        """Return one row a reason to leave a row of the source out: row, column, value, reason."""
        return self._left_out.copy()

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw it on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        links = notebook.text(self._links[SHOWN_LINKS].head(SHOWN))
        return "\n".join([self._title(), links, *self._more(), *self._told(), f"WARNING: {self.warning}"])

    def _repr_html_(self) -> str:
        rates = self._rates.reindex(columns=[*SHOWN_RATES, INTERVAL])
        forms = dict.fromkeys((MEAN, LOWER), words.rate)
        return notebook.card(
            self._title(),
            notebook.lines(self.sentences, most=SHOWN),
            notebook.table(self._links[SHOWN_LINKS], most=SHOWN),
            notebook.table(rates, forms, most=SHOWN, rest=".rates()"),
            notebook.findings([f for f in self.findings if f.severity != "notes"]),
            under=f"Warning: {self.warning}",
        )

    def _title(self) -> str:
        chains = ", ".join(
            f"{name} {words.ratio(value)}"
            for name, value in self._chains[[CHAIN, ROAS]].head(4).itertuples(index=False)
        )
        when = f", {' to '.join(dict.fromkeys(self.horizon))}" if self.horizon else ""
        return (
            f"CampaignVerdict: blended ROAS {chains}{' ...' if len(self._chains) > 4 else ''} "
            f"(hurdle {words.ratio(self.hurdle)}, tracked{when}, {words.percent(self.interval)} {INTERVAL}s)"
        )

    def _more(self) -> list[str]:
        count = len(self._links)
        return [f"... and {count - SHOWN} links more in .table()"] if count > SHOWN else []

    def _told(self) -> list[str]:
        return [str(f) for f in self.findings if f.severity != "notes"]
