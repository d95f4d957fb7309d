"""The public names: each one resolves, explains itself, and its examples run."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re

import pytest

import omnimix
from tests.architecture.sources import PACKAGE, files

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
CONSTANTS = {"__version__", "ADSTOCKS", "SATURATIONS"}  # tables and a string: they carry no docstring of their own


def module_name(path: str) -> str:
    return ".".join(["omnimix", *path.removesuffix(".py").removesuffix("/__init__").split("/")])


NAMES = [f.relative_to(PACKAGE).as_posix() for f in files()]
MODULES = sorted(module_name(n) for n in NAMES if n not in ("__init__.py", "__main__.py"))
WITH_EXAMPLES = [
    module_name(f.relative_to(PACKAGE).as_posix())
    for f in files()
    if re.search(r"^\s*>>> ", f.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("name", omnimix.__all__)
def test_a_public_name_resolves_and_explains_itself(name: str) -> None:
    value = getattr(omnimix, name)
    assert name in dir(omnimix)
    if name not in CONSTANTS:
        assert inspect.getdoc(value), f"omnimix.{name} has no docstring"


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(omnimix, "no_such_verb")


def test_the_names_for_type_checkers_are_the_public_names() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))
    block = next(n for n in tree.body if isinstance(n, ast.If))
    named = {alias.asname or alias.name for n in block.body if isinstance(n, ast.ImportFrom) for alias in n.names}
    assert named == set(omnimix.__all__) - {"__version__"}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_imports_and_says_what_it_is_for(name: str) -> None:
    module = importlib.import_module(name)
    assert inspect.getdoc(module)
    for exported in getattr(module, "__all__", ()):
        assert hasattr(module, exported), f"{name}.__all__ names {exported}, which is not there"


@pytest.mark.parametrize("name", sorted(WITH_EXAMPLES))
def test_the_examples_in_docstrings_run(name: str) -> None:
    module = importlib.import_module(name)
    runner = doctest.DocTestRunner(optionflags=FLAGS)
    found = [t for t in doctest.DocTestFinder(recurse=True).find(module, name) if t.examples]
    report: list[str] = []
    for test in found:
        runner.run(test, out=report.append)
    assert not runner.failures, "".join(report)
    written = len(re.findall(r"^\s*>>> ", inspect.getsource(module), re.MULTILINE))
    assert sum(len(t.examples) for t in found) == written, "an example is not collected"
