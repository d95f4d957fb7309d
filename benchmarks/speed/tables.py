"""Tables of results as the pages of benchmarks/results show them; one place for the scripts of this folder."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd


def markdown(table: pd.DataFrame, form: Callable[[float], str] = "{:.3g}".format) -> str:
    """Return a table in Markdown, its floats in a form."""
    shown = table.map(lambda v: form(v) if isinstance(v, float) else str(v))
    lines = [list(map(str, shown.columns)), ["---"] * shown.shape[1], *shown.to_numpy().tolist()]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
