"""Verbs for the shell: `omnimix demo`, `init`, `check`, `fit`, `refit`, `backtest`, `effects`, `chains`, `budget`,
`plan`, `goals`, `report`, `track`, `campaigns`, `calibrate`, `tests`, `analyze-test`, `customers`, `journeys`,
`readiness`, `long-run` and `mcp`.

Exit codes: 0 done; 1 a finding blocks (bad data, a funnel that cannot be, a fit that is not usable); 2 wrong usage;
130 stopped by Ctrl-C.
Tables go to stdout, reasons and progress to stderr.
"""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from collections.abc import Sequence

from omnimix.cli.arguments import UsageError, parsed
from omnimix.errors import OmnimixError, SpecError

DONE, BLOCKED, USAGE, STOPPED, PIPE_CLOSED = 0, 1, 2, 130, 141

# Verbs that need none of what a fit needs.
_HOME = {
    v: f"omnimix.cli.{v}"
    for v in (
        "backtest",
        "budget",
        "calibrate",
        "campaigns",
        "chains",
        "customers",
        "goals",
        "journeys",
        "mcp",
        "plan",
        "readiness",
        "refit",
        "report",
        "tests",
        "track",
    )
}
_HOME |= {"analyze-test": "omnimix.cli.analyze_test", "long-run": "omnimix.cli.long_run"}
_HOME |= dict.fromkeys(("init", "check"), "omnimix.cli.project")

__all__ = ["UsageError", "main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and return its exit code; nothing a user can cause ends in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows ? instead of failing
    try:
        with warnings.catch_warnings():
            warnings.showwarning = _warn
            code = _run(sys.argv[1:] if arguments is None else list(arguments))
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _refuse("stopped.", STOPPED)
    except BrokenPipeError:  # the reader of a pipe, such as `head`, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except (UsageError, SpecError) as problem:
        return _refuse(str(problem), BLOCKED if _declared(problem) else USAGE)
    except OmnimixError as problem:
        return _refuse(str(problem), BLOCKED)
    except OSError as problem:
        named = f"{problem.filename}: " if problem.filename else ""
        return _refuse(f"{named}{problem.strerror or problem}.", USAGE)
    return code


def _run(arguments: list[str]) -> int:
    try:
        given = parsed(arguments)
    except SystemExit as ended:  # --help and --version
        return int(ended.code or 0)
    place = _HOME.get(given.verb, "omnimix.cli.verbs")
    verb = getattr(importlib.import_module(place), f"run_{given.verb.replace('-', '_')}")
    return BLOCKED if verb(given) else DONE


def _declared(problem: OmnimixError) -> bool:
    """Return whether a project file was read and what it declares cannot be, such as stages in a circle."""
    if isinstance(problem, UsageError):
        return False
    from omnimix.config import DeclarationError  # slow to import, and here already

    return isinstance(problem, DeclarationError)


def _refuse(reason: str, code: int) -> int:
    print(f"omnimix: {reason}", file=sys.stderr)  # noqa: T201
    return code


def _warn(message: Warning | str, *_: object, **__: object) -> None:
    print(f"omnimix: warning: {message}", file=sys.stderr)  # noqa: T201
