"""What managers read: figures in a language's form, and the sentences of every language in one file each."""

from omnimix.words.figures import LANGUAGES, Language, between, figure, listing, money, odds, ratio, require_language
from omnimix.words.texts import texts

__all__ = [
    "LANGUAGES",
    "Language",
    "between",
    "figure",
    "listing",
    "money",
    "odds",
    "ratio",
    "require_language",
    "texts",
]
