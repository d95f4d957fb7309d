"""The pictures of the gallery, made by the programs that stand above them on its page."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1]
GALLERY = DOCS / "gallery.md"
MADE = re.compile(r"\]\((pictures/[^)]+)\)")
PART = re.compile(r"^```python\n(?P<program>.*?)^```$|^!\[[^\]]*\]\((?P<picture>[^)]+)\)$", re.MULTILINE | re.DOTALL)
DOTS_PER_INCH = 110  # sharp on a laptop, and small enough for a page of twenty


@dataclass(frozen=True)
class Step:
    """One program of the gallery, its first line on the page, and the file of its picture, if it draws one."""

    program: str
    line: int
    picture: str | None


def steps(page: Path = GALLERY) -> Iterator[Step]:
    """Read the programs of a page, each with the picture that stands below it and above the next."""
    text = page.read_text(encoding="utf-8")
    parts = list(PART.finditer(text))
    for part, following in zip(parts, [*parts[1:], None], strict=True):
        if part["program"] is not None:
            line = text.count("\n", 0, part.start("program")) + 1
            yield Step(part["program"], line, following["picture"] if following else None)


def missing_pictures(page: Path = GALLERY) -> list[Path]:
    """Return the pictures and other made files of a page that are not there, or are older than the page."""
    files = [page.parent / name for name in MADE.findall(page.read_text(encoding="utf-8"))]
    made = page.stat().st_mtime
    return [file for file in files if not file.exists() or file.stat().st_mtime < made]


def make_pictures(page: Path = GALLERY) -> list[Path]:
    """Run the programs of a page in order and save what each draws. Takes two fits and some plans: about two minutes.

    Programs run in the folder of the pictures, so that a file which one of them writes can be linked to as well.

    Raises ``RuntimeError`` for a program that draws nothing where the page shows a picture, or more than one figure.
    """
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    namespace: dict[str, Any] = {"__name__": page.stem}
    made = []
    page.with_name("pictures").mkdir(exist_ok=True)
    with contextlib.chdir(page.with_name("pictures")):
        for step in steps(page):
            plt.close("all")
            exec(compile("\n" * (step.line - 1) + step.program, str(page), "exec"), namespace)
            if step.picture:
                made.append(_save(page, step))
    plt.close("all")
    return made


def _save(page: Path, step: Step) -> Path:
    import matplotlib.pyplot as plt

    if len(plt.get_fignums()) != 1:
        figures = len(plt.get_fignums())
        raise RuntimeError(f"{page.name}:{step.line} is to draw {step.picture} and drew {figures} figures.")
    file = page.parent / str(step.picture)
    plt.gcf().savefig(file, dpi=DOTS_PER_INCH, bbox_inches="tight", facecolor="white")
    return file
