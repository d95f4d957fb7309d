"""A figure with its uncertainty: draws with labels, summarised into tidy tables that name their interval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from omnimix import notebook, words
from omnimix.errors import FitError, OmnimixError
from omnimix.labels import DEFAULT_INTERVAL, DRAW, GEO, INTERVAL, LOWER, MEAN, MEDIAN, UPPER
from omnimix.mechanics import Array
from omnimix.posterior import Posterior
from omnimix.posterior.modes import sit_apart

LINKS = "links"  # ROAS and money under each other: these keep both middles on their card


@dataclass(frozen=True, repr=False)
class Figures:
    """Draws of one quantity for several labels.

    Attributes:
        name: what it is, such as ``roas``.
        draws: one value a draw and label; dimensions ``draw`` and the labels.
        unit: what one unit is, in words.
        interval: probability mass of the intervals in tables.
        known: figures without uncertainty for the same labels, such as ``spend``.
        value_unit: what value is counted in: money, or units of outcomes without a value.
    """

    name: str
    draws: xr.DataArray
    unit: str
    interval: float = DEFAULT_INTERVAL
    known: Mapping[str, xr.DataArray] = field(default_factory=dict)
    value_unit: words.ValueUnit = words.MONEY

    def table(self, interval: float | None = None) -> pd.DataFrame:
        """Return one row a label with ``mean``, ``median``, ``lower``, ``upper`` and ``interval``."""
        mass = interval or self.interval
        if not self.draws.size:  # no label at all, such as no channels that cannot be told apart
            names = [str(c) for c in self.draws.coords if c != DRAW]
            return pd.DataFrame(columns=[*names, MEAN, MEDIAN, LOWER, UPPER, *self.known, INTERVAL])
        summary = summarise(self.draws, mass)
        parted = [str(d) for d in self.draws.dims if d != DRAW] if GEO in self.draws.dims else None
        wide = xr.Dataset({**self.known, **summary}).to_dataframe(dim_order=parted).reset_index()
        labels = parted or [str(c) for c in self.draws.coords if c != DRAW]
        order = [*labels, MEAN, MEDIAN, LOWER, UPPER, *self.known]
        return wide[order].assign(**{INTERVAL: mass})

    @property
    def told(self) -> str:
        """The column that says what to expect of them: ``median`` or ``mean``; see :func:`omnimix.words.told`."""
        return words.told(self.name)

    def plot(self, ax: Any = None, *, language: str = "en") -> Any:
        """Draw the figures on ``ax`` and return the axes; see :mod:`omnimix.plot`."""
        from omnimix.plot import draw  # the door to pictures; see ARCHITECTURE.md

        return draw(self, ax=ax, language=language)

    def __repr__(self) -> str:
        told = notebook.text(self.table(), notebook.summary(self._form))
        return f"{self.name} ({self.unit}), {self.interval:.0%} interval\n{told}"

    def _repr_html_(self) -> str:
        form = self._form
        forms = dict.fromkeys((MEAN, MEDIAN, LOWER, UPPER), form)
        told = None if self.name == LINKS else self.told
        return notebook.card(self._title, notebook.table(self.table(), forms, told=told), under=self.unit)

    @property
    def _title(self) -> str:
        name = self.name.replace("_", " ").replace("roas", "ROAS")
        return name[0].upper() + name[1:]

    @property
    def _form(self) -> words.Form:
        """How its figures are written: returns with decimals, shares as percentages, all else in thousands."""
        if "roas" in self.name:
            return words.ratio
        if "share" in self.name:
            return words.percent
        return words.exact if self.name == LINKS else words.amount


def summarise(draws: xr.DataArray, interval: float) -> dict[str, xr.DataArray]:
    """Return mean, median and both ends of the central interval over draws."""
    if not 0 < interval < 1:
        raise OmnimixError(f"an interval is a probability between 0 and 1, such as 0.9, not {interval}")
    ends = draws.quantile([(1 - interval) / 2, 0.5, (1 + interval) / 2], dim=DRAW, skipna=False).drop_vars("quantile")
    return {
        MEAN: draws.mean(DRAW, skipna=False),
        MEDIAN: ends.isel(quantile=1),
        LOWER: ends.isel(quantile=0),
        UPPER: ends.isel(quantile=2),
    }


def middle(draws: Array, quantity: str) -> float:
    """Return what a quantity is told by: the median of its draws, or their mean where it adds up.

    >>> middle(np.array([0.0, 1.0, 5.0]), "roas"), middle(np.array([0.0, 1.0, 5.0]), "gain")
    (1.0, 2.0)
    """
    return float(np.median(draws) if words.told(quantity) == MEDIAN else np.mean(draws))


def require_usable(posterior: Posterior, allow_unconverged: bool) -> None:
    """Refuse to report money from draws that did not converge, unless the caller asks for it."""
    diagnostics = posterior.run.diagnostics
    if diagnostics.usable or allow_unconverged:
        return
    raise FitError(
        f"this fit is not usable for figures in money: {diagnostics.complaint}. {_way_out(posterior)}, see "
        "`om.check(posterior)`, or pass allow_unconverged=True to look at the figures all the same."
    )


def _way_out(posterior: Posterior) -> str:
    if sit_apart(posterior):
        return (
            "Every chain has settled by itself, but in different places: weigh them by how well each foresees weeks "
            "with `om.stack_chains(posterior)`, or fit again with priors that tell the places apart"
        )
    return "Fit again with more tune and draws or fewer channels"
