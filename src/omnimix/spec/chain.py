"""A chained campaign: which links, when, and what it has to earn."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from omnimix.arguments import checked
from omnimix.errors import SpecError, did_you_mean

type Day = dt.date | str

JOBS = ("reach", "leads", "conversion")  # in the order in which they pass customers on
MOST_LINKS = 12  # 4096 sets of links: as far as every set is worked out


@checked
@dataclass(frozen=True)
class Link:
    """One link of a chain: the part of the spend of one or more channels that belongs to it.

    Args:
        name: the link's name; also its channel unless ``channels`` says otherwise.
        channels: the channels it runs on, or campaigns of a channel that is declared with them.
        share: the part of their spend that is the link's, from 0 to 1: one number, or one a channel by name.
        start: its first day, where it starts later than the chain.
        end: its last day, where it ends before the chain.
        order: its place in the chain, 1 first; given for all links or for none. Links of one place run side by side.
        job: what it is there for: ``reach``, ``leads`` or ``conversion``.
        factor: what if it had spent so many times what it spent; 1 as it was.
        weeks_later: what if it had run so many weeks later (earlier if below 0) than it did.

    Without ``order`` links follow their jobs, if all have one, and else the funnel: a link is later than another if it
    answers to, or works on the audience of, a stage that the other acts on.

    Raises :class:`SpecError` for shares outside 0 to 1, days that are none, an unknown job and the like.

    >>> Link("video", channels=["tv", "online_video"], job="reach").share_of("tv")
    1.0
    """

    name: str
    channels: Sequence[str] = field(default=(), kw_only=True)
    share: float | Mapping[str, float] = field(default=1.0, kw_only=True)
    start: Day | None = field(default=None, kw_only=True)
    end: Day | None = field(default=None, kw_only=True)
    order: int | None = field(default=None, kw_only=True)
    job: str | None = field(default=None, kw_only=True)
    factor: float = field(default=1.0, kw_only=True)
    weeks_later: int = field(default=0, kw_only=True)

    def __post_init__(self) -> None:
        given = (self.channels,) if isinstance(self.channels, str) else tuple(self.channels)
        object.__setattr__(self, "channels", given or (self.name,))
        for name in ("start", "end"):
            object.__setattr__(self, name, _day(getattr(self, name), f"link {self.name!r}", name))
        wrong = _wrong_link(self)
        if wrong:
            raise SpecError(f"link {self.name!r}: {told_together(wrong)}")

    def share_of(self, channel: str) -> float:
        """Return the part of a channel's spend that is this link's."""
        return float(self.share.get(channel, 1.0) if isinstance(self.share, Mapping) else self.share)

    @property
    def changed(self) -> bool:
        """Whether it asks what if, instead of what was carried out."""
        return self.factor != 1.0 or self.weeks_later != 0


@checked
@dataclass(frozen=True)
class Chain:
    """A chained campaign over a window: links that pass customers on, judged on what they earn together.

    Args:
        name: the chain's name.
        links: its links, as :class:`Link` or as names of channels. Their listing has no meaning.
        start: first day; the week that holds it is the first. By default the data window's first week.
        end: last day, likewise.
        hurdle: the ROAS it has to reach. Value counts as declared by the outcomes, so that 1 is break-even where they
            state margins. Without any value there is no verdict, whatever the hurdle: to ask for so many units for one
            unit of money, give the outcome the value ``1 / hurdle`` and leave the hurdle at 1.
        split: what if the money of the chain had been divided over its links in these shares, by name.

    ``without``, ``with_spend``, ``with_split`` and ``later`` return variants to compare with
    :func:`omnimix.compare_chains`.

    Raises :class:`SpecError` for no or too many links, two links of one name, or an end before the start.

    >>> Chain("spring", links=["tv", "social"], start="2025-03-03", end="2025-05-26").links[1].name
    'social'
    """

    name: str
    links: Sequence[Link] = field(kw_only=True)
    start: Day | None = field(default=None, kw_only=True)
    end: Day | None = field(default=None, kw_only=True)
    hurdle: float = field(default=1.0, kw_only=True)
    split: Mapping[str, float] | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        links: Iterable[Link | str] = [self.links] if isinstance(self.links, Link | str) else self.links
        object.__setattr__(self, "links", tuple(Link(k) if isinstance(k, str) else k for k in links))
        for name in ("start", "end"):
            object.__setattr__(self, name, _day(getattr(self, name), f"chain {self.name!r}", name))
        wrong = _wrong_chain(self)
        if wrong:
            raise SpecError(f"chain {self.name!r}: {told_together(wrong)}")

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw its links on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def _repr_html_(self) -> str:
        import pandas as pd

        from omnimix import notebook
        from omnimix.words import percent

        links = [{"link": k.name, "of its spend": k.factor, "weeks later": k.weeks_later} for k in self.links]
        when = " to ".join(str(day) for day in (self.start, self.end) if day is not None) or "all measured weeks"
        forms = {"of its spend": percent}
        return notebook.card(
            f"Chain {self.name}", notebook.table(pd.DataFrame(links), forms), under=f"{when}; hurdle {self.hurdle:g}"
        )

    @property
    def link_names(self) -> tuple[str, ...]:
        """Names of its links, as listed."""
        return tuple(link.name for link in self.links)

    def link(self, name: str) -> Link:
        """Return a link. Raises :class:`SpecError` with the nearest name."""
        if name not in self.link_names:
            raise SpecError(f"chain {self.name!r} has no link {name!r}{did_you_mean(name, self.link_names)}")
        return next(link for link in self.links if link.name == name)

    def without(self, link: str) -> Chain:
        """Return the chain had this link not run."""
        return self._changed(link, f"without {link}", factor=0.0)

    def with_spend(self, link: str, factor: float) -> Chain:
        """Return the chain had this link spent ``factor`` times what it did."""
        return self._changed(link, f"with {factor:g} times {link}", factor=factor)

    def later(self, link: str, weeks: int) -> Chain:
        """Return the chain had this link run ``weeks`` weeks later (earlier if below 0)."""
        words = f"{abs(weeks)} week{'s' * (abs(weeks) != 1)} {'later' if weeks >= 0 else 'earlier'}"
        return self._changed(link, f"with {link} {words}", weeks_later=weeks)

    def with_split(self, shares: Mapping[str, float]) -> Chain:
        """Return the chain had its money been divided over its links in these shares, which add up to 1."""
        words = ", ".join(f"{share:.0%} {name}" for name, share in shares.items())
        return replace(self, name=f"{self.name} with {words}", split=dict(shares))

    def _changed(self, link: str, words: str, **changes: float) -> Chain:
        changed = replace(self.link(link), **changes)  # type: ignore[arg-type]
        links = [changed if k.name == link else k for k in self.links]
        return replace(self, name=f"{self.name} {words}", links=links)


def told_together(wrong: Sequence[str]) -> str:
    """Return everything that is wrong as one sentence.

    >>> told_together(["it has no links", "'tvv' is no channel; did you mean 'tv'?"])
    "it has no links; 'tvv' is no channel; did you mean 'tv'?"
    """
    text = "; ".join(wrong)
    return text if text.endswith("?") else f"{text}."


def _day(given: object, who: str, what: str) -> dt.date | None:
    """Return a day, read from ISO text where it is text."""
    if given is None:
        return None
    if isinstance(given, dt.datetime):  # a pandas Timestamp is one
        return given.date()
    if isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(str(given))
    except ValueError:
        raise SpecError(f"{who}: {what} is a day such as 2025-03-03, not {given!r}.") from None


def _wrong_link(link: Link) -> list[str]:
    wrong = [] if link.name else ["a link needs a name"]
    twice = sorted({c for c in link.channels if list(link.channels).count(c) > 1})
    wrong += [f"channel {c!r} stands in it twice" for c in twice]
    shares = link.share if isinstance(link.share, Mapping) else {"share": link.share}
    for name, share in shares.items():
        if isinstance(link.share, Mapping) and name not in link.channels:
            wrong.append(f"share names {name!r}, which is no channel of it{did_you_mean(str(name), link.channels)}")
        if not _number(share) or not 0 <= share <= 1:
            wrong.append(f"a share is a number from 0 to 1, not {share!r}")
    if link.start is not None and link.end is not None and link.start > link.end:  # type: ignore[operator]
        wrong.append(f"it ends {link.end}, before it starts {link.start}")
    if link.order is not None and (not isinstance(link.order, int) or isinstance(link.order, bool)):
        wrong.append(f"order is a whole number, 1 for the first link, not {link.order!r}")
    if link.job is not None and link.job not in JOBS:
        wrong.append(f"job is one of {', '.join(JOBS)}, not {link.job!r}{did_you_mean(str(link.job), JOBS)}")
    if not _number(link.factor) or not 0 <= link.factor <= 100:
        wrong.append(f"factor is a number from 0 to 100, not {link.factor!r}")
    if not isinstance(link.weeks_later, int) or abs(link.weeks_later) > 104:
        wrong.append(f"weeks_later is a whole number of weeks from -104 to 104, not {link.weeks_later!r}")
    return wrong


def _wrong_chain(chain: Chain) -> list[str]:
    names = chain.link_names
    wrong = [] if chain.name else ["a chain needs a name"]
    if not names:
        wrong.append("it has no links; name at least one channel")
    if len(names) > MOST_LINKS:
        wrong.append(
            f"it has {len(names)} links; every set of links is worked out, up to {MOST_LINKS} links: join channels "
            'that do one job in one link, Link("video", channels=["tv", "online_video"])'
        )
    wrong += [f"two links are called {n!r}" for n in sorted({n for n in names if names.count(n) > 1})]
    if chain.start is not None and chain.end is not None and chain.start > chain.end:  # type: ignore[operator]
        wrong.append(f"it ends {chain.end}, before it starts {chain.start}")
    ordered = [link.name for link in chain.links if link.order is not None]
    if ordered and len(ordered) < len(names):
        wrong.append(f"order is given for {', '.join(ordered)} alone; give it for all links or for none")
    if chain.split is not None:
        wrong += _wrong_split(chain, chain.split)
    if not _number(chain.hurdle) or chain.hurdle < 0:
        wrong.append(f"hurdle is a ROAS of 0 or more, such as 1.0, not {chain.hurdle!r}")
    return wrong


def _wrong_split(chain: Chain, split: Mapping[str, float]) -> list[str]:
    names = chain.link_names
    wrong = [f"split names {n!r}, which is no link{did_you_mean(str(n), names)}" for n in split if n not in names]
    wrong += [f"split gives no share to {n!r}; give 0 where it should get nothing" for n in names if n not in split]
    odd = [f"{n} {s!r}" for n, s in split.items() if not _number(s) or s < 0]
    if odd:
        wrong.append(f"shares of a split are numbers of 0 or more, not {', '.join(odd)}")
    elif not wrong and abs(sum(split.values()) - 1) > 1e-6:
        wrong.append(f"the shares of its split add up to {sum(split.values()):g}, not to 1")
    if any(link.factor != 1 for link in chain.links):
        wrong.append("a split divides what was spent; it does not go together with a link's factor")
    return wrong


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
