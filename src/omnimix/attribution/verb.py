"""`journeys`: from touches and orders to where journeys start and what every method credits."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from omnimix.arguments import checked
from omnimix.attribution.counts import Counts, count
from omnimix.attribution.credit import MARKOV, credit, shares
from omnimix.attribution.joinable import require_joinable
from omnimix.attribution.record import Journeys
from omnimix.attribution.walks import Rules
from omnimix.errors import DataError, OmnimixError
from omnimix.findings import Finding
from omnimix.labels import CHANNEL
from omnimix.progress import bar
from omnimix.tracking import Orders, Touches
from omnimix.tracking.reading import ranges

WINDOWS = (7, 30, 90)  # days, to see what the window changes
LOST = 20  # percent of the weeks of customers whose identity is lost, to see what that changes
SAMPLED = 1_000_000  # touches on which variants are counted, of more
LARGEST = {"window": 3650, "session": 1440, "longest": 1000}
VARIANT, SHARE, LAST = "variant", "share", "last"


@checked
def journeys(
    touches: Touches,
    orders: Orders,
    *,
    window: int = 30,
    session: int = 30,
    longest: int = 50,
    half_life: float = 7.0,
    robustness: bool = True,
    progress: bool = False,
) -> Journeys:
    """Follow known customers from touch to order: where journeys start, how long they take, credit by every method.

    A touch belongs to the first order of its customer at or after it within ``window`` days; touches that lead to none
    make a journey that ended in nothing. Methods side by side: first, last, linear, time decay, position (40 % first,
    40 % last), Markov chains with a memory of one to three channels, and Shapley over the sets of channels that occur.
    Everything is counted in DuckDB, in parts of the customers: memory holds counts, however many touches there are.

    Args:
        touches: what :func:`omnimix.read_touches` read.
        orders: what :func:`omnimix.read_orders` read, with the same key.
        window: days before an order in which a touch counts.
        session: minutes within which touches of one channel are one.
        longest: touches of a journey that count, the latest ones.
        half_life: days before the order after which time decay gives half.
        robustness: whether to count again with windows of 7, 30 and 90 days and with a fifth of all identities lost;
            of more than a million touches on a sample of the customers.
        progress: whether to show a bar.

    Raises :class:`DataError` with everything in which touches and orders do not go together.

    >>> import omnimix as om
    >>> touches = om.read_touches(pd.DataFrame({"customer": ["a", "a", "b"], "channel": ["tv", "search", "tv"],
    ...     "time": ["2024-03-01 20:00", "2024-03-02 09:00", "2024-03-02 10:00"]}))
    >>> orders = om.read_orders(pd.DataFrame({"customer": ["a"], "channel": ["store"], "revenue": [40.0],
    ...     "time": ["2024-03-05 12:00"]}))
    >>> journeys(touches, orders).table()[["channel", "first", "last", "linear", "shapley"]].to_dict("records")[0]
    {'channel': 'search', 'first': 0.0, 'last': 1.0, 'linear': 0.5, 'shapley': 0.5}
    """
    rules = Rules(window, session, longest, half_life)
    _require_rules(rules)
    few = _sample(touches.rows)
    seen = touches.store.brought_to(orders.store.connection)
    findings = require_joinable(touches, orders, seen, window, few[0])
    parts = ranges(touches.rows)
    variants = _variants(rules) if robustness else {}
    channels = tuple(sorted(touches.channels))  # of touches at one moment the first in the alphabet goes first
    with bar("Following journeys", len(parts) + len(few) * len(variants), progress) as advance:

        def counted(of: Rules, of_parts: list[str]) -> Counts:
            return count(of, touches=seen, orders=orders.store, channels=channels, parts=of_parts, done=advance)

        whole = counted(rules, parts)
        if not whole.orders:
            raise DataError(
                f"journeys: no order has a touch of its customer in the {window} days before it; see whether the "
                "clocks of both agree, or widen the window."
            )
        table = credit(whole)
        varied = {name: credit(counted(of, few)) for name, of in variants.items()}
    return _record(whole, table, varied, touches, orders, rules, findings)


def _require_rules(rules: Rules) -> None:
    wrong = [
        f"`{name}` is a whole number from 1 to {most}, not {getattr(rules, name)}"
        for name, most in LARGEST.items()
        if not 1 <= getattr(rules, name) <= most
    ]
    if not rules.half_life > 0:
        wrong.append(f"`half_life` is a number of days above 0, not {rules.half_life}")
    if wrong:
        raise OmnimixError(f"journeys: {'; '.join(wrong)}.")


def _variants(rules: Rules) -> dict[str, Rules]:
    """Return what is counted again, by name: the windows, and lost identities at the window that was asked for."""
    windows = {f"window {days}": replace(rules, window=days) for days in sorted({*WINDOWS, rules.window})}
    return {**windows, f"identity loss {LOST}%": replace(rules, lost=LOST)}


def _sample(rows: int) -> list[str]:
    """Return conditions on customers that hold some million touches, or all of fewer."""
    if rows <= SAMPLED:
        return ["true"]
    share = SAMPLED / rows
    return [f"customer <= {int(share * (2**64 - 1))}::UBIGINT"]


def _record(
    whole: Counts,
    table: pd.DataFrame,
    varied: dict[str, pd.DataFrame],
    touches: Touches,
    orders: Orders,
    rules: Rules,
    findings: tuple[Finding, ...],
) -> Journeys:
    ((every, named),) = orders.store.rows("SELECT count(*), count(customer) FROM {table} WHERE revenue >= 0")
    starts = pd.DataFrame(
        {
            CHANNEL: whole.channels,
            "journeys": whole.starts.astype(int),
            "orders": whole.rules[:, 0],
            SHARE: whole.rules[:, 0] / whole.orders,
        }
    )
    return Journeys(
        credit=table,
        starts=starts.sort_values("orders", ascending=False, ignore_index=True),
        lengths=whole.lengths,
        days=whole.days,
        robustness=_robustness(varied),
        orders=whole.orders,
        named=int(named),
        all_orders=int(every),
        value=whole.value,
        journeys=whole.journeys,
        touches=whole.touches,
        first=touches.first.date(),
        last=orders.last.date(),
        rules=rules,
        currency=orders.currency,
        findings=(*touches.findings, *orders.findings, *findings),
    )


def _robustness(varied: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the shares of Markov and last touch under each variant."""
    parts = [
        shares(table, (MARKOV, LAST)).assign(**{VARIANT: name})[[VARIANT, CHANNEL, MARKOV, LAST]]
        for name, table in varied.items()
        if table[LAST].sum() > 0
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[VARIANT, CHANNEL, MARKOV, LAST])
