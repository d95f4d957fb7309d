"""An earlier table beside the one that goes on from it: what cannot be, and what was revised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from omnimix.data import Panel
from omnimix.errors import DataError
from omnimix.posterior import Posterior, Revision
from omnimix.spec import Funnel

MOST_TOLD = 12  # weeks or figures that are named; beyond, their number
SAME = 1e-9  # relative


def require_continuing(posterior: Posterior, panel: Panel) -> None:
    """Refuse a table that does not go on from the one that was fitted. Raises :class:`DataError` with all of it."""
    wrong = [*_lacking(posterior.funnel, panel), *_weeks(posterior, panel)]
    if panel.currency != posterior.panel.currency:
        wrong.append(
            f"its money is in {panel.currency}, that of the fit in {posterior.panel.currency}; give it in the same "
            "currency"
        )
    if wrong:
        told = "; ".join(wrong)
        raise DataError(f"the table does not go on from the one that was fitted: {told}. Nothing was filled.")


def revisions(posterior: Posterior, panel: Panel, columns: Sequence[str] | None = None) -> tuple[Revision, ...]:
    """Return every figure of a week and column that the fit read (or of some of them) and that is another now."""
    weeks = posterior.scaling.weeks.intersection(panel.weeks)
    names = columns_of(posterior.funnel) if columns is None else list(columns)
    old, new = (p.frame.reindex(weeks)[names].to_numpy(dtype=float) for p in (posterior.panel, panel))
    both_empty = np.isnan(old) & np.isnan(new)
    with np.errstate(invalid="ignore"):
        differs = ~both_empty & ~(np.abs(new - old) <= SAME * np.maximum(np.abs(old), np.abs(new)))
    return tuple(
        Revision(str(weeks[row].date()), names[column], float(old[row, column]), float(new[row, column]))
        for row, column in zip(*np.nonzero(differs), strict=True)
    )


def told_revisions(revised: Sequence[Revision]) -> str:
    """Return revised figures in words, week by week."""
    rest = len(revised) - MOST_TOLD
    named = "; ".join(map(str, revised[:MOST_TOLD]))
    return named + (f"; and {rest:,} more" if rest > 0 else "")


def columns_of(funnel: Funnel) -> list[str]:
    """Return the columns that a funnel reads, each once."""
    return list(dict.fromkeys(use.column for use in funnel.roles.named))


def _lacking(funnel: Funnel, panel: Panel) -> Iterator[str]:
    roles = funnel.roles
    kinds = {
        **{c: f"control `{c}`" for c in roles.controls},
        **{c: f"exposure `{c}` of channel `{n}`" for n, c in roles.exposure.items()},
        **{c: f"frequency `{c}` of channel `{n}`" for n, c in roles.frequency.items()},
        **{u.column: f"spend `{u.column}` of channel `{u.channel}`" for u in roles.uses if u.role == "spend"},
        **{n: f"stage or outcome `{n}`" for n in roles.outcomes},
        **{c: f"tracker `{c}`" for c in roles.tracker or ()},
    }
    lacking = [c for c in columns_of(funnel) if c not in panel.frame.columns]
    for column in lacking:
        yield (
            f"there is no column for {kinds[column]}; give it for every week (0 where a channel is silent), or fit "
            "anew with a funnel that does not have it"
        )


def _weeks(posterior: Posterior, panel: Panel) -> Iterator[str]:
    old, new = posterior.scaling.weeks, panel.weeks
    if (new[0] - old[0]).days % 7:
        yield (
            f"its weeks start on {new[0].day_name()} and those of the fit on {old[0].day_name()}; let both start on "
            "the same day"
        )
        return
    gone = old.difference(new)
    if len(gone):
        yield (
            f"it lacks weeks that the fit had ({_named(gone)}); give the whole table, old weeks and new ones below "
            "each other"
        )
    nodes = [n.name for n in posterior.funnel.nodes if n.name in panel.frame.columns]
    known = new[panel.frame[nodes].notna().any(axis=1).to_numpy()] if nodes else new
    if not len(known) or known[-1] < old[-1]:
        ends = f"it ends {known[-1].date()}" if len(known) else "it has no week with an outcome"
        yield f"{ends}, before the fit does ({old[-1].date()}); give the weeks that came since, with their outcomes"
    added = new[new > old[-1]]
    gaps = pd.date_range(old[-1], new[-1], freq="7D")[1:].difference(added) if len(added) else added
    if len(gaps):
        yield f"there is a gap between the fit and its new weeks ({_named(gaps)}); add these rows"
    before = new[new < old[0]]
    if len(before):
        yield (
            f"it begins {new[0].date()}, before the fit does ({old[0].date()}); leave the earlier rows out, or fit anew"
        )


def _named(weeks: pd.DatetimeIndex) -> str:
    told = ", ".join(str(w.date()) for w in weeks[:MOST_TOLD])
    return f"{told} and {len(weeks) - MOST_TOLD} more" if len(weeks) > MOST_TOLD else told
