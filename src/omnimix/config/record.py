"""What an omnimix.toml says, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omnimix.data import Panel, read_panel
from omnimix.errors import SpecError
from omnimix.spec import Budget, Chain, Experiment, Funnel, Goal


class DeclarationError(SpecError):
    """Refuse a project file whose keys are right and whose funnel, chains or budget cannot be."""


@dataclass(frozen=True)
class Config:
    """A project file.

    Attributes:
        path: the project file itself.
        files: the weekly table, one file or several that join on the week.
        reading: how to read them: arguments of :func:`omnimix.read_panel`.
        funnel: what to estimate.
        fit: sampler settings by name; absent ones have the defaults of :func:`omnimix.fit`.
        chains: the chained campaigns to judge.
        experiments: results of tests.
        budget: the joint budget to divide; ``None`` where none is declared.
        goals: what the company wants to reach.
        later: the table for the verb to come (report), checked for keys and types.
    """

    path: Path
    files: tuple[Path, ...]
    reading: Mapping[str, Any]
    funnel: Funnel
    fit: Mapping[str, int]
    chains: tuple[Chain, ...]
    budget: Budget | None
    later: Mapping[str, Any]
    experiments: tuple[Experiment, ...] = ()
    goals: tuple[Goal, ...] = ()

    def panel(self) -> Panel:
        """Read the weekly table. Raises :class:`DataError` that lists everything wrong at once."""
        return read_panel(self.files[0] if len(self.files) == 1 else self.files, **self.reading)
