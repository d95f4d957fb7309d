"""What the page is made of: blocks with a heading, sentences, charts and tables. All text is ready to be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

type Spec = dict[str, Any]  # a Vega-Lite chart


@dataclass(frozen=True)
class Table:
    """A table of texts; the first column names the row."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A chart with the sentence above it, the same in words, and the same as a table.

    Attributes:
        name: its place in the page, unique.
        title: the sentence above it.
        told: the same figures in words, for whoever cannot see it.
        spec: Vega-Lite.
        table: the figures.
        note: a sentence under it.
    """

    name: str
    title: str
    told: str
    spec: Spec
    table: Table | None = None
    note: str = ""


@dataclass(frozen=True)
class Block:
    """One question of the page and its answer.

    Attributes:
        name: its anchor.
        heading: the question.
        said: sentences under it.
        charts: charts in their order.
        kind: how it is laid out; ``plain`` is sentences and charts.
        more: what its layout needs beyond that.
        tables: tables of their own, to be opened.
        folded: the line that stands for it while it is folded; empty for a block that lies open.
    """

    name: str
    heading: str
    said: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    kind: str = "plain"
    more: Mapping[str, Any] = field(default_factory=dict)
    tables: tuple[Table, ...] = ()
    folded: str = ""


@dataclass(frozen=True)
class Page:
    """The whole page in one language.

    Attributes:
        title: its heading: the finding, unless another was given.
        kind: what it is about, above the heading.
        finding: the finding below another heading.
        under: lines under the heading.
        blocks: in their order.
        usable: whether there is advice.
    """

    title: str
    kind: str
    finding: str
    under: tuple[str, ...]
    blocks: tuple[Block, ...]
    usable: bool
