"""Levers: what spend is decided for, each a row of the arrays of spend."""

from __future__ import annotations

from dataclasses import dataclass

from omnimix.effects.future import Future


@dataclass(frozen=True)
class Lever:
    """What spend is decided for: a channel, everywhere or in one geo.

    Attributes:
        name: of its row.
        row: its place in arrays of spend, shape (rows, weeks).
        channel: whose spend it is.
        geo: where the spend works; ``None`` where it is decided for all geos together.
    """

    name: str
    row: int
    channel: str
    geo: str | None = None


def levers_of(future: Future) -> tuple[Lever, ...]:
    """Return the levers of a plan, as the funnel lists their channels."""
    return tuple(Lever(name, future.names.index(name), *future.places[name]) for name in future.set_channels)


MANY = 40  # levers beyond which not every one is looked at by itself


def set_rows(future: Future) -> list[int]:
    """Return the rows of spend that a plan sets."""
    return [lever.row for lever in levers_of(future)]


def answering_rows(future: Future) -> list[int]:
    """Return the rows of spend that answers to a stage, in the order in which stages act."""
    return [future.names.index(c.name) for c in future.answering]
