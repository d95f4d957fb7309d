"""Do the data want effects that change over time?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from omnimix.checks.score_of_change import Change, changes
from omnimix.effects.levels import levels, periods_of
from omnimix.findings import Finding
from omnimix.mechanics import Array
from omnimix.mechanics.periods import EFFECT_SPREAD
from omnimix.posterior import Posterior
from omnimix.spec import frozen_distribution

LEARNED = 0.9  # share of draws in which effects differ by more than the middle of what was believed
SURE = 0.95  # share of draws on one side of the mean over the data window
SCARCE = 0.02  # so seldom do effects that never change look as they do here, over all channels together
FIT_SO = (
    "Fit again with om.Funnel(..., effects_change='half_year'): om.roas(posterior, by='period') then says what each "
    "half-year returned, and plans go by the latest."
)
GO_BY = (
    "om.roas(posterior, by='period') has every period; predictions and plans go by the latest. Ask what changed there: "
    "the creative, the audience, the price, or what a competitor does."
)


def effects_change_check(posterior: Posterior) -> Iterator[Finding]:
    """Say where effects changed: as the draws have it if the fit lets them, else where its weeks contradict it."""
    if posterior.funnel.effects_change is not None:
        yield from _learned(posterior)
        return
    found = changes(posterior)
    for change in found:
        if change.chance * len(found) < SCARCE:
            yield Finding("effects_change", "warns", _contradicted(change), FIT_SO, change.chance, change.channel)


def _learned(posterior: Posterior) -> Iterator[Finding]:
    spread = posterior.numbers(EFFECT_SPREAD)
    usual = float(frozen_distribution(posterior.funnel.change_scale).median())
    if (spread > usual).mean() < LEARNED:
        return
    sure = [(c, ratio) for c in posterior.funnel.channel_names if _is_sure(ratio := latest_over_mean(posterior, c))]
    latest = periods_of(posterior)[-1]
    for channel, ratio in sure:
        low, middle, high = np.quantile(ratio, [0.05, 0.5, 0.95])
        message = (
            f"From {latest.starts.date()} on {channel} brings {_by(middle)} for the same exposure than in an average "
            f"week of the data (x {middle:.2f}, nine times in ten x {low:.2f} to x {high:.2f})."
        )
        yield Finding("effects_change", "notes", message, GO_BY, float(middle), channel)
    if not sure:
        message = (
            f"Effects differ between periods by more than was believed ({np.median(spread):.0%}, believed "
            f"{usual:.0%}), but of no channel is it sure that its latest period is unlike the others."
        )
        yield Finding("effects_change", "notes", message, GO_BY, float(np.median(spread)))


def latest_over_mean(posterior: Posterior, channel: str) -> Array:
    """Return what a channel brings in the latest period for the same exposure over its mean, shape (draws,).

    The mean is that over the exposure of the data window.
    """
    weeks = posterior.scaling.window_weeks
    found = levels(posterior, channel, weeks)
    assert found is not None
    exposure = posterior.panel.series(posterior.funnel.channel(channel).exposure_column).reindex(weeks).to_numpy(float)
    return np.asarray(found[:, -1] / (found @ exposure / exposure.sum()))


def _is_sure(ratio: Array) -> bool:
    return max(float((ratio < 1).mean()), float((ratio > 1).mean())) >= SURE


def _by(ratio: float) -> str:
    return f"{1 - ratio:.0%} less" if ratio < 1 else f"{ratio - 1:.0%} more"


def _contradicted(change: Change) -> str:
    span, how, too = change.period, *(("more", "low") if change.more else ("less", "high"))
    return (
        f"What {change.channel} brings to {change.node} for the same exposure does not look the same in all weeks: "
        f"{how} from {span.starts.date()} to {span.ends.date()}. Effects that never change look so in "
        f"{change.chance:.1%} of fits. One figure for all weeks is then too {too} for those."
    )
