"""The block on how well the model forecast weeks that it had not seen."""

from __future__ import annotations

from omnimix.backtests import Backtest
from omnimix.page.parts import Block
from omnimix.words import Language, texts


def forecasts(found: Backtest | None, words: Language) -> Block | None:
    """Return the block in sentences; none where no backtest was given."""
    if found is None:
        return None
    say = texts("backtest", words.code)
    return Block("forecasts", say["heading"], (say["lead"], *found.sentences(words.code).values()))
