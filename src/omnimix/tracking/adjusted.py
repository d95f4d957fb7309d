r"""The factor by which a customer's orders and revenue change with a second place.

Adopters and matched candidates are compared by how each group changed. With rates :math:`\lambda_i`, baseline counts
:math:`B` and later counts :math:`P`, all scaled to the same days,

.. math:: f = \frac{R\,B_c - P_c^{\text{after}}}{P_c^{\text{before}}}, \qquad R = P_a / B_a,

where candidates who adopt later themselves count up to that order without, and from there on with the factor. Rates
drop out, so that heavy buyers may adopt more often. Candidates are matched on the odd weeks of the time before and
measured against its even weeks, and the other way round, so that nobody is matched on the very counts against which the
change is taken: that would bring regression to the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from omnimix.labels import LOWER, MEAN, UPPER

MATCHES = 5
NEAR = 28  # days between the order of an adopter and that of a match
FEWEST = 30  # adopters
REPEATS = 400
BANDS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)  # orders a quarter, in the weeks that are matched on
MOST_THINNED = 0.5
LOOKED_AT = 40  # candidates on either side in time
TENURES = (182.0, 364.0)


@dataclass(frozen=True)
class Pairs:
    """Adopters with their matches: positions of events, and the weeks whose counts are the baseline.

    Attributes:
        adopter: position of each adopter.
        match: positions of its matches, -1 where there are fewer.
        half: 0 where even weeks are the baseline, 1 where odd weeks are.
    """

    adopter: np.ndarray
    match: np.ndarray
    half: int


def match(events: pd.DataFrame, half: int) -> Pairs:
    """Match every adopter with candidates of the same place, tenure and rate who ordered at nearly the same time."""
    home, tenure = pd.factorize(events["home"])[0], np.digitize(events["before"], TENURES)
    keys = (home * 10 + tenure) * 20 + bands(events, half)
    when, adopts, who = (events[c].to_numpy() for c in ("when", "adopter", "customer"))
    chosen, matches = [], []
    for key in np.unique(keys[adopts]):
        pool = np.flatnonzero((keys == key) & ~adopts)
        pool = pool[np.argsort(when[pool], kind="stable")]
        for place in np.flatnonzero((keys == key) & adopts):
            found = _nearest(when[pool], who[pool], when[place], who[place])
            if found:
                chosen.append(place)
                matches.append([*pool[found], *[-1] * (MATCHES - len(found))])
    return Pairs(np.array(chosen, dtype=int), np.array(matches, dtype=int).reshape(-1, MATCHES), half)


def _nearest(whens: np.ndarray, whos: np.ndarray, when: float, who: int) -> list[int]:
    """Return the candidates nearest in time, each customer once."""
    low, high = np.searchsorted(whens, [when - NEAR, when + NEAR])
    middle = np.searchsorted(whens, when)
    low, high = max(low, middle - LOOKED_AT), min(high, middle + LOOKED_AT)
    order = low + np.argsort(np.abs(whens[low:high] - when), kind="stable")
    found: list[int] = []
    seen = {who}
    for place in order:
        if whos[place] not in seen:
            seen.add(whos[place])
            found.append(int(place))
        if len(found) == MATCHES:
            break
    return found


@dataclass(frozen=True)
class Resampled:
    """How much every event counts in every repeat of a bootstrap over customers, the first repeat being the data.

    Attributes:
        half: whose weeks are the baseline.
        adopters: weight of each event as an adopter (repeats, events).
        matches: weight of each event as a match, in days of the adopters' baselines (repeats, events).
    """

    half: int
    adopters: np.ndarray
    matches: np.ndarray


def resampled(events: pd.DataFrame, pairs: tuple[Pairs, ...], weights: np.ndarray) -> tuple[Resampled, ...]:
    """Return the weights of events from those of customers (repeats, customers)."""
    code, before, size = events["code"].to_numpy(), events["before"].to_numpy(), len(events)
    found = []
    for pair in pairs:
        there, match = pair.match >= 0, np.maximum(pair.match, 0)
        adopters, matches = (np.zeros((len(weights), size), dtype=np.float32) for _ in range(2))
        for k, row in enumerate(weights):
            own, each = row[code[pair.adopter]], row[code[match]] * there
            adopters[k, pair.adopter] = own
            shared = (own * before[pair.adopter] / np.maximum(each.sum(axis=1), 1e-12))[:, None] * each
            matches[k] = np.bincount(match.ravel(), shared.ravel(), size)
        found.append(Resampled(pair.half, adopters, matches))
    return tuple(found)


def factors(events: pd.DataFrame, again: tuple[Resampled, ...], measure: str) -> np.ndarray:
    """Return the factor of orders (``n``) or revenue (``v``) in every repeat."""
    own, other = (events[f"{measure}_{k}"].to_numpy(dtype=float) for k in ("own", "other"))
    before, after = events["before"].to_numpy(), events["after"].to_numpy()
    logs = []
    for one in again:
        baseline = events[f"{measure}_{one.half}"].to_numpy(dtype=float)
        ratio = (one.adopters @ ((own + other) * before / after)) / (one.adopters @ baseline)
        left = ratio * (one.matches @ (baseline / before)) - one.matches @ (other / after)
        logs.append(np.log(np.maximum(left / (one.matches @ (own / after)), 1e-6)))
    return np.asarray(np.exp(np.mean(logs, axis=0)))


def event_study(events: pd.DataFrame, again: tuple[Resampled, ...], interval: float) -> pd.DataFrame:
    """Return how adopters moved against their matches, in blocks of four weeks around the event.

    One row a block: ``weeks`` (its first week, counted from the event), ``mean, lower, upper`` of the ratio of orders
    to those of the matches, 1 where both moved alike against the baseline. Weeks before 0 are the check.
    """
    names = [c for c in events.columns if c.startswith("b_")]
    before, blocks = events["before"].to_numpy(), events[names].to_numpy(dtype=float)
    logs = []
    for one in again:
        baseline = events[f"n_{one.half}"].to_numpy(dtype=float)
        adopters = (one.adopters @ (blocks * before[:, None])) / (one.adopters @ baseline)[:, None]
        matches = (one.matches @ blocks) / (one.matches @ (baseline / before))[:, None]
        logs.append(np.log(np.maximum(adopters, 1e-6) / np.maximum(matches, 1e-6)))
    found = np.exp(np.mean(logs, axis=0))
    low, high = np.quantile(found[1:], [(1 - interval) / 2, (1 + interval) / 2], axis=0)
    weeks = [4 * int(name.removeprefix("b_")) for name in names]
    return pd.DataFrame({"weeks": weeks, MEAN: found[0], LOWER: low, UPPER: high})


def bootstrap_weights(customers: int, draws: np.random.Generator, repeats: int = REPEATS) -> np.ndarray:
    """Return the weights of customers in every repeat, exponential; the first row is all ones."""
    weights = draws.standard_exponential((repeats + 1, customers), dtype=np.float32)
    weights[0] = 1
    return weights


def unthinned(events: pd.DataFrame, pairs: tuple[Pairs, ...]) -> pd.DataFrame:
    """Return events with baselines as they would be if orders elsewhere could stand in them.

    Until the event every order was at home, which it would not be in a share ``p`` of the cases; where heavy buyers
    adopt by fewer orders, ``p`` is larger for adopters than for their matches. It is read from how often an order is an
    adoption, by the rate of those who order.
    """
    found = events.copy()
    for pair in pairs:
        band, adopts = bands(events, pair.half), events["adopter"].to_numpy()
        rate = (events[f"n_{pair.half}"] / (events["before"] / 2)).to_numpy()
        drawn = events.groupby("adopter")["total"].agg(lambda total: max(float(total.iloc[0]) / len(total), 1.0))
        seen = pd.DataFrame({"band": band, "adopts": adopts, "rate": rate})
        sides = [seen[seen["adopts"] == k].groupby("band")["rate"].agg(["mean", "size"]) for k in (False, True)]
        both = sides[0].add_suffix("_other").join(sides[1].add_suffix("_own"), how="inner")
        both = both[(both["mean_other"] > 0) & (both["mean_own"] > 0)]
        if len(both) < 2:
            continue
        counts = both[["size_other", "size_own"]].to_numpy() * drawn.to_numpy()
        chance = counts[:, 1] / counts.sum(axis=1)
        others, own = both["mean_other"].to_numpy(), both["mean_own"].to_numpy()
        slope = max(float(np.polyfit(np.log(others), np.log(chance), 1, w=np.sqrt(counts[:, 1]))[0]), 0.0)
        of_band = dict(zip(both.index, chance, strict=True))
        raised = dict(zip(both.index, chance * (own / others) ** slope, strict=True))
        p = np.where(adopts, [raised.get(b, 0.0) for b in band], [of_band.get(b, 0.0) for b in band])
        for measure in ("n", "v"):
            name = f"{measure}_{pair.half}"
            found[name] = events[name] / (1 - np.minimum(p, MOST_THINNED))
    return found


def bands(events: pd.DataFrame, half: int) -> np.ndarray:
    """Return the band of each event's rate of orders, in the weeks that are not the baseline."""
    rate = events[f"n_{1 - half}"] / (events["before"] / 2) * 91
    return np.asarray(np.digitize(rate, BANDS) + (rate > 0))
