"""The one folder that an assistant may read, and the results of earlier work that lie in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from omnimix.cli.arguments import UsageError

POSTERIOR, RESULT = ".nc", ".json"
MOST_BYTES = 20_000_000  # of a result that is read back
# A result is known by keys that its verb writes; the first that fits is told.
RESULTS: dict[str, frozenset[str]] = {
    kind: frozenset(keys.split())
    for kind, keys in {
        "demo": "simulated truth roas",
        "effects": "schema roas contributions paths",
        "budget": "schema plan gain share_intervals",
        "plan": "schema edited plans",
        "goals": "schema goals odds",
        "long-run": "schema long_run horizons",
        "backtest": "schema folds overall",
        "refit": "schema refit moves",
        "track": "schema promised happened bridge",
        "calibrate": "schema experiments roas_before",
        "tests": "schema tests",
        "analyze-test": "schema effect lift_share",
        "campaigns": "schema warning chains rates",
        "chains": "schema chains",
        "customers": "schema omnichannel_share value_ratio",
        "journeys": "schema starts credit",
        "readiness": "schema parts",
        "fit": "weeks rhat_max findings",
        "check": "weeks findings",
    }.items()
}


@dataclass(frozen=True)
class Folder:
    """A folder; nothing outside it is read, whatever is asked.

    Attributes:
        root: the folder itself, without links on the way to it.
    """

    root: Path

    def file(self, name: str, suffix: str) -> Path:
        """Return a file of the folder by its path from there, with links followed.

        Raises :class:`UsageError` for a path that leads out of the folder, absolutely, by ``..`` or by a link; for
        another kind of file; and for one that is not there.
        """
        if not self._holds(name):
            raise UsageError(
                f"{name!r} is not in the folder that may be read; give a path from that folder on, without `..` and "
                "without links that lead out of it, such as one that list_posteriors names."
            )
        if PurePosixPath(name).suffix.lower() != suffix:
            raise UsageError(f"{name!r} is no {suffix} file; give one whose name ends in {suffix}.")
        real = (self.root / name).resolve()
        if not real.is_file():
            raise UsageError(f"there is no file {name!r} in the folder; list_posteriors names those that are.")
        return real.relative_to(self.root)

    def files(self, suffix: str) -> list[str]:
        """Return every file of a kind in the folder and below, hidden ones and links that lead out left away."""
        found = sorted(p.relative_to(self.root).as_posix() for p in self.root.rglob(f"*{suffix}") if p.is_file())
        return [name for name in found if self._holds(name) and not any(p[0] == "." for p in Path(name).parts)]

    def result(self, name: str) -> dict[str, Any]:
        """Return a result that a verb wrote with `--json`. Raises :class:`UsageError` for any other file."""
        place = self.root / self.file(name, RESULT)
        content = _read(place)
        if content is None or kind_of(content) is None:
            raise UsageError(f"{name!r} is no result of omnimix; give a file that a verb wrote with --json.")
        return content

    def results(self) -> list[dict[str, str]]:
        """Return every result in the folder with the verb that wrote it."""
        kinds = {name: kind_of(_read(self.root / name) or {}) for name in self.files(RESULT)}
        return [{"file": name, "verb": kind} for name, kind in kinds.items() if kind is not None]

    def _holds(self, name: str) -> bool:
        """Return whether a path from the folder on stays in it, on any system, links followed."""
        if not name.strip() or "\0" in name or name.startswith("~"):
            return False
        if PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor or ".." in PureWindowsPath(name).parts:
            return False
        try:
            return (self.root / name).resolve().is_relative_to(self.root)
        except (OSError, RuntimeError):  # links in a circle, names that are too long
            return False


def kind_of(content: dict[str, Any]) -> str | None:
    """Return the verb that wrote a result, by its keys.

    >>> kind_of({"schema": 1, "folds": [], "overall": {}, "weekly": []}), kind_of({"password": "x"})
    ('backtest', None)
    """
    return next((kind for kind, keys in RESULTS.items() if keys <= content.keys()), None)


def _read(place: Path) -> dict[str, Any] | None:
    try:
        if place.stat().st_size > MOST_BYTES:
            return None
        content = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
