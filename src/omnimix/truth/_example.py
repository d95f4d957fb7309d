"""The shipped example: three SIMULATED years of a mid-size retailer, with a chain and a budget to ask about."""

from __future__ import annotations

from omnimix.arguments import checked
from omnimix.errors import OmnimixError, did_you_mean
from omnimix.spec import Budget, Chain, Channel, Limit, Limits, Link, Outcome, TeamGoal
from omnimix.truth.baseline import Surroundings
from omnimix.truth.media import Medium, SpendStyle
from omnimix.truth.simulation import simulate
from omnimix.truth.world import World

SEED = 5008  # an ordinary one of a dozen: TV and all media come out some 20 % too high, inside their intervals
RETAILER_SEED = 2  # of six: all media come out 5 % too high, TV 6 % too low, weak display at twice what it returns
GROSS_MARGIN = 0.30
EXAMPLES = ("retailer", "one_outcome")
QUARTER = Budget(
    total=1_000_000,
    weeks=13,
    limits=Limits(
        channels={"radio": Limit(min=40_000), "display": Limit(change=(-0.5, 0.5))},
        pools={"video": Limit(max=550_000)},
        teams={"ecommerce": Limit(min=400_000)},
    ),
    goals={"brand": TeamGoal("store_sales"), "ecommerce": TeamGoal("online_sales", direct=True)},
)
SPRING = Chain("spring", links=[Link(n) for n in ("tv", "social", "search")], start="2024-03-04", end="2024-06-02")


@checked
def example(name: str = "retailer") -> World:
    """Return the example company: SIMULATED data, no company's own.

    Three years of weeks in EUR from 2022-01-03, seven channels (TV also in GRP), price index and promotions, Dutch
    holidays; ``truth`` holds what should come out. Money is counted at the gross margin, so that a ROAS of 1 earns its
    money back.

    Args:
        name: ``retailer``, a whole funnel: online visits between the channels and two outcomes, online and store
            sales, and search spend that answers to visits. Of the visits that media drive TV brings 36 %.
            ``one_outcome``, the same kind of company with sales alone; true curves are of several families, some
            outside those that a fit offers.

    Raises :class:`OmnimixError` for another name.

    >>> example().truth.outcomes
    ('online_sales', 'store_sales')
    >>> example("one_outcome").panel
    Panel(156 weeks 2022-01-03 to 2024-12-23, 11 columns: tv, tv_grp, ..., EUR)
    """
    if name == "retailer":
        return simulate("answering_search", seed=RETAILER_SEED, weeks=156, start="2022-01-03")
    if name == "one_outcome":
        return simulate(
            seed=SEED,
            weeks=156,
            start="2022-01-03",
            channels=_media(),
            surroundings=Surroundings(
                level=2_300_000.0, trend=0.03, season=0.10, wander=0.02, noise=0.035, holidays="NL", holiday=0.04
            ),
            outcome=Outcome("sales", value=GROSS_MARGIN),
        )
    raise OmnimixError(f"an example is one of {', '.join(EXAMPLES)}, not {name!r}{did_you_mean(name, EXAMPLES)}")


def _media() -> tuple[Medium, ...]:
    tv = Medium(
        Channel("tv", pool="video", exposure="tv_grp", team="brand"),
        style="flighted", weekly_spend=36_000, share=0.045, exposure_price=1_000.0,
        adstock="delayed", saturation="hill",
        parameters={"retention": 0.75, "peak": 1.0, "half_saturation": 1.6, "slope": 1.2},
    )  # fmt: skip
    others: tuple[tuple[str, str, SpendStyle, float, float, str, float, float], ...] = (
        ("online_video", "ecommerce", "pulsed", 12_000, 0.015, "exponential", 0.45, 1.4),
        ("radio", "brand", "flighted", 14_000, 0.015, "exponential", 0.40, 1.2),
        ("outdoor", "brand", "flighted", 10_000, 0.008, "logistic", 0.50, 1.8),
        ("search", "ecommerce", "always_on", 22_000, 0.035, "michaelis_menten", 0.10, 1.0),
        ("social", "ecommerce", "pulsed", 15_000, 0.016, "logistic", 0.35, 1.5),
        ("display", "ecommerce", "pulsed", 8_000, 0.005, "exponential", 0.25, 1.0),
    )
    return tv, *(
        Medium(
            Channel(name, pool="video" if name == "online_video" else None, team=team),
            style=style,
            weekly_spend=spend,
            share=share,
            adstock="geometric",
            saturation=saturation,
            parameters={"retention": retention, "half_saturation": half},
        )
        for name, team, style, spend, share, saturation, retention, half in others
    )
