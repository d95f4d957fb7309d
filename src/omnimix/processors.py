"""How many processors this process may use: what works side by side is divided by it."""

from __future__ import annotations

import os


def count_processors() -> int:
    """Return the number of processors that this process may use, at least 1."""
    return (os.process_cpu_count() if hasattr(os, "process_cpu_count") else os.cpu_count()) or 1
