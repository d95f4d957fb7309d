"""What came of many fits: posteriors by name, and records of those that failed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from omnimix import notebook
from omnimix.posterior import GeoPosterior, Posterior

type Fitted = Posterior | GeoPosterior


@dataclass(frozen=True)
class FitFailure:
    """A fit that did not come about.

    Attributes:
        name: of the fit.
        error: the kind of error, such as ``DataError``.
        message: what it said.
    """

    name: str
    error: str
    message: str


class ManyFits(dict[str, Fitted | FitFailure]):
    """Posteriors, or the records of their failures, by name, in the order in which they were asked for."""

    @property
    def posteriors(self) -> dict[str, Fitted]:
        """The fits that came about, whether their chains agree or not."""
        return {name: found for name, found in self.items() if not isinstance(found, FitFailure)}

    @property
    def failures(self) -> dict[str, FitFailure]:
        """The fits that did not."""
        return {name: found for name, found in self.items() if isinstance(found, FitFailure)}

    def table(self) -> pd.DataFrame:
        """Return one row a fit: ``name, fitted, usable, rhat_max, ess_bulk_min, divergences, seconds, message``.

        ``usable`` says whether the chains agree; ``message`` is what is wrong, if anything is.
        """
        return pd.DataFrame([_row(name, found) for name, found in self.items()])

    def __repr__(self) -> str:
        failed = f", {len(self.failures)} failed" if self.failures else ""
        return f"ManyFits({len(self.posteriors)} fitted{failed}: {', '.join(self)})"

    def _repr_html_(self) -> str:
        return notebook.card("Fits", notebook.table(self.table()))


def _row(name: str, found: Fitted | FitFailure) -> dict[str, object]:
    if isinstance(found, FitFailure):
        return {"name": name, "fitted": False, "usable": False, "message": f"{found.error}: {found.message}"}
    seen = found.run.diagnostics
    return {
        "name": name,
        "fitted": True,
        "usable": seen.usable,
        "rhat_max": seen.rhat_max,
        "ess_bulk_min": seen.ess_bulk_min,
        "divergences": seen.divergences,
        "seconds": found.run.seconds,
        "message": "" if seen.usable else seen.complaint,
    }
