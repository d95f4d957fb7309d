"""One colour a channel, the same in every chart."""

from __future__ import annotations

from collections.abc import Iterable

from omnimix.labels import ALL_MEDIA

BASELINE = "baseline"
# Okabe and Ito (2008), safe for the colour-blind; yellow last, for it is faint on white; black is for the observed.
OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7", "#F0E442")
INK = "#222222"
QUIET = "#767676"
PALE = "#D9D9D9"


def channel_colours(channels: Iterable[str]) -> dict[str, str]:
    """Return a colour a channel by its place in the funnel's order.

    From the eighth channel on the colours return in darker shades, so that no two of 21 are the same.

    >>> channel_colours(["tv", "search"])
    {'tv': '#E69F00', 'search': '#56B4E9'}
    """
    fixed = {ALL_MEDIA: INK, BASELINE: PALE}
    names = list(dict.fromkeys(str(c) for c in channels))
    bought = [name for name in names if name not in fixed]
    return {name: fixed.get(name) or _shade(bought.index(name)) for name in names}


def _shade(place: int) -> str:
    turn, k = divmod(place, len(OKABE_ITO))
    parts = bytes.fromhex(OKABE_ITO[k].removeprefix("#"))
    return "#" + bytes(round(part * 0.62 ** (turn % 3)) for part in parts).hex().upper()
