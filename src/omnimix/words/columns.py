"""How the figures of a column are written: a column has one word everywhere, so its name says the kind."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase

from omnimix.words.figures import amount, change, exact, percent, rate, ratio

type Form = Callable[..., str]  # a figure, and a language where it is not English

KINDS: dict[Form, tuple[str, ...]] = {
    rate: ("rate", "*_rate", "observed"),
    percent: ("share", "share_*", "*_share", "probability", "probability_*"),
    ratio: ("roas", "roas_*", "*_roas", "hurdle", "crossing", "truth"),
    change: ("change", "gain", "gain_*"),
    amount: ("spend", "*_spend", "value", "*_value", "profit", "today", "plan", "advised", "edited", "corrected",
             "draw_luck", "sceptical", "sceptical_lower", "sceptical_upper",
             "free_*", "passed_on", "cost", "total", "revenue", "cost_per_*"),
}  # fmt: skip


def form_of(column: str, otherwise: Form = exact) -> Form:
    """Return how figures of a column are written, by its name; ``otherwise`` is for what no name tells.

    >>> form_of("roas_direct")(1.0), form_of("induced_spend")(12_000.0), form_of("probability_positive")(0.93)
    ('1.00', '12k', '93%')
    """
    return next((form for form, names in KINDS.items() if any(fnmatchcase(column, n) for n in names)), otherwise)
