"""Where a verb may write: asked before the work, not after it."""

from __future__ import annotations

from pathlib import Path

from omnimix.cli.arguments import UsageError
from omnimix.whole_file import why_not_writable


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
        reason = why_not_writable(path)
        if reason:
            raise UsageError(f"{path}: {reason}.")
