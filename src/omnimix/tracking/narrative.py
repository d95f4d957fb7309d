"""What the figures of customers mean, in sentences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from omnimix.labels import LOWER, MEAN, UPPER
from omnimix.words import Language

if TYPE_CHECKING:
    from omnimix.tracking._customers import Customers


def sentences(found: Customers, language: str) -> tuple[str, ...]:
    """Return sentences on share, value, the change with a second place, what it does not prove, and who is named."""
    words = Language(language, "customers", found.currency)
    share = found.omnichannel_share
    told = [
        words.say(
            "share",
            share=words.rate(share[MEAN]),
            range=words.span(words.rate, share),
            expected=words.percent(found.expected_share),
        )
    ]
    if math.isfinite(found.naive_ratio[MEAN]):
        told.append(words.say("naive", ratio=words.ratio(found.naive_ratio[MEAN])))
    ratio = found.adjusted_ratio
    if math.isfinite(ratio[MEAN]):
        key = "more" if ratio[LOWER] > 1 else "less" if ratio[UPPER] < 1 else "open"
        told.append(
            words.say(
                "adjusted",
                ratio=words.ratio(ratio[MEAN]),
                range=words.span(words.ratio, ratio),
                count=words.exact(found.adopters),
                verdict=words.say(key),
            )
        )
    else:
        told.append(words.say("too_few", count=words.exact(found.adopters)))
    told += [words.say("no_proof"), words.say("matched", rate=words.percent(found.match_rate))]
    return tuple(told)
