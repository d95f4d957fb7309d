"""The five parts and the signs by which each level of them can be seen, once; their words stand in ``words``."""

from __future__ import annotations

from dataclasses import dataclass

VISION, ORGANISATION, MEASUREMENT = "vision_and_support", "organisation", "audience_and_measurement"
ACTIVATION, TECHNOLOGY = "activation", "technology"
PARTS = (VISION, ORGANISATION, MEASUREMENT, ACTIVATION, TECHNOLOGY)
LOWEST, HIGHEST = 1, 5


@dataclass(frozen=True)
class Sign:
    """Something that is there or not, and by which a level can be recognised.

    Attributes:
        name: its key in the answers.
        part: to which it belongs.
        level: that it is a sign of, 2 to 5; level 1 needs none.
        measured: whether omnimix looks for it in the data where these are given.
    """

    name: str
    part: str
    level: int
    measured: bool = False


SIGNS = (
    Sign("named_owner", VISION, 2),
    Sign("joint_goal", VISION, 3),
    Sign("joint_budget", VISION, 4),
    Sign("money_moved_by_results", VISION, 5),
    Sign("shared_figures", ORGANISATION, 2),
    Sign("shared_target", ORGANISATION, 3),
    Sign("joint_calendar", ORGANISATION, 4),
    Sign("time_for_analysis", ORGANISATION, 5),
    Sign("two_years_of_weeks", MEASUREMENT, 2, measured=True),
    Sign("spend_covered", MEASUREMENT, 2, measured=True),
    Sign("outcomes_joined", MEASUREMENT, 3, measured=True),
    Sign("exposure_varies", MEASUREMENT, 3, measured=True),
    Sign("customers_identified", MEASUREMENT, 3, measured=True),
    Sign("tests_done", MEASUREMENT, 4, measured=True),
    Sign("figures_fresh", MEASUREMENT, 4, measured=True),
    Sign("witnesses_compared", MEASUREMENT, 5),
    Sign("audiences_kept", MEASUREMENT, 5),
    Sign("message_by_audience", ACTIVATION, 2),
    Sign("campaigns_chained", ACTIVATION, 3),
    Sign("shop_steers_online", ACTIVATION, 4),
    Sign("rules_beforehand", ACTIVATION, 5),
    Sign("customer_view", TECHNOLOGY, 2),
    Sign("orders_integrated", TECHNOLOGY, 3),
    Sign("channels_connected", TECHNOLOGY, 3),
    Sign("segments_refreshed", TECHNOLOGY, 4),
    Sign("personalised", TECHNOLOGY, 5),
)


def signs_of(part: str) -> tuple[Sign, ...]:
    """Return the signs of a part, by level.

    >>> [sign.level for sign in signs_of("organisation")]
    [2, 3, 4, 5]
    """
    return tuple(sign for sign in SIGNS if sign.part == part)
