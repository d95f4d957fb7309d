"""Guard rails: a file or function that outgrows these wants to be two ideas."""

from __future__ import annotations

import ast

from tests.architecture.sources import PACKAGE, files

LONGEST_FILE = 350
LONGEST_FUNCTION = 60


def test_no_file_is_too_long() -> None:
    sizes = {f.relative_to(PACKAGE).as_posix(): len(f.read_text(encoding="utf-8").splitlines()) for f in files()}
    assert not {name: size for name, size in sizes.items() if size > LONGEST_FILE}


def test_no_function_is_too_long() -> None:
    """Docstrings are not counted: explaining is free."""
    found = {}
    for file in files():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or 0) - node.lineno + 1 - _docstring_lines(node)
                if size > LONGEST_FUNCTION:
                    found[f"{file.relative_to(PACKAGE).as_posix()}::{node.name}"] = size
    assert not found


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    if ast.get_docstring(node) is None:
        return 0
    return (node.body[0].end_lineno or 0) - node.body[0].lineno + 1
