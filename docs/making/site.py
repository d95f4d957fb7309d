"""Build the site into site/, strictly: ``python -m docs.making.site`` from the root of the repository.

Without ``--fresh`` pictures are made only where one is missing or older than the gallery.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path

from docs.making.navigation import ROOT, faults
from docs.making.notebooks import take_notebooks
from docs.making.pictures import make_pictures, missing_pictures

FETCHED = re.compile(
    r"""<(?:script|img|iframe|link(?![^>]*rel="?canonical))[^>]*?(?:src|href)=["']?(https?:[^"'\s>]+)"""
)


def build(*, fresh: bool = False) -> int:
    """Check the navigation, make pictures, build every page and its formulas; return the exit code."""
    wrong = faults()
    if wrong:
        sys.stderr.write("\n".join(wrong) + "\n")
        return 1
    if fresh or missing_pictures():
        sys.stdout.write(f"{len(make_pictures())} pictures made\n")
    shutil.rmtree(ROOT / "site", ignore_errors=True)
    built = subprocess.run([sys.executable, "-m", "zensical", "build", "--strict", "--clean"], cwd=ROOT, check=False)
    if built.returncode:
        return built.returncode
    asked = requests_elsewhere(ROOT / "site")
    if asked:
        sys.stderr.write("pages would ask other hosts for\n" + "\n".join(asked) + "\n")
        return 1
    from docs.making.formulas import write_formulas  # its library comes with the dependency group docs only

    sys.stdout.write(f"{take_notebooks(ROOT / 'site', ROOT)} notebooks taken along\n")
    sys.stdout.write(f"{write_formulas(ROOT / 'site')} formulas written; serve site/ or open site/index.html\n")
    return 0


def requests_elsewhere(site: Path) -> list[str]:
    """Return what a browser would fetch from other hosts to show a page; links that a reader may follow are none."""
    found = {match[1] for page in site.rglob("*.html") for match in FETCHED.finditer(page.read_text(encoding="utf-8"))}
    return sorted(found)


if __name__ == "__main__":
    arguments = ArgumentParser(description=__doc__)
    arguments.add_argument("--fresh", action="store_true", help="make every picture again")
    sys.exit(build(fresh=arguments.parse_args().fresh))
