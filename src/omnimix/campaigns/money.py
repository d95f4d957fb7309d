"""Money through the chain: what each link shows on its own, what the chain earns, and what the next step must reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.campaigns.columns import CAMPAIGN, LEADS, ORDERS, PERIOD, REVENUE, STEP, VISITS
from omnimix.campaigns.links import FEEDS, LINK, PLACE, Links, in_money
from omnimix.campaigns.overdispersion import Floats, StageCounts
from omnimix.campaigns.rates import pooled_rates
from omnimix.campaigns.stages import draw_count
from omnimix.labels import CHAIN, INTERVAL, LOWER, MEAN, MEDIAN, ROAS, SPEND, UPPER

PLATFORM_ROAS = "platform_roas"
AMOUNTS = (SPEND, REVENUE, LEADS, ORDERS)


def chain_table(links: Links, margin: float) -> pd.DataFrame:
    """Return one row a chain: spend and tracked revenue of all its links, and what they come to.

    `value_per_order` is margin x revenue over orders, in the rows that tell both.
    """
    sums = links.table.groupby(CHAIN, sort=False)[[*AMOUNTS, VISITS]].sum(min_count=1).reset_index()
    sums.insert(1, "links", links.table.groupby(CHAIN, sort=False).size().to_numpy())
    paid = sums[SPEND].where(sums[SPEND] > 0)
    sums[ROAS] = margin * sums[REVENUE] / paid
    sums["cost_per_lead"] = _over(paid, sums[LEADS])
    sums["cost_per_order"] = _over(paid, sums[ORDERS])
    rows = links.rows
    priced = rows[rows[REVENUE].notna()] if REVENUE in rows else rows.iloc[:0]
    both = pd.DataFrame({CHAIN: priced[CHAIN], REVENUE: _sum(priced, REVENUE), ORDERS: _sum(priced, ORDERS)})
    both = both.groupby(CHAIN).sum().reindex(sums[CHAIN]).reset_index()
    sums["value_per_order"] = margin * _over(both[REVENUE], both[ORDERS])
    return sums


def link_table(links: Links, chains: pd.DataFrame, *, hurdle: float, margin: float) -> pd.DataFrame:
    """Return one row a link: its own tracked figures beside those of its chain.

    `contradicts`: read alone the link falls on the other side of the hurdle than its chain does. `feeds`: later
    steps of its chain have orders. No tracked revenue at all reads as a link that earns nothing.
    """
    table = links.table[[CHAIN, STEP, PLACE, CAMPAIGN, *AMOUNTS, VISITS, FEEDS]].copy()
    paid = table[SPEND].where(table[SPEND] > 0)
    table[PLATFORM_ROAS] = margin * table[REVENUE] / _spend_where_known(links, REVENUE)
    table["cost_per_lead"] = _over(_spend_where_known(links, LEADS), table[LEADS])
    table["cost_per_order"] = _over(_spend_where_known(links, ORDERS), table[ORDERS])
    own = chains.set_index(CHAIN)
    table["chain_roas"] = table[CHAIN].map(own[ROAS])
    alone = table[CHAIN].map(own["links"]) == 1
    known = table["chain_roas"].notna() & paid.notna() & ~alone
    table["contradicts"] = known & ((table[PLATFORM_ROAS].fillna(0.0) >= hurdle) != (table["chain_roas"] >= hurdle))
    return table


def break_even_table(
    links: Links, chains: pd.DataFrame, *, hurdle: float, interval: float, seed: np.random.Generator
) -> pd.DataFrame:
    """Return, for each step that feeds later ones, the rate at which its leads (or visits) must become orders there.

    The orders that the chain needs are hurdle x spend / (margin x revenue of an order); those of the step itself and of
    the steps before it are made already; the rest must come from its leads, or from its visits where it has no leads.
    `probability` is that of the rate being high enough, at the revenue an order has now. Where later orders outnumber
    what the step hands over, they do not come from it alone, and there is no row.
    """
    rows = _handovers(links)
    if rows.empty:
        return pd.DataFrame(columns=_BREAK_EVEN)
    units, number = np.unique(rows["unit"], return_inverse=True)
    counts = StageCounts(rows["fed"].to_numpy(float), rows["made"].to_numpy(float), number.astype(np.intp), units.size)
    each = rows.drop_duplicates("unit").sort_values("unit").reset_index(drop=True)
    pool = np.unique(each[PLACE].astype(str) + each["fed_by"], return_inverse=True)[1].astype(np.intp)
    rates = pooled_rates(counts, pool, draws=draw_count(units.size), seed=seed).rates
    low, middle, high = np.quantile(rates, [(1 - interval) / 2, 0.5, (1 + interval) / 2], axis=0)
    own = chains.set_index(CHAIN).loc[each[CHAIN]].reset_index()
    needed = hurdle * own[SPEND] / own["value_per_order"].where(own["value_per_order"] > 0)
    fed, made = counts.by_campaign(counts.trials), counts.by_campaign(counts.successes)
    before = (own[ORDERS] - each["later"]).clip(lower=0.0)
    rate = ((needed - before) / fed).clip(lower=0.0).to_numpy()
    reached = np.where(np.isnan(rate), np.nan, (rates >= rate).mean(axis=0))
    table = each[[CHAIN, STEP, "next_step", "fed_by"]].assign(
        fed=fed, orders_later=made, observed=made / fed, break_even_rate=rate, probability=reached
    )
    return table.assign(**{MEAN: rates.mean(axis=0), MEDIAN: middle, LOWER: low, UPPER: high, INTERVAL: interval})[
        _BREAK_EVEN
    ]


_BREAK_EVEN = [
    *(CHAIN, STEP, "next_step", "fed_by", "fed", "orders_later", "observed"),
    *(MEAN, MEDIAN, LOWER, UPPER, INTERVAL, "break_even_rate", "probability"),
]


def _handovers(links: Links) -> pd.DataFrame:
    """Return what each step of each chain hands over and what later steps make of it, period by period if they can."""
    found: list[dict[str, object]] = []
    for chain, steps in _by_step(links).items():
        for place in list(steps)[:-1]:
            after = [step for other, step in steps.items() if other > place]
            selling = [other for other in steps if other > place and steps[other].orders.sum() > 0]
            fed_by = next((c for c in (LEADS, VISITS) if steps[place].fed[c].sum() > 0), None)
            if not selling or fed_by is None:
                continue
            fed, made = steps[place].fed[fed_by], np.sum([step.orders for step in after], axis=0)
            if made.sum() > fed.sum():
                continue
            if ((made > fed) | (made < 0)).any():  # orders trail the leads of earlier periods, or come without a period
                fed, made = fed.sum(keepdims=True), made.sum(keepdims=True)
            labels = {CHAIN: chain, STEP: links.steps[place], PLACE: place, "next_step": links.steps[selling[0]]}
            labels |= {"fed_by": fed_by, "unit": f"{chain} {place}", "later": float(made.sum())}
            found += [{**labels, "fed": f, "made": m} for f, m in zip(fed, made, strict=True) if f > 0]
    return pd.DataFrame(found)


@dataclass(frozen=True)
class _Step:
    """What one step of one chain hands over and sells, by period of the chain."""

    fed: dict[str, Floats]
    orders: Floats


def _by_step(links: Links) -> dict[str, dict[int, _Step]]:
    """Add up what each step of each chain hands over and sells; without periods all rows are one."""
    rows = links.rows[in_money(links.rows)]
    period = rows[PERIOD] if links.has_periods else pd.Series("", rows.index)
    parts = pd.DataFrame({name: _sum(rows, name) for name in (LEADS, VISITS, ORDERS)})
    sums = parts.groupby([rows[CHAIN], rows[PLACE], period], sort=True).sum().reset_index()
    found: dict[str, dict[int, _Step]] = {}
    chains, places = sums[CHAIN].to_numpy(), sums[PLACE].to_numpy()
    periods, values = sums.iloc[:, 2].to_numpy(), sums[[LEADS, VISITS, ORDERS]].to_numpy(float)
    ends = np.flatnonzero(np.append(chains[1:] != chains[:-1], True)) + 1 if len(sums) else np.empty(0, np.intp)
    for start, end in zip(np.append(0, ends[:-1]), ends, strict=False):
        own_places, at_place = np.unique(places[start:end], return_inverse=True)
        own_periods, at_period = np.unique(periods[start:end].astype(str), return_inverse=True)
        table = np.zeros((own_places.size, own_periods.size, 3))
        table[at_place, at_period] = values[start:end]
        found[chains[start]] = {
            int(place): _Step({LEADS: table[k, :, 0], VISITS: table[k, :, 1]}, table[k, :, 2])
            for k, place in enumerate(own_places)
        }
    return found


def _sum(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return a column with unknown cells as none, or nothing where the column is not there."""
    return rows[column].fillna(0.0) if column in rows else pd.Series(0.0, rows.index)


def _spend_where_known(links: Links, column: str) -> pd.Series:
    """Return the spend of each link in the rows that tell a column; NaN where that is nothing."""
    rows = links.rows
    told = rows[rows[column].notna()] if column in rows else rows.iloc[:0]
    spend = told.groupby(LINK)[SPEND].sum(min_count=1).reindex(links.table.index)
    return spend.where(spend > 0)


def _over(amount: pd.Series, count: pd.Series) -> pd.Series:
    return amount / count.where(count > 0)
