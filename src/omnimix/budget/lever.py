"""Levers: what spend is decided for, each a row of the arrays of spend."""

from __future__ import annotations

from dataclasses import dataclass

from omnimix.effects.future import Future


@dataclass(frozen=True)
class Lever:
    """What spend is decided for: a channel, everywhere or in one geo.

    Attributes:
        channel: whose spend it is.
        row: its place in arrays of spend, shape (rows, weeks).
        geo: where the spend works; ``None`` where it is decided for all geos together.
    """

    channel: str
    row: int
    geo: str | None = None


def levers_of(future: Future) -> tuple[Lever, ...]:
    """Return the levers of a plan, as the funnel lists their channels."""
    return tuple(Lever(name, future.names.index(name)) for name in future.set_channels)


def set_rows(future: Future) -> list[int]:
    """Return the rows of spend that a plan sets."""
    return [lever.row for lever in levers_of(future)]


def answering_rows(future: Future) -> list[int]:
    """Return the rows of spend that answers to a stage, in the order in which stages act."""
    return [future.names.index(c.name) for c in future.answering]
