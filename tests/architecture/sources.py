"""The package as text: its files, its rooms and who imports whom."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "omnimix"

# Top to bottom: a room imports only from rooms above it.
ORDER = (
    "errors",
    "arguments",
    "machine_code",
    "findings",
    "progress",
    "processors",
    "whole_file",
    "labels",
    "words",
    "colours",
    "notebook",
    "curves",
    "data",
    "campaigns",
    "tracking",
    "spec",
    "mechanics",
    "geo_tests",
    "associations",
    "attribution",
    "posterior",
    "model",
    "many_fits",
    "effects",
    "comparison",
    "flows",
    "lasting",
    "frequency",
    "chains",
    "budget",
    "workbook",
    "experiments",
    "checks",
    "truth",
    "backtests",
    "triangulation",
    "refits",
    "promises",
    "steering",
    "config",
    "maturity",
    "rows",
    "plot",
    "page",
    "cli",
)
FRONT_DOOR = "__init__"  # the public names; it may name every room


@dataclass(frozen=True)
class Import:
    """One import of another part of the package, wherever in the file it stands."""

    importer: str  # room
    imported: str  # room
    place: str  # file::Class.function, or the file at module level
    line: int

    def __str__(self) -> str:
        return f"{self.place} (line {self.line}): {self.importer} imports {self.imported}"


def files(package: Path = PACKAGE) -> list[Path]:
    return sorted(package.rglob("*.py"))


def rooms(package: Path = PACKAGE) -> set[str]:
    """A room is a folder that holds modules, or a module beside the front door."""
    folders = {p.parent.name for p in package.glob("*/__init__.py")}
    modules = {p.stem for p in package.glob("*.py") if p.stem not in (FRONT_DOOR, "__main__")}
    return folders | modules


def room_of(file: Path, package: Path = PACKAGE) -> str:
    first = file.relative_to(package).parts[0]
    return first.removesuffix(".py")


def imports(file: Path, package: Path = PACKAGE) -> Iterator[Import]:
    """Every import of another room of the package in a file: module level, functions and TYPE_CHECKING alike."""
    room, name = room_of(file, package), file.relative_to(package).as_posix()
    for node, inside in _walk(ast.parse(file.read_text(encoding="utf-8")), ()):
        for target in _targets(node, file, package):
            if target != room:
                yield Import(room, target, "::".join([name, *([".".join(inside)] if inside else [])]), node.lineno)


def _walk(node: ast.AST, inside: tuple[str, ...]) -> Iterator[tuple[ast.stmt, tuple[str, ...]]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, inside
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _walk(child, (*inside, child.name))
        else:
            yield from _walk(child, inside)


def _targets(node: ast.stmt, file: Path, package: Path) -> Iterator[str]:
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        assert isinstance(node, ast.ImportFrom)
        origin = _absolute(node, file, package)
        # `from omnimix import x` names the room x; `from omnimix.x import y` the room x.
        names = [f"omnimix.{alias.name}" for alias in node.names] if origin == "omnimix" else [origin]
    for name in names:
        parts = name.split(".")
        if parts[0] == "omnimix":
            yield parts[1] if len(parts) > 1 else FRONT_DOOR


def _absolute(node: ast.ImportFrom, file: Path, package: Path) -> str:
    if not node.level:
        return node.module or ""
    here = ["omnimix", *file.relative_to(package).parent.parts]
    base = here[: len(here) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])
