"""Read a test in some markets: what it did there, held against markets without it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from omnimix.arguments import checked
from omnimix.data.phrases import ended, quoted
from omnimix.errors import DataError, did_you_mean
from omnimix.geo_tests.markets import WEEKLY, Markets, read_markets
from omnimix.geo_tests.methods import WEIGHERS, Method
from omnimix.geo_tests.placebos import FEWEST_CONTROLS, History, Read, chance, history, placebo_sets, read
from omnimix.geo_tests.result import GeoTest
from omnimix.labels import DEFAULT_INTERVAL, LOWER, MEAN, UPPER, WEEK
from omnimix.mechanics import Array

FEWEST_BEFORE = 8  # rows before the test
LARGER = 2.0  # times the largest control that a treated market may be, unless a slope is estimated
SEEN_BY_CHANCE = 0.0002  # odds of what the treated did before the test, below which they had left the others
FURTHER_OFF, FAR_OFF = 2.0, 4.0  # times what the others are off from each other; the first where they tell little
LITTLE_FIT = 0.25
JUMPING = 3.0  # times what nine in ten controls do in the test
TYPICAL = 2.44  # from the median of what is normal, without its sign, to its nine in ten
ONE_DAY = dt.timedelta(days=1)


@checked
def analyze_test(  # noqa: PLR0913  what was done, how to read the table, how to judge
    table: Any,
    *,
    treated: Sequence[str],
    start: dt.date | str,
    end: dt.date | str,
    outcome: str,
    method: Method = "synthetic_control",
    geo: str = "geo",
    week: str = WEEK,
    tail_weeks: int = 0,
    spend: str | None = None,
    channels: Sequence[str] = (),
    scale: float | None = None,
    interval: float = DEFAULT_INTERVAL,
    seed: int = 0,
) -> GeoTest:
    """Return what a test in some markets did to an outcome there.

    What the treated markets would have done without the test is foretold from the others. How far that may be off is
    seen where there was no effect: sets of other markets, held against the rest as if they had been treated (placebos
    in space), each in the scale of what chance does to it in rows that were left out before the test (placebos in
    time). The interval and the p-value both hold the effect against the spread of these: the interval leaves out 0
    exactly where the p-value is below 1 less its mass, and holds the effect always.

    Args:
        table: one row a market and day or week: a dataframe, or the path of a csv, xlsx or parquet file.
        treated: the markets of the test; all others are controls.
        start: its first day.
        end: its last day.
        outcome: the column in which the effect is read.
        method: ``synthetic_control`` weighs the other markets so that together they moved like the treated before;
            ``did`` (difference in differences) weighs them alike; ``tbr`` (time-based regression) also learns how much
            the treated move when all others move by one.
        geo: the column of markets.
        week: the column of days or weeks.
        tail_weeks: weeks after the test that count as well.
        spend: the column of money spent, for what the test cost.
        channels: the channels of which the spend was changed, for `.experiment`.
        scale: what was done to it, 0 for off, for `.experiment`.
        interval: probability mass of the interval.
        seed: which placebos are drawn where there are too many to take them all.

    Raises :class:`DataError` for a table that cannot be read, markets that are not there, too few controls or rows, and
    where no answer would be worth reading: the markets did not move together before the test, a treated market is much
    larger than all others, or a control changed at its start as only a treated market should.

    >>> analyze_test("geo.csv", treated=["south"], start="2026-03-02", end="2026-03-29",
    ...              outcome="sales").table()                                                 # doctest: +SKIP
    """
    first, last = _day(start, "start"), _day(end, "end")
    markets = read_markets(table, outcome=outcome, geo=geo, week=week, spend=spend)
    names, chosen = [str(g) for g in markets.frame.columns], _texts(treated)
    rows = _rows(markets, first, last, tail_weeks)
    wrong = [*_wrong_markets(chosen, names, geo), *_wrong_rows(markets, rows, first, last, tail_weeks)]
    if wrong:
        raise DataError(f"{markets.source}: {' '.join(wrong)}")
    inside, before = rows
    values = markets.frame.to_numpy(dtype=float)
    ids = [names.index(t) for t in chosen]
    others = [k for k in range(len(names)) if k not in ids]
    weigh = WEIGHERS[method]
    past = history(values[before], int(inside.sum()))
    found = read(past, values[inside], weigh, ids, others)
    sets = placebo_sets(others, len(ids), np.random.default_rng(seed))
    placebos = [read(past, values[inside], weigh, s, [c for c in others if c not in s]) for s in sets]
    by_chance = chance(np.array([p.ratio for p in placebos]), len(others))
    pre_fit = _pre_fit(past, found, ids)
    _require_readable(markets, past, found, placebos, values[inside], ids, others, method, pre_fit)
    paid = None if markets.spend is None else _added(markets.spend.to_numpy(dtype=float), before, inside, ids)
    return GeoTest(
        outcome=outcome,
        method=method,
        treated=tuple(chosen),
        controls=pd.Series(found.weights, index=[names[k] for k in others], name="weight"),
        start=first,
        end=last,
        tail_weeks=tail_weeks,
        rows=_told(markets, found, values, ids, before, inside, last),
        effect=_effect(found, by_chance.limit(interval), len(ids)),
        interval=interval,
        p_value=by_chance.odds(found.ratio),
        pre_fit=pre_fit,
        scale=found.scale,
        chance=by_chance,
        time_placebos=_by_block(past, found),
        incremental_spend=paid,
        channels=tuple(_texts(channels)),
        spend_scale=scale,
        step=markets.step,
        notes=markets.notes,
    )


def _texts(given: Sequence[str] | str) -> list[str]:
    return [given] if isinstance(given, str) else [str(one) for one in given]


def _day(given: dt.date | str, name: str) -> dt.date:
    try:
        return pd.Timestamp(given).date()
    except (ValueError, TypeError):
        raise DataError(f"{name} is a day such as 2026-03-02, not {given!r}.") from None


def _rows(markets: Markets, first: dt.date, last: dt.date, tail: int) -> tuple[np.ndarray, np.ndarray]:
    """Return which rows belong to the test and its tail, and which lie before; a week is in it if a day of it is."""
    begin = pd.DatetimeIndex(markets.frame.index)
    through = begin + pd.Timedelta(days=markets.step - 1)
    stop = pd.Timestamp(last) + pd.Timedelta(weeks=tail)
    inside = np.asarray((through >= pd.Timestamp(first)) & (begin <= stop))
    return inside, np.asarray(through < pd.Timestamp(first))


def _wrong_markets(treated: Sequence[str], names: Sequence[str], geo: str) -> Iterator[str]:
    if not treated:
        yield "No market is treated; name those of the test."
    for name in dict.fromkeys(treated):
        if name not in names:
            yield ended(f"There is no market '{name}' in column '{geo}'{did_you_mean(name, names)}")
    twice = sorted({t for t in treated if list(treated).count(t) > 1})
    if twice:
        yield f"{quoted(twice)} stand among the treated markets twice; treated and controls are mixed up."
    left = len(set(names) - set(treated))
    if left < FEWEST_CONTROLS:
        yield (
            f"Only {left} markets had no test, and at least {FEWEST_CONTROLS} are needed to foretell the others and "
            "to see what chance does; add markets without the test."
        )


def _wrong_rows(
    markets: Markets, rows: tuple[np.ndarray, np.ndarray], first: dt.date, last: dt.date, tail: int
) -> Iterator[str]:
    inside, before = rows
    begin, stop = markets.frame.index[0].date(), markets.frame.index[-1].date() + (markets.step - 1) * ONE_DAY
    what = "weeks" if markets.step == WEEKLY else "days"
    if first > last:
        yield f"The test ends {last}, before it starts {first}."
    elif last + 7 * tail * ONE_DAY > stop or first < begin:
        told = f" with {tail} weeks of tail" * bool(tail)
        yield f"The test lasts from {first} to {last}{told}, and the table holds {begin} to {stop}."
    needed = max(FEWEST_BEFORE, int(inside.sum()))
    if before.sum() < needed:
        yield (
            f"There are {int(before.sum())} {what} before the test, and at least {needed} are needed to learn how the "
            "markets move together; add earlier rows."
        )


def _effect(found: Read, beyond: float, treated: int) -> dict[str, float]:
    """Return the whole effect over all treated markets, with its interval."""
    total, half = float(found.path.sum()) * treated, beyond * found.scale * len(found.path) * treated
    return {MEAN: total, LOWER: total - half, UPPER: total + half}


def _pre_fit(past: History, found: Read, ids: Sequence[int]) -> float:
    """Return the share of what moved the treated markets before the test that the others foretold in rows left out."""
    moved = float(np.var(past.series[:, list(ids)].mean(axis=1)))
    return 1.0 - found.scale**2 / moved if moved > 0 else 0.0


def _by_block(past: History, found: Read) -> Array:
    return np.array([found.held_out[rows].mean() / found.scale for rows, _ in past.blocks])


def _require_readable(
    markets: Markets, past: History, found: Read, placebos: Sequence[Read], test: Array, ids: Sequence[int],
    others: Sequence[int], method: str, pre_fit: float,
) -> None:  # fmt: skip
    """Refuse what would give a figure that nobody should read."""
    names = [str(g) for g in markets.frame.columns]
    wrong = [*_outliers(past, names, ids, others, method), *_mixed_up(past, test, names, ids, others)]
    usual = float(np.median([p.scale / p.level for p in placebos]))
    further = found.scale / found.level / usual if usual > 0 else 1.0
    if further > (FURTHER_OFF if pre_fit < LITTLE_FIT else FAR_OFF):
        wrong.append(
            "the other markets do not foretell the treated ones before the test: in rows left out they are "
            f"{further:.1f} times as far off as they are from each other (fit {pre_fit:.2f}); choose markets that move "
            "together, or weeks instead of days"
        )
    by_chance = chance(np.array([_just_before(past, p) for p in placebos]), len(others))
    if by_chance.odds(_just_before(past, found)) <= SEEN_BY_CHANCE:
        last = past.blocks[-1][0]
        wrong.append(
            f"the treated markets left the others before the test began: the last {last.stop - last.start} rows before "
            "it show an effect already that placebos do not show; look for what else changed there, or another method"
        )
    if wrong:
        raise DataError(f"{markets.source}: {'; '.join(wrong)}.")


def _just_before(past: History, found: Read) -> float:
    """Return the mean effect in the last block before the test, in the scale of all other blocks."""
    last = past.blocks[-1][0]
    return float(found.held_out[last].mean() / np.sqrt(np.mean(found.held_out[: last.start] ** 2)))


def _outliers(past: History, names: Sequence[str], ids: Sequence[int], others: Sequence[int], method: str) -> list[str]:
    if method == "tbr":
        return []  # its slope carries size
    largest = float(past.whole.mean[list(others)].max())
    far = [names[k] for k in ids if past.whole.mean[k] > LARGER * largest]
    if not far:
        return []
    return [
        f"{quoted(far)} is more than {LARGER:g} times as large as any market without the test, and weights that add up "
        "to 1 cannot reach it; read it with method='tbr', which learns how much it moves when the others move"
    ]


def _mixed_up(past: History, test: Array, names: Sequence[str], ids: Sequence[int], others: Sequence[int]) -> list[str]:
    """Name controls that jumped when the test began, more than the treated did: they may have had it."""
    weigh = WEIGHERS["tbr"]
    alone = np.array([read(past, test, weigh, [k], [c for c in others if c != k]).ratio for k in others])
    treated = max(abs(read(past, test, weigh, [k], others).ratio) for k in ids)
    usual = TYPICAL * float(np.median(np.abs(alone)))
    jumped = np.flatnonzero((np.abs(alone) > JUMPING * usual) & (np.abs(alone) > treated))
    if not len(jumped):
        return []
    which = [names[others[int(k)]] for k in jumped]
    return [
        f"{quoted(which)} changed at the start of the test more than any treated market did, and counts as a control: "
        "treated and controls may be mixed up, or something else happened there; name it among the treated or leave it "
        "out"
    ]


def _told(
    markets: Markets, found: Read, values: Array, ids: Sequence[int], before: np.ndarray, inside: np.ndarray,
    last: dt.date,
) -> pd.DataFrame:  # fmt: skip
    """Return observed, expected and their difference, all treated markets together, from the first row to the last."""
    observed = values[:, list(ids)].sum(axis=1)
    effect = np.full(len(values), np.nan)
    effect[before], effect[inside] = found.held_out * len(ids), found.path * len(ids)
    kept = before | inside
    part = np.where(before, "before", np.where(markets.frame.index > pd.Timestamp(last), "tail", "test"))
    frame = pd.DataFrame(
        {WEEK: markets.frame.index, "observed": observed, "expected": observed - effect, "effect": effect, "part": part}
    )
    told: pd.DataFrame = frame[kept].reset_index(drop=True)
    return told


def _added(paid: Array, before: np.ndarray, inside: np.ndarray, ids: Sequence[int]) -> float:
    """Return the money beyond what the same markets spent before, in as many rows."""
    own = paid[:, list(ids)].sum(axis=1)
    return float(own[inside].sum() - own[before].mean() * inside.sum())
