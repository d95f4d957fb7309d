"""Where a verb may write: asked before the work, not after it."""

from __future__ import annotations

import os
from pathlib import Path

from omnimix.cli.arguments import UsageError


def a_folder(path: Path) -> Path:
    """Return a folder that can be written to, made if need be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise UsageError(f"{path} cannot be made a folder: {problem.strerror}; name another.") from None
    require_writable(path / "results.json")
    return path


def require_writable(*paths: Path | None) -> None:
    """Refuse, before any work, a file that could not be written after it."""
    for path in paths:
        if path is None:
            continue
        if path.is_dir():
            raise UsageError(f"{path} is a folder; name a file in it.")
        if not path.parent.is_dir():
            raise UsageError(f"there is no folder {path.parent}; make it first or name another.")
        if not os.access(path if path.exists() else path.parent, os.W_OK):
            raise UsageError(f"{path} cannot be written; name another file.")
