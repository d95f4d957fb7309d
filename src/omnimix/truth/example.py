"""The shipped example: three SIMULATED years of a mid-size retailer, and the files that start a project with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from omnimix.errors import OmnimixError, did_you_mean
from omnimix.spec import Chain, Channel, Funnel, Link, Outcome
from omnimix.truth.media import Medium, SpendStyle
from omnimix.truth.scenarios import answering_search
from omnimix.truth.simulation import simulate
from omnimix.truth.surroundings import Surroundings
from omnimix.truth.world import World

SEED = 5008  # an ordinary one of a dozen: TV and all media come out some 20 % too high, inside their intervals
RETAILER_SEED = 2  # of six: all media come out 5 % too high, TV 6 % too low, weak display at twice what it returns
GROSS_MARGIN = 0.30
EXAMPLES = ("retailer", "one_outcome")
SPRING = Chain("spring", links=[Link(n) for n in ("tv", "social", "search")], start="2024-03-04", end="2024-06-02")


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
        return answering_search(seed=RETAILER_SEED, weeks=156, start="2022-01-03")
    if name == "one_outcome":
        return _one_outcome()
    raise OmnimixError(f"an example is one of {', '.join(EXAMPLES)}, not {name!r}{did_you_mean(name, EXAMPLES)}")


def _one_outcome() -> World:
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


def _media() -> tuple[Medium, ...]:
    return (
        Medium(
            Channel("tv", pool="video", exposure="tv_grp", team="brand"),
            style="flighted", weekly_spend=36_000, share=0.045, exposure_price=1_000.0,
            adstock="delayed", saturation="hill",
            parameters={"retention": 0.75, "peak": 1.0, "half_saturation": 1.6, "slope": 1.2},
        ),
        _medium(_online_video(), "pulsed", 12_000, 0.015, "exponential", 0.45, 1.4),
        _medium(Channel("radio", team="brand"), "flighted", 14_000, 0.015, "exponential", 0.40, 1.2),
        _medium(Channel("outdoor", team="brand"), "flighted", 10_000, 0.008, "logistic", 0.50, 1.8),
        _medium(Channel("search", team="ecommerce"), "always_on", 22_000, 0.035, "michaelis_menten", 0.10, 1.0),
        _medium(Channel("social", team="ecommerce"), "pulsed", 15_000, 0.016, "logistic", 0.35, 1.5),
        _medium(Channel("display", team="ecommerce"), "pulsed", 8_000, 0.005, "exponential", 0.25, 1.0),
    )  # fmt: skip


def _online_video() -> Channel:
    return Channel("online_video", pool="video", team="ecommerce")


def _medium(
    channel: Channel,
    style: SpendStyle,
    weekly_spend: float,
    share: float,
    saturation: str,
    retention: float,
    half: float,
) -> Medium:
    parameters = {"retention": retention, "half_saturation": half}
    return Medium(
        channel,
        style=style,
        weekly_spend=weekly_spend,
        share=share,
        adstock="geometric",
        saturation=saturation,
        parameters=parameters,
    )


def config_text(
    funnel: Funnel, *, file: str = "weekly.csv", currency: str = "EUR", chains: Sequence[Chain] = ()
) -> str:
    """Return a commented ``omnimix.toml`` for a funnel whose weekly table is ``file``.

    ``chains`` are declared in it as they were carried out; what if is asked in Python.
    """
    lines = [
        "# The weekly table is SIMULATED by omnimix: replace it by your own, one row a week.",
        f'currency = "{currency}"',
        "",
        "[data]",
        f'file = "{file}"            # relative to this file: csv, xlsx or parquet',
        'week = "week"',
    ]
    lines += [f"controls = [{', '.join(_quoted(c) for c in funnel.controls)}]"] if funnel.controls else []
    lines += (
        [f"holidays = {_quoted(funnel.holidays)}           # public holidays of this country"]
        if funnel.holidays
        else []
    )
    for channel in funnel.channels:
        lines += [
            "",
            f"[channels.{channel.name}]        # spend: the column of the same name, in money a week",
        ]
        keys = ("team", "pool", "spend", "exposure", "responds_to", "fuelled_by")
        lines += _settings({k: getattr(channel, k) for k in keys})
    for stage in funnel.stages:
        lines += ["", f"[stages.{stage.name}]        # a step between media and outcomes: the column of the same name"]
        lines += _lists({k: getattr(stage, k) for k in ("drivers", "parents")})
    for outcome in funnel.outcomes:
        lines += ["", f"[outcomes.{outcome.name}]"]
        lines += (
            [] if outcome.value is None else [f"value = {outcome.value}        # money for one unit, here the margin"]
        )
        lines += _lists({k: getattr(outcome, k) for k in ("drivers", "parents")})
    for chain in chains:
        lines += ["", *_chain(chain)]
    return "\n".join([*lines, ""])


def _chain(chain: Chain) -> Iterator[str]:
    yield f"[chains.{chain.name}]        # campaigns that are judged on what they earn together"
    yield f"links = [{', '.join(_link(link) for link in chain.links)}]"
    for key, about in {"start": "a day in its first week", "end": "a day in its last week"}.items():
        if (day := getattr(chain, key)) is not None:
            yield f"{key} = {day}        # {about}"
    yield f"hurdle = {chain.hurdle}        # the combined ROAS to reach"


def _link(link: Link) -> str:
    """Write a link: by its name where it is a whole channel, else as a table of what it says."""
    if link == Link(link.name):
        return _quoted(link.name)
    share = link.share
    said = {
        "name": _quoted(link.name),
        "channels": f"[{', '.join(_quoted(c) for c in link.channels)}]",
        "share": _table({_quoted(c): part for c, part in share.items()}) if isinstance(share, Mapping) else share,
        "start": link.start,
        "end": link.end,
        "order": link.order,
        "job": link.job and _quoted(link.job),
    }
    return _table({key: value for key, value in said.items() if value is not None})


def _table(values: Mapping[str, object]) -> str:
    return "{ " + ", ".join(f"{key} = {value}" for key, value in values.items()) + " }"


def _settings(given: Mapping[str, str | None]) -> list[str]:
    return [f"{key} = {_quoted(value)}" for key, value in given.items() if value is not None]


def _lists(given: Mapping[str, Sequence[str] | None]) -> list[str]:
    written = {k: names for k, names in given.items() if names or (k == "drivers" and names is not None)}
    return [f"{key} = [{', '.join(_quoted(n) for n in names or ())}]" for key, names in written.items()]


def _quoted(text: str) -> str:
    return f'"{text}"'
