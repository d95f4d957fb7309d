"""Which column of a source plays which part, and what is said when one is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from omnimix.data.phrases import ended, quoted
from omnimix.errors import did_you_mean
from omnimix.tracking.identity import without_addresses
from omnimix.tracking.sources import Source


@dataclass(frozen=True)
class Columns:
    """The columns of a source by part.

    Attributes:
        names: the name in the source, by part.
        kinds: the DuckDB type, by part.
        problems: what is missing or named twice.
    """

    names: Mapping[str, str]
    kinds: Mapping[str, str]
    problems: tuple[str, ...]

    def __contains__(self, part: str) -> bool:
        return part in self.names

    def sql(self, part: str) -> str:
        """Return the column as SQL names it."""
        return f'"{self.names[part].replace(chr(34), chr(34) * 2)}"'

    def kind(self, part: str) -> str:
        """Return the type of a part's column."""
        return self.kinds[part]


def match_columns(source: Source, wanted: Mapping[str, str], optional: Mapping[str, str | None]) -> Columns:
    """Find the columns: ``wanted`` must be there, an ``optional`` one that is named must be there, too.

    An optional part without a name takes the column of the part's own name where there is one.
    """
    folded: dict[str, list[str]] = {}
    for name in source.kinds:
        folded.setdefault(name.strip().casefold(), []).append(name)
    names: dict[str, str] = {}
    missing: list[tuple[str, str]] = []
    for part, name in {**wanted, **{p: n or p for p, n in optional.items()}}.items():
        found = [name] if name in source.kinds else folded.get(name.strip().casefold(), [])
        if found:
            names[part] = found[0]
        elif part in wanted or optional[part]:
            missing.append((part, name))
    shown = [without_addresses(name) for name in source.kinds]
    problems = [
        ended(f"there is no column '{name}' for {part}{did_you_mean(name, shown)}")
        + f" Pass {part}='...' to name another."
        for part, name in missing
    ]
    if problems:
        problems[-1] += f" The columns are {quoted(shown)}."
    for name in {n for n in names.values() if list(names.values()).count(n) > 1}:
        parts = [part for part, n in names.items() if n == name]
        problems.append(
            f"the column '{without_addresses(name)}' is named for {' and '.join(parts)}; name one for each."
        )
    return Columns(names, {part: source.kinds[name] for part, name in names.items()}, tuple(problems))
