"""A world whose truth is known: a panel to fit, a funnel to fit it with, and what should come out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from omnimix import notebook
from omnimix.data import Panel
from omnimix.errors import OmnimixError
from omnimix.spec import Experiment, Funnel
from omnimix.truth.truth import Truth
from omnimix.whole_file import write_whole


@dataclass(frozen=True, repr=False)
class World:
    """A simulated world: what an analyst sees (``panel``), how it may be fitted (``funnel``), and the ``truth``."""

    panel: Panel
    funnel: Funnel
    truth: Truth

    def run_test(self, experiment: Experiment, seed: int = 0) -> Experiment:
        """Return a test with the result it would have in this world, off by its own standard error.

        The value that the test was given with is not read; ``error`` or ``interval`` says how far off results are.

        Raises :class:`SpecError` for a test of a chain or of markets, or outside the simulated weeks.

        >>> from omnimix.truth import simulate
        >>> world = simulate(seed=1, weeks=60)
        >>> asked = Experiment("tv off", channels="tv", start="2022-06-06", end="2022-07-03", scale=0.0, tail_weeks=8,
        ...                    outcome="sales", metric="increment", value=0.0, error=1_000.0)
        >>> world.run_test(asked, seed=3).value > 0
        True
        """
        from omnimix.truth.tested import run_test

        return run_test([self.truth], experiment, seed)

    def write(self, folder: str | Path) -> Path:
        """Write ``weekly.csv`` and ``omnimix.toml`` to start a project; return the path of the latter.

        Raises :class:`OmnimixError` where one of them is there already.
        """
        place, tables = Path(folder), self._tables()
        config = place / "omnimix.toml"
        there = [str(f) for f in (*(place / name for name in tables), config) if f.exists()]
        if there:
            raise OmnimixError(
                f"{' and '.join(there)} would be overwritten; move what is there or name another folder."
            )
        place.mkdir(parents=True, exist_ok=True)
        money = [*(c.spend_column for c in self.funnel.bought), *(n.name for n in self.funnel.nodes)]
        money += [k for c in self.funnel.channels for k in c.campaigns]
        measured = [x for c in self.funnel.channels for x in (c.measured, c.frequency) if x]
        for name, frame in tables.items():
            rounded = frame.round(dict.fromkeys(money, 2) | dict.fromkeys(measured, 3))
            write_whole(rounded.to_csv(date_format="%Y-%m-%d"), place / name, kind="the table", error=OmnimixError)
        return write_whole(self._config(list(tables)), config, kind="the project", error=OmnimixError)

    def _tables(self) -> dict[str, pd.DataFrame]:
        """Return the tables of a project by file name."""
        return {"weekly.csv": self.panel.frame}

    def _config(self, files: list[str]) -> str:
        """Return the text of the project file."""
        from omnimix.truth.project import config_text

        return config_text(self.funnel, file=files[0], currency=self.panel.currency)

    def __repr__(self) -> str:
        return f"World, {self.panel.source}: {self.panel!r}"

    def _repr_html_(self) -> str:
        """Show what an analyst sees; the truth keeps to itself until it is asked."""
        return notebook.card(
            f"World: {self.panel.source}",
            self.panel._repr_html_(),
            self.funnel._repr_html_(),
            under="`.panel` and `.funnel` are what an analyst has, `.truth` is what should come out",
        )
