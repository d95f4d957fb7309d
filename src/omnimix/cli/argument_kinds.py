"""What the shell takes after an option: numbers, whole numbers within bounds, names with labels."""

from __future__ import annotations

import argparse
from collections.abc import Callable

MOST_WEEKS = 104
MOST_TEST_WEEKS = 26
MAX_SEED = 2**31 - 1


def not_negative(text: str) -> float:
    """Return a number from 0."""
    return 0.0 if text.strip() in ("0", "0.0") else positive(text)


def label(text: str) -> tuple[str, str]:
    """Return a name and what readers call it, of ``name=label``."""
    name, equals, told = text.partition("=")
    if not (name.strip() and equals and told.strip()):
        raise argparse.ArgumentTypeError(f"give a name and what readers call it, such as tv=Television, not {text!r}")
    return name.strip(), told.strip()


def positive(text: str) -> float:
    """Return a number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"give a number above 0, such as 1.5, not {text!r}")
    return value


def whole(low: int, high: int | None = None) -> Callable[[str], int]:
    """Return a reader of whole numbers from ``low`` to ``high``."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if value < low or (high is not None and value > high):
            raise argparse.ArgumentTypeError(
                f"give a whole number from {low}{f' to {high}' if high else ''}, not {text!r}"
            )
        return value

    return read


def lengths(text: str) -> tuple[int, ...]:
    """Return numbers of weeks, of ``4,6,8``."""
    return tuple(whole(1, MOST_TEST_WEEKS)(part) for part in text.split(","))
