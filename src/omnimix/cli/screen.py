"""What a person sees: tables and findings on stdout, waiting on stderr. No colour codes where nobody sees colours."""

from __future__ import annotations

import math
import sys
import textwrap
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import pandas as pd
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from omnimix.findings import Finding

PROGRESS_WIDTH = 110
CENT = 0.005  # of a change of money, half of what is told
MARKS = {"blocks": "bold red", "warns": "yellow", "notes": "dim"}


def say(text: str = "", *, indent: str = "") -> None:
    """Print a paragraph, or several lines that stay lines."""
    for line in text.split("\n"):
        _console().print(Text(_wrapped(line, indent)), soft_wrap=True)


def heading(text: str) -> None:
    """Print a heading with an empty line above it."""
    _console().print(Text(f"\n{text}", style="bold"))


def show_table(
    frame: pd.DataFrame, columns: Mapping[str, Callable[[object], str]], *, last_apart: bool = False
) -> None:
    """Print the columns of a frame, each written by its function; ``last_apart`` draws a line above the last row."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        left = columns[name] is word
        table.add_column(Text(name), justify="left" if left else "right", no_wrap=not left, overflow="fold")
    rows = list(frame[list(columns)].itertuples(index=False))
    for k, row in enumerate(rows):
        cells = [Text(write(value)) for write, value in zip(columns.values(), row, strict=True)]
        table.add_row(*cells, end_section=last_apart and k == len(rows) - 2)
    _console().print(table)


def show_findings(findings: Iterable[Finding]) -> None:
    """Print findings one below the other, worst first as they came."""
    for finding in findings:
        line = Text.assemble((f"{finding.severity} ", MARKS[finding.severity]), (finding.name, "bold"))
        _console().print(line)
        say(f"{finding.message} {finding.remedy}".rstrip(), indent="  ")


def word(value: object) -> str:
    """Write a name."""
    return str(value).replace("all_media", "all media")


def ratio(value: object) -> str:
    """Write a figure with two decimals.

    >>> ratio(1.2345), ratio(float("nan"))
    ('1.23', '-')
    """
    return _number(value, ",.2f")


def amount(value: object) -> str:
    """Write an amount with thousands.

    >>> amount(1234567.8), amount(3.21)
    ('1,234,568', '3.21')
    """
    return _number(value, ",.0f" if abs(float(str(value))) >= 100 else ",.3g")


def rounded(value: object) -> str:
    """Write an estimated amount with three digits that count.

    >>> rounded(24_924_058.0), rounded(0.01234)
    ('24,900,000', '0.0123')
    """
    return amount(f"{float(str(value)):.3g}")


def signed(value: object) -> str:
    """Write a change of money with its sign; what is below a cent is none.

    >>> signed(12_345.0), signed(-3.0), signed(-1e-11)
    ('+12,345', '-3', '0')
    """
    number = float(str(value))
    if abs(number) < CENT:
        return "0"
    return f"+{amount(number)}" if number > 0 else amount(number)


def estimated_money(value: object) -> str:
    """Write an estimated amount of money; what is below a cent is none.

    >>> estimated_money(64_646.2), estimated_money(4.6e-10)
    ('64,600', '0')
    """
    return "0" if abs(float(str(value))) < CENT else rounded(value)


def percent(value: object) -> str:
    """Write a share.

    >>> percent(0.0312)
    '3.1%'
    """
    return _number(value, ".1%")


def whole_percent(value: object) -> str:
    """Write a probability as whole percent; what is not certain is not called so.

    >>> whole_percent(0.512), whole_percent(0.999), whole_percent(1.0)
    ('51%', '>99%', '100%')
    """
    number = float(str(value))
    if 0.995 <= number < 1 or 0 < number < 0.005:
        return ">99%" if number > 0.5 else "<1%"
    return _number(number, ".0%")


def day(value: object) -> str:
    """Write a date.

    >>> day(pd.Timestamp("2024-03-04"))
    '2024-03-04'
    """
    return str(value)[:10]


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


def _wrapped(line: str, indent: str) -> str:
    """Break a line at spaces only, so that paths stay whole."""
    if len(indent + line) <= _console().width:
        return indent + line
    lines = textwrap.wrap(line, _console().width - len(indent), break_long_words=False, break_on_hyphens=False)
    return "\n".join(indent + part for part in lines)


def _number(value: object, form: str) -> str:
    number = float(str(value))
    return format(number, form) if math.isfinite(number) else "-"


class _Screen(Console):
    def on_broken_pipe(self) -> None:
        """Let `main` end quietly; rich would leave with exit code 1."""
        raise BrokenPipeError


def _console() -> Console:
    return _Screen(highlight=False, markup=False, emoji=False)
