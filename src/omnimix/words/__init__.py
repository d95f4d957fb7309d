"""What is read: figures in one form a kind, and the sentences of every language in one file each."""

from omnimix.words.columns import Form, form_of
from omnimix.words.figures import (
    NOTHING,
    amount,
    between,
    cases,
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
    signed,
)
from omnimix.words.found import finding_name, told_finding
from omnimix.words.language import Language
from omnimix.words.remarks import Remark, told_remark
from omnimix.words.texts import LANGUAGES, called, called_by, capital, require_language, texts
from omnimix.words.told import told
from omnimix.words.value_unit import MONEY, Counted, ValueUnit

__all__ = [
    "LANGUAGES",
    "MONEY",
    "NOTHING",
    "Counted",
    "Form",
    "Language",
    "Remark",
    "ValueUnit",
    "amount",
    "between",
    "called",
    "called_by",
    "capital",
    "cases",
    "change",
    "day",
    "exact",
    "figure",
    "finding_name",
    "form_of",
    "listing",
    "money",
    "odds",
    "percent",
    "rate",
    "ratio",
    "require_language",
    "signed",
    "texts",
    "told",
    "told_finding",
    "told_remark",
]
