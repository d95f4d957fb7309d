"""Chains and variants of a chain side by side: which earns more, and how likely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from omnimix import notebook, words
from omnimix.arguments import checked
from omnimix.chains.layout import lay_out
from omnimix.effects import Figures, require_usable
from omnimix.effects.accounts import accounts
from omnimix.effects.roas import unit_of_spend
from omnimix.errors import OmnimixError
from omnimix.labels import CHAIN, DEFAULT_INTERVAL, DRAW, INTERVAL, LOWER, MEAN, MEDIAN, SPEND, UPPER
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.spec import Chain


@dataclass(frozen=True, repr=False)
class ChainComparison(words.Counted):
    """Chains side by side; the first is what the others are held against.

    Attributes:
        roas: combined ROAS, net of induced spend, by chain.
        profit: value less the hurdle times cost, in money, by chain.
        spend: money spent on the links of every chain.
        currency: of all money.
        hurdle: the ROAS to reach.
        extrapolated: by chain, the channels that would run in some week more than they ever did.
        unvalued: outcomes without a value in money; ROAS is units for one unit of money then, and what needs profit is
            nan.
    """

    roas: Figures
    profit: Figures
    spend: dict[str, float]
    currency: str
    hurdle: float
    extrapolated: dict[str, tuple[str, ...]]
    unvalued: tuple[str, ...] = ()

    def table(self, interval: float | None = None) -> pd.DataFrame:
        """Return one row a chain: ROAS and profit with intervals, and how it compares with the first chain.

        ``mean`` to ``upper`` are of combined ROAS. ``gain`` is profit beyond that of the first chain,
        ``probability_better`` the probability that it is above zero (no difference counts half),
        ``probability_better_roas`` that ROAS is higher, and ``probability_best`` that no chain's profit is higher.
        """
        mass = interval or self.roas.interval
        names = list(self.spend)
        returns, profits = (
            f.draws.sel({CHAIN: names}).transpose(DRAW, CHAIN).to_numpy() for f in (self.roas, self.profit)
        )
        gains = profits - profits[:, :1]
        ends = np.quantile(gains, [(1 - mass) / 2, (1 + mass) / 2], axis=0)
        summary = self.roas.table(mass).set_index(CHAIN)
        known = 1.0 if self.value_unit.is_money else np.nan
        rows = []
        for k, name in enumerate(names):
            first = k == 0
            rows.append(
                {
                    CHAIN: name,
                    SPEND: self.spend[name],
                    **{part: summary.loc[name, part] for part in (MEAN, MEDIAN, LOWER, UPPER)},
                    "probability_above_hurdle": known * float((returns[:, k] >= self.hurdle).mean()),
                    "profit": float(profits[:, k].mean()),
                    "gain": float(gains[:, k].mean()),
                    "gain_lower": float(ends[0, k]),
                    "gain_upper": float(ends[1, k]),
                    "probability_better": np.nan
                    if first
                    else known * float((gains[:, k] > 0).mean() + (gains[:, k] == 0).mean() / 2),
                    "probability_better_roas": np.nan if first else float((returns[:, k] > returns[:, 0]).mean()),
                    "probability_best": known * float((profits[:, k] >= profits.max(axis=1)).mean()),
                    "extrapolated": bool(self.extrapolated[name]),
                }
            )
        return pd.DataFrame(rows).assign(interval=mass)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the gain of every chain over the first; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        columns = [CHAIN, SPEND, self.roas.told, LOWER, UPPER, "gain", "gain_lower", "gain_upper", "probability_better"]
        shown = self.table()[columns].rename(columns={self.roas.told: "roas"})
        ends = dict.fromkeys((LOWER, UPPER), words.ratio)
        head = f"chains compared, {self.roas.told} ROAS, {words.percent(self.roas.interval)} interval"
        return f"{head}\n{notebook.text(shown, ends)}"

    def _repr_html_(self) -> str:
        told = self.roas.told
        columns = [CHAIN, SPEND, told, LOWER, UPPER, "gain", "probability_better", "probability_best", INTERVAL]
        shown = self.table()[columns].rename(columns={told: "roas"})
        first = next(iter(self.spend))
        return notebook.card(
            "Chains compared",
            notebook.table(shown, {LOWER: words.ratio}),
            under=f"{told} ROAS net of induced spend; expected gain ({self.currency}) over {first}, "
            f"hurdle {words.ratio(self.hurdle)}"
            if self.value_unit.is_money
            else f"{told} {self.value_unit.per_money()} net of induced spend; no gain: {self.value_unit.why}",
        )


@checked
def compare_chains(
    posterior: Posterior,
    chains: Sequence[Chain],
    *,
    interval: float = DEFAULT_INTERVAL,
    allow_unconverged: bool = False,
) -> ChainComparison:
    """Return chains, or variants of one chain, side by side; the others are held against the first.

    Variants come from ``chain.without("social")``, ``chain.with_spend("tv", 1.5)``, ``chain.later("search", 2)`` and
    ``chain.with_split({...})``. What a variant does not change stays as it was carried out.

    Raises :class:`SpecError` for a chain that cannot be laid on the calendar, :class:`OmnimixError` for fewer than two
    chains, two of one name or several hurdles, and :class:`FitError` for a fit that did not converge, unless
    ``allow_unconverged``.
    """
    require_usable(posterior, allow_unconverged)
    _require_comparable(chains)
    returns, profits, spend, extrapolated = [], [], {}, {}
    for chain in chains:
        laid = lay_out(posterior, chain)
        whole, none = accounts(laid.engine(posterior), [laid.keeping(chain.link_names), laid.keeping(())])
        value, cost = (whole.value - none.value).sum(axis=1), whole.spend - none.spend
        returns.append(np.divide(value, cost, out=np.full(value.shape, np.nan), where=cost != 0))
        profits.append(value - (chain.hurdle if posterior.value_unit.is_money else np.nan) * cost)
        spend[chain.name] = sum(laid.spent(n) for n in chain.link_names)
        extrapolated[chain.name] = laid.extrapolated
    names = [chain.name for chain in chains]
    return ChainComparison(
        roas=Figures("combined_roas", _by_chain(returns, names), unit_of_spend(posterior), interval),
        profit=Figures("profit", _by_chain(profits, names), "money beyond the hurdle", interval),
        spend=spend,
        currency=posterior.panel.currency,
        hurdle=chains[0].hurdle,
        extrapolated=extrapolated,
        unvalued=posterior.funnel.unvalued,
    )


def _by_chain(draws: list[Array], names: list[str]) -> xr.DataArray:
    return xr.DataArray(np.stack(draws, axis=1), coords={CHAIN: names}, dims=(DRAW, CHAIN))


def _require_comparable(chains: Sequence[Chain]) -> None:
    names, hurdles = [c.name for c in chains], sorted({c.hurdle for c in chains})
    wrong = [f"two are called {n!r}" for n in sorted({n for n in names if names.count(n) > 1})]
    if len(names) < 2:
        wrong.append(f"comparing takes two chains or more, not {len(names)}")
    if len(hurdles) > 1:
        wrong.append(f"their hurdles are {', '.join(f'{h:g}' for h in hurdles)}; compare at one hurdle")
    if wrong:
        raise OmnimixError("these chains cannot be compared: " + "; ".join(wrong) + ".")
