"""Every figure of a posterior that the shell tells, worked out once."""

from __future__ import annotations

from dataclasses import dataclass

from omnimix.effects import Contributions, Figures, contributions, paths, payback, roas, traffic_share
from omnimix.frequency import BestFrequency, best_frequency
from omnimix.labels import CAMPAIGN, GEO, PERIOD
from omnimix.posterior import GeoPosterior, Posterior
from omnimix.words import ValueUnit


@dataclass(frozen=True)
class Results:
    """What a posterior says of the data window.

    Attributes:
        roas: value for one unit of money spent, net of what a channel makes answering channels spend.
        contributions: what every channel brought to every outcome.
        paths: the same in money by path.
        traffic_share: the share of every stage by channel; ``None`` for a funnel without stages.
        payback: how soon every channel has earned back what it spent in the weeks with most media money; ``None`` where
            value is no money, and of geos that were fitted by themselves.
        by_geo: ``roas`` of every geo; ``None`` where there are none.
        by_campaign: ``roas`` of every campaign; ``None`` where no channel has any.
        by_period: ``roas`` of every half-year or year; ``None`` where effects are the same in all weeks.
        best_frequency: how often people should be reached; ``None`` where no channel has reach and frequency.
        value_unit: what value is counted in.
    """

    roas: Figures
    contributions: Contributions
    paths: Figures
    traffic_share: Figures | None
    payback: Figures | None
    value_unit: ValueUnit
    by_geo: Figures | None = None
    by_campaign: Figures | None = None
    by_period: Figures | None = None
    best_frequency: BestFrequency | None = None


def results(posterior: Posterior) -> Results:
    """Work out every figure, whether or not the fit converged; who prints them says so."""
    several = isinstance(posterior, GeoPosterior)
    alone = isinstance(posterior, GeoPosterior) and posterior.pooling == "none"
    return Results(
        roas=roas(posterior, allow_unconverged=True),
        contributions=contributions(posterior, allow_unconverged=True),
        paths=paths(posterior, allow_unconverged=True),
        traffic_share=traffic_share(posterior, allow_unconverged=True) if posterior.funnel.stages else None,
        payback=payback(posterior, common=True, allow_unconverged=True)
        if posterior.value_unit.is_money and not alone
        else None,
        value_unit=posterior.value_unit,
        by_geo=roas(posterior, by=GEO, allow_unconverged=True) if several else None,
        by_campaign=roas(posterior, by=CAMPAIGN, allow_unconverged=True) if _has_campaigns(posterior) else None,
        by_period=roas(posterior, by=PERIOD, allow_unconverged=True) if posterior.funnel.effects_change else None,
        best_frequency=best_frequency(posterior, allow_unconverged=True) if _has_frequency(posterior) else None,
    )


def _has_frequency(posterior: Posterior) -> bool:
    return any(c.frequency for c in posterior.funnel.channels)


def _has_campaigns(posterior: Posterior) -> bool:
    return any(c.campaigns for c in posterior.funnel.channels)
