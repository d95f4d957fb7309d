"""Every notebook runs from top to bottom on the public API, and shows what it kept."""

from __future__ import annotations

import copy
from pathlib import Path

import nbformat
import pytest

from tests.docs.snippets import ROOT
from tests.notebooks.execution import code_cells, differences, execute, read

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MOST_BYTES = 500_000  # of a notebook with its pictures


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_keeps_outputs_without_counts_places_and_warnings(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        assert not cell.metadata
        assert cell.get("execution_count") is None
        for output in cell.get("outputs", []):
            assert output.get("execution_count") is None
            assert output.get("name") != "stderr"
    text = path.read_text(encoding="utf-8")
    assert len(text) < MOST_BYTES
    assert not [place for place in ("/home/", "/root/", "/tmp/", "/work/", "C:\\\\") if place in text]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_can_be_read_without_running_it(path: Path) -> None:
    shown = [output for _, cell in code_cells(read(path)) for output in cell.outputs]
    assert any("image/png" in output.get("data", {}) for output in shown)
    assert any(output.get("text") or "text/plain" in output.get("data", {}) for output in shown)
    assert not [output for output in shown if output.output_type == "error"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_begins_with_a_title_and_links_only_to_what_is_there(path: Path) -> None:
    notebook = read(path)
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")
    for other in {part.split(")")[0] for cell in notebook.cells for part in cell.source.split("](")[1:]}:
        assert (path.parent / other).exists(), other


def test_notebooks_are_numbered_without_a_gap() -> None:
    assert [int(path.name[:2]) for path in NOTEBOOKS] == list(range(1, len(NOTEBOOKS) + 1))


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_shows_what_it_kept(path: Path, tmp_path: Path) -> None:
    again = execute(path, tmp_path)
    printed = [output for _, cell in code_cells(again) for output in cell.outputs]
    assert not [output.text for output in printed if output.get("name") == "stderr"]
    assert not differences(read(path), again)


def test_other_words_other_figures_and_a_lost_picture_are_told() -> None:
    kept = read(NOTEBOOKS[0])
    assert not differences(kept, copy.deepcopy(kept))
    for change in (
        lambda output: output.update(text=output.text.replace("\n", " more\n")) if "text" in output else None,
        lambda output: output.update(text="0 " + output.text.replace("\n", "\n0 ")) if "text" in output else None,
        lambda output: output.get("data", {}).pop("image/png", None),
    ):
        other = copy.deepcopy(kept)
        for _, cell in code_cells(other):
            for output in cell.outputs:
                change(output)
        assert differences(kept, other)
