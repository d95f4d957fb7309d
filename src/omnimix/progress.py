"""A progress bar for work that may take more than two seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(title: str, total: int, wanted: bool) -> Iterator[Callable[[], None] | None]:
    """Show a bar of ``total`` steps if it is wanted; yield what to call after each step, or ``None``."""
    if not wanted:
        yield None
        return
    from rich.progress import Progress

    with Progress(transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)
