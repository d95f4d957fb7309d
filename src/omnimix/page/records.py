"""The one form of blocks that tell a finished record: its finding, one picture or table, what it means, how sure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from omnimix.page.parts import Block, Chart, Table

SECTION = "page_blocks"  # of the words of these blocks


@dataclass(frozen=True)
class Told:
    """What a record comes to.

    Attributes:
        name: the anchor of its block.
        heading: the question.
        finding: the answer in a sentence; it stands above the picture or the table, and for the block where it is
            folded.
        means: what it means, a sentence or two.
        sure: how sure that is.
        chart: the picture, whose title is the finding.
        table: the table, in place of a picture.
        tracks: a table with a small picture a row, in place of either.
        rest: everything else that the record says, to be opened.
        behind: tables behind it, to be opened.
        decides: whether it changes what anybody does; what does not is folded.
        more: the line that opens the rest.
    """

    name: str
    heading: str
    finding: str
    means: tuple[str, ...] = ()
    sure: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    tracks: dict[str, Any] | None = None
    rest: tuple[str, ...] = ()
    behind: tuple[Table, ...] = ()
    decides: bool = True
    more: str = ""


def block(told: Told) -> Block:
    """Return the block of a record."""
    return Block(
        told.name,
        told.heading,
        (),
        (told.chart,) if told.chart is not None else (),
        "record",
        {
            "finding": told.finding if told.chart is None else "",
            "table": told.table,
            "tracks": told.tracks,
            "means": told.means,
            "sure": told.sure,
            "rest": told.rest,
            "rest_heading": told.more,
        },
        told.behind,
        folded="" if told.decides else told.finding,
    )


def texts_of(*parts: Iterable[str]) -> tuple[str, ...]:
    """Return sentences after each other, without empty ones."""
    return tuple(text for part in parts for text in part if text)
