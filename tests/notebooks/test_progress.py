"""The bar of long work shows in a notebook that has no widgets, and is gone when the work is done."""

from __future__ import annotations

import nbformat
from nbclient import NotebookClient

from omnimix.progress import _drawn

CELL = """
from omnimix.progress import bar
with bar("Searching", 4, True) as advance:
    for _ in range(3):
        advance()
    print("at work")
"""


def test_a_bar_needs_no_widgets_and_leaves_nothing_behind() -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    shown, printed = notebook.cells[0].outputs
    assert shown["data"]["text/html"] == ""
    assert printed["text"].strip() == "at work"


def test_a_bar_says_how_long_the_rest_may_take_once_a_step_is_done() -> None:
    assert _drawn("Fitting", 0, 4)["text/plain"] == "Fitting 0%"
    assert _drawn("Fitting", 1, 4, 90.4)["text/plain"] == "Fitting 25%, some 90 seconds left"
    assert _drawn("Fitting", 4, 4, 0.0)["text/plain"] == "Fitting 100%"
