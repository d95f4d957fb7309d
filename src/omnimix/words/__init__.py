"""What managers read: figures in a language's form, and the sentences of every language in one file each."""

from omnimix.words.figures import (
    LANGUAGES,
    between,
    brief,
    day,
    figure,
    listing,
    money,
    odds,
    percent,
    ratio,
    require_language,
)
from omnimix.words.language import Language
from omnimix.words.texts import called, capital, texts

__all__ = [
    "LANGUAGES",
    "Language",
    "between",
    "brief",
    "called",
    "capital",
    "day",
    "figure",
    "listing",
    "money",
    "odds",
    "percent",
    "ratio",
    "require_language",
    "texts",
]
