"""Import nutpie without ArviZ.

nutpie imports all of ArviZ with its plots, and with them matplotlib, which takes longer than a fit samples. It needs
ArviZ only to make a tree of its draws, which :mod:`omnimix.model.sampling` does itself. So nutpie gets a module that
turns into ArviZ when one of its names is asked for. Nobody else gets it: ``sys.modules`` holds it only while nutpie is
imported, and where ArviZ is imported already nutpie gets that.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

ARVIZ = "arviz"


class _ArvizWhenAsked(ModuleType):
    """ArviZ for whoever imports it meanwhile, imported when one of its names is asked for."""

    def __getattr__(self, name: str) -> Any:
        _withdraw(self)
        return getattr(importlib.import_module(ARVIZ), name)


def _withdraw(stand_in: ModuleType) -> None:
    if sys.modules.get(ARVIZ) is stand_in:
        del sys.modules[ARVIZ]


def import_nutpie() -> Any:
    """Return nutpie; the first call imports it."""
    stand_in = _ArvizWhenAsked(ARVIZ)
    if "nutpie" not in sys.modules:
        sys.modules.setdefault(ARVIZ, stand_in)
    try:
        return importlib.import_module("nutpie")
    finally:
        _withdraw(stand_in)
