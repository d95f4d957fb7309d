"""What a person sees: tables and findings on stdout, waiting on stderr. No colour codes where nobody sees colours."""

from __future__ import annotations

import sys
import textwrap
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import pandas as pd
from rich import box
from rich.cells import cell_len
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from omnimix.findings import Finding
from omnimix.words import Form, capital, finding_name, texts, told_finding

PROGRESS_WIDTH = 110
GAP = 3  # between two columns
MARKS = {"blocks": "bold red", "warns": "yellow", "notes": "dim"}


def say(text: str = "", *, indent: str = "") -> None:
    """Print a paragraph, or several lines that stay lines."""
    for line in text.split("\n"):
        _console().print(Text(_wrapped(line, indent)), soft_wrap=True)


def heading(text: str) -> None:
    """Print a heading with an empty line above it."""
    _console().print(Text(f"\n{text}", style="bold"))


def show_table(frame: pd.DataFrame, columns: Mapping[str, Form], *, last_apart: bool = False) -> None:
    """Print the columns of a frame, each written by its function; ``last_apart`` draws a line above the last row.

    No name and no figure is cut: columns that do not fit beside one another stand below, each time behind the first.
    """
    cells = {
        name: [write(value if write in TEXTS else float(value)) for value in frame[name]]
        for name, write in columns.items()
    }
    least = {name: _least_width([name, *cells[name]], whole=columns[name] is not word) for name in columns}
    room = _console().width
    for place, block in enumerate(_blocks(list(columns), least, room)):
        if place:
            say()
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        for name in block:
            left = columns[name] is word
            justify: JustifyMethod = "left" if left else "right"
            table.add_column(Text(name), justify=justify, no_wrap=not left, overflow="fold", min_width=least[name])
        for k in range(len(frame)):
            end = last_apart and k == len(frame) - 2
            table.add_row(*(Text(cells[name][k]) for name in block), end_section=end)
        width = _width(block, least)
        _console(max(room, width)).print(table)


def show_findings(findings: Iterable[Finding], language: str = "en", *, told: bool = False) -> None:
    """Print findings one below the other, worst first as they came.

    In another language than English each has a sentence, and then its own words with their figures, which are English
    unless they were ``told`` in that language.
    """
    for finding in findings:
        severity, name = finding.severity, finding.name
        exactly, sentence = f"{finding.message} {finding.remedy}".rstrip(), ""
        if language != "en":
            name = "" if told else finding_name(finding, language)
            if not told:
                sentence = capital(told_finding(finding, language))
                exactly = texts("shell_lines", language)["exactly"].format(message=exactly)
        said = severity if language == "en" else texts("pictures", language)[f"severity_{severity}"]
        _console().print(Text.assemble((f"{said} ", MARKS[severity]), (name, "bold")))
        for text in filter(None, (sentence, exactly)):
            say(text, indent="  ")


def word(value: object) -> str:
    """Write a name."""
    return str(value).replace("all_media", "all media")


def day(value: object) -> str:
    """Write a date.

    >>> day(pd.Timestamp("2024-03-04"))
    '2024-03-04'
    """
    return str(value)[:10]


TEXTS = (word, day, str)  # what writes names and dates; all else writes figures


@contextmanager
def waiting(text: str, *, after: float = 0.0) -> Iterator[None]:
    """Show on stderr that something takes time, once ``after`` seconds have gone by."""
    console = Console(stderr=True, highlight=False, markup=False)
    status = console.status(Text(text))
    begin = status.start if console.is_terminal else lambda: sys.stderr.write(f"{text} ...\n")
    timer = threading.Timer(after, begin)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()


def has_room_for_progress() -> bool:
    """Return whether a person is watching a terminal in which the sampler's progress bars fit."""
    return is_watched() and _console().width >= PROGRESS_WIDTH


def is_watched() -> bool:
    """Return whether a person sees stdout and stderr in one terminal, one below the other."""
    return sys.stdout.isatty() and sys.stderr.isatty()


def complain(reason: str) -> None:
    """Print a reason on stderr."""
    print(f"omnimix: {reason}", file=sys.stderr)  # noqa: T201


def _least_width(texts: Iterable[str], *, whole: bool) -> int:
    """Return the width that a column needs: of its longest text, or of the longest word where it may be broken."""
    return max((cell_len(part) for text in texts for part in ([text] if whole else text.split())), default=0)


def _blocks(names: list[str], least: Mapping[str, int], room: int) -> list[list[str]]:
    """Part the columns into tables that fit, each with the first column."""
    blocks = [names[:1]]
    for name in names[1:]:
        if len(blocks[-1]) > 1 and _width([*blocks[-1], name], least) > room:
            blocks.append(names[:1])
        blocks[-1].append(name)
    return blocks


def _width(block: list[str], least: Mapping[str, int]) -> int:
    return sum(least[name] for name in block) + GAP * (len(block) - 1)


def _wrapped(line: str, indent: str) -> str:
    """Break a line at spaces only, so that paths stay whole."""
    if len(indent + line) <= _console().width:
        return indent + line
    lines = textwrap.wrap(line, _console().width - len(indent), break_long_words=False, break_on_hyphens=False)
    return "\n".join(indent + part for part in lines)


class _Screen(Console):
    def on_broken_pipe(self) -> None:
        """Let `main` end quietly; rich would leave with exit code 1."""
        raise BrokenPipeError


def _console(width: int | None = None) -> Console:
    return _Screen(highlight=False, markup=False, emoji=False, width=width)
