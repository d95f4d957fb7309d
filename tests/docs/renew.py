"""Write what the programs of pages print into the pages: ``python -m tests.docs.renew README.md docs/concepts``.

A test lets figures differ a little; here every block becomes what is printed, so that the figures of a page are of one
run. Sentences around them are the writer's to read again.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from pathlib import Path

from tests.docs.snippets import PAGES, ROOT, alike, has_program, shown_and_printed


def renew(page: Path) -> int:
    """Run a page in the current folder, rewrite its blocks, return in how many the words or figures were others."""
    text, changed = page.read_text(encoding="utf-8"), 0
    for block, printed in shown_and_printed(page):
        changed += not alike(block.text, printed)
        text = text.replace(block.text, _cut_alike(block.text, printed), 1)
    page.write_text(text, encoding="utf-8")
    return changed


def _cut_alike(shown: str, printed: str) -> str:
    """Leave out of what was printed what the page leaves out: the lines at three dots."""
    lines, wanted = printed.strip("\n").splitlines(), shown.strip("\n").splitlines()
    if "..." in wanted:
        at = wanted.index("...")
        lines = [*lines[:at], "...", *lines[len(lines) - (len(wanted) - at - 1) :]]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def main() -> None:
    """Renew the pages that the arguments name, or that lie in the folders they name."""
    asked = [ROOT / name for name in sys.argv[1:]]
    for page in (p for p in PAGES if has_program(p) and any(p == a or a in p.parents for a in asked)):
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            print(page.relative_to(ROOT), renew(page), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("MPLBACKEND", "Agg")
    main()
