"""A bar for work that may take more than two seconds, in a terminal or a notebook."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape


@contextmanager
def bar(title: str, total: int, wanted: bool) -> Iterator[Callable[[], None] | None]:
    """Show a bar of ``total`` steps if it is wanted; yield what to call after each step, or ``None``."""
    if not wanted:
        yield None
        return
    from rich.console import Console

    with (_in_notebook if Console().is_jupyter else _in_terminal)(title, total) as advance:
        yield advance


@contextmanager
def _in_terminal(title: str, total: int) -> Iterator[Callable[[], None]]:
    from rich.progress import Progress

    with Progress(transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda: progress.advance(task)


@contextmanager
def _in_notebook(title: str, total: int) -> Iterator[Callable[[], None]]:
    """Show the browser's own bar: rich would ask for widgets, which a notebook need not have."""
    from IPython.display import display

    done, began = 0, time.monotonic()
    handle = display(_drawn(title, done, total), raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def advance() -> None:
        nonlocal done
        done += 1
        left = (time.monotonic() - began) / done * (total - done)
        handle.update(_drawn(title, done, total, left), raw=True)

    try:
        yield advance
    finally:
        handle.update({"text/html": "", "text/plain": ""}, raw=True)


def _drawn(title: str, done: int, total: int, left: float = 0.0) -> dict[str, str]:
    """Draw the bar; once a step is done it says how long the others may take, as a terminal does."""
    told = f", some {left:.0f} seconds left" if left >= 1 else ""
    share = f"{min(done / total, 1):.0%}{told}"
    drawn = f"{escape(title)} <progress value='{done}' max='{total}'></progress> {share}"
    return {
        "text/html": f"<div style='font-family:system-ui,sans-serif;font-size:13px'>{drawn}</div>",
        "text/plain": f"{title} {share}",
    }
