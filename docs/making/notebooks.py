"""Notebooks live beside docs/, not in it: the site takes them along, and links to them lead to the copies."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

LINK = re.compile(r'href="\.\./((?:\.\./)*)(notebooks/[^"#?]+\.ipynb)"')


def take_notebooks(site: Path, root: Path) -> int:
    """Copy every notebook that a built page links to into the site, mend the links, and return how many there are.

    Raises ``FileNotFoundError`` for a notebook that is not there.
    """
    taken: set[str] = set()
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        inverse_link = {name for _, name in LINK.findall(text)}
        if inverse_link:
            taken |= inverse_link
            page.write_text(LINK.sub(r'href="\1\2"', text), encoding="utf-8")
    for name in sorted(taken):
        (site / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(root / name, site / name)
    return len(taken)
