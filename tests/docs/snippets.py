"""Markdown as programs: the fenced blocks of a page, run in order in one folder."""

from __future__ import annotations

import contextlib
import io
import math
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NUMBER = re.compile(r"(?<![\w-])-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?")
NEAR = 0.35  # a shown figure may differ this much, relatively: draws are few and processors round differently


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, text, first line, and whether it follows another block with nothing between."""

    language: str
    text: str
    line: int
    follows: bool


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found, end = [], -1
    for match in FENCE.finditer(text):
        between = text[end : match.start()] if end >= 0 else "-"
        line = text.count("\n", 0, match.start()) + 2
        found.append(Block(match.group(1), match.group(2), line, not between.strip()))
        end = match.end()
    return found


def has_program(page: Path) -> bool:
    return any(b.language == "python" or commands(b) for b in blocks(page))


def commands(block: Block) -> list[list[str]]:
    """Return the omnimix commands of a console block; other commands are for the reader."""
    if block.language != "console":
        return []
    lines = [line.removeprefix("$ ").removeprefix("uv run ") for line in block.text.splitlines() if line[:2] == "$ "]
    return [shlex.split(line, comments=True) for line in lines if line.split()[0] == "omnimix"]


def run_page(page: Path) -> None:
    """Run a page in the current folder; a ``text`` block right below a program is what it should print."""
    for block, printed in shown_and_printed(page):
        assert alike(block.text, printed), f"{page.name}:{block.line} shows\n{block.text}\nbut it printed\n{printed}"


def shown_and_printed(page: Path) -> Iterator[tuple[Block, str]]:
    """Run a page in the current folder and give every block that shows something with what was printed."""
    namespace: dict[str, Any] = {"__name__": page.stem}
    printed = ""
    for block in blocks(page):
        if block.language == "python":
            printed = _run_python(page, block, namespace)
        elif commands(block):
            printed = "".join(_run_command(page, block, command) for command in commands(block))
        elif block.language == "text" and block.follows:
            yield block, printed


def _run_python(page: Path, block: Block, namespace: dict[str, Any]) -> str:
    code = compile("\n" * (block.line - 1) + block.text, str(page), "exec")
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(code, namespace)
    return out.getvalue()


def _run_command(page: Path, block: Block, command: list[str]) -> str:
    """Run a command in this process: tests of the shell, and the wheel in ``.ci/run``, start the real one."""
    from omnimix.cli import main

    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = main(command[1:])
    assert code == 0, f"{page.name}:{block.line} {shlex.join(command)}\n{out.getvalue()}{err.getvalue()}"
    return out.getvalue()


def alike(shown: str, printed: str) -> bool:
    """Whether two texts have the same words and figures near each other; a line of three dots skips lines."""
    wanted, real = ([line.split() for line in text.splitlines() if line.strip()] for text in (shown, printed))
    if ["..."] in wanted:
        cut = wanted.index(["..."])
        head, tail = wanted[:cut], wanted[cut + 1 :]
        real = real[:cut] + real[len(real) - len(tail) :]
        wanted = head + tail
    return len(wanted) == len(real) and all(map(_alike_line, wanted, real))


def _alike_line(shown: list[str], printed: list[str]) -> bool:
    return len(shown) == len(printed) and all(map(_alike_word, shown, printed))


def _alike_word(shown: str, printed: str) -> bool:
    if NUMBER.sub("#", shown) != NUMBER.sub("#", printed):
        return False
    figures = [[float(n.replace(",", "")) for n in NUMBER.findall(word)] for word in (shown, printed)]
    return all(math.isclose(a, b, rel_tol=NEAR, abs_tol=0.1) for a, b in zip(*figures, strict=True))
