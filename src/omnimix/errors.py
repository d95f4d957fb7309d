"""What omnimix raises: one root and a few children, each named after the stage that refuses."""

from __future__ import annotations

import difflib
import traceback
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path
from types import TracebackType


class OmnimixError(ValueError):
    """Refuse an input or a request; the message says the rule, what came and what to do.

    A notebook shows the message and the line that asked, without the way through the package;
    ``traceback.print_exception(sys.last_value)`` has that way too.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows instead of a traceback, line by line."""
        asked = _line_that_asked(self.__traceback__)
        return [f"\x1b[31m{type(self).__name__}\x1b[0m: {self}", *asked]


class ArgumentError(OmnimixError, TypeError):
    """Refuse an argument of another kind than a verb or a record takes; the message says what to pass."""


class DataError(OmnimixError):
    """Refuse a table: what is wrong, in which column, row or week, and how to mend it."""


class SpecError(OmnimixError):
    """Refuse a declaration of channels, outcomes or priors."""


class FitError(OmnimixError):
    """Refuse to fit, or to report money from a fit that is not usable."""


class BudgetError(OmnimixError):
    """Refuse a budget that no plan can keep, or a plan that was not found; the message says which limits clash."""


class StoreError(OmnimixError):
    """Refuse a file that is not a whole posterior of this format version."""


class OmnimixWarning(UserWarning):
    """Tell of something that does not block, with its remedy."""


def _line_that_asked(frames: TracebackType | None) -> list[str]:
    """Return the line that went into the package, if its text is known."""
    own = str(Path(__file__).parent)
    before = takewhile(lambda frame: not frame.filename.startswith(own), traceback.extract_tb(frames))
    asking = [frame for frame in before if frame.line]
    return ["", f"asked for in line {asking[-1].lineno}: {asking[-1].line}"] if asking else []


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest known name, or an empty string.

    >>> did_you_mean("spned", ["spend", "week"])
    "; did you mean 'spend'?"
    """
    names = [str(k) for k in known]
    folded = {n.casefold(): n for n in names}
    near = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
    return f"; did you mean '{folded[near[0]]}'?" if near else ""
