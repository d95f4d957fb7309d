"""What is imported when: nobody should wait for what is not used."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.architecture.sources import rooms
from tests.conftest import small_frame

HEAVY = {"pymc", "pytensor", "nutpie", "arviz", "matplotlib", "numba", "pandas", "xarray", "scipy", "numpy"}
SAMPLING = {"pymc", "pytensor", "nutpie"}
# What a fit and its figures can do without; each takes between a tenth of a second and several.
UNUSED_BY_A_FIT = {"pymc", "pytensor", "arviz", "arviz_base", "arviz_stats", "arviz_plots", "matplotlib"} | {
    "scipy.stats",
    "scipy.optimize",
    "scipy.sparse",
    "sklearn",
    "rich",
    "openpyxl",
    "narwhals",
    "holidays",
    "jinja2",
}
UNUSED_BEFORE_A_FIT = (UNUSED_BY_A_FIT - {"rich", "holidays"}) | {"nutpie", "xarray", "scipy.special", "scipy.linalg"}
PROJECT = """
    import sys
    from omnimix.cli import main
    assert main({arguments}) == 0
"""
FIT = """
    import omnimix as om
    panel = om.read_panel({table!r}, week="week")
    funnel = om.Funnel(channels=["tv", "search"], outcomes=["sales"], controls=["price"])
    posterior = om.fit(funnel, panel, draws=200, tune=200, seed=1, progress=False)
    om.roas(posterior, allow_unconverged=True).table()
"""


def loaded_after(code: str) -> set[str]:
    """Return the modules that a fresh interpreter has loaded after running code, warnings being errors."""
    code = f"{textwrap.dedent(code)}\nimport sys\nprint()\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A started project with its example table, and what the verb that wrote it loaded."""
    folder = tmp_path / "project"
    loaded = loaded_after(PROJECT.format(arguments=["init", str(folder)]))
    (tmp_path / "loaded.txt").write_text(" ".join(loaded))
    return folder


def test_importing_omnimix_loads_no_heavy_package() -> None:
    assert not loaded_after("import omnimix") & HEAVY


def test_asking_for_the_names_loads_no_heavy_package() -> None:
    assert not loaded_after("import omnimix; dir(omnimix); omnimix.__version__") & HEAVY


def test_asking_the_shell_for_help_loads_no_heavy_package() -> None:
    assert not loaded_after(PROJECT.format(arguments=["--help"])) & HEAVY


def test_starting_and_checking_a_project_load_nothing_of_a_fit(project: Path) -> None:
    assert not set((project.parent / "loaded.txt").read_text().split()) & UNUSED_BEFORE_A_FIT
    checked = loaded_after(PROJECT.format(arguments=["check", str(project / "omnimix.toml")]))
    assert not checked & UNUSED_BEFORE_A_FIT


def test_a_fit_and_its_table_load_neither_arviz_nor_pictures_nor_distributions(tmp_path: Path) -> None:
    table = tmp_path / "weekly.csv"
    small_frame().to_csv(table)
    assert not loaded_after(FIT.format(table=str(table))) & UNUSED_BY_A_FIT


def test_every_room_but_the_model_works_without_the_sampling_libraries() -> None:
    others = ", ".join(f"omnimix.{room}" for room in sorted(rooms() - {"model"}))
    assert not loaded_after(f"import {others}") & SAMPLING


def test_pictures_wait_until_they_are_asked_for() -> None:
    others = ", ".join(f"omnimix.{room}" for room in sorted(rooms() - {"plot", "report"}))
    assert "matplotlib" not in loaded_after(f"import {others}")


def test_declaring_a_funnel_loads_no_sampling_library_and_no_distributions() -> None:
    loaded = loaded_after("import omnimix as om; om.Funnel(channels=['tv'], outcomes=['sales'])")
    assert not loaded & (SAMPLING | UNUSED_BEFORE_A_FIT)
