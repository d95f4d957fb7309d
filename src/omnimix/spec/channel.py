"""A channel: who buys it, which columns hold it, how it carries over and saturates, what is believed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from omnimix.arguments import checked
from omnimix.curves import ADSTOCKS, FREQUENCY, SATURATIONS, Curve
from omnimix.errors import SpecError, did_you_mean
from omnimix.spec.node import CONFOUNDINGS, SCOPES, Confounding, Scope
from omnimix.spec.prior import Prior, interval_prior

PriorLike = Prior | tuple[float, float]
USUAL_SATURATION = "elastic"


@checked
@dataclass(frozen=True)
class Channel:
    """One medium, bought or sent by ourselves.

    Args:
        name: the channel's name; also its spend column unless ``spend`` says otherwise.
        team: who buys it, such as "brand" or "ecommerce".
        pool: a shared pot it belongs to, such as "video".
        spend: column of money a week.
        exposure: column of impressions, GRPs or clicks a week; the response is to exposure, ROAS always to spend.
        adstock: ``two_speed``, ``gamma``, ``geometric``, ``delayed``, ``weibull`` or ``none``.
        saturation: ``elastic``, ``hill``, ``logistic``, ``michaelis_menten`` or ``none``.
        max_lag: weeks after the week of exposure in which it may still work.
        responds_to: the stage whose demand makes this channel's spend, such as searches that paid search answers to.
        confounding: how strongly unseen demand may move that stage and this channel's spend together: ``none``,
            ``some`` or ``strong``.
        fuelled_by: the stage that is this channel's audience: its effect is proportional to that stage.
        fuel_weeks: weeks over which the audience gathers, the week itself included.
        roas_prior: what a euro returns over all outcomes and their parents' links, as ``(low, high)`` of nine times in
            ten or a :class:`Prior`; within the data window, answering channels held at what they spent. Where outcomes
            have no value it is units for one unit of money.
        contribution_prior: share of the value of all outcomes that it brings over all paths, likewise.
        priors: priors of curve parameters by name, such as ``{"retention": Prior("Beta", 4, 2)}``.
        signed: its effect may be negative. It stands outside what is believed of all media together: its contribution
            to every node has a normal prior around zero, and roas_prior and contribution_prior, which are positive,
            cannot be given.
        scope: in a panel of geos, ``geo`` where it is bought by geo, ``national`` where one series reaches all of them;
            a national column stands in the national table, or is the same in every geo.
        paid: ``False`` for what costs no money a week, such as e-mail, organic social or PR: it has an exposure column
            and no spend. It has contributions, and no ROAS, no place in a budget, a total or the cost of a chain.
            Without a contribution_prior it is believed to bring what media_share says an average channel brings.
        campaigns: columns of money a week of its campaigns. Its spend is their sum; they share its curves, and each has
            a multiplier, learned around the channel's: what a euro in it puts through these curves.
        reach: column of people reached at least once in the week, in place of ``exposure``; with ``frequency`` the
            response is to reach times what a person met so often is worth, and ``saturation`` is ``frequency``.
        frequency: column of how often each of them was reached in that week on average: 1 or more where reach is
            above 0, and not read where it is 0.
        long_run: a part of what it brings comes over months, through a slow stock that it shares with all channels that
            say so: the short way to a stage with a stock (:class:`omnimix.Stage`) among the parents of every outcome
            that it acts on directly.

    Raises :class:`SpecError` for an unknown curve, a parameter its curves do not have, or two priors on one thing.

    >>> Channel("tv", team="brand", roas_prior=(0.5, 3.0)).spend_column
    'tv'
    >>> Channel("email", paid=False, exposure="email_sends").columns
    ('email_sends',)
    >>> Channel("video", reach="video_reach", frequency="video_frequency").saturation
    'frequency'
    """

    name: str
    team: str | None = field(default=None, kw_only=True)
    pool: str | None = field(default=None, kw_only=True)
    spend: str | None = field(default=None, kw_only=True)
    exposure: str | None = field(default=None, kw_only=True)
    adstock: str = field(default="two_speed", kw_only=True)
    saturation: str = field(default=USUAL_SATURATION, kw_only=True)
    max_lag: int = field(default=26, kw_only=True)
    responds_to: str | None = field(default=None, kw_only=True)
    confounding: Confounding = field(default="none", kw_only=True)
    fuelled_by: str | None = field(default=None, kw_only=True)
    fuel_weeks: int = field(default=4, kw_only=True)
    roas_prior: PriorLike | None = field(default=None, kw_only=True)
    contribution_prior: PriorLike | None = field(default=None, kw_only=True)
    priors: Mapping[str, Prior] = field(default_factory=dict, kw_only=True)
    signed: bool = field(default=False, kw_only=True)
    scope: Scope = field(default="geo", kw_only=True)
    paid: bool = field(default=True, kw_only=True)
    campaigns: Sequence[str] = field(default=(), kw_only=True)
    reach: str | None = field(default=None, kw_only=True)
    frequency: str | None = field(default=None, kw_only=True)
    long_run: bool = field(default=False, kw_only=True)

    def __post_init__(self) -> None:
        given = (self.campaigns,) if isinstance(self.campaigns, str) else tuple(self.campaigns)
        object.__setattr__(self, "campaigns", given)
        if self.reach is not None and self.saturation == USUAL_SATURATION:
            object.__setattr__(self, "saturation", FREQUENCY.name)
        wrong = tuple(_wrong(self))
        if wrong:
            raise SpecError(f"channel {self.name!r}: " + "; ".join(wrong))

    @property
    def spend_column(self) -> str:
        """The column of money a week; of a channel with campaigns it is made: the sum of theirs.

        Raises :class:`SpecError` for a channel that is not paid.
        """
        if not self.paid:
            raise SpecError(f"channel {self.name!r} is not paid and has no column of spend; ask its exposure_column")
        return self.spend or self.name

    @property
    def exposure_column(self) -> str:
        """The column the response is to: exposure or reach where given, else spend."""
        return self.measured or self.spend_column

    @property
    def measured(self) -> str | None:
        """The column of what was seen or sent, or of whom it reached; ``None`` where only money is known."""
        return self.exposure or self.reach

    @property
    def columns(self) -> tuple[str, ...]:
        """Its columns: spend, and exposure where that is another, and frequency; without spend where it is not paid."""
        if not self.paid:
            return (self.exposure_column,)
        more = () if self.frequency is None else (self.frequency,)
        return tuple(dict.fromkeys((self.spend_column, self.exposure_column, *more)))

    @property
    def curves(self) -> tuple[Curve, Curve]:
        """The adstock and the saturation record."""
        return ADSTOCKS[self.adstock], FREQUENCY if self.reach is not None else SATURATIONS[self.saturation]

    @property
    def lags(self) -> int:
        """Number of lags of its kernel, the week itself included."""
        return 1 if self.adstock == "none" else self.max_lag + 1


def stated(prior: PriorLike) -> Prior:
    """Return a prior, reading ``(low, high)`` as nine times in ten."""
    return prior if isinstance(prior, Prior) else interval_prior(*prior)


def _wrong(channel: Channel) -> list[str]:
    wrong = []
    for kind, chosen, table in (
        ("adstock", channel.adstock, ADSTOCKS),
        ("saturation", channel.saturation, SATURATIONS),
    ):
        if chosen not in table and not (kind == "saturation" and channel.reach is not None):
            wrong.append(f"{kind} is one of {', '.join(table)}, not {chosen!r}{did_you_mean(chosen, table)}")
    if channel.confounding not in CONFOUNDINGS:
        hint = did_you_mean(str(channel.confounding), CONFOUNDINGS)
        wrong.append(f"confounding is one of {', '.join(CONFOUNDINGS)}, not {channel.confounding!r}{hint}")
    elif channel.confounding != "none" and channel.responds_to is None:
        wrong.append("confounding is about the stage its spend answers to, and there is none; add responds_to")
    if channel.scope not in SCOPES:
        hint = did_you_mean(str(channel.scope), SCOPES)
        wrong.append(f"scope is one of {', '.join(SCOPES)}, not {channel.scope!r}{hint}")
    if not channel.name:
        wrong.append("a channel needs a name")
    wrong.extend(_wrong_unpaid(channel))
    if not isinstance(channel.max_lag, int) or channel.max_lag < 0 or channel.max_lag > 104:
        wrong.append(f"max_lag is a whole number of weeks from 0 to 104, not {channel.max_lag!r}")
    if not isinstance(channel.fuel_weeks, int) or not 1 <= channel.fuel_weeks <= 52:
        wrong.append(f"fuel_weeks is a whole number of weeks from 1 to 52, not {channel.fuel_weeks!r}")
    if channel.roas_prior is not None and channel.contribution_prior is not None:
        wrong.append("roas_prior and contribution_prior state the same thing; give one of the two")
    for label, prior in (("roas_prior", channel.roas_prior), ("contribution_prior", channel.contribution_prior)):
        if prior is not None and channel.signed:
            wrong.append(f"{label} is positive, and signed=True lets the effect be negative; give one of the two")
        if prior is not None:
            wrong.extend(_wrong_money_prior(label, prior))
    wrong += [*_wrong_campaigns(channel), *_wrong_reach(channel), *_wrong_long_run(channel)]
    return wrong + ([] if wrong else _wrong_curve_priors(channel))


def _wrong_unpaid(channel: Channel) -> list[str]:
    """Say what a channel without spend lacks, and which statements about money it cannot have."""
    wrong: list[str] = []
    if channel.paid:
        return wrong
    if not channel.exposure:
        wrong.append(
            "it is not paid (paid=False) and has no exposure column; name the column of what is sent or seen a week, "
            "such as exposure='email_sends'"
        )
    wrong += [
        f"{label} {why}, and it is not paid (paid=False); give one of the two"
        for label, given, why in (
            ("spend", channel.spend, "names a column of money"),
            ("campaigns", channel.campaigns or None, "are columns of money"),
            ("roas_prior", channel.roas_prior, "is about money spent"),
            ("responds_to", channel.responds_to, "is about money that answers to a stage"),
            ("pool", channel.pool, "is a pot of money"),
        )
        if given is not None
    ]
    return wrong


def _wrong_campaigns(channel: Channel) -> list[str]:
    names = channel.campaigns
    wrong = [f"campaign {n!r} stands in it twice" for n in dict.fromkeys(names) if names.count(n) > 1]
    if any(not n for n in names):
        wrong.append("a campaign is the name of a column of money")
    if names and channel.spend is not None:
        wrong.append("its spend is the sum of its campaigns; leave spend out")
    if names and channel.exposure is not None and channel.paid:
        wrong.append("its exposure is the spend of its campaigns, each times a multiplier; leave exposure out")
    return wrong


def _wrong_reach(channel: Channel) -> list[str]:
    """Say what reach and frequency lack of each other, and what they do not go together with."""
    reach, frequency = channel.reach, channel.frequency
    if reach is None and frequency is None:
        return []
    wrong = [
        f"{there}={column!r} is given without {lacks}; name both columns, or give exposure=, such as impressions, alone"
        for there, column, lacks, other in (
            ("reach", reach, "frequency", frequency),
            ("frequency", frequency, "reach", reach),
        )
        if column is not None and other is None
    ]
    if "" in (reach, frequency):
        wrong.append("reach and frequency are names of columns, and one of the two is empty")
    own = [c for c in (reach, frequency, channel.exposure) if c] + [channel.spend or channel.name] * channel.paid
    wrong += [
        f"{c!r} is two of its columns; spend, reach and frequency have a column each"
        for c in sorted({c for c in own if own.count(c) > 1})
    ]
    if channel.exposure is not None:
        wrong.append(
            "exposure and reach are both what the response is to; leave exposure out: impressions are reach x frequency"
        )
    if reach is not None and channel.saturation != FREQUENCY.name:
        wrong.append(
            f"saturation={channel.saturation!r} is of exposure, and reach has its ceiling in itself: what bends is "
            "frequency; leave saturation out"
        )
    if channel.campaigns:
        wrong.append("campaigns are columns of money that make its exposure; give campaigns or reach and frequency")
    if not channel.paid:
        wrong.append(
            "it is not paid (paid=False), and reach and frequency are known of paid channels only yet; give exposure="
        )
    return wrong


def _wrong_long_run(channel: Channel) -> list[str]:
    wrong = []
    if channel.long_run and channel.campaigns:
        wrong.append("campaigns and long_run do not go together yet; give one of the two")
    if channel.long_run and channel.fuelled_by is not None:
        wrong.append("a slow stock needs no audience; leave out fuelled_by or long_run")
    return wrong


def _wrong_money_prior(label: str, prior: PriorLike) -> list[str]:
    try:
        support = stated(prior).support
    except (SpecError, TypeError) as problem:
        return [f"{label}: {problem}"]
    return [] if support == "positive" else [f"{label} needs a positive prior such as LogNormal, HalfNormal or Gamma"]


def _wrong_curve_priors(channel: Channel) -> list[str]:
    known = {p.name: p for curve in channel.curves for p in curve.parameters}
    wrong = [
        f"there is no parameter {name!r} in {channel.adstock} and {channel.saturation}; they have "
        f"{', '.join(known) or 'none'}"
        f"{did_you_mean(name, known)}"
        for name in channel.priors
        if name not in known
    ]
    for name, prior in channel.priors.items():
        if name in known and prior.support != Prior(known[name].family, *known[name].arguments).support:
            wrong.append(f"the prior of {name!r} must be {known[name].family}-like in support, not {prior.family}")
    return wrong
