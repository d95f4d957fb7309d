"""Files are written whole: a reader finds the old file or the new one, never a part, whatever stops the writing."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from omnimix.errors import OmnimixError

REMEDIES = {
    errno.ENOSPC: "the disk is full; free some room or name another disk",
    errno.EDQUOT: "your quota of the disk is used up; free some room or name another disk",
    errno.EACCES: "that is not allowed; close the file where it is open, or name another folder",
    errno.EPERM: "that is not allowed; close the file where it is open, or name another folder",
    errno.EROFS: "that disk can only be read; name another",
    errno.ENAMETOOLONG: "the name is too long; give a shorter one",
}


def write_whole(content: bytes | str, path: str | Path, *, kind: str, error: type[OmnimixError]) -> Path:
    """Write a file whole or not at all; return its path.

    The content goes to a file of a name that nobody else uses in the same folder, is flushed to the disk and takes the
    place of what was there in one step, so that a full disk or a kill at any moment leaves the old file as it was, and
    several processes may write one path: the last one to finish wins. A link is followed, and the rights of a file
    that is replaced are kept.

    Args:
        content: bytes, or text that is written as UTF-8.
        path: the file to write; its folder must be there.
        kind: what the file is, for messages, such as ``"the plan"``.
        error: what to raise where it cannot be written.

    >>> import tempfile
    >>> write_whole("week", Path(tempfile.mkdtemp()) / "a.csv", kind="the table", error=OmnimixError).read_text()
    'week'
    """
    reason = why_not_writable(path)
    if reason:
        raise error(f"{kind} cannot be written to {str(path)[:200]}: {reason}.")
    target = Path(path).expanduser()
    real = Path(os.path.realpath(target))
    part = real.with_name(f".omnimix-{secrets.token_hex(8)}.part")
    try:
        _write(content.encode("utf-8") if isinstance(content, str) else content, part, real)
    except OSError as problem:
        why = REMEDIES.get(problem.errno or 0, problem.strerror or str(problem))
        raise error(f"{kind} cannot be written to {target}: {why}. What was there is as it was.") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return target


def why_not_writable(path: str | Path) -> str:
    """Return why no file can be written at a path, empty where one can.

    >>> why_not_writable(Path(__file__).parent)
    'that is a folder; name a file in it'
    """
    if not isinstance(path, str | Path):
        return f"a path is a text or a Path, such as 'plan.xlsx', not {type(path).__name__}"
    if not str(path).strip() or "\0" in str(path):
        return "that is no name of a file"
    try:
        return next(_reasons(Path(path).expanduser()), "")
    except (OSError, RuntimeError) as problem:  # no home folder for ~, or a name that the system refuses
        return getattr(problem, "strerror", None) or str(problem)


def _reasons(target: Path) -> Iterator[str]:
    """Give what stands in the way of writing a file."""
    if not target.parent.is_dir():
        yield f"there is no folder {target.parent}; make it first or name another"
    longest = _longest_name(target.parent)
    if len(os.fsencode(target.name)) > longest:
        yield f"the name '{target.name[:40]}...' is too long: {longest} bytes is the most there; give a shorter one"
    if target.is_dir():
        yield "that is a folder; name a file in it"
    if target.exists() and not target.is_file():
        yield "that is a device or a pipe, no file; name a file"
    if target.exists() and not os.access(target, os.W_OK):
        yield "that file may only be read; name another"
    folder = Path(os.path.realpath(target)).parent
    if not os.access(folder, os.W_OK):
        yield f"the folder {folder} may only be read; name another"


def _write(content: bytes, part: Path, real: Path) -> None:
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if real.exists():
        part.chmod(real.stat().st_mode & 0o777)
    part.replace(real)
    if hasattr(os, "O_DIRECTORY"):  # the name, too, is to outlive a power cut
        with contextlib.suppress(OSError):
            folder = os.open(real.parent, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)


def _longest_name(folder: Path) -> int:
    try:
        return os.pathconf(folder, "PC_NAME_MAX")
    except (OSError, AttributeError, ValueError):
        return 255
