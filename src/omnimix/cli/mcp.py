"""`omnimix mcp`: answer the questions of an assistant about one folder of posteriors."""

from __future__ import annotations

import argparse
import sys

from omnimix.cli.arguments import UsageError
from omnimix.cli.assistant_folder import POSTERIOR, Folder
from omnimix.cli.screen import complain


def run_mcp(given: argparse.Namespace) -> bool:
    """Serve a folder over standard input and output until the assistant leaves."""
    if not given.folder.is_dir():
        raise UsageError(f"there is no folder {given.folder}; give one with posteriors that `omnimix fit` wrote.")
    folder = Folder(given.folder.resolve())
    try:
        from omnimix.cli.assistant_server import serve
    except ModuleNotFoundError as problem:
        if (problem.name or "").partition(".")[0] not in ("mcp", "anyio"):
            raise
        raise UsageError(
            "Assistants are answered with the package mcp, which is not installed; run: pip install 'omnimix[mcp]'. "
            "Every other verb works without it."
        ) from None
    if not folder.files(POSTERIOR):
        complain(f"{given.folder} holds no posterior yet; `omnimix fit omnimix.toml --out {given.folder}/NAME.nc`.")
    if sys.stdin.isatty():
        complain("waiting for an assistant; a program starts this verb and talks to it. Stop with Ctrl-C.")
    serve(folder)
    return False
