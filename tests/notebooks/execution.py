"""Run a notebook and hold what it shows against what it kept.

``python -m tests.notebooks.execution notebooks/*.ipynb`` runs notebooks and keeps their outputs, so that they can be
read without running anything. A test runs them again and compares.
"""

from __future__ import annotations

import base64
import io
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

from tests.docs.snippets import alike

LONGEST = 300  # seconds for one cell on a busy machine; a whole notebook takes less than a minute on two free cores
KEPT = ("image/png", "text/html", "text/plain")
FEW = 0.1  # of all lines: so many may differ
COLOURS = 64  # of a picture
MOST_HTML = 60_000  # characters: a card or a table; a whole page is opened from its file
TIMES = re.compile(r"\d[\d.,]* ?(?:s|seconds)\b")  # differ from run to run
ADDRESSES = re.compile(r" at 0x[0-9a-f]+")


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


INLINE = "module://matplotlib_inline.backend_inline"  # pictures below cells


def execute(path: Path, folder: Path) -> Any:
    """Run a notebook in a folder of its own and return it with its outputs."""
    notebook = read(path)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, timeout=LONGEST, kernel_name="python3", resources=resources)
    client.execute(
        env={**os.environ, "MPLBACKEND": INLINE}
    )  # a run without a screen names another, which shows nothing
    for _, cell in code_cells(notebook):
        cell.metadata, cell.execution_count = {}, None
        cell.outputs = [_kept(output) for output in joined(cell.outputs)]
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def code_cells(notebook: Any) -> Iterator[tuple[int, Any]]:
    return ((k, cell) for k, cell in enumerate(notebook.cells) if cell.cell_type == "code")


def differences(kept: Any, again: Any) -> list[str]:
    """Return what a run shows otherwise: kinds of outputs, and lines where more than a few have other words or figures.

    Draws are few and processors round differently, so a finding near its threshold may come or go.
    """
    wrong, unlike, lines = [], [], 0
    for (k, old), (_, new) in zip(code_cells(kept), code_cells(again), strict=True):
        if [_kinds(o) for o in old.outputs] != [_kinds(o) for o in new.outputs]:
            wrong.append(f"cell {k}: {[_kinds(o) for o in old.outputs]}, now {[_kinds(o) for o in new.outputs]}")
            continue
        for one, other in zip(old.outputs, new.outputs, strict=True):
            before, now = _lines(one), _lines(other)
            lines += len(before)
            unlike += [f"cell {k}: {line}" for line in before if not any(alike(line, each) for each in now)]
    return wrong + (unlike if len(unlike) > FEW * lines else [])


def small(picture: str) -> str:
    """Return a picture, as a notebook holds it, in so few colours that a repository can keep it."""
    with Image.open(io.BytesIO(base64.b64decode(picture))) as whole:
        few = whole.convert("RGB").quantize(COLOURS)
    held = io.BytesIO()
    few.save(held, format="png", optimize=True)
    return base64.b64encode(held.getvalue()).decode("ascii")


def _kinds(output: Any) -> list[str]:
    return [output.output_type, *sorted(output.get("data", {}))]


def _lines(output: Any) -> list[str]:
    text = output.get("text", "") or output.get("data", {}).get("text/plain", "")
    return [line for line in TIMES.sub("time", text).splitlines() if line.strip()]


def joined(outputs: list[Any]) -> list[Any]:
    """Return outputs with what was printed in one piece: the kernel parts it as it comes."""
    whole: list[Any] = []
    for output in outputs:
        if whole and output.output_type == "stream" and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def _kept(output: Any) -> Any:
    """Return an output without what no reader needs: counts, addresses, and pages too large for a notebook."""
    if "execution_count" in output:
        output.execution_count = None
    if "data" in output:
        shown = {kind: output.data[kind] for kind in KEPT if kind in output.data}
        if len(shown.get("text/html", "")) > MOST_HTML:
            del shown["text/html"]
        if "image/png" in shown:
            shown["image/png"] = small(shown["image/png"])
        if "text/plain" in shown:
            shown["text/plain"] = ADDRESSES.sub("", shown["text/plain"])
        output.data, output.metadata = shown, {}
    return output


def main() -> None:
    """Run the notebooks that are named and keep their outputs."""
    for path in map(Path, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            done = execute(path.resolve(), Path(folder))
        nbformat.write(done, path)
        print(path.name, path.stat().st_size, flush=True)


if __name__ == "__main__":
    os.environ.pop("MPLBACKEND", None)
    main()
