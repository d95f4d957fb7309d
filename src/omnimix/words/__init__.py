"""What is read: figures in one form a kind, and the sentences of every language in one file each."""

from omnimix.words.columns import Form, form_of
from omnimix.words.figures import (
    NOTHING,
    amount,
    between,
    change,
    day,
    exact,
    figure,
    listing,
    money,
    odds,
    percent,
    rate,
    ratio,
)
from omnimix.words.language import Language
from omnimix.words.texts import LANGUAGES, called, capital, require_language, texts
from omnimix.words.told import told
from omnimix.words.value_unit import MONEY, Counted, ValueUnit

__all__ = [
    "LANGUAGES",
    "MONEY",
    "NOTHING",
    "Counted",
    "Form",
    "Language",
    "ValueUnit",
    "amount",
    "between",
    "called",
    "capital",
    "change",
    "day",
    "exact",
    "figure",
    "form_of",
    "listing",
    "money",
    "odds",
    "percent",
    "rate",
    "ratio",
    "require_language",
    "texts",
    "told",
]
